internal import CPostgres

/// Owns one libpq connection, closed with the last reference.
///
/// Invariant for @unchecked: opened by one helper thread, then handed to one event loop which alone uses it from then
/// on; libpq allows any thread, one at a time.
final class ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(adopting pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQfinish(pointer) }
}

/// Owns what `PQcancel` needs; made on the loop, used on a helper thread.
///
/// Invariant for @unchecked: a PGcancel is read-only and thread-safe by libpq's own promise.
final class CancelHandle: @unchecked Sendable {
    private let pointer: OpaquePointer

    init?(_ connection: ConnectionHandle) {
        guard let pointer = PQgetCancel(connection.pointer) else { return nil }
        self.pointer = pointer
    }

    deinit { PQfreeCancel(pointer) }

    /// Asks the server to cancel whatever the connection is running. Blocks until the server has passed that on.
    func cancel() -> Bool {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            PQcancel(pointer, buffer.baseAddress!, 256) == 1
        }
    }
}
