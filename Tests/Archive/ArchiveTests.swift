import Embedded
import EventLoop
import Glibc
import Kernel
import Synchronization
import TestSupport
import Testing

@testable import Archive

/// What a sink has received.
final class Received: Sendable {
    private let pieces = Mutex<[[UInt8]]>([])

    var bytes: [UInt8] { pieces.withLock { $0.flatMap { $0 } } }

    func append(_ bytes: [UInt8]) { pieces.withLock { $0.append(bytes) } }
}

/// Chunks that are made as they are asked for.
struct Chunks: AsyncSequence, Sendable {
    let count: Int
    let chunk: @Sendable (Int) throws -> [UInt8]

    struct Iterator: AsyncIteratorProtocol {
        let chunks: Chunks
        var index = 0

        mutating func next() async throws -> [UInt8]? {
            guard index < chunks.count else { return nil }
            defer { index += 1 }
            return try chunks.chunk(index)
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(chunks: self) }
}

struct Refusal: Error {}

/// Bytes that do not compress.
func noise(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    arc4random_buf(&bytes, count)
    return bytes
}

@Suite(.timeLimit(.minutes(1)))
struct ArchiveTests {
    private static let pool: BlockingPool = {
        ArchiveTime.useUTC()
        return BlockingPool(threads: 2)
    }()
    private let pool = ArchiveTests.pool
    private let time = Timestamp("2026-11-20T12:34:56Z")!

    private func archive(_ write: (ZIPWriter) async throws -> Void) async throws -> [UInt8] {
        let received = Received()
        let writer = try ZIPWriter(pool: pool) { received.append($0) }
        try await write(writer)
        try await writer.finish()
        return received.bytes
    }

    /// Keeps the bytes in a file for other programs to read.
    private func withFile(_ bytes: [UInt8], _ body: (String) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/test.zip"
            let file = try #require(fopen(path, "wb"))
            let written = fwrite(bytes, 1, bytes.count, file)
            fclose(file)
            try #require(written == bytes.count)
            try await body(path)
        }
    }

