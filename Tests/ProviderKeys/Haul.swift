import Embedded
import ServiceHarness
import Synchronization

@testable import Service

/// What a service has left behind, as files that grep looks into.
final class Haul: Sendable {
    private let folder: String
    private let state = Mutex<(names: [String], bytes: Int)>(([], 0))

    init(folder: String) { self.folder = folder }

    var names: [String] { state.withLock { $0.names } }
    var bytes: Int { state.withLock { $0.bytes } }

    /// An answer with its head.
    func add(_ name: String, _ reply: Reply) throws {
        let head = reply.headers.map { "\($0.0): \($0.1)" }.joined(separator: "\n")
        try add("\(name) head", Array(head.utf8))
        try add(name, reply.bytes)
    }

    func add(_ name: String, _ bytes: [UInt8]) throws {
        let file = name.replacing("/", with: "_")
        try writeFile("\(folder)/\(file)", bytes)
        state.withLock {
            $0.names.append(file)
            $0.bytes += bytes.count
        }
    }

    func unpack(_ name: String) async throws {
        let result = try await Subprocess.run(
            Command("/usr/bin/python3", ["-m", "zipfile", "-e", "\(folder)/\(name)", "\(folder)/unpacked"]))
        guard result.ending.isSuccess else { throw Unexpected(result.output) }
    }

    /// - Returns: the files in which any form lies, one a line.
    func search(for canary: CanaryForms) async throws -> String {
        let result = try await Subprocess.run(
            Command(
                "/usr/bin/grep",
                [
                    "--recursive", "--text", "--ignore-case", "--fixed-strings", "--files-with-matches", "--file=-",
                    folder,
                ]),
            input: canary.patterns.joined(separator: "\n") + "\n")
        // 1 says that nothing was found, 2 that grep could not look.
        guard result.ending == .exited(0) || result.ending == .exited(1) else { throw Unexpected(result.output) }
        return result.output
    }
}
