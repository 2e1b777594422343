/// A file that a person sent along, as far as an agent may read it.
package struct AttachedFile: Sendable, Equatable {
    /// What the analyst reads of all files of a feature together, in bytes; it reads them anew for every answer.
    package static let chatBytes = 48_000
    /// What the specification agent reads of them, once.
    package static let specBytes = 160_000

    package let name: String
    /// Of the whole file.
    package let bytes: Int
    /// Its beginning, or all of it.
    package let opening: String

    package init(name: String, bytes: Int, opening: String) {
        self.name = name
        self.bytes = bytes
        self.opening = opening
    }

    /// The file's beginning, cut after a line, or all of it if it has no more than `limit` bytes.
    func excerpt(upTo limit: Int) -> String {
        guard bytes > limit || opening.utf8.count < bytes else { return opening }
        var size = 0
        let kept = opening.unicodeScalars.prefix { scalar in
            size += UTF8.width(scalar)
            return size <= limit
        }
        guard let end = kept.lastIndex(of: "\n") else { return String(kept) }
        return String(kept[...end])
    }
}

extension Delimited {
    /// The files between tags, each with how much of it is shown; `nil` when there are none.
    ///
    /// Every file gets the same share of `limit` bytes, and what small ones leave of theirs goes to the larger.
    static func attachments(_ files: [AttachedFile], upTo limit: Int) -> String? {
        guard !files.isEmpty else { return nil }
        var left = limit
        var shown: [Int: String] = [:]
        let bySize = files.indices.sorted { (files[$0].bytes, $0) < (files[$1].bytes, $1) }
        for (place, index) in bySize.enumerated() {
            let excerpt = files[index].excerpt(upTo: left / (files.count - place))
            left -= excerpt.utf8.count
            shown[index] = excerpt
        }
        let blocks = files.enumerated().map { index, file in
            let excerpt = shown[index] ?? ""
            let isWhole = excerpt.utf8.count == file.bytes
            let extent = isWhole ? "all" : "the first \(excerpt.utf8.count) of \(file.bytes) bytes"
            // A name cannot hold a quotation mark or an angle bracket (`FilePath`).
            return "<attachment name=\"\(file.name)\" shown=\"\(extent)\">\n\(escaped(excerpt))\n</attachment>"
        }
        return "<attachments>\n\(blocks.joined(separator: "\n"))\n</attachments>"
    }
}
