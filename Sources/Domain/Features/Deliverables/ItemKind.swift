/// What carries an id inside deliverables, and the letter the id begins with.
package enum ItemKind: String, Sendable {
    case requirement = "R"
    case task = "T"
    case testCase = "C"

    /// The letter and a number from 1 to 9999 without leading zeros: `R1`, `T12`.
    package func accepts(_ id: String) -> Bool {
        let bytes = Array(id.utf8)
        guard (2...5).contains(bytes.count), bytes[0] == rawValue.utf8.first, bytes[1] != UInt8(ascii: "0") else {
            return false
        }
        return bytes.dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Orders `R2` before `R10`: as people count.
    package static func inOrder(_ left: String, _ right: String) -> Bool {
        (left.utf8.count, left) < (right.utf8.count, right)
    }

    var form: String { "\(rawValue) and a number, such as \(rawValue)1" }
}
