/// The place of a file in a tree that must unpack to the same tree on every system.
///
/// Relative, `/`-separated, in Unicode normal form C: text in another form is normalised, everything else that some
/// system would refuse, reinterpret or hide is refused. What two paths may not be to each other (equal but for case,
/// a file and its own directory) is the tree's to say.
package struct FilePath: Hashable, Sendable, Comparable, CustomStringConvertible {
    package static let maximumBytes = 1_024
    package static let maximumSegmentBytes = 255
    package static let maximumDepth = 32

    package let text: String

    package init(_ text: String) throws(FilePathError) {
        let normalised = text.nfc
        try Self.check(normalised)
        self.text = normalised
    }

    package var description: String { text }

    /// Parted by scalars: to a `Character`, a slash with a combining mark upon it would be no slash.
    package var segments: [String] { Self.segments(of: text) }

    package var name: String { segments.last ?? "" }

    /// What follows the name's last dot, in lower case; empty for `Makefile` and `.gitignore`.
    package var suffix: String {
        let name = name.unicodeScalars
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return String(name[name.index(after: dot)...]).lowercased()
    }

    /// The directories above the file, outermost first: `a`, `a/b` for `a/b/c.py`.
    package var directories: [String] {
        let segments = segments
        return (1..<max(1, segments.count)).map { segments[..<$0].joined(separator: "/") }
    }

    private static func segments(of text: String) -> [String] {
        text.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    }

    /// The path as a file system that ignores case would compare it.
    package var folded: String { Self.folded(text) }

    /// Full case mapping both ways, so that `ß`/`SS` and `ſ`/`s` meet, then normal form C.
    package static func folded(_ text: String) -> String { text.uppercased().lowercased().nfc }

    /// By bytes, so that an order never depends on a locale or a Unicode version.
    package static func < (left: FilePath, right: FilePath) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    private static func check(_ text: String) throws(FilePathError) {
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= maximumBytes else { throw .tooLong }
        for scalar in text.unicodeScalars { try check(scalar) }
        guard text.utf8.first != UInt8(ascii: "/"), text.utf8.first != UInt8(ascii: "~") else { throw .absolute }
        let segments = segments(of: text)
        guard segments.count <= maximumDepth else { throw .tooDeep }
        for segment in segments { try check(segment: segment) }
    }

    private static func check(_ scalar: Unicode.Scalar) throws(FilePathError) {
        switch scalar {
        case "\\": throw .backslash
        case ":", "*", "?", "\"", "<", ">", "|": throw .reservedCharacter(Character(scalar))
        default: break
        }
        switch scalar.properties.generalCategory {
        // Format characters take in the bidirectional controls, joiners and tags; none can be seen, all can deceive.
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            throw .invisibleCharacter(scalar.value)
        case .spaceSeparator where scalar != " ":
            throw .invisibleCharacter(scalar.value)
        default: break
        }
    }

    private static func check(segment: String) throws(FilePathError) {
        guard !segment.isEmpty else { throw .emptySegment }
        guard segment != ".", segment != ".." else { throw .dotSegment }
        guard segment.utf8.count <= maximumSegmentBytes else { throw .segmentTooLong }
        let scalars = segment.unicodeScalars
        guard scalars.last != ".", scalars.last != " ", scalars.first != " " else { throw .trimmedSegment }
        let stem = String(scalars.prefix { $0 != "." }).uppercased()
        guard !windowsDevices.contains(stem.trimmingSuffix(" ")) else { throw .reservedName(stem) }
        // The second is how Windows abbreviates the first.
        guard ![".git", "git~1"].contains(segment.lowercased()) else { throw .reservedName(segment.lowercased()) }
    }

    private static let windowsDevices: Set<String> = {
        var names: Set = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
        for digit in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"] {
            names.formUnion(["COM\(digit)", "LPT\(digit)"])
        }
        return names
    }()
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var text = self[...]
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
