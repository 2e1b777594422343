/// Finds a byte string in another in linear time (Knuth, Morris, Pratt, "Fast pattern matching in strings", 1977): both
/// come from a model, and the obvious search takes minutes on the worst of what it could send.
struct Needle {
    private let bytes: [UInt8]
    /// For each prefix, how much of its end is also its beginning.
    private let borders: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var borders = [Int](repeating: 0, count: bytes.count)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[length] != bytes[index] { length = borders[length - 1] }
            if bytes[length] == bytes[index] { length += 1 }
            borders[index] = length
        }
        self.borders = borders
    }

    /// Where it begins, overlapping places included: an anchor must be unmistakable.
    func places(in text: [UInt8]) -> [Int] {
        var places: [Int] = []
        scan(text, from: 0) { end in
            places.append(end - bytes.count)
            return true
        }
        return places
    }

    /// Where its first occurrence at or after `start` ends.
    func end(in text: [UInt8], from start: Int) -> Int? {
        var found: Int?
        scan(text, from: start) { end in
            found = end
            return false
        }
        return found
    }

    /// Reports each occurrence's end for as long as `report` answers true.
    private func scan(_ text: [UInt8], from start: Int, report: (Int) -> Bool) {
        guard !bytes.isEmpty else { return }
        var matched = 0
        for position in start..<max(start, text.count) {
            while matched > 0, bytes[matched] != text[position] { matched = borders[matched - 1] }
            if bytes[matched] == text[position] { matched += 1 }
            if matched == bytes.count {
                guard report(position + 1) else { return }
                matched = borders[matched - 1]
            }
        }
    }
}
