internal import Kernel
internal import Synchronization

/// Counts the runs that this worker has sent along each route, for those that take turns. Bounded: forgetting where a
/// round was only begins it anew.
final class RouteTurns: Sendable {
    private struct Route: Hashable {
        let tenant: TenantID
        let agent: AgentName
    }

    private static let limit = 10_000
    private let turns = Mutex<[Route: Int]>([:])

    func next(_ tenant: TenantID, _ agent: AgentName) -> Int {
        turns.withLock { turns in
            if turns.count >= Self.limit { turns.removeAll(keepingCapacity: true) }
            let turn = turns[Route(tenant: tenant, agent: agent), default: 0]
            turns[Route(tenant: tenant, agent: agent)] = turn &+ 1 & Int.max
            return turn
        }
    }
}
