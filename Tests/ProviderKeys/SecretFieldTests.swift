import Kernel
import Testing
import Vault

@testable import ProviderKeys

/// A key in a request's body: taken out before anything else looks.
struct SecretFieldTests {
    private func take(_ body: String) -> (secret: String?, left: String) {
        var bytes = Array(body.utf8)
        var text: String?
        if let secret = SecretField.take("key", from: &bytes) {
            text = secret.withBytes { String(decoding: $0, as: UTF8.self) }
        }
        return (text, String(decoding: bytes, as: UTF8.self))
    }

    @Test(arguments: [
        (#"{"key":"sk-secret"}"#, "sk-secret", #"{"key":"*********"}"#),
        (#"{ "label" : "key", "key" :  "sk-1" , "x": 1 }"#, "sk-1", #"{ "label" : "key", "key" :  "****" , "x": 1 }"#),
        (#"{"label":"\"key\":\"no\"","key":"yes"}"#, "yes", #"{"label":"\"key\":\"no\"","key":"***"}"#),
        (#"{"a":{"key":"no"},"b":["key"],"key":"yes"}"#, "yes", #"{"a":{"key":"no"},"b":["key"],"key":"***"}"#),
        (#"{"key":"a\/b\"c\\d\u002De"}"#, #"a/b"c\d-e"#, #"{"key":"*****************"}"#),
        (#"{"key":""}"#, "", #"{"key":""}"#),
    ])
    func taken(body: String, secret: String, left: String) throws {
        let result = take(body)
        #expect(result.secret == secret)
        #expect(result.left == left)
        #expect(throws: Never.self) { try JSON(parsing: result.left) }
    }

    @Test(arguments: [
        #"{"key":5}"#, #"{"Key":"x"}"#, #"{"k\u0065y":"x"}"#, #"{"key""#, #"{"key":"#, #"{"key":"open"#, #"["key"]"#,
        "",
        #"{"a":{"key":"x"}}"#, #"{"key":"ends in an escape\"#,
    ])
    func notThere(body: String) {
        let result = take(body)
        #expect(result.secret == nil)
        #expect(result.left == body)
    }

    /// What no key has is not turned into something that one could have.
    @Test(arguments: [#"a\nb"#, #"a\u00e9"#, #"a\u0000"#, #"\u12"#, #"\ud83d\ude00"#, #"\x41"#, "é"])
    func whatNoKeyHasStaysUnfit(value: String) {
        var bytes = Array(#"{"key":"\#(value)"}"#.utf8)
        guard let secret = SecretField.take("key", from: &bytes) else {
            Issue.record("nothing was taken")
            return
        }
        let isUnfit = secret.withBytes { bytes in bytes.contains { $0 <= 0x20 || $0 >= 0x7F } }
        #expect(isUnfit)
    }

    @Test func wiped() {
        var bytes = Array(#"{"key":"sk-secret"}"#.utf8)
        SecretField.wipe(&bytes)
        #expect(bytes.allSatisfy { $0 == 0 })
    }
}
