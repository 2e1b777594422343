/// Which known word somebody may have meant.
enum Likeness {
    /// The nearest within two changes, if the word is long enough for that to mean anything.
    static func nearest(to word: String, among known: [String]) -> String? {
        let found = known.map { ($0, distance($0, word)) }.min { $0.1 < $1.1 }
        guard let found, found.1 <= min(2, word.count / 3 + 1) else { return nil }
        return found.0
    }

    /// Changes of one letter that lead from one word to the other (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (letter == right[j] ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
