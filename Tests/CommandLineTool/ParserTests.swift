import Testing

@testable import CommandLineTool

@Suite struct ParserTests {
    private let approve = Command.approve

    private func refusal(_ words: String..., for command: Command = .approve) -> Trouble? {
        do {
            _ = try Parser.parse(words, for: command)
            return nil
        } catch { return error as? Trouble }
    }

    @Test func `options come in every usual form, before and after what they are about`() throws {
        let parsed = try Parser.parse(["--revision=3", "abc", "--gate", "spec", "-y", "--json"], for: approve)
        #expect(try parsed.count("revision") == 3)
        #expect(parsed.operand("FEATURE") == "abc")
        #expect(parsed.value("gate") == "spec")
        #expect(parsed.has("yes") && parsed.has("json") && !parsed.has("watch"))
        let file = try Parser.parse(["-f", "-", "--autopilot"], for: .new)
        #expect(file.value("file") == "-" && file.operand("TEXT") == nil)
        let literal = try Parser.parse(["--", "--not-an-option"], for: .new)
        #expect(literal.operand("TEXT") == "--not-an-option")
        let dash = try Parser.parse(["abc", "- one"], for: .chat)
        #expect(dash.operand("TEXT") == "- one")
    }

    @Test func `what is wrong is said with the next command`() throws {
        #expect(refusal()?.what.hasPrefix("approve needs FEATURE") == true)
        #expect(refusal("x", "--revison", "1")?.what.contains("did you mean --revision?") == true)
        #expect(refusal("x", "--gate", "code")?.what == "--gate must be one of spec, plan, tests, not \"code\"")
        #expect(refusal("x", "--revision")?.what == "--revision needs a value")
        #expect(refusal("x", "--revision", "1", "--revision", "2")?.what == "--revision is given twice")
        #expect(refusal("x", "--yes=1")?.what == "--yes takes no value")
        #expect(refusal("x", "y")?.what == "approve does not know what to do with \"y\"")
        #expect(refusal("x", "maybe", for: .autopilot)?.what == "SWITCH must be one of on, off, not \"maybe\"")
        for trouble in [refusal(), refusal("x", "y")] {
            #expect(trouble?.status == .usage && trouble?.next == "specwright approve --help")
        }
        let parsed = try Parser.parse(["x", "--revision", "0"], for: approve)
        #expect(throws: Trouble.self) { try parsed.count("revision") }
    }

    @Test func `help is given whatever else is missing`() throws {
        #expect(try Parser.parse(["--help"], for: approve).has("help"))
        #expect(try Parser.parse(["-h"], for: approve).has("help"))
    }

    @Test func `commands are found by one word or two, with common options before them`() throws {
        #expect(try Catalogue.find(["keys", "add", "--label", "x"]).0?.name == "keys add")
        let (command, rest) = try Catalogue.find(["--profile", "work", "--json", "list", "-n", "3"])
        #expect(command?.name == "list" && rest == ["--profile", "work", "--json", "-n", "3"])
        #expect(try Catalogue.find(["help", "keys", "add"]).1 == ["--help"])
        #expect(try Catalogue.find(["--help"]).0 == nil)
        for (words, said) in [
            ([], "a command is missing"), (["fly"], "there is no command \"fly\""),
            (["statsu"], "there is no command \"statsu\"; did you mean status?"),
            (["keys"], "keys needs one of list, add, rotate, verify, rm"),
            (["keys", "ad"], "keys needs one of list, add, rotate, verify, rm, not \"ad\""),
        ] {
            let trouble = #expect(throws: Trouble.self) { try Catalogue.find(words) }
            #expect(trouble?.what == said)
            #expect(trouble?.status == .usage && trouble?.next != nil)
        }
    }

    @Test func `no command is without an example, and no example is of another command`() throws {
        for command in Catalogue.all {
            #expect(!command.examples.isEmpty, "\(command.name)")
            for example in command.examples {
                #expect(example.words.contains("specwright \(command.name)"), "\(command.name)")
                // What an example shows is taken.
                var words = example.words[example.words.firstRange(of: "specwright \(command.name)")!.upperBound...]
                    .replacing("\"", with: "").split(separator: " ").map(String.init)
                if let end = words.firstIndex(where: { ["|", "<", ">", "&&"].contains($0) || $0.hasSuffix(")") }) {
                    words = Array(words[...end]).filter { !["|", "<", ">", "&&"].contains($0) }
                }
                let known = Set((command.options + Option.common).flatMap { ["--\($0.name)", "-\($0.short ?? "?")"] })
                for word in words where word.hasPrefix("-") && word != "-" {
                    #expect(known.contains(word.replacing(")", with: "")), "\(example.words)")
                }
            }
            #expect(Set(command.options.map(\.name)).isDisjoint(with: Option.common.map(\.name)), "\(command.name)")
        }
    }
}
