internal import Embedded
package import Git
internal import Glibc

/// The real git, without configuration of this machine or its user.
package enum RealGit {
    /// - Returns: what it printed.
    @discardableResult
    package static func run(_ arguments: [String], in folder: String) async throws -> String {
        let environment = [
            "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
        ]
        let result = try await Subprocess.run(
            Command("/usr/bin/git", arguments, environment: environment, workingDirectory: folder))
        guard result.ending.isSuccess else { throw GitRefused(arguments: arguments, output: result.output) }
        return result.output
    }
}

package struct GitRefused: Error {
    package let arguments: [String]
    package let output: String
}

/// Files in a folder.
package enum Tree {
    package static func write(_ files: [GitFile], to folder: String) throws {
        for file in files {
            var parent = folder
            for segment in file.path.split(separator: "/").dropLast() {
                parent += "/\(segment)"
                mkdir(parent, 0o755)
            }
            try write(file.bytes, to: "\(folder)/\(file.path)")
        }
    }

    package static func write(_ bytes: [UInt8], to path: String) throws {
        guard let file = fopen(path, "w") else { throw GitRefused(arguments: [path], output: "cannot be written") }
        defer { fclose(file) }
        fwrite(bytes, 1, bytes.count, file)
    }

    /// All files below a folder but git's own, by bytes of their path.
    package static func read(_ folder: String) async throws -> [GitFile] {
        let found = try await Subprocess.run(
            Command(
                "/usr/bin/find", [".", "-name", ".git", "-prune", "-o", "-type", "f", "-print"],
                workingDirectory: folder))
        return try found.output.split(separator: "\n").map { line in
            let path = String(line.dropFirst(2))
            guard let file = fopen("\(folder)/\(path)", "r") else {
                throw GitRefused(arguments: [path], output: "gone")
            }
            defer { fclose(file) }
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
            return GitFile(path: path, bytes: bytes)
        }.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}

extension GitFile {
    package init(_ path: String, _ text: String) { self.init(path: path, bytes: Array(text.utf8)) }
}
