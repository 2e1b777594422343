internal import CArchive
internal import Glibc
internal import Kernel

/// libarchive's ZIP writer with its output caught in memory, so that each call is bounded and none waits for a reader.
///
/// Invariant behind @unchecked: `ZIPWriter` runs one step at a time, each on some thread of the blocking pool.
final class ZIPEncoder: @unchecked Sendable {
    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let locale: locale_t
    private let output = Output()

    private final class Output {
        var bytes: [UInt8] = []
    }

    init() throws(ArchiveError) {
        // libarchive converts names by the thread's character set, and marks them as UTF-8 only if it is that.
        guard let locale = carchive_utf8_locale() else { throw .library("there is no C.UTF-8 locale") }
        guard let archive = archive_write_new(), let entry = archive_entry_new() else { throw .library("no memory") }
        self.archive = archive
        self.entry = entry
        self.locale = locale
        try inUTF8 { () throws(ArchiveError) in
            try check(archive_write_set_format_zip(archive))
            try check(
                archive_write_set_options(
                    archive, "zip:compression=deflate,zip:compression-level=6,zip:hdrcharset=UTF-8"))
            try check(archive_write_set_bytes_per_block(archive, 65_536))
            try check(archive_write_set_bytes_in_last_block(archive, 1))
            try check(
                archive_write_open2(
                    archive, Unmanaged.passUnretained(output).toOpaque(), nil,
                    { _, context, bytes, count in
                        let output = Unmanaged<Output>.fromOpaque(context!).takeUnretainedValue()
                        output.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
                        return count
                    }, nil, nil))
        }
    }

    deinit {
        // Without it, freeing would first write the end of an archive that is not whole.
        archive_write_fail(archive)
        archive_write_free(archive)
        archive_entry_free(entry)
        freelocale(locale)
    }

    /// What has been produced since the last call.
    func takeOutput() -> [UInt8] {
        defer { output.bytes = [] }
        return output.bytes
    }

    func begin(path: String, modified: Timestamp, size: Int) throws(ArchiveError) {
        archive_entry_clear(entry)
        carchive_set_regular_file(entry)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, time_t(modified.seconds), 0)
        archive_entry_set_size(entry, Int64(size))
        try inUTF8 { () throws(ArchiveError) in
            archive_entry_set_pathname(entry, path)
            try check(archive_write_header(archive, entry))
        }
    }

    func write(_ bytes: [UInt8]) throws(ArchiveError) {
        guard !bytes.isEmpty else { return }
        let written = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw failure }
    }

    func end() throws(ArchiveError) { try check(archive_write_finish_entry(archive)) }

    func finish() throws(ArchiveError) {
        try inUTF8 { () throws(ArchiveError) in try check(archive_write_close(archive)) }
    }

    private func check(_ result: Int32) throws(ArchiveError) {
        // A warning is a name or a time that would not come out as it went in: no less than an error here.
        guard result == ARCHIVE_OK else { throw failure }
    }

    private var failure: ArchiveError {
        .library(archive_error_string(archive).map { String(cString: $0) } ?? "unknown")
    }

    /// Runs `body` with this thread's character set being UTF-8. uselocale(3) touches no other thread.
    private func inUTF8(_ body: () throws(ArchiveError) -> Void) throws(ArchiveError) {
        let before = uselocale(locale)
        defer { uselocale(before) }
        try body()
    }
}
