/// Finds a byte string in another in linear time (Knuth, Morris, Pratt, "Fast pattern matching in strings", 1977): both
/// come from a model, and the obvious search takes minutes on the worst of what it could send.
enum Occurrences {
    /// Where `needle` begins, overlapping places included: an anchor must be unmistakable.
    static func all(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
        guard !needle.isEmpty else { return [] }
        let border = borders(of: needle)
        var places: [Int] = []
        var matched = 0
        for (position, byte) in bytes.enumerated() {
            while matched > 0, needle[matched] != byte { matched = border[matched - 1] }
            if needle[matched] == byte { matched += 1 }
            if matched == needle.count {
                places.append(position + 1 - needle.count)
                matched = border[matched - 1]
            }
        }
        return places
    }

    /// For each prefix, how much of its end is also its beginning.
    private static func borders(of needle: [UInt8]) -> [Int] {
        var border = [Int](repeating: 0, count: needle.count)
        var length = 0
        for index in needle.indices.dropFirst() {
            while length > 0, needle[length] != needle[index] { length = border[length - 1] }
            if needle[length] == needle[index] { length += 1 }
            border[index] = length
        }
        return border
    }
}
