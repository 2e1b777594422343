internal import Glibc

/// A file without a name that holds a stream until its length and its hash are known. It goes with this object.
///
/// Invariant behind @unchecked: written by one task, piece after piece, and only then read.
final class SpoolFile: @unchecked Sendable {
    private let descriptor: Int32
    private(set) var count = 0
    private var hash = MD5()

    /// In `TMPDIR`, or `/tmp`.
    init() throws(ObjectStoreError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        descriptor = open(folder, __O_TMPFILE | O_DIRECTORY | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("made") }
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(ObjectStoreError) {
        hash.update(bytes)
        var written = 0
        while written < bytes.count {
            let result = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if result < 0 && errno == EINTR { continue }
            guard result > 0 else { throw Self.failure("written") }
            written += result
        }
        count += bytes.count
    }

    /// Afterwards nothing may be appended.
    func finish() -> [UInt8] { hash.finish() }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
    }

    private static func failure(_ what: String) -> ObjectStoreError {
        .misconfigured("the temporary file cannot be \(what): \(String(cString: strerror(errno)))")
    }
}
