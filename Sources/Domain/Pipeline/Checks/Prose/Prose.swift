/// What a piece of prose speaks of, as far as counting can tell: the stems of its longer words, and its numbers with what
/// they count. No grammar: good enough to say that a sentence is nowhere to be found, not to say what it means.
struct Prose {
    let stems: Set<String>
    let quantities: [Quantity]

    init(_ text: String) {
        var words = Words(text)
        var stems: Set<String> = []
        var quantities: [Quantity] = []
        while let word = words.next() {
            if let value = words.number(after: word) {
                quantities.append(Quantity(value: value, noun: words.first.map(Self.stem) ?? ""))
            } else if word.count >= 4, word.allSatisfy(\.isLetter), !Self.fillers.contains(word) {
                stems.insert(Self.stem(word))
            }
        }
        self.stems = stems
        self.quantities = quantities
    }

    /// Five letters, without the ending of a plural: enough to make "book" of "bookings" in most languages that inflect
    /// at the end.
    static func stem(_ word: String) -> String {
        let isPlural = word.count >= 4 && word.hasSuffix("s") && !word.hasSuffix("ss")
        return String((isPlural ? word.dropLast() : word[...]).prefix(5))
    }

    func mentions(_ quantity: Quantity) -> Bool { quantities.contains { $0.isSame(as: quantity) } }

    private static let fillers: Set<String> = [
        "that", "this", "with", "from", "have", "must", "shall", "should", "will", "when", "than", "then", "them",
        "they", "only", "each", "every", "into", "cannot", "there", "their", "does", "been", "more", "system", "soll",
        "wenn", "oder", "nicht", "kein", "keine", "eine", "einer", "eines", "einen",
    ]
}

extension Prose {
    /// The words of a text, in lower case and without accents; numbers with their separators. Names such as `R12` and
    /// `utf8` are left out: their digits count nothing.
    private struct Words {
        private var words: ArraySlice<String>

        var first: String? { words.first }

        init(_ text: String) {
            var words: [String] = []
            var word = ""
            let scalars = Array(text.decomposed.lowercased().unicodeScalars)
            for (index, scalar) in scalars.enumerated() {
                let isDigit = ("0"..."9").contains(scalar)
                if scalar.properties.isAlphabetic {
                    // "5g" is a number and a unit; "g5" is a name.
                    if word.last?.isNumber == true, word.first?.isNumber == true { words.append(word); word = "" }
                    word.unicodeScalars.append(scalar)
                } else if isDigit {
                    word.unicodeScalars.append(scalar)
                } else if ".,:_".unicodeScalars.contains(scalar), word.first?.isNumber == true,
                    index + 1 < scalars.count, ("0"..."9").contains(scalars[index + 1])
                {
                    word.unicodeScalars.append(scalar)
                } else if scalar.properties.generalCategory == .nonspacingMark {
                    continue
                } else {
                    if !word.isEmpty { words.append(word) }
                    word = scalar == "%" ? "percent" : ""
                }
            }
            if !word.isEmpty { words.append(word) }
            self.words = words.filter { !($0.first?.isLetter == true && $0.contains(where: \.isNumber)) }[...]
        }

        mutating func next() -> String? { words.popFirst() }

        /// The number that begins with `word`, the words after it taken as far as they belong to it.
        mutating func number(after word: String) -> Double? {
            guard var value = Self.digits(word) ?? Self.named[word] ?? article(word) else { return nil }
            while let next = first, let factor = Self.factors[next] {
                value *= factor
                words.removeFirst()
            }
            if first == "pm", value < 12 { value += 12 }
            return value
        }

        /// "a day", "one percent", "half an hour", "a quarter of an hour", "a thousand".
        private mutating func article(_ word: String) -> Double? {
            switch word {
            case "a", "an", "one":
                guard let next = first else { return nil }
                if Self.factors[next] != nil || Quantity.second(Prose.stem(next)) != nil { return 1 }
                if word == "one", next == "percent" || next == "per" { return 1 }
                return nil
            case "half" where ["a", "an"].contains(first):
                guard let unit = words.dropFirst().first, Quantity.second(Prose.stem(unit)) != nil else { return nil }
                words.removeFirst()
                return 0.5
            case "quarter" where first == "of":
                words.removeFirst(min(2, words.count))
                return 0.25
            case let factor: return Self.factors[factor]
            }
        }

        private static func digits(_ word: String) -> Double? {
            guard word.first?.isNumber == true else { return nil }
            let parts = word.split(separator: ":")
            if parts.count == 2, let hours = Double(parts[0]), let minutes = Double(parts[1]) {
                return hours + minutes / 60
            }
            let plain = word.replacing("_", with: "")
            let groups = plain.split(separator: ",", omittingEmptySubsequences: false)
            let isGrouped =
                groups.count > 1 && groups[0].count <= 3 && groups.dropFirst().allSatisfy { $0.prefix(3).count == 3 }
            return Double(isGrouped ? plain.replacing(",", with: "") : plain.replacing(",", with: "."))
        }

        private static let named: [String: Double] = {
            let names = [
                "zero", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
                "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
            ]
            var named = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Double($0)) })
            named[""] = nil
            for (index, name) in ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"].enumerated() {
                named[name] = Double(30 + 10 * index)
            }
            return named
        }()

        private static let factors: [String: Double] = ["hundred": 100, "thousand": 1_000, "million": 1_000_000]
    }
}

extension String {
    /// With accents as scalars of their own, so that they can be left out.
    fileprivate var decomposed: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
                    Self.accented[scalar].map { [$0] } ?? [scalar]
                }))
    }

    private static let accented: [Unicode.Scalar: Unicode.Scalar] = {
        var table: [Unicode.Scalar: Unicode.Scalar] = [:]
        for (plain, accented) in [
            ("a", "àáâãäå"), ("e", "èéêë"), ("i", "ìíîï"), ("o", "òóôõö"), ("u", "ùúûü"), ("c", "ç"), ("n", "ñ"),
        ] {
            for scalar in accented.unicodeScalars { table[scalar] = Unicode.Scalar(plain) }
        }
        return table
    }()
}
