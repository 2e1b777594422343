/// A request to another server. Header values and bodies are never logged.
package struct ClientRequest: Sendable {
    package enum Body: Sendable {
        case empty
        case bytes([UInt8])
        /// Exactly `length` bytes, taken from `next` as fast as the peer reads them; `nil` ends them.
        case stream(length: Int, next: @Sendable () async throws -> [UInt8]?)
    }

    /// How long each part may take; running out throws `HTTPClientError.timeout`.
    package struct Timeouts: Sendable {
        /// Resolving, connecting and the TLS handshake.
        package var connect: Duration
        /// From the request's last byte handed over to the first byte of the answer.
        package var firstByte: Duration
        /// Between two reads of the body that are answered with bytes; a reader that takes its time does not count.
        package var idle: Duration
        /// The whole exchange, body included; `nil` for none.
        package var total: Duration?

        package init(
            connect: Duration = .seconds(10), firstByte: Duration = .seconds(30), idle: Duration = .seconds(30),
            total: Duration? = .seconds(120)
        ) {
            self.connect = connect
            self.firstByte = firstByte
            self.idle = idle
            self.total = total
        }
    }

    package var method: String
    package var url: String
    package var headers: [(String, String)]
    package var body: Body
    package var timeouts: Timeouts
    /// More body than this fails the request with `HTTPClientError.tooLarge`; `nil` for no limit.
    package var maximumResponseBytes: Int?

    package init(
        method: String = "GET", url: String, headers: [(String, String)] = [], body: Body = .empty,
        timeouts: Timeouts = Timeouts(), maximumResponseBytes: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.maximumResponseBytes = maximumResponseBytes
    }
}
