internal import HTTPClient
package import Kernel

/// Where artifacts live: bytes under keys in one bucket. What they mean, and their metadata, lives in PostgreSQL.
///
/// Keys are UTF-8 paths without `.` or `..` segments (`ObjectKey`). Every call throws `ObjectStoreError`, except that
/// an error of the caller's own stream comes through as it is.
package protocol ObjectStore: Sendable {
    /// Writes or replaces an object. It appears whole or not at all; trying again after a failure is safe.
    func put(_ key: String, _ content: ObjectContent, contentType: String) async throws

    /// Writes an object that is not there yet.
    ///
    /// A try whose answer was lost may have written it, so that a retry finds it there: good for keys that name their
    /// content.
    /// - Throws: `ObjectStoreError.alreadyExists`; `unsupported` where the protocol has no such write. Some servers
    ///   ignore the condition and replace the object.
    func create(_ key: String, _ bytes: [UInt8], contentType: String) async throws

    /// Opens an object for reading; `range` counts bytes from its start.
    func get(_ key: String, range: Range<Int>?) async throws -> StoredObject

    func head(_ key: String) async throws -> ObjectInfo

    /// Removes an object; harmless when it is not there.
    func delete(_ key: String) async throws

    /// Up to `limit` objects (1–1,000) whose keys start with `prefix`, in order of their keys.
    ///
    /// - Parameter continuation: `next` of the page before, or nil for the first page.
    func list(prefix: String, continuation: String?, limit: Int) async throws -> ObjectPage

    /// Makes the bucket if it is not there yet. Harmless when it is, or when another process makes it meanwhile.
    func ensureBucket() async throws

    /// A URL that lets whoever holds it read the object until it expires, without credentials.
    ///
    /// - Parameters:
    ///   - expires: one second to seven days.
    ///   - filename: what a browser should save it as.
    func presignGet(_ key: String, expires: Duration, filename: String?) throws -> String
}

extension ObjectStore {
    package func put(_ key: String, _ bytes: [UInt8], contentType: String) async throws {
        try await put(key, .bytes(bytes), contentType: contentType)
    }

    package func get(_ key: String) async throws -> StoredObject { try await get(key, range: nil) }

    package func list(prefix: String) async throws -> ObjectPage {
        try await list(prefix: prefix, continuation: nil, limit: 1_000)
    }
}

/// What to store.
package enum ObjectContent: Sendable {
    case bytes([UInt8])
    /// Chunks of any size until `nil`; when `length` is given, exactly that many bytes. Memory holds one part at most.
    case stream(length: Int?, next: @Sendable () async throws -> [UInt8]?)
}

/// What a store knows of an object.
package struct ObjectInfo: Sendable, Equatable {
    /// Of the whole object, in bytes.
    package let length: Int
    package let contentType: String?
}

/// An object opened for reading.
package struct StoredObject: Sendable {
    package let info: ObjectInfo
    /// What `body` will yield, in bytes: less than `info.length` when a range was asked for.
    package let length: Int
    package let body: ObjectBody
}

package struct ObjectEntry: Sendable, Equatable {
    package let key: String
    package let length: Int
    /// When it was last written, by the store's clock; nil when the store does not say.
    package let modified: Timestamp?

    package init(key: String, length: Int, modified: Timestamp? = nil) {
        self.key = key
        self.length = length
        self.modified = modified
    }
}

package struct ObjectPage: Sendable, Equatable {
    package let entries: [ObjectEntry]
    /// Continues the listing; nil on the last page.
    package let next: String?
}

/// An object's bytes as they arrive; reading slowly slows the store down. It can be read once.
package struct ObjectBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    typealias Next = @Sendable () async throws(ObjectStoreError) -> [UInt8]?
    private let read: Next

    /// - Parameter read: the next bytes, or `nil` at the end.
    init(_ read: @escaping Next) { self.read = read }

    init(_ body: ResponseBody) {
        let iterator = body.makeAsyncIterator()
        read = { () throws(ObjectStoreError) in
            // A copy reads on in the same transfer.
            var iterator = iterator
            do throws(HTTPClientError) { return try await iterator.next() } catch { throw ObjectStoreError(error) }
        }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(read: read) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate let read: Next

        package mutating func next() async throws(ObjectStoreError) -> [UInt8]? { try await read() }
    }

    /// The whole of it.
    ///
    /// - Throws: `ObjectStoreError.tooLarge` as soon as it exceeds `limit` bytes.
    package func collect(limit: Int) async throws(ObjectStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await read() {
            guard bytes.count + chunk.count <= limit else { throw .tooLarge(limit: limit) }
            bytes += chunk
        }
        return bytes
    }
}
