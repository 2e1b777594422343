import CSodium
import Kernel
import Synchronization

@testable import Tokens

/// A clock that stands still until it is set.
final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ seconds: Int64 = 1_800_000_000) { time = Mutex(Timestamp(seconds: seconds)) }

    var now: Timestamp { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}

/// Signs any header and payload, however odd, with Ed25519.
struct TestSigner {
    let keyID: String
    private let publicKey: [UInt8]
    private let secretKey: [UInt8]

    init(keyID: String = "k1") {
        self.keyID = keyID
        var publicKey = [UInt8](repeating: 0, count: 32)
        var secretKey = [UInt8](repeating: 0, count: 64)
        crypto_sign_keypair(&publicKey, &secretKey)
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    var jwk: JSON {
        ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(publicKey)), "kid": .string(keyID)]
    }

    func sign(header: String, payload: String) -> String {
        let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        var signature = [UInt8](repeating: 0, count: 64)
        let bytes = Array(input.utf8)
        crypto_sign_detached(&signature, nil, bytes, UInt64(bytes.count), secretKey)
        return input + "." + Base64URL.encode(signature)
    }

    /// A token with the usual header.
    func sign(_ claims: JSONObject) -> String {
        sign(header: #"{"alg":"EdDSA","kid":"\#(keyID)"}"#, payload: JSON.object(claims).text)
    }
}

/// What a good token says, at the time where `ManualClock` starts.
func goodClaims(_ changes: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
    var claims: JSONObject = [
        "iss": "https://issuer.example", "sub": "user-1", "aud": "specwright", "exp": 1_800_003_600,
        "iat": 1_800_000_000,
    ]
    changes(&claims)
    return claims
}

func jwks(_ keys: JSON...) -> [UInt8] { JSON.object(["keys": .array(keys)]).bytes }

/// Answers with what it was told, counts, and can be made to wait or fail.
final class ScriptedFetcher: JWKSFetcher {
    struct Down: Error {}

    private struct State {
        var body: [UInt8]?
        var count = 0
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ body: [UInt8]?) { state = Mutex(State(body: body)) }

    var count: Int { state.withLock { $0.count } }

    /// `nil` makes fetches fail.
    func set(_ body: [UInt8]?) { state.withLock { $0.body = body } }

    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    /// Returns once a fetch is being held.
    func heldFetch() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if !state.waiting.isEmpty { return true }
                state.arrivals.append(continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func fetch(_ url: String) async throws -> [UInt8] {
        await withCheckedContinuation { continuation in
            let (isHeld, arrivals) = state.withLock { state in
                state.count += 1
                guard state.isHeld else { return (false, [CheckedContinuation<Void, Never>]()) }
                state.waiting.append(continuation)
                defer { state.arrivals = [] }
                return (true, state.arrivals)
            }
            for one in arrivals { one.resume() }
            if !isHeld { continuation.resume() }
        }
        guard let body = state.withLock({ $0.body }) else { throw Down() }
        return body
    }
}

func verifier(
    _ fetcher: any JWKSFetcher, clock: any WallClock = ManualClock(), cacheLimit: Int = 1_024,
    report: @escaping @Sendable (JWKSReport) -> Void = { _ in }
) -> TokenVerifier {
    TokenVerifier(
        issuers: [
            TrustedIssuer(
                issuer: "https://issuer.example", audiences: ["specwright", "other"],
                jwksURL: "https://issuer.example/jwks.json")
        ],
        fetch: fetcher, clock: clock, cacheLimit: cacheLimit, report: report)
}

/// The error that `verify` throws, or `nil` when the token is good.
func refusal(of token: String, by verifier: TokenVerifier) async -> TokenError? {
    do throws(TokenError) {
        _ = try await verifier.verify(token)
        return nil
    } catch {
        return error
    }
}
