package import EventLoop
package import Telemetry

/// LISTEN for a whole process on one connection, shared by any number of subscribers; reconnects by itself.
package final class Listener: Sendable {
    private let core: ListenerCore

    package init(
        configuration: DatabaseConfiguration, loops: EventLoopGroup,
        logger: Logger = Logger(component: "postgres", sink: .discard), metrics: Metrics = Metrics()
    ) {
        core = ListenerCore(
            configuration, loop: loops.next(), observer: ConnectionObserver(logger: logger, metrics: metrics))
    }

    deinit {
        core.loop.execute { [core] in core.close() }
    }

    /// Subscribes to a channel. The first event is `.reconnected`, once nothing can be missed any more.
    ///
    /// - Parameter buffer: how many events may wait for the consumer before they give way to one `.reconnected`.
    package func listen(_ channel: String, buffer: Int = 256) -> NotificationStream {
        let subscription = Subscription(channel: channel, limit: buffer) { [weak core] channel in
            guard let core else { return }
            core.loop.execute { core.prune(channel) }
        }
        core.loop.execute { [core] in core.add(subscription) }
        return NotificationStream(subscription: subscription)
    }

    /// Closes the connection and ends every stream.
    package func close() async {
        await withCheckedContinuation { continuation in
            core.loop.execute { [core] in
                core.close()
                continuation.resume()
            }
        }
    }
}
