internal import CS3
internal import Kernel
internal import Synchronization

extension SigV2ObjectStore {
    package func get(_ key: String, range: Range<Int>?) async throws -> StoredObject {
        try check(key)
        if let range, range.lowerBound < 0 || range.isEmpty { throw ObjectStoreError.rangeNotSatisfiable }
        let found = try await inspect(key)
        let part = (range ?? 0..<found.length).clamped(to: 0..<found.length)
        if range != nil, part.isEmpty { throw ObjectStoreError.rangeNotSatisfiable }
        if found.length == 0 { try await checkEmpty(key) }
        let pieces = SigV2Pieces(self, key: key, tag: found.tag, part: part)
        return StoredObject(
            info: ObjectInfo(length: found.length, contentType: found.contentType), length: part.count,
            body: ObjectBody { () throws(ObjectStoreError) in try await pieces.next() })
    }

    package func head(_ key: String) async throws -> ObjectInfo {
        try check(key)
        let found = try await inspect(key)
        if found.length == 0 { try await checkEmpty(key) }
        return ObjectInfo(length: found.length, contentType: found.contentType)
    }

    private func inspect(_ key: String) async throws(ObjectStoreError) -> Libs3Call {
        try await perform { library, bucket, call in
            var handler = Libs3Call.response
            library.head_object(bucket, key, nil, &handler, call)
        }
    }

    /// libs3 takes a length that it does not find, or finds in small letters, for zero.
    private func checkEmpty(_ key: String) async throws(ObjectStoreError) {
        _ = try await perform { library, bucket, call in
            var handler = Libs3Call.get
            library.get_object(bucket, key, nil, 0, 0, nil, &handler, call)
        }
    }

    package func list(prefix: String, continuation: String?, limit: Int) async throws -> ObjectPage {
        precondition((1...1_000).contains(limit))
        let found = try await perform { library, bucket, call in
            var handler = Libs3Call.list
            library.list_bucket(bucket, prefix, continuation, nil, Int32(limit), nil, &handler, call)
        }
        guard found.isTruncated else { return ObjectPage(entries: found.entries, next: nil) }
        guard let last = found.entries.last else { throw ObjectStoreError.unreadableAnswer }
        return ObjectPage(entries: found.entries, next: last.key)
    }
}

/// An object's bytes, a call for each piece: between two of them no thread waits for the reader.
///
/// One task reads it; the lock only says so to the compiler.
final class SigV2Pieces: Sendable {
    private let store: SigV2ObjectStore
    private let key: String
    private let tag: String?
    private let end: Int
    private let position: Mutex<Int>

    init(_ store: SigV2ObjectStore, key: String, tag: String?, part: Range<Int>) {
        self.store = store
        self.key = key
        self.tag = tag
        end = part.upperBound
        position = Mutex(part.lowerBound)
    }

    func next() async throws(ObjectStoreError) -> [UInt8]? {
        let start = position.withLock { $0 }
        let count = min(SigV2ObjectStore.pieceSize, end - start)
        guard count > 0 else { return nil }
        let call = try await store.perform({ Libs3Call(receiveLimit: count) }) { [key, tag] library, bucket, call in
            // The tag holds the pieces together: another object under the same key is not read on.
            (tag ?? "*").withCString { tag in
                var conditions = S3GetConditions(
                    ifModifiedSince: -1, ifNotModifiedSince: -1, ifMatchETag: tag, ifNotMatchETag: nil)
                var handler = Libs3Call.get
                library.get_object(bucket, key, &conditions, UInt64(start), UInt64(count), nil, &handler, call)
            }
        }
        guard call.received.count == count else { throw .mismatch("another range came than was asked for") }
        position.withLock { $0 = start + count }
        return call.received
    }
}
