package import HTTPClient

/// How long a call to a model may take, part by part.
package struct ModelTimeouts: Sendable, Equatable {
    package var connect: Duration
    /// Until the answer's head: providers read long prompts before they say anything.
    package var firstByte: Duration
    /// Between two pieces of the answer; providers ping while a model thinks.
    package var idle: Duration
    package var total: Duration

    package init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(120), idle: Duration = .seconds(90),
        total: Duration = .seconds(1_800)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
    }

    package var clientTimeouts: ClientRequest.Timeouts {
        ClientRequest.Timeouts(connect: connect, firstByte: firstByte, idle: idle, total: total)
    }
}
