import Embedded
import Glibc
import Testing

/// The repository, whose `sql/roles.sql` and `.venv` the tests use.
let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

/// Lends a folder that is gone afterwards, whatever happened.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    var name = Array("/tmp/specwright-test-XXXXXX".utf8CString)
    try #require(mkdtemp(&name) != nil)
    let folder = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // A root's database runs as another user, who has to pass through.
    chmod(folder, 0o755)
    do {
        let result = try await body(folder)
        _ = try await Subprocess.run(Command("/usr/bin/rm", ["-rf", folder]))
        return result
    } catch {
        _ = try await Subprocess.run(Command("/usr/bin/rm", ["-rf", folder]))
        throw error
    }
}

func withTemporaryState<Result>(_ body: (StateDirectory) async throws -> Result) async throws -> Result {
    try await withTemporaryFolder { folder in try await body(try StateDirectory(folder + "/state")) }
}
