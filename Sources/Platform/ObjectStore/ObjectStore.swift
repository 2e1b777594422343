internal import HTTPClient
package import Kernel

/// Where artifacts live: bytes under keys in one bucket. What they mean, and their metadata, lives in PostgreSQL.
///
/// Keys are UTF-8 paths without `.` or `..` segments (`ObjectKey`). Every call throws `ObjectStoreError`, except that
/// an error of the caller's own stream comes through as it is.
package protocol ObjectStore: Sendable {
    /// Writes or replaces an object. It appears whole or not at all; trying again after a failure is safe.
    func put(_ key: String, _ content: ObjectContent, contentType: String) async throws

    /// Opens an object for reading; `range` counts bytes from its start.
    func get(_ key: String, range: Range<Int>?) async throws -> StoredObject

    func head(_ key: String) async throws -> ObjectInfo

    /// Removes an object; harmless when it is not there.
    func delete(_ key: String) async throws

    /// Up to `limit` objects (1–1,000) whose keys start with `prefix`, in order of their keys.
    ///
    /// - Parameter continuation: `next` of the page before, or nil for the first page.
    func list(prefix: String, continuation: String?, limit: Int) async throws -> ObjectPage

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
    private let body: ResponseBody

    init(_ body: ResponseBody) { self.body = body }

    package func makeAsyncIterator() -> Iterator { Iterator(inner: body.makeAsyncIterator()) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var inner: ResponseBody.Iterator

        package mutating func next() async throws(ObjectStoreError) -> [UInt8]? {
            do { return try await inner.next() } catch { throw ObjectStoreError(error) }
        }
    }

    /// The whole of it.
    ///
    /// - Throws: `ObjectStoreError.tooLarge` as soon as it exceeds `limit` bytes.
    package func collect(limit: Int) async throws(ObjectStoreError) -> [UInt8] {
        do { return try await body.collect(limit: limit) } catch { throw ObjectStoreError(error) }
    }
}
