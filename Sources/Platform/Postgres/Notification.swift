/// What a subscriber to a channel hears.
package enum NotificationEvent: Sendable, Equatable {
    /// Listening has (again) begun, or more arrived than the buffer holds: whatever happened before this moment may have
    /// been missed, so read the state now. Always the first event.
    case reconnected
    case notification(Notification)
}

/// One NOTIFY.
package struct Notification: Sendable, Equatable {
    package let channel: String
    package let payload: String

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}
