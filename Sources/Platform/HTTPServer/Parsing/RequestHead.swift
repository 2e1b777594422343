internal import Kernel

/// A request's head: the bytes as they came, and where their parts are. Strings are made when asked for.
final class RequestHead: Sendable {
    let bytes: [UInt8]
    let method: HTTPMethod
    /// Begins with `/`, or is `*`.
    let path: Span
    let query: Span?
    let framing: MessageFraming
    private let fields: [FieldSpan]

    /// - Parameters:
    ///   - head: bytes that `HeadRules` has vetted.
    init(_ head: UnsafeBufferPointer<UInt8>, layout: HeadLayout) throws(Problem) {
        let methodEnd = head.firstIndex(of: ASCII.space)!
        guard let method = HTTPMethod(head[..<methodEnd]) else { throw .methodNotImplemented }
        framing = try MessageFraming(head, layout: layout)
        (path, query) = try RequestTarget.split(head, layout.target, host: framing.host)
        self.method = method
        bytes = Array(head)
        fields = layout.fields
    }

    func value(of name: String) -> String? {
        for field in fields where field.name.count == name.utf8.count {
            let matches = zip(bytes[field.name.range], name.utf8).allSatisfy { ASCII.lower($0) == ASCII.lower($1) }
            if matches { return text(field.value) }
        }
        return nil
    }

    var allFields: [(name: String, value: String)] { fields.map { (name: text($0.name), value: text($0.value)) } }

    func text(_ span: Span) -> String { String(decoding: bytes[span.range], as: UTF8.self) }
}
