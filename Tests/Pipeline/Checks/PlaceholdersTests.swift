import Artifacts
import Features
import Kernel
import ModelGateway
import Pipeline
import Testing

/// Seen from outside: what the implementer may write.
@Suite("Comments that stand where code should be")
struct PlaceholdersTests {
    private func isRefused(_ content: String) throws -> Bool {
        var harness = try LoopHarness()
        let result = harness.write(["a.txt": "first\n" + content, "b.txt": "fine"])
        #expect(result.isError == result.text.contains("a.txt: line 2"))
        return result.isError
    }

    @Test(
        "Left-out code is refused",
        arguments: [
            "# ... existing code ...", "// ... rest of the code unchanged", "/* rest of file remains the same */",
            "    # (existing code here)", "<!-- rest of the file unchanged -->", "... rest of the function ...",
            "… unchanged …", "x = 1  # ... same as before", "-- rest of code", "# TODO: implement",
            "// TODO implement this",
            "# Your code here", "{/* ... existing code ... */}", "# implementation goes here", "// Not implemented yet",
            "# code omitted for brevity", "/* ... other methods ... */", "# REST OF THE CODE REMAINS UNCHANGED",
        ])
    func refused(_ line: String) throws {
        #expect(try isRefused(line), "\(line)")
    }

    @Test(
        "Code and prose that merely use such words are not",
        arguments: [
            "<textarea placeholder=\"Your code here\"></textarea>", "raise NotImplementedError", "def f(*args): ...",
            "const { id, ...rest } = props;", "# Skip the rest of the line", "print(\"rest of the code unchanged\")",
            "# Existing loans keep their due date", "...", "# ...", "return [...items, item];",
            "class A(Protocol): ...",
            "# The remaining code points are combined", "rest of the code unchanged, said the reviewer",
        ])
    func accepted(_ line: String) throws {
        #expect(try !isRefused(line), "\(line)")
    }
}
