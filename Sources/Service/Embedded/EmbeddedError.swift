internal import Glibc

/// Why something that `specwright up` runs for itself could not be started, in words for the person who typed it.
package struct EmbeddedError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }

    /// "`what`: " and what the C library says about `code`, such as "Permission denied".
    init(_ what: String, errno code: Int32) {
        var text = [CChar](repeating: 0, count: 256)
        let known = strerror_r(code, &text, text.count) == 0
        let reason =
            known
            ? String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "error \(code)"
        self.init("\(what): \(reason)")
    }
}
