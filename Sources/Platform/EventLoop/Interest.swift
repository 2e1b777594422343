internal import CEpoll

/// What a watcher wants to hear of a descriptor.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let read = Interest(rawValue: EPOLLIN.rawValue)
    package static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// The peer has closed its writing half.
    package static let readClosed = Interest(rawValue: EPOLLRDHUP.rawValue)
}

/// What happened to a descriptor.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let read = Readiness(rawValue: EPOLLIN.rawValue)
    package static let write = Readiness(rawValue: EPOLLOUT.rawValue)
    package static let readClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    package static let hungUp = Readiness(rawValue: EPOLLHUP.rawValue)
    package static let error = Readiness(rawValue: EPOLLERR.rawValue)
}

/// Level: as long as it is ready. Edge: each time it becomes ready; the handler must then drain it.
package enum Trigger: Sendable { case level, edge }
