package import EventLoop
package import HTTPClient
package import Kernel

/// Calls Specwright's API as one person. It knows the service by `openapi.yaml` alone.
package struct APIClient: Sendable {
    package let server: ServerAddress
    let http: HTTPClient
    private let token: Redacted<String>?
    private let tenant: String?
    private let retries: RetryRules
    private let notice: @Sendable (Duration) -> Void

    /// The most that is read of an answer that is read whole.
    private static let answerLimit = 64 << 20

    /// - Parameters:
    ///   - tenant: the team to act in; `nil` is the caller's own tenant.
    ///   - certificateAuthorities: a PEM file to trust instead of the system's.
    ///   - notice: told before each wait for another try.
    package init(
        server: ServerAddress, token: Redacted<String>?, tenant: String?, loops: EventLoopGroup,
        certificateAuthorities: String? = nil, retries: RetryRules = RetryRules(),
        notice: @escaping @Sendable (Duration) -> Void = { _ in }
    ) {
        self.server = server
        self.token = token
        self.tenant = tenant
        self.retries = retries
        self.notice = notice
        http = HTTPClient(loops: loops, egress: server.egress, certificateAuthorities: certificateAuthorities)
    }

    /// Calls, again where that is worth it, and returns an answer below 400.
    @discardableResult
    package func call(_ request: APIRequest) async throws(APIFailure) -> APIAnswer {
        try await repeating(request) { request throws(APIFailure) in
            let response = try await send(request)
            return APIAnswer(
                status: response.status, headers: response.headers, bytes: try await Self.collect(response))
        }
    }

    /// Calls, again where that is worth it, and returns with the head of an answer below 400; its body is still to come.
    package func open(_ request: APIRequest) async throws(APIFailure) -> ClientResponse {
        try await repeating(request) { request throws(APIFailure) in try await send(request) }
    }

    private func repeating<Answer>(
        _ request: APIRequest, _ body: (APIRequest) async throws(APIFailure) -> Answer
    ) async throws(APIFailure) -> Answer {
        var request = request
        // One key for every try: that is what makes the second harmless.
        if request.method == "POST" {
            request.headers.append(("Idempotency-Key", ID<APIRequest>.new().description))
        }
        var attempt = 1
        while true {
            do {
                return try await body(request)
            } catch {
                guard let pause = retries.pause(after: error, attempt: attempt) else { throw error }
                if pause >= .seconds(1) { notice(pause) }
                do { try await Task.sleep(for: pause) } catch { throw .unreachable(.cancelled) }
                attempt += 1
            }
        }
    }

    /// - Throws: `refused` for a status of 400 or more.
    private func send(_ request: APIRequest) async throws(APIFailure) -> ClientResponse {
        var headers = request.headers + [("Accept", request.accept), ("User-Agent", "specwright-cli")]
        if let token { headers.append(("Authorization", "Bearer \(token.value)")) }
        if let tenant { headers.append(("Specwright-Tenant", tenant)) }
        if request.body != nil { headers.append(("Content-Type", "application/json")) }
        let response: ClientResponse
        do {
            response = try await http.send(
                ClientRequest(
                    method: request.method, url: server.origin + request.target, headers: headers,
                    body: request.body.map { .bytes($0.bytes) } ?? .empty, timeouts: request.timeouts))
        } catch { throw .unreachable(error) }
        guard response.status >= 400 else { return response }
        throw .refused(
            APIProblem(
                APIAnswer(
                    status: response.status, headers: response.headers, bytes: try await Self.collect(response))))
    }

    private static func collect(_ response: ClientResponse) async throws(APIFailure) -> [UInt8] {
        do { return try await response.body.collect(limit: answerLimit) } catch { throw .unreachable(error) }
    }
}
