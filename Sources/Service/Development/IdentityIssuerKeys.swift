internal import EventLoop
internal import Kernel
internal import Synchronization
internal import Tokens

/// The development issuer's keys at work: on disk before the first token names them.
final class IdentityIssuerKeys: Sendable {
    private let file: IdentityIssuerKeyFile
    /// One thread: file work off the loops, and one rotation at a time.
    private let pool = BlockingPool(threads: 1)
    private let state = Mutex<(keys: [IssuerKey], issuer: String?, url: String)>(([], nil, ""))

    init(file: IdentityIssuerKeyFile) { self.file = file }

    func load() async throws {
        let keys = try await pool.run { [file] in try file.load() }
        state.withLock { $0.keys = keys }
    }

    /// Sets the issuer's name and the URL its addresses begin with, which is known once its port is.
    func name(_ issuer: String, at url: String) {
        state.withLock { state in
            state.issuer = issuer
            state.url = url
        }
    }

    var url: String { state.withLock { $0.url } }

    /// The issuer as it stands.
    ///
    /// - Throws: 503 in the moment between listening and being named.
    func current() throws(Problem) -> TokenIssuer {
        let (keys, issuer, _) = state.withLock { $0 }
        guard let issuer else { throw .unavailable("The issuer is still starting.") }
        return TokenIssuer(issuer: issuer, keys: keys)
    }

    /// Makes a new signing key and drops the oldest beyond those that are published.
    ///
    /// - Returns: The new key's id.
    func rotate() async throws -> String {
        let issuer = try current()
        return try await pool.run { [self] in
            var issuer = TokenIssuer(issuer: issuer.issuer, keys: state.withLock { $0.keys })
            let key = try issuer.rotate()
            issuer.keepNewest(min(issuer.keys.count, IdentityIssuerConfiguration.publishedKeys))
            try file.save(issuer.keys)
            state.withLock { $0.keys = issuer.keys }
            return key.keyID
        }
    }
}
