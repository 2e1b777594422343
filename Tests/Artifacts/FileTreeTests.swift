import Artifacts
import Kernel
import Testing

@Suite("What may be in a build together")
struct FileTreeTests {
    private func tree(_ paths: [String], limits: BuildLimits = .standard) throws -> FileTree {
        var tree = FileTree(limits: limits)
        for path in paths { try tree.write("x", to: FilePath(path)) }
        return tree
    }

    private func error(_ paths: [String], then path: String) throws -> FileTreeError? {
        var tree = try tree(paths)
        let before = tree
        let path = try FilePath(path)
        do throws(FileTreeError) {
            try tree.write("y", to: path)
        } catch {
            #expect(tree == before, "a refused file must leave no trace")
            return error
        }
        return nil
    }

    @Test("Names that differ only in case are refused, in files and in directories above them")
    func caseCollisions() throws {
        let path = try FilePath("Readme.md")
        #expect(try error(["README.md"], then: "Readme.md") == .differsOnlyInCase(path, "README.md"))
        #expect(try error(["src/a.py"], then: "SRC/b.py") == .differsOnlyInCase(FilePath("SRC/b.py"), "src/"))
        #expect(try error(["a/straße"], then: "a/STRASSE") != nil)
        #expect(try error(["src/a.py"], then: "src/b.py") == nil)
    }

    @Test("A file cannot be a directory too")
    func fileAgainstDirectory() throws {
        #expect(try error(["a/b.txt"], then: "a") == .isDirectory(FilePath("a"), "a"))
        #expect(try error(["a/b.txt"], then: "A") == .isDirectory(FilePath("A"), "a"))
        #expect(try error(["a"], then: "a/b.txt") == .isBelowFile(FilePath("a/b.txt"), FilePath("a")))
        #expect(try error(["x/a"], then: "x/A/b/c") == .isBelowFile(FilePath("x/A/b/c"), FilePath("x/a")))
    }

    @Test("The manifest's own name stays free, in any case")
    func reservesManifest() throws {
        #expect(try error([], then: "specwright.json") == .reserved(FilePath("specwright.json")))
        #expect(try error([], then: "SpecWright.JSON") == .reserved(FilePath("SpecWright.JSON")))
        #expect(try error([], then: "specwright.json/a") == .reserved(FilePath("specwright.json/a")))
        #expect(try error([], then: "docs/specwright.json") == nil)
    }

    @Test("Removing a file frees its name and its directories")
    func removal() throws {
        var tree = try tree(["a/b/c.txt", "a/d.txt"])
        #expect(tree.remove(try FilePath("a/b/c.txt")))
        #expect(!tree.remove(try FilePath("a/b/c.txt")))
        try tree.write("now a file", to: FilePath("a/b"))
        try tree.write("other case", to: FilePath("a/C.txt"))
        #expect(tree.remove(try FilePath("a/b")))
        #expect(tree.remove(try FilePath("a/C.txt")))
        #expect(tree.remove(try FilePath("a/d.txt")))
        #expect(tree == FileTree())
    }

    @Test("Limits hold at the limit and one past it, and a replaced file counts once")
    func limits() throws {
        var tree = FileTree(limits: BuildLimits(fileBytes: 4, files: 2, buildBytes: 6))
        let (a, b, c) = (try FilePath("a"), try FilePath("b"), try FilePath("c"))
        try tree.write("1234", to: a)
        #expect(throws: FileTreeError.fileTooLarge(b, bytes: 5, limit: 4)) { try tree.write("12345", to: b) }
        #expect(throws: FileTreeError.fileTooLarge(b, bytes: 6, limit: 4)) { try tree.write("äöü", to: b) }
        #expect(throws: FileTreeError.buildTooLarge(limit: 6)) { try tree.write("123", to: b) }
        try tree.write("12", to: b)
        #expect(tree.bytes == 6)
        #expect(throws: FileTreeError.tooManyFiles(limit: 2)) { try tree.write("", to: c) }
        try tree.write("1", to: a)
        #expect(tree.bytes == 3)
        try tree.write("4321", to: a)
        #expect(tree.bytes == 6)
        #expect(tree[a] == "4321")
    }

    @Test("The standard limits are those of the design")
    func standard() {
        #expect(BuildLimits.standard == BuildLimits(fileBytes: 1_048_576, files: 2_000, buildBytes: 52_428_800))
    }

    @Test("Binary content and secrets do not get in, and no message repeats the secret")
    func contents() throws {
        var tree = FileTree()
        let path = try FilePath("app.py")
        #expect(throws: FileTreeError.notText(path)) { try tree.write("a\0b", to: path) }
        let secret = "AKIA" + "Q7ZK4MWB2T9XPL3D"
        let error = #expect(throws: FileTreeError.self) { try tree.write("# one\nkey = '\(secret)'\n", to: path) }
        #expect(error == .secret(path, SecretFinding(pattern: "an AWS access key", line: 2)))
        #expect(error?.sentence.contains("line 2") == true)
        #expect(!String(reflecting: error).contains(secret))
        #expect(tree == FileTree())
    }

    @Test("Paths come in the order of their bytes")
    func order() throws {
        #expect(try tree(["b", "a/z", "a.txt"]).paths.map(\.text) == ["a.txt", "a/z", "b"])
    }
}
