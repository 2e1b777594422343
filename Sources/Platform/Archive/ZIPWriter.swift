package import EventLoop
package import Kernel

/// Writes a ZIP as a stream: each file is compressed on the blocking pool in bounded steps, and what that yields is
/// handed to the sink before the next step, so that a slow reader slows everything down and memory stays flat.
///
/// The same files in the same order give the same bytes: fixed permissions, owner and compression, names in UTF-8,
/// times in UTC. ZIP64 where sizes need it. After an error the archive is lost and what libarchive held is freed.
package actor ZIPWriter {
    package typealias Sink = @Sendable ([UInt8]) async throws -> Void

    private enum State {
        case ready(ZIPEncoder), busy, ended
    }

    /// Uncompressed bytes of one step: some milliseconds of work.
    private static let stepSize = 262_144

    private let pool: BlockingPool
    private let sink: Sink
    private var state: State
    private var paths: Set<String> = []

    /// - Parameter sink: gets the archive's bytes in order, tens of kilobytes at a time; awaited before going on.
    package init(pool: BlockingPool, sink: @escaping Sink) throws(ArchiveError) {
        self.pool = pool
        self.sink = sink
        state = .ready(try ZIPEncoder())
    }

    /// Adds a file whose contents arrive in chunks.
    ///
    /// - Parameters:
    ///   - path: with `/` between segments, below the archive's root.
    ///   - modified: kept to the second (to two seconds by tools that know DOS times only).
    ///   - size: of the contents, in bytes.
    /// - Throws: `ArchiveError`, and whatever `contents` and the sink throw.
    package func add<Contents: AsyncSequence & Sendable>(
        _ path: String, modified: Timestamp, size: Int, contents: Contents
    ) async throws where Contents.Element == [UInt8] {
        try checkEntry(path, modified, size)
        try await step { encoder in
            try await self.run(encoder) { try $0.begin(path: path, modified: modified, size: size) }
            var left = size
            for try await chunk in contents {
                left -= chunk.count
                guard left >= 0 else { throw ArchiveError.sizeMismatch }
                try await self.write(chunk, to: encoder)
            }
            guard left == 0 else { throw ArchiveError.sizeMismatch }
            try await self.run(encoder) { try $0.end() }
        }
    }

    /// Adds a file that is in memory.
    package func add(_ path: String, modified: Timestamp, contents: [UInt8]) async throws {
        try checkEntry(path, modified, contents.count)
        try await step { encoder in
            guard contents.count > Self.stepSize else {
                return try await self.run(encoder) { encoder in
                    try encoder.begin(path: path, modified: modified, size: contents.count)
                    try encoder.write(contents)
                    try encoder.end()
                }
            }
            try await self.run(encoder) { try $0.begin(path: path, modified: modified, size: contents.count) }
            try await self.write(contents, to: encoder)
            try await self.run(encoder) { try $0.end() }
        }
    }

    /// Writes the directory at the archive's end. Nothing can be added afterwards.
    package func finish() async throws {
        try await step { encoder in try await self.run(encoder) { try $0.finish() } }
        state = .ended
    }

    /// For tests of its lifetime.
    var encoder: ZIPEncoder? { if case .ready(let encoder) = state { encoder } else { nil } }

    private func checkEntry(_ path: String, _ modified: Timestamp, _ size: Int) throws(ArchiveError) {
        guard case .ready = state else { throw .notReady }
        try ArchivePath.check(path)
        guard size >= 0 else { throw .sizeMismatch }
        guard ArchiveTime.isUTC(at: modified) else { throw .localTimeIsNotUTC }
        guard paths.insert(path).inserted else { throw .duplicatePath }
    }

    /// Lends the encoder to `body`. If that throws, nobody gets it again, and it is freed with the last reference.
    private func step(_ body: (ZIPEncoder) async throws -> Void) async throws {
        guard case .ready(let encoder) = state else { throw ArchiveError.notReady }
        state = .busy
        do {
            try await body(encoder)
            state = .ready(encoder)
        } catch {
            state = .ended
            throw error
        }
    }

    private func write(_ bytes: [UInt8], to encoder: ZIPEncoder) async throws {
        guard bytes.count > Self.stepSize else { return try await run(encoder) { try $0.write(bytes) } }
        for start in stride(from: 0, to: bytes.count, by: Self.stepSize) {
            let piece = Array(bytes[start..<min(start + Self.stepSize, bytes.count)])
            try await run(encoder) { try $0.write(piece) }
        }
    }

    private func run(_ encoder: ZIPEncoder, _ work: @escaping @Sendable (ZIPEncoder) throws -> Void) async throws {
        try Task.checkCancellation()
        let output = try await pool.run {
            try work(encoder)
            return encoder.takeOutput()
        }
        if !output.isEmpty { try await sink(output) }
    }
}
