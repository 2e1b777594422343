import Embedded
import Glibc
import Kernel
import TestSupport
import Testing

@Suite struct StateDirectoryTests {
    private func mode(_ path: String) async throws -> String {
        try await Subprocess.run(Command("/usr/bin/stat", ["--format=%a", path])).output.filter(\.isNumber)
    }

    @Test func `has one holder at a time, who is named`() async throws {
        try await withTemporaryFolder { folder in
            var first: StateDirectory? = try StateDirectory(folder + "/a/b/state")
            let error = #expect(throws: EmbeddedError.self) { _ = try StateDirectory(folder + "/a/b/state") }
            #expect(error?.description.contains("process \(getpid())") == true)
            #expect(first != nil)
            first = nil
            #expect(throws: Never.self) { _ = try StateDirectory(folder + "/a/b/state") }
        }
    }

    @Test func `keeps secrets across starts, each its own, unreadable to others`() async throws {
        try await withTemporaryFolder { folder in
            var state: StateDirectory? = try StateDirectory(folder + "/state")
            let first = try #require(state).secret("one", bytes: 24)
            let second = try #require(state).secret("two", bytes: 24)
            #expect(first.value.count == 48)
            #expect(first.value != second.value)
            #expect("\(first)" == "[redacted]")
            #expect(try await mode(folder + "/state/secrets") == "700")
            #expect(try await mode(folder + "/state/secrets/one") == "600")
            state = nil
            #expect(try StateDirectory(folder + "/state").secret("one", bytes: 24).value == first.value)
        }
    }

    @Test func `lets nobody list it`() async throws {
        try await withTemporaryState { state in
            let found = try await mode(state.path)
            #expect(found == (SystemUser.isRoot ? "711" : "700"))
        }
    }

    @Test func `says what is wrong with a path that cannot be a folder`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await Subprocess.run(Command("/usr/bin/touch", [folder + "/file"]))
            let error = #expect(throws: EmbeddedError.self) { _ = try StateDirectory(folder + "/file/state") }
            #expect(error?.description.contains("Not a directory") == true)
        }
    }
}
