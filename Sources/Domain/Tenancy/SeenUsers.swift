internal import Kernel
package import Postgres
internal import Synchronization

/// Who has been seen since the process started, so that a request of a known person costs no write. Bounded.
///
/// Whoever deletes their account is forgotten by every process, told over LISTEN: their next request, if they ever come
/// back, makes a new account.
package final class SeenUsers: Sendable {
    /// The payload is the user's id.
    static let channel = "person_gone"

    private struct Users {
        var byIdentity: [UserIdentity: UserID] = [:]
        var identities: [UserID: Set<UserIdentity>] = [:]
    }

    private let users = Mutex(Users())
    private static let limit = 100_000

    package init() {}

    func user(of identity: UserIdentity) -> UserID? { users.withLock { $0.byIdentity[identity] } }

    func insert(_ identity: UserIdentity, _ user: UserID) {
        users.withLock { users in
            if users.byIdentity.count >= Self.limit { users = Users() }
            users.byIdentity[identity] = user
            users.identities[user, default: []].insert(identity)
        }
    }

    func forget(_ user: UserID) {
        users.withLock { users in
            for identity in users.identities.removeValue(forKey: user) ?? [] { users.byIdentity[identity] = nil }
        }
    }

    /// Forgets whoever is gone until the task is cancelled; after a reconnection everybody, since some may have been missed.
    package func run(listener: Listener) async {
        for await event in listener.listen(Self.channel) {
            switch event {
            case .notification(let notification): if let user = UserID(notification.payload) { forget(user) }
            case .reconnected: users.withLock { $0 = Users() }
            }
        }
    }
}