    @Test func otherToolsReadIt() async throws {
        let long = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let bytes = try await archive { writer in
            try await writer.add("README.md", modified: time, contents: Array("# Hello\n".utf8))
            try await writer.add("empty", modified: time, contents: [])
            try await writer.add("src/grüße/日本🙂.txt", modified: time, contents: Array("ja".utf8))
            try await writer.add("e\u{301}", modified: time, contents: Array("decomposed".utf8))
            try await writer.add("long.bin", modified: time, contents: long)
            let chunks = Chunks(count: 3) { Array("chunk \($0)\n".utf8) }
            try await writer.add("chunks", modified: time, size: 24, contents: chunks)
            try await writer.add("no chunks", modified: time, size: 0, contents: Chunks(count: 0) { _ in [] })
        }
        try await withFile(bytes) { path in
            let tested = try await Subprocess.run(Command("/usr/bin/unzip", ["-t", path]))
            #expect(tested.ending.isSuccess, "\(tested.output)")
            let script = """
                import sys, zipfile
                with zipfile.ZipFile(sys.argv[1]) as archive:
                    assert archive.testzip() is None
                    for info in archive.infolist():
                        print(ascii(info.filename), info.file_size, info.date_time, oct(info.external_attr >> 16),
                              info.flag_bits & 0x800 != 0)
                    print(archive.read('README.md'), archive.read('chunks'), sum(archive.read('long.bin')))
                """
            let read = try await Subprocess.run(Command("/usr/bin/python3", ["-c", script, path]))
            let when = "(2026, 11, 20, 12, 34, 56) 0o100644"
            #expect(
                read.output == """
                    'README.md' 8 \(when) False
                    'empty' 0 \(when) False
                    'src/gr\\xfc\\xdfe/\\u65e5\\u672c\\U0001f642.txt' 2 \(when) True
                    'e\\u0301' 10 \(when) True
                    'long.bin' 300000 \(when) False
                    'chunks' 24 \(when) False
                    'no chunks' 0 \(when) False
                    b'# Hello\\n' b'chunk 0\\nchunk 1\\nchunk 2\\n' \(long.reduce(0) { $0 + Int($1) })

                    """)
        }
    }

    @Test func theSameFilesGiveTheSameBytes() async throws {
        func once(_ pause: Bool) async throws -> [UInt8] {
            try await archive { writer in
                for index in 0..<20 {
                    let text = Array(repeating: UInt8(index), count: index * 4_000)
                    if pause { await Task.yield() }
                    try await writer.add("file-\(index)-ü", modified: time, contents: text)
                }
            }
        }
        let first = try await once(false)
        let second = try await once(true)
        #expect(first == second)
    }

    @Test func chunkingDoesNotShow() async throws {
        let whole = (0..<500_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let fromMemory = try await archive { try await $0.add("a", modified: time, contents: whole) }
        let fromChunks = try await archive {
            let chunks = Chunks(count: 5) { Array(whole[$0 * 100_000..<($0 + 1) * 100_000]) }
            try await $0.add("a", modified: time, size: whole.count, contents: chunks)
        }
        #expect(fromMemory == fromChunks)
    }

    @Test func anEmptyArchiveIsOne() async throws {
        let bytes = try await archive { _ in }
        try await withFile(bytes) { path in
            let script = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).namelist())"
            let read = try await Subprocess.run(Command("/usr/bin/python3", ["-c", script, path]))
            #expect(read.output == "[]\n")
        }
    }

    @Test func nothingIsTakenThatTheSinkHasNotSeen() async throws {
        // 20 MiB that do not compress: what was taken and has not come out is what memory holds.
        let held = Mutex((now: 0, most: 0))
        let writer = try ZIPWriter(pool: pool) { bytes in
            await Task.yield()
            held.withLock { $0.now -= bytes.count }
        }
        let chunks = Chunks(count: 320) { _ in
            held.withLock { held in
                held.now += 65_536
                held.most = max(held.most, held.now)
            }
            return noise(65_536)
        }
        try await writer.add("noise", modified: time, size: 320 * 65_536, contents: chunks)
        try await writer.finish()
        // Everything came out, and some headers.
        #expect(held.withLock { $0.now } < 0)
        #expect(held.withLock { $0.most } < 524_288)
    }

    @Test func aSinkThatThrowsEndsTheArchiveAndFreesIt() async throws {
        weak var encoder: ZIPEncoder?
        do {
            let left = Mutex(2)
            let writer = try ZIPWriter(pool: pool) { _ in
                try left.withLock { left in
                    left -= 1
                    if left == 0 { throw Refusal() }
                }
            }
            encoder = await writer.encoder
            #expect(encoder != nil)
            let contents = noise(1_000_000)
            await #expect(throws: Refusal.self) { try await writer.add("a", modified: time, contents: contents) }
            await #expect(throws: ArchiveError.notReady) { try await writer.add("b", modified: time, contents: []) }
            await #expect(throws: ArchiveError.notReady) { try await writer.finish() }
        }
        // The pool's thread lets go of its last step a moment after it has answered.
        let isFreed = await eventually { encoder == nil }
        #expect(isFreed)
    }

    @Test func contentsThatThrowOrLieEndTheArchive() async throws {
        func add(_ size: Int, _ chunks: Chunks) async throws {
            let writer = try ZIPWriter(pool: pool) { _ in }
            try await writer.add("a", modified: time, size: size, contents: chunks)
        }
        await #expect(throws: Refusal.self) { try await add(10, Chunks(count: 1) { _ in throw Refusal() }) }
        await #expect(throws: ArchiveError.sizeMismatch) { try await add(10, Chunks(count: 1) { _ in [1] }) }
        await #expect(throws: ArchiveError.sizeMismatch) { try await add(1, Chunks(count: 2) { _ in [1] }) }
    }

    @Test func cancellationEndsTheArchive() async throws {
        let (started, signal) = AsyncStream<Void>.makeStream()
        let writer = try ZIPWriter(pool: pool) { _ in signal.yield() }
        let endless = Chunks(count: .max) { _ in noise(65_536) }
        let task = Task { try await writer.add("a", modified: time, size: .max, contents: endless) }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func unsoundPathsAreRefused() async throws {
        let writer = try ZIPWriter(pool: pool) { _ in }
        for path in ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "a\0b", "a\nb"] {
            await #expect(throws: ArchiveError.invalidPath) { try await writer.add(path, modified: time, contents: []) }
        }
        // The archive goes on: nothing was written.
        try await writer.add("fine", modified: time, contents: [])
        await #expect(throws: ArchiveError.duplicatePath) { try await writer.add("fine", modified: time, contents: []) }
        try await writer.finish()
    }

    @Test func fourAtOnceDoNotMix() async throws {
        func one(_ seed: UInt8) async throws -> [UInt8] {
            try await archive { writer in
                for index in 0..<10 {
                    let text = [UInt8](repeating: seed, count: 100_000 + index)
                    try await writer.add("\(seed)/\(index)-ü", modified: time, contents: text)
                }
            }
        }
        let alone = try await (one(1), one(2), one(3), one(4))
        async let first = one(1)
        async let second = one(2)
        async let third = one(3)
        async let fourth = one(4)
        let together = try await (first, second, third, fourth)
        #expect(alone == together)
    }
}
