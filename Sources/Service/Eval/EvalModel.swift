internal import Kernel
package import ModelGateway
package import Pipeline
internal import Synchronization
package import Vault

/// A model as the pipeline's agents talk to it, with nothing of the pipeline around: no database, no budget but its own.
package final class EvalModel: Sendable {
    package let model: ModelCatalogue.Model
    private let client: any ModelProvider
    private let key: SecretBytes
    private let catalogue: ModelCatalogue
    private let price: ModelPrice
    private let limitMicrodollars: Int64?
    private let spending = Mutex(Spending())

    package struct Spending: Sendable, Equatable {
        package var calls = 0
        package var usage = Usage.zero
        package var microdollars: Int64 = 0
        /// Answers that were sent back to be mended.
        package var corrections = 0
    }

    package init(
        _ model: ModelCatalogue.Model, client: any ModelProvider, key: consuming SecretBytes, catalogue: ModelCatalogue,
        limitMicrodollars: Int64? = nil
    ) throws {
        self.model = model
        self.client = client
        self.key = key
        self.catalogue = catalogue
        self.limitMicrodollars = limitMicrodollars
        price = try model.requirePrice()
    }

    package var spent: Spending { spending.withLock { $0 } }

    /// The scripted development model: what it judges says nothing of any model.
    package var isDevelopment: Bool { model.provider == nil }

    /// Converses as a step does, until there is an answer that can be used.
    package func answer<Answer: Sendable>(_ task: AgentTask<Answer>) async throws -> Answer {
        let maxTokens = min(try catalogue.agent(task.agent.rawValue).maxTokens, model.maxOutput)
        var conversation = AgentConversation(task, model: model.name, maxTokens: maxTokens)
        while true {
            switch conversation.receive(try await reply(to: conversation.request)) {
            case .answer(let answer): return answer
            case .callAgain: spending.withLock { $0.corrections += 1 }
            case .failed(let failure): throw failure
            }
        }
    }

    private static let attempts = 5

    private func reply(to request: ModelRequest) async throws -> ModelReply {
        for attempt in 1... {
            if let limitMicrodollars, spent.microdollars >= limitMicrodollars { throw OutOfMoney() }
            do {
                let reply = try await client.stream(request, key: key) { _ in }
                count(reply.usage)
                return reply
            } catch let failure as ModelFailure {
                if let usage = failure.usage { count(usage) }
                guard failure.isRetryable || failure.kind == .incomplete, attempt < Self.attempts else { throw failure }
                try await Task.sleep(for: .seconds(1 << attempt))
            }
        }
        preconditionFailure("the loop ends by returning or throwing")
    }

    private func count(_ usage: Usage) {
        spending.withLock { spending in
            spending.calls += 1
            spending.usage += usage
            spending.microdollars += price.cost(of: usage)
        }
    }

    package struct OutOfMoney: Error, CustomStringConvertible {
        package var description: String { "the run has spent what --dollars allows" }
    }
}
