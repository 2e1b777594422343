/// Why a text is not a `FilePath`. `sentence` says it so that whoever wrote the path, person or model, can mend it.
package enum FilePathError: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case absolute
    case backslash
    case emptySegment
    case dotSegment
    case trimmedSegment
    case reservedCharacter(Character)
    case invisibleCharacter(UInt32)
    case reservedName(String)
    case segmentTooLong
    case tooLong
    case tooDeep

    package var sentence: String {
        switch self {
        case .empty: "a path must not be empty"
        case .absolute: "a path must be relative to the project: leave out the leading \"/\" or \"~\""
        case .backslash: "a path separates its parts by \"/\", not by a backslash"
        case .emptySegment: "a path must not contain \"//\" or end in \"/\""
        case .dotSegment: "a path must not contain \".\" or \"..\" as a part: write it from the project's root"
        case .trimmedSegment: "no part of a path may begin with a space or end in a space or a dot"
        case .reservedCharacter(let character): "a path must not contain \(character): some systems reserve it"
        case .invisibleCharacter(let value):
            "a path must not contain control or invisible characters (here U+\(Self.hex(value)))"
        case .reservedName(let name): "\"\(name)\" is reserved by some systems and cannot name a file or directory"
        case .segmentTooLong: "no part of a path may be longer than \(FilePath.maximumSegmentBytes) bytes"
        case .tooLong: "a path may be at most \(FilePath.maximumBytes) bytes long"
        case .tooDeep: "a path may have at most \(FilePath.maximumDepth) parts"
        }
    }

    package var description: String { sentence }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
