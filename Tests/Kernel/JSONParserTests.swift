import Kernel
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", .null), (" \t\r\n true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)), ("1e3", .number(1_000)),
            ("-2.5E-1", .number(-0.25)), ("0e0", .number(0)), ("\"\"", ""), ("[]", []), ("{}", [:]),
            ("[1,[2,[3]],{}]", [1, [2, [3]], [:]]), (#"{"a":1,"b":{"c":[null]}}"#, ["a": 1, "b": ["c": [nil]]]),
            (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC\ud83d\ude00""#, "é€😀"),
            ("\"é😀\u{7F}\"", "é😀\u{7F}"),
            (#""\u0000""#, "\0"),
        ] as [(String, JSON)])
    func reads(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(arguments: [
        ("", "the text ends too early", 0), ("  ", "the text ends too early", 2), ("nul", "unexpected character", 0),
        ("nullx", "unexpected text after the value", 4), ("true false", "unexpected text after the value", 5),
        ("True", "unexpected character", 0), ("NaN", "unexpected character", 0), ("'a'", "unexpected character", 0),
        ("01", "a number must not start with 0", 2), ("-01", "a number must not start with 0", 3),
        ("-", "expected a digit", 1),
        ("+1", "unexpected character", 0), (".5", "unexpected character", 0), ("1.", "expected a digit", 2),
        ("1.e1", "expected a digit", 2), ("1e", "expected a digit", 2), ("1e+", "expected a digit", 3),
        ("1e999", "the number is too large", 5), ("0x1", "unexpected text after the value", 1),
        ("[1", "expected ',' or ']'", 2), ("[1,]", "unexpected character", 3), ("[,1]", "unexpected character", 1),
        ("[1 2]", "expected ',' or ']'", 3), ("]", "unexpected character", 0), ("{", "expected a name in quotes", 1),
        (#"{"a"}"#, "expected ':'", 4), (#"{"a":}"#, "unexpected character", 5),
        (#"{"a":1,}"#, "expected a name in quotes", 7),
        (#"{a:1}"#, "expected a name in quotes", 1), (#"{"a":1 "b":2}"#, "expected ',' or '}'", 7),
        (#"{"a":1,"a":2}"#, "the name \"a\" appears twice", 10),
        (#"{"a":1,"\u0061":2}"#, "the name \"a\" appears twice", 15),
        (#""a"#, "the text ends inside quotes", 2), (#""\"#, "the text ends inside quotes", 2),
        (#""\x""#, "unknown escape", 3),
        (#""\u12""#, "expected four hex digits", 5), (#""\u12G4""#, "expected four hex digits", 5),
        (#""\ud800""#, "half of a surrogate pair", 7), (#""\ud800\u0041""#, "half of a surrogate pair", 13),
        (#""\udc00""#, "half of a surrogate pair", 7), ("\"a\nb\"", "a control character must be escaped", 2),
        ("\"\0\"", "a control character must be escaped", 1), ("\u{FEFF}1", "unexpected character", 0),
        ("/* */1", "unexpected character", 0),
    ])
    func refuses(text: String, reason: String, offset: Int) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
        do {
            _ = try JSON(parsing: text)
        } catch {
            #expect(error.reason == reason)
            #expect(error.offset == offset)
            #expect(error.description == "\(reason) at byte \(offset)")
        }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22],
        ] as [[UInt8]])
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
    }

    @Test func limitsDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSON(parsing: nested(64))
        #expect(throws: JSONError.self) { try JSON(parsing: nested(65)) }
        #expect(throws: JSONError.self) { try JSON(parsing: nested(1_000_000)) }
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: #"{"a":"#, count: 100_000)) }
        // Breadth is no depth.
        _ = try JSON(parsing: "[" + String(repeating: "[],", count: 1_000) + "[]]", maximumDepth: 2)
    }

    /// Every prefix of a valid text is refused, and none crashes.
    @Test func refusesEveryPrefix() throws {
        let text = Array(#"{"a":[1.5e-3,"x\u00e9\ud83d\ude00",true,null],"b":{"c":{}}}"#.utf8)
        _ = try JSON(parsing: text)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(text[..<count])) }
        }
    }

    @Test func findsValues() throws {
        let value = try JSON(parsing: #"{"a":[1,2.0,2.5,"x",true,null],"z":0}"#)
        #expect(value["a"]?[0]?.integer == 1)
        #expect(value["a"]?[1]?.integer == 2)
        #expect(value["a"]?[2]?.integer == nil)
        #expect(value["a"]?[2]?.number == 2.5)
        #expect(value["a"]?[0]?.number == 1)
        #expect(value["a"]?[3]?.string == "x")
        #expect(value["a"]?[4]?.bool == true)
        #expect(value["a"]?[5]?.isNull == true)
        #expect(value["a"]?[6] == nil)
        #expect(value["a"]?["b"] == nil)
        #expect(value["missing"] == nil)
        #expect(value.object?.keys == ["a", "z"])
        // Members in another order are the same object.
        #expect(try JSON(parsing: #"{"z":0,"a":[1,2.0,2.5,"x",true,null]}"#) == value)
    }
}
