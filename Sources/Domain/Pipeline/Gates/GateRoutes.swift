internal import Features
package import HTTPServer
internal import Kernel
package import Postgres
internal import ProviderKeys
internal import Tenancy

/// What a person may do with the pipeline: confirm, approve, edit, rework, revise, retry, pause, resume, cancel. Each is
/// idempotent; from a wrong status it answers 409 with the status and the allowed actions.
package struct GateRoutes: Sendable {
    let database: Database

    package init(database: Database) { self.database = database }

    package func register(on router: inout Router) {
        router.on(.post, "/api/features/{id}/confirm") { request in try await confirm(request) }
        router.on(.post, "/api/features/{id}/approve") { request in try await approve(request) }
        router.on(.post, "/api/features/{id}/rework") { request in try await rework(request) }
        router.on(.put, "/api/features/{id}/deliverables/{kind}") { request in try await edit(request) }
        router.on(.post, "/api/features/{id}/revise") { request in try await revise(request) }
        router.on(.post, "/api/features/{id}/retry") { request in try await retry(request) }
        router.on(.post, "/api/features/{id}/pause") { request in try await pause(request) }
        router.on(.post, "/api/features/{id}/resume") { request in try await resume(request) }
        router.on(.post, "/api/features/{id}/cancel") { request in try await cancel(request) }
    }

    /// Decides under the feature's row lock and makes the decision true in the same transaction.
    ///
    /// - Parameters:
    ///   - asked: the body, as it was read.
    ///   - decide: what the action means for this state.
    ///   - alongside: what else happens with the transition.
    func act(
        _ action: Action, on request: Request, _ asked: JSON,
        decide: @escaping @Sendable (FeatureState) -> Decision,
        alongside: @escaping @Sendable (Transition, FeatureRecord, Principal, Transaction) async throws -> Void = {
            _, _, _, _ in
        }
    ) async throws -> Response {
        let id = try feature(of: request, for: action)
        return try await underLock(id, request, asked, startsAgents: true) { feature, state, principal, tx in
            switch decide(state) {
            case .refuse: throw Problem.wrongStatus(action, state)
            case .alreadyDone: return Self.response(feature, state)
            case .go(let transition):
                try await FeatureStore.apply(transition, to: id, tenant: principal.tenant, in: tx)
                try await alongside(transition, feature, principal, tx)
                try await record(action, on: feature, request, tx)
                let changed = try await FeatureStore.load(id, in: tx)
                return Self.response(changed, try await FeatureStore.state(of: changed, in: tx))
            }
        }
    }

    /// What somebody answers for is written down. To pause and resume is not worth a line beside the feature's own event,
    /// and what was edited is kept with who wrote it.
    func record(_ action: Action, on feature: FeatureRecord, _ request: Request, _ tx: Transaction) async throws {
        let told: AuditAction? =
            switch action {
            case .confirm: .featureConfirmed
            case .approve: .featureApproved
            case .rework: .featureReworked
            case .revise: .featureRevised
            case .retry: .featureRetried
            case .cancel: .featureCancelled
            case .edit, .pause, .resume, .download: nil
            }
        guard let told else { return }
        try await request.record(
            told, on: feature.id.description,
            ["revision": .integer(Int64(feature.revision)), "status": .string(feature.status.rawValue)], in: tx)
    }

    /// The feature that a person wants to act on, if their role lets them.
    func feature(of request: Request, for action: Action) throws -> FeatureID {
        try request.principal.require(.builder, to: "\(action.rawValue) a feature")
        return try request.featureID
    }

    /// Answers with the feature locked, as the client knows it, and its state.
    ///
    /// - Parameter startsAgents: whether there must be a model key.
    func underLock(
        _ id: FeatureID, _ request: Request, _ asked: JSON, startsAgents: Bool,
        _ answer: @escaping @Sendable (FeatureRecord, FeatureState, Principal, Transaction) async throws -> Response
    ) async throws -> Response {
        let ifMatch = request.headers["if-match"]
        return try await request.answerOnce(asked, in: database) { principal, tx in
            let feature = try await FeatureStore.load(id, in: tx, lock: true)
            if startsAgents { try await KeyRing.requireKey(in: tx) }
            try feature.require(ifMatch: ifMatch)
            return try await answer(feature, try await FeatureStore.state(of: feature, in: tx), principal, tx)
        }
    }

    private static func response(_ feature: FeatureRecord, _ state: FeatureState) -> Response {
        var response = Response.feature(status: state.status.isProcessing ? 202 : 200, feature, state)
        response.headers["location"] = "/api/features/\(feature.id)/events"
        return response
    }
}

extension JSONFields {
    /// The revision the person was looking at: an action on another one must not happen.
    mutating func revision() throws(Problem) -> Int { Int(try integer("revision", in: 1...1_000_000)) }
}
