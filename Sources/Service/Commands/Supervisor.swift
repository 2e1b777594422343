internal import Embedded
internal import Glibc
internal import Kernel
internal import Synchronization

/// Holds the processes of `specwright up`: starts them, hears of their end, stops them in the reverse order.
final class Supervisor: Sendable {
    private struct Child: Sendable {
        let name: String
        let process: Subprocess
        let stop: @Sendable () async -> Void
    }

    private let children = Mutex<[Child]>([])
    private let state: StateDirectory

    init(state: StateDirectory) { self.state = state }

    func own(_ name: String, _ process: Subprocess, stop: @escaping @Sendable () async -> Void) {
        children.withLock { $0.append(Child(name: name, process: process, stop: stop)) }
    }

    /// Starts this program again in another role, with that role's environment and nothing else.
    ///
    /// - Parameter hasAddress: whether the role listens, and says where.
    /// - Returns: `host:port`, or an empty string for a role that does not listen.
    @discardableResult
    func startRole(_ role: String, _ environment: [String: String], hasAddress: Bool = true) async throws -> String {
        let addressFile = state.path("\(role).address")
        unlink(addressFile)
        var environment = environment
        if hasAddress { environment["SPECWRIGHT_ADDRESS_FILE"] = addressFile }
        let log = try state.folder("logs") + "/\(role).log"
        let process = try await Subprocess.start(
            Command(try Self.thisProgram(), [role], environment: environment, output: .file(log)))
        own("\"specwright \(role)\"", process) { await process.terminate(SIGTERM, grace: .seconds(25)) }
        guard hasAddress else { return "" }
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            if let bytes = try? readFile(addressFile), bytes.last == UInt8(ascii: "\n") {
                return String(decoding: bytes.dropLast(), as: UTF8.self)
            }
            if let ending = process.ending {
                throw EmbeddedError(
                    "\"specwright \(role)\" ended (\(ending)).\n\(Self.lastLines(of: log))\nMore in \(log).")
            }
            guard ContinuousClock.now < deadline else {
                throw EmbeddedError("\"specwright \(role)\" was not ready within 30 seconds. See \(log).")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits for SIGTERM or SIGINT (`nil`), or for the first child that ends by itself (what it was).
    func firstEnd() async -> String? {
        let (ends, first) = AsyncStream.makeStream(of: String?.self, bufferingPolicy: .bufferingOldest(1))
        Task {
            await Signals.wait()
            first.yield(nil)
        }
        for child in children.withLock({ $0 }) {
            Task { first.yield("\(child.name) ended (\(await child.process.wait()))") }
        }
        for await end in ends { return end }
        return nil
    }

    func stop() async {
        let stopping = children.withLock { children in
            defer { children = [] }
            return children
        }
        for child in stopping.reversed() { await child.stop() }
    }

    private static func lastLines(of log: String) -> String {
        let lines = String(decoding: (try? readFile(log)) ?? [], as: UTF8.self).split(separator: "\n")
        return lines.suffix(3).joined(separator: "\n")
    }

    private static func thisProgram() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { throw EmbeddedError("this program cannot find its own file") }
        return String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
