/// A header like `Accept` or `Accept-Encoding`: what a client takes, and how gladly (RFC 9110 §12.4.2).
package struct QualityList: Sendable {
    private let choices: [(name: String, quality: Int)]

    /// Reads the header; what is not well-formed in it is left out.
    package init(_ header: String) {
        choices = header.utf8.split(separator: UInt8(ascii: ",")).compactMap { item in
            let parts = item.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(Self.trimmed)
            guard let name = parts.first, !name.isEmpty else { return nil }
            var quality = 1_000
            for parameter in parts.dropFirst() where parameter.hasPrefix("q=") {
                guard let value = Self.quality(parameter.dropFirst(2)) else { return nil }
                quality = value
            }
            return (name, quality)
        }
    }

    /// How gladly the client takes `name`, in thousandths; 0 for not at all.
    ///
    /// - Parameter wildcards: what stands for it too, the closest first: `*`, or `text/*` and `*/*`.
    package func quality(of name: String, orLike wildcards: String...) -> Int {
        for candidate in [name] + wildcards {
            if let choice = choices.first(where: { $0.name == candidate }) { return choice.quality }
        }
        return 0
    }

    private static func trimmed(_ part: Substring.UTF8View.SubSequence) -> String {
        let text = part.filter { $0 != ASCII.space && $0 != ASCII.tab }
        return String(decoding: text.map(ASCII.lower), as: UTF8.self)
    }

    /// `1`, `0.5`, `0.125`: at most three digits after the point.
    private static func quality(_ text: Substring) -> Int? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int($0) }), (0...1).contains(whole), parts.count <= 2 else {
            return nil
        }
        guard parts.count == 2, !parts[1].isEmpty else { return whole * 1_000 }
        guard parts[1].count <= 3, let digits = Int(parts[1]), digits >= 0 else { return nil }
        let thousandths = whole * 1_000 + digits * [100, 10, 1][parts[1].count - 1]
        return thousandths <= 1_000 ? thousandths : nil
    }
}
