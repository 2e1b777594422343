package import Telemetry

/// What a server allows its clients.
package struct HTTPServerConfiguration: Sendable {
    package enum Address: Sendable, Equatable {
        /// A name or an address, and a port; port 0 takes any free one.
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    package var address: Address

    /// The request line and all headers together; beyond it 431.
    package var maximumHeadBytes = 16_384
    package var maximumFields = 100
    /// The address on the request line; beyond it 414.
    package var maximumTargetBytes = 8_192
    /// What any handler may be sent; handlers set closer limits when they read. Beyond it 413.
    package var maximumBodyBytes = 16 * 1_048_576

    package var maximumConnections = 20_000
    /// Connections of one IPv4 address or one IPv6 /64.
    package var maximumConnectionsPerPeer = 512
    /// Whether that limit holds for loopback too, from where a proxy on this machine brings everybody.
    package var limitsLoopback = false

    /// From the first byte of a request (of a new connection: from its start) to the end of its headers.
    package var headDeadline = Duration.seconds(10)
    /// From the end of the headers to the end of the body.
    package var bodyDeadline = Duration.seconds(60)
    /// How long a connection may wait between two requests.
    package var keepAlive = Duration.seconds(75)
    /// How long a client may leave what is sent to it unread.
    package var writeStall = Duration.seconds(30)
    /// How long a client may take to close after a refusal, so that it can read it.
    package var linger = Duration.seconds(2)
    /// How long an event stream is silent before it gets a comment.
    package var eventKeepAlive = Duration.seconds(15)

    /// The level of the line for each request; `nil` for none.
    package var accessLog: LogLevel? = .info

    package init(address: Address) { self.address = address }

    package init(host: String = "127.0.0.1", port: Int = 0) { self.init(address: .tcp(host: host, port: port)) }

    package init(unixPath: String) { self.init(address: .unix(path: unixPath)) }
}
