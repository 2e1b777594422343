import Kernel
import Testing

@Suite struct JSONWriterTests {
    private struct Point: JSONWritable {
        let x: Int
        let label: String?

        func write(to json: inout JSONWriter) {
            json.object { json in
                json.key("x")
                json.integer(x)
                json.key("label")
                json.string(label)
            }
        }
    }

    private func text(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        body(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func putsCommasWhereTheyBelong() {
        let written = text { json in
            json.object { json in
                json.key("empty")
                json.object { _ in }
                json.key("list")
                json.array { json in
                    json.array { _ in }
                    json.null()
                    json.bool(true)
                    json.bool(false)
                    json.number(1.5)
                    json.number(.nan)
                    json.number(.infinity)
                    json.plain("plain".utf8)
                    json.raw(#"{"raw":1}"#.utf8)
                }
                json.key("dynamic" + " \"key\"")
                json.array([Point(x: -1, label: nil), Point(x: .max, label: "p")])
            }
        }
        let expected =
            #"{"empty":{},"list":[[],null,true,false,1.5,null,null,"plain",{"raw":1}],"dynamic \"key\"":"#
            + #"[{"x":-1,"label":null},{"x":9223372036854775807,"label":"p"}]}"#
        #expect(written == expected)
    }

    @Test func escapes() {
        #expect(
            text { $0.string("\"\\/\n\r\t\0\u{1F}\u{7F}é\u{2028}") }
                == "\"\\\"\\\\/\\n\\r\\t\\u0000\\u001f\u{7F}é\u{2028}\"")
        #expect(text { $0.string("") } == "\"\"")
        #expect(text { $0.string("\"") } == #""\"""#)
        #expect(text { $0.string("ends\\") } == #""ends\\""#)
    }

    @Test func writesWhatTheParserReads() throws {
        let values: [JSON] = [
            nil, true, 0, .integer(.min), .number(0.1), .number(1e300), .number(-1e-7), "", "\0\u{1}\"\\é😀", [], [:],
            ["a": [1, "b", ["c": nil]], "\n": .number(2.5)],
        ]
        for value in values { #expect(try JSON(parsing: value.bytes) == value) }
    }

    @Test func keepsEveryScalar() throws {
        var all = ""
        for code in (0 as UInt32)...0x3000 {
            if let scalar = Unicode.Scalar(code) { all.unicodeScalars.append(scalar) }
        }
        let value = JSON.string(all)
        #expect(try JSON(parsing: value.bytes) == value)
    }
}
