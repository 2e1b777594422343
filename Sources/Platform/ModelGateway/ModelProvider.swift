package import Vault

/// A service that answers `ModelRequest`s; each speaks its provider's dialect inside.
package protocol ModelProvider: Sendable {
    /// Where keys are sent: scheme, host and port. A key that was sealed for another origin must not be.
    var origin: String { get }

    /// Sends a request and passes on the answer as it arrives; returns the whole of it.
    ///
    /// A reply whose `stop` is not whole (`StopReason.isWhole`) is returned, not thrown: it was paid for. Cancelling
    /// the task ends the call.
    ///
    /// - Parameters:
    ///   - key: goes into the request's header and nowhere else.
    ///   - onEvent: called for every event in order, and awaited: a slow one slows the provider down. What it throws
    ///     ends the call and is thrown on.
    /// - Throws: `ModelFailure`, `CancellationError`, or what `onEvent` threw.
    func stream(
        _ request: ModelRequest, key: borrowing SecretBytes, onEvent: (ModelEvent) async throws -> Void
    ) async throws -> ModelReply
}
