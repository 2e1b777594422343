package import Embedded
internal import Glibc

/// Lends a folder that is gone afterwards, whatever happened.
package func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    var name = Array("/tmp/specwright-test-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw EmbeddedError("No temporary folder for a test.") }
    let folder = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // A root's database runs as another user, who has to pass through.
    chmod(folder, 0o755)
    do {
        let result = try await body(folder)
        try await remove(folder)
        return result
    } catch {
        try await remove(folder)
        throw error
    }
}

/// Lends a state directory that is gone afterwards.
package func withTemporaryState<Result>(_ body: (StateDirectory) async throws -> Result) async throws -> Result {
    try await withTemporaryFolder { folder in try await body(try StateDirectory(folder + "/state")) }
}

private func remove(_ folder: String) async throws {
    _ = try await Subprocess.run(Command("/usr/bin/rm", ["-rf", "--", folder]))
}
