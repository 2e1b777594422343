internal import Features
internal import HTTPServer
internal import Jobs
internal import Kernel
internal import Ledger
internal import Postgres
internal import Tenancy

extension GateRoutes {
    /// `POST /api/features/{id}/pause` `{}`: no step begins until it is resumed; one that runs is interrupted, its model
    /// call closed, and begins again where its kept answers end.
    func pause(_ request: Request) async throws -> Response {
        try await turn(.pause, on: request) {
            $0.pause()
        } then: { id, tenant, tx in
            try await FeatureStore.setPaused(true, id, tenant: tenant, in: tx)
            try await Jobs.interrupt(about: id, except: [Step.chat.rawValue], tenant: tenant, in: tx)
        }
    }

    /// `POST /api/features/{id}/resume` `{}`: what was put off goes on now.
    func resume(_ request: Request) async throws -> Response {
        try await turn(.resume, on: request) {
            $0.resume()
        } then: { id, tenant, tx in
            try await FeatureStore.setPaused(false, id, tenant: tenant, in: tx)
            try await Jobs.wake(about: [id], tenant: tenant, in: tx)
        }
    }

    /// `POST /api/features/{id}/cancel` `{}`: the work ends, in the middle of a model call too. Talking goes on.
    func cancel(_ request: Request) async throws -> Response {
        try await turn(.cancel, on: request) { state in
            switch state.cancel() {
            case .go: .go
            case .alreadyDone: .alreadyDone
            case .refuse: .refuse
            }
        } then: { id, tenant, tx in
            let feature = try await FeatureStore.load(id, in: tx)
            try await FeatureStore.apply(
                Transition(from: feature.status, to: .cancelled, revision: feature.revision), to: id, tenant: tenant,
                in: tx)
            try await Jobs.remove(about: id, except: [Step.chat.rawValue], tenant: tenant, in: tx)
            try await RunStore.supersede(
                feature: id.description, except: [AgentName.analyst.rawValue], tenant: tenant, in: tx)
        }
    }

    private func turn(
        _ action: Action, on request: Request, decide: @escaping @Sendable (FeatureState) -> Switch,
        then change: @escaping @Sendable (FeatureID, TenantID, Transaction) async throws -> Void
    ) async throws -> Response {
        let id = try feature(of: request, for: action)
        let asked = try await request.json()
        let fields = try JSONFields(asked)
        try fields.finish()
        return try await underLock(id, request, asked, startsAgents: false) { feature, state, principal, tx in
            switch decide(state) {
            case .refuse: throw Problem.wrongStatus(action, state)
            case .alreadyDone: return .feature(feature, state)
            case .go:
                try await change(id, principal.tenant, tx)
                try await record(action, on: feature, request, tx)
                let changed = try await FeatureStore.load(id, in: tx)
                return .feature(changed, try await FeatureStore.state(of: changed, in: tx))
            }
        }
    }
}
