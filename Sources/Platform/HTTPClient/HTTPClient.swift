package import EventLoop

/// Calls other servers: libcurl on the event loops, one connection cache per loop.
///
/// No redirects, no cookies, no proxies, nothing from the environment; TLS certificates are always verified.
package final class HTTPClient: Sendable {
    private let loops: EventLoopGroup
    private let multis: [CurlMulti]
    private let egress: EgressPolicy

    /// - Parameter certificateAuthorities: a PEM file to trust instead of the system's; for private infrastructure.
    package init(loops: EventLoopGroup, egress: EgressPolicy, certificateAuthorities: String? = nil) {
        self.loops = loops
        self.egress = egress
        multis = loops.loops.map { CurlMulti(loop: $0, certificateAuthorities: certificateAuthorities) }
    }

    deinit { for multi in multis { multi.close() } }

    /// Sends the request and returns when the head of the answer is there, whatever its status.
    ///
    /// Cancelling the task ends the transfer.
    /// - Throws: `HTTPClientError`; a status of 400 or more is not an error here.
    package func send(_ request: ClientRequest) async throws(HTTPClientError) -> ClientResponse {
        try MessageRules.check(request)
        let target = try RequestTarget(request.url)
        let rule = try egress.admit(target)
        let loop = loops.currentOrNext()
        guard let multi = multis.first(where: { $0.loop === loop }) else {
            preconditionFailure("every loop of the group has its multi handle")
        }
        let transfer = Transfer(request, rule: rule, on: multi)
        let head = try await transfer.run().get()
        return ClientResponse(status: head.status, headers: head.headers, body: ResponseBody(transfer))
    }

    /// Transfers under way on all loops.
    package var transfersUnderWay: Int {
        get async {
            var count = 0
            for multi in multis {
                count += await withCheckedContinuation { waiter in
                    multi.loop.execute { waiter.resume(returning: multi.count) }
                }
            }
            return count
        }
    }
}
