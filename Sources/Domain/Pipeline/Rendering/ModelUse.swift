import Kernel
package import ModelGateway

/// What one agent's runs used of one model.
package struct ModelUse: Sendable, Equatable {
    package let agent: AgentName
    package let provider: String
    package let model: String
    /// `Prompt.reference` of the runs.
    package let promptVersion: String
    package let runs: Int
    package let usage: Usage
    package let costMicrodollars: Int64
    /// The model was the development model: scripted, and no judge of anything.
    package let isDevelopment: Bool

    package init(
        agent: AgentName, provider: String, model: String, promptVersion: String, runs: Int, usage: Usage,
        costMicrodollars: Int64, isDevelopment: Bool
    ) {
        self.agent = agent
        self.provider = provider
        self.model = model
        self.promptVersion = promptVersion
        self.runs = runs
        self.usage = usage
        self.costMicrodollars = costMicrodollars
        self.isDevelopment = isDevelopment
    }

    var json: JSON {
        [
            "agent": .string(agent.rawValue), "provider": .string(provider), "model": .string(model),
            "development_model": .bool(isDevelopment), "prompt": .string(promptVersion),
            "runs": .integer(Int64(runs)), "tokens": usage.json, "cost": Money.json(costMicrodollars),
        ]
    }

    /// In the order of the pipeline, then by name: whatever order rows came in.
    static func precedes(_ left: ModelUse, _ right: ModelUse) -> Bool {
        let order = AgentName.allCases
        let (first, second) = (order.firstIndex(of: left.agent)!, order.firstIndex(of: right.agent)!)
        return (first, left.provider, left.model, left.promptVersion)
            < (second, right.provider, right.model, right.promptVersion)
    }
}

extension Usage {
    var json: JSON {
        [
            "input": .integer(Int64(input)), "output": .integer(Int64(output)),
            "cache_read": .integer(Int64(cacheRead)), "cache_write": .integer(Int64(cacheWrite)),
        ]
    }
}

/// Micro-dollars, exactly, and as people write them.
enum Money {
    static func json(_ microdollars: Int64) -> JSON {
        ["microdollars": .integer(microdollars), "dollars": .string(dollars(microdollars))]
    }

    static func dollars(_ microdollars: Int64) -> String {
        let digits = String(microdollars.magnitude)
        let padded = String(repeating: "0", count: max(0, 7 - digits.count)) + digits
        return (microdollars < 0 ? "-" : "") + padded.dropLast(6) + "." + padded.suffix(6)
    }
}
