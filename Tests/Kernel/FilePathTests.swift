import Kernel
import Testing

@Suite("Paths that unpack to the same tree everywhere")
struct FilePathTests {
    @Test(
        "Ordinary paths are taken as they are",
        arguments: [
            "README.md", "src/app.py", "a/b/c/d.txt", ".gitignore", "src/.env.example", "app/[id]/page.tsx",
            "(group)/x.ts", "docs/Überblick.md", "名前/ファイル.txt", "a-b_c+d@e,f;g='h'&i!j#k%l.txt",
            "console.log", "auxiliary.c", "com10.txt", "...a", "a..b", "..a/b", "with space/a b.txt",
        ])
    func accepts(_ text: String) throws {
        #expect(try FilePath(text).text == text)
    }

    @Test(
        "Whatever some system would refuse, reinterpret or hide is refused, with the reason",
        arguments: [
            ("", .empty), ("/etc/passwd", .absolute), ("~/x", .absolute), ("~root/x", .absolute),
            ("//server/share", .absolute), ("../x", .dotSegment), ("a/../b", .dotSegment), ("a/..", .dotSegment),
            ("./a", .dotSegment), ("a/.", .dotSegment), ("a//b", .emptySegment), ("a/", .emptySegment),
            ("a\\b", .backslash), ("..\\x", .backslash), ("C:/x", .reservedCharacter(":")),
            ("C:x", .reservedCharacter(":")),
            ("a:stream", .reservedCharacter(":")), ("a*", .reservedCharacter("*")), ("a?", .reservedCharacter("?")),
            ("<a>", .reservedCharacter("<")), ("a|b", .reservedCharacter("|")), ("a\"b", .reservedCharacter("\"")),
            ("a\0b", .invisibleCharacter(0)), ("a\nb", .invisibleCharacter(10)), ("a\u{7F}", .invisibleCharacter(127)),
            ("a\u{85}", .invisibleCharacter(0x85)), ("a\u{202E}txt.exe", .invisibleCharacter(0x202E)),
            ("a\u{2066}b", .invisibleCharacter(0x2066)), ("a\u{200B}b", .invisibleCharacter(0x200B)),
            ("a\u{FEFF}", .invisibleCharacter(0xFEFF)), ("a\u{A0}b", .invisibleCharacter(0xA0)),
            ("a\u{2028}b", .invisibleCharacter(0x2028)), ("a\u{E000}", .invisibleCharacter(0xE000)),
            ("a.", .trimmedSegment), ("a./b", .trimmedSegment), ("a ", .trimmedSegment), (" a", .trimmedSegment),
            ("a /b", .trimmedSegment), ("...", .trimmedSegment), ("nul", .reservedName("NUL")),
            ("NUL.txt", .reservedName("NUL")), ("src/Con.py", .reservedName("CON")), ("com1", .reservedName("COM1")),
            ("lpt9.tar.gz", .reservedName("LPT9")), ("aux .txt", .reservedName("AUX ")),
            ("COM¹", .reservedName("COM¹")), (".git/hooks/pre-commit", .reservedName(".git")),
            ("sub/.GIT/config", .reservedName(".git")), ("GIT~1/config", .reservedName("git~1")),
        ] as [(String, FilePathError)])
    func refuses(_ text: String, _ reason: FilePathError) {
        #expect(throws: reason) { try FilePath(text) }
    }

    @Test(
        "A mark upon a slash or a dot hides neither",
        arguments: [
            ("../\u{301}x", .dotSegment), ("a/../\u{301}x", .dotSegment), ("/\u{301}etc", .absolute),
            ("a//\u{301}b", .emptySegment), ("a./\u{301}b", .trimmedSegment), ("a /\u{301}b", .trimmedSegment),
            ("nul/\u{301}b", .reservedName("NUL")), ("nul.\u{301}b", .reservedName("NUL")),
            (".git/\u{301}b", .reservedName(".git")), ("~\u{301}/b", .absolute),
        ] as [(String, FilePathError)])
    func marks(_ text: String, _ reason: FilePathError) {
        #expect(throws: reason) { try FilePath(text) }
    }

    @Test("Lengths are counted in bytes, at the limit and one past it")
    func lengths() throws {
        let segment = String(repeating: "a", count: 255)
        #expect(try FilePath(segment).text == segment)
        #expect(throws: FilePathError.segmentTooLong) { try FilePath(segment + "a") }
        #expect(throws: FilePathError.segmentTooLong) { try FilePath(String(repeating: "é", count: 128)) }
        let long = [segment, segment, segment, segment].joined(separator: "/")
        #expect(long.utf8.count == 1_023)
        #expect(try FilePath(long).text == long)
        #expect(throws: FilePathError.tooLong) { try FilePath(long + "/a") }
        #expect(throws: FilePathError.tooDeep) { try FilePath(String(repeating: "a/", count: 32) + "a") }
    }

    @Test("The same name in two Unicode forms is the same path, in normal form C")
    func normalises() throws {
        let composed = try FilePath("caf\u{E9}.txt")
        let decomposed = try FilePath("cafe\u{301}.txt")
        #expect(composed == decomposed)
        #expect(Array(decomposed.text.unicodeScalars) == Array("caf\u{E9}.txt".unicodeScalars))
        #expect(Array(try FilePath("\u{212B}").text.unicodeScalars) == ["\u{C5}"])
        // Normalising comes first, so that nothing forbidden can appear by it: U+2000 becomes U+2002, a space.
        #expect(throws: FilePathError.invisibleCharacter(0x2002)) { try FilePath("a\u{2000}b") }
    }

    @Test("Folding makes equal what a file system that ignores case takes for equal")
    func folds() throws {
        #expect(try FilePath("README.md").folded == FilePath("readme.MD").folded)
        #expect(try FilePath("straße").folded == FilePath("STRASSE").folded)
        #expect(try FilePath("ſ").folded == FilePath("S").folded)
        #expect(try FilePath("É").folded == FilePath("e\u{301}").folded)
        #expect(try FilePath("a").folded != FilePath("b").folded)
    }

    @Test("A path knows its parts")
    func parts() throws {
        let path = try FilePath("src/core/Model.Tar.GZ")
        #expect(path.name == "Model.Tar.GZ")
        #expect(path.suffix == "gz")
        #expect(path.directories == ["src", "src/core"])
        #expect(try FilePath("Makefile").suffix == "")
        #expect(try FilePath(".gitignore").suffix == "")
        #expect(try FilePath("a").directories == [])
        #expect(try [FilePath("b"), FilePath("a/z"), FilePath("a.txt")].sorted().map(\.text) == ["a.txt", "a/z", "b"])
    }

    @Test("Every reason is a sentence that names no more than it must")
    func sentences() {
        #expect(FilePathError.invisibleCharacter(0x202E).sentence.contains("U+202E"))
        #expect(FilePathError.invisibleCharacter(0).sentence.contains("U+0000"))
        #expect(FilePathError.reservedName("NUL").sentence.contains("\"NUL\""))
    }
}
