internal import CS3
internal import Glibc
internal import Kernel
internal import Synchronization

/// One call to libs3: what its callbacks give and take, on the thread that makes the call.
///
/// Invariant behind @unchecked: a call is made once, by one thread of the pool, and read after that thread is done;
/// `isCancelled` alone is set from elsewhere.
final class Libs3Call: @unchecked Sendable {
    var status = S3StatusInternalError
    private(set) var length = 0
    private(set) var contentType: String?
    private(set) var tag: String?

    private(set) var received: [UInt8] = []
    private let receiveLimit: Int
    private(set) var hasOverflowed = false

    private let upload: Libs3Upload?
    private var sent = 0

    private(set) var entries: [ObjectEntry] = []
    private(set) var isTruncated = false

    let isCancelled = Atomic<Bool>(false)

    /// - Parameter receiveLimit: what may come back as content, in bytes.
    init(receiveLimit: Int = 0, upload: Libs3Upload? = nil) {
        self.receiveLimit = receiveLimit
        self.upload = upload
    }

    fileprivate static func from(_ data: UnsafeMutableRawPointer?) -> Libs3Call {
        Unmanaged<Libs3Call>.fromOpaque(data!).takeUnretainedValue()
    }

    static var response: S3ResponseHandler {
        S3ResponseHandler(
            propertiesCallback: { properties, data in
                guard let properties = properties?.pointee else { return S3StatusOK }
                let call = Libs3Call.from(data)
                call.length = Int(clamping: properties.contentLength)
                call.contentType = properties.contentType.map { String(cString: $0) }
                call.tag = properties.eTag.map { String(cString: $0) }
                return call.isCancelled.load(ordering: .relaxed) ? S3StatusAbortedByCallback : S3StatusOK
            },
            completeCallback: { status, _, data in Libs3Call.from(data).status = status })
    }

    static var get: S3GetObjectHandler {
        S3GetObjectHandler(
            responseHandler: response,
            getObjectDataCallback: { count, bytes, data in
                Libs3Call.from(data).take(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
            })
    }

    static var put: S3PutObjectHandler {
        S3PutObjectHandler(
            responseHandler: response,
            putObjectDataCallback: { size, buffer, data in
                Libs3Call.from(data).give(UnsafeMutableRawBufferPointer(start: buffer, count: Int(size)))
            })
    }

    static var list: S3ListBucketHandler {
        S3ListBucketHandler(
            responseHandler: response,
            listBucketCallback: { isTruncated, _, count, contents, _, _, data in
                Libs3Call.from(data).take(
                    UnsafeBufferPointer(start: contents, count: Int(count)), isTruncated: isTruncated != 0)
            })
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> S3Status {
        guard !isCancelled.load(ordering: .relaxed) else { return S3StatusAbortedByCallback }
        guard received.count + bytes.count <= receiveLimit else {
            hasOverflowed = true
            return S3StatusAbortedByCallback
        }
        received.append(contentsOf: bytes)
        return S3StatusOK
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        guard !isCancelled.load(ordering: .relaxed) else { return -1 }
        let count = upload?.read(into: buffer, at: sent) ?? 0
        sent += max(0, count)
        return Int32(count)
    }

    private func take(_ contents: UnsafeBufferPointer<S3ListBucketContent>, isTruncated: Bool) -> S3Status {
        self.isTruncated = isTruncated
        for item in contents {
            guard let key = item.key else { return S3StatusAbortedByCallback }
            entries.append(
                ObjectEntry(
                    key: String(cString: key), length: Int(clamping: item.size),
                    modified: item.lastModified < 0 ? nil : Timestamp(microseconds: item.lastModified * 1_000_000)))
        }
        return S3StatusOK
    }
}

/// Bytes on their way up, from memory or from a file.
enum Libs3Upload: Sendable {
    case bytes([UInt8])
    case file(SpoolFile)

    var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        }
    }

    /// - Returns: how many bytes were put into the buffer; -1 when they cannot be read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        switch self {
        case .bytes(let bytes):
            let part = bytes.dropFirst(offset).prefix(buffer.count)
            part.withUnsafeBytes { buffer.copyMemory(from: $0) }
            return part.count
        case .file(let file): return file.read(into: buffer, at: offset)
        }
    }
}
