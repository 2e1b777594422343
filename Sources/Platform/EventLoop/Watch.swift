/// A descriptor under watch. Cancel it before the descriptor is closed. Loop's thread only.
package final class Watch {
    let descriptor: Int32
    let token: UInt64
    let trigger: Trigger
    private unowned let loop: EventLoop
    private(set) var handler: ((Readiness) -> Void)?

    init(
        descriptor: Int32, token: UInt64, trigger: Trigger, loop: EventLoop, handler: @escaping (Readiness) -> Void
    ) {
        self.descriptor = descriptor
        self.token = token
        self.trigger = trigger
        self.loop = loop
        self.handler = handler
    }

    /// Watches for something else from now on.
    package func change(to interest: Interest) {
        guard handler != nil else { return }
        loop.loopState.change(self, to: interest)
    }

    /// Ends the watch; its handler is not called again and lets go of what it captured.
    ///
    /// - Parameter descriptorIsOpen: false when the descriptor was closed already, which took it out of the epoll.
    package func cancel(descriptorIsOpen: Bool = true) {
        guard handler != nil else { return }
        handler = nil
        loop.loopState.remove(self, descriptorIsOpen: descriptorIsOpen)
    }
}
