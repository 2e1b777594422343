/// A rule's sentence in a canonical wording, so that few patterns understand many ways of saying the same.
enum RuleText {
    /// Lower-case words without articles; commas are kept for lists. "May not be more than ten" → cannot be morethan 10.
    static func words(_ sentence: String) -> [String] {
        var text = sentence.lowercased().replacing("’", with: "'")
        for (mark, words) in [(">=", " at least "), ("<=", " at most "), ("≥", " at least "), ("≤", " at most ")] {
            text = text.replacing(mark, with: words)
        }
        text = text.replacing(">", with: " more than ").replacing("<", with: " less than ")
        var words = split(text)
        for (phrase, replacement) in phrases { replace(phrase, with: replacement, in: &words) }
        words.removeAll { fillers.contains($0) }
        for (phrase, replacement) in laterPhrases { replace(phrase, with: replacement, in: &words) }
        while let first = words.first, [",", "and", "but", "same"].contains(first) { words.removeFirst() }
        return words
    }

    /// Words, numbers with a decimal point, "@" and commas. "book's" loses its ending, hyphens part words.
    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        func end() {
            if word.hasSuffix("'s") { word.removeLast(2) }
            if word.hasSuffix("s'") { word.removeLast() }
            while word.hasSuffix(".") { word.removeLast() }
            if !word.isEmpty {
                words.append(word.filter { $0 != "'" || word.hasSuffix("n't") || word.hasSuffix("cant") })
            }
            word = ""
        }
        for character in text {
            let isPoint = character == "." && !word.isEmpty && word.allSatisfy { $0.isNumber || $0 == "-" }
            let isMinus = character == "-" && word.isEmpty
            if character.isLetter || character.isNumber || isPoint || isMinus || (character == "'" && !word.isEmpty) {
                word.append(character)
            } else {
                if word == "-" { word = "" }
                end()
                if character == "," || character == ":" || character == ";" || character == "/" { words.append(",") }
                if character == "@" || character == "€" || character == "$" || character == "%" {
                    words.append(String(character))
                }
            }
        }
        if word == "-" { word = "" }
        end()
        return words
    }

    private static func replace(_ phrase: [String], with replacement: [String], in words: inout [String]) {
        var index = 0
        while index + phrase.count <= words.count {
            if Array(words[index..<index + phrase.count]) == phrase {
                words.replaceSubrange(index..<index + phrase.count, with: replacement)
                index += replacement.count
            } else {
                index += 1
            }
        }
    }

    private static let fillers: Set<String> = [
        "a", "an", "the", "always", "also", "then", "please", "any", "each", "every", "all", "currently", "ever",
        "already",
        "just", "still", "yet", "its", "their", "his", "her", "own", "our", "strictly", "actually", "€", "$", "%",
        "euros", "euro", "dollars", "percent", "simply",
    ]

    private static func table(_ text: String) -> [([String], [String])] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let sides = line.split(separator: "=", maxSplits: 1).map { $0.split(separator: " ").map(String.init) }
            guard let phrase = sides.first, !phrase.isEmpty else { return nil }
            return (phrase, sides.count > 1 ? sides[1] : [])
        }
    }

    /// In order: longer phrases first where one begins like another.
    private static let phrases = table(
        """
        zero = 0
        email address = email
        email addresses = email
        e mail address = email
        e mail addresses = email
        e mail = email
        any more =
        anymore =
        any longer =
        is optional but = must be
        is optional and = must be
        are read only = cannot be changed
        is read only = cannot be changed
        are final = cannot be changed
        is final = cannot be changed
        one of = oneof
        either = oneof
        at the same time = atonce
        at same time = atonce
        at a time = atonce
        at once = atonce
        at any time = atonce
        at any one time = atonce
        simultaneously = atonce
        one = 1
        two = 2
        three = 3
        four = 4
        five = 5
        six = 6
        seven = 7
        eight = 8
        nine = 9
        ten = 10
        twelve = 12
        twenty = 20
        thirty = 30
        hundred = 100
        has to = must
        have to = must
        needs to = must
        need to = must
        ought to = must
        shall = must
        should = must
        can't = cannot
        can not = cannot
        cant = cannot
        may not = cannot
        must not = cannot
        must never = cannot
        can never = cannot
        may never = cannot
        mustn't = cannot
        shouldn't = cannot
        won't = cannot
        will not = cannot
        is not allowed to = cannot
        are not allowed to = cannot
        isn't allowed to = cannot
        aren't allowed to = cannot
        is never allowed to = cannot
        is forbidden to = cannot
        is allowed to = can
        are allowed to = can
        be allowed to =
        isn't = is not
        aren't = are not
        hasn't = has not
        haven't = have not
        doesn't = does not
        don't = do not
        is never = cannot be
        are never = cannot be
        can only = canonly
        may only = canonly
        can be only = canonly be
        may be only = canonly be
        must only = canonly
        is only = canonly be
        are only = canonly be
        may = can
        no more than = atmost
        not more than = atmost
        not exceed = atmost
        no later than = onorbefore
        not later than = onorbefore
        no earlier than = onorafter
        not earlier than = onorafter
        no longer than = atmost
        not longer than = atmost
        at most = atmost
        up to = atmost
        a maximum of = atmost
        maximum of = atmost
        no fewer than = atleast
        no less than = atleast
        not less than = atleast
        at least = atleast
        a minimum of = atleast
        minimum of = atleast
        on or after = onorafter
        on or before = onorbefore
        same as or after = onorafter
        equal to or after = onorafter
        after or equal to = onorafter
        after or on = onorafter
        later than = after
        earlier than = before
        prior to = before
        greater than or equal to = atleast
        less than or equal to = atmost
        or equal to = orequal
        greater than = morethan
        higher than = morethan
        larger than = morethan
        bigger than = morethan
        longer than = morethan
        more than = morethan
        less than = lessthan
        fewer than = lessthan
        lower than = lessthan
        smaller than = lessthan
        shorter than = lessthan
        above = morethan
        below = lessthan
        exceeding = morethan
        """)

    /// After the fillers are gone.
    private static let laterPhrases = table(
        """
        morethan orequal = atleast
        lessthan orequal = atmost
        cannot exceed = cannot be morethan
        must atmost = must be atmost
        cannot be exceed = cannot be morethan
        can be atmost = must be atmost
        can have atmost 1 = can have atmost 1
        is atmost = must be atmost
        are atmost = must be atmost
        is atleast = must be atleast
        are atleast = must be atleast
        is between = must be between
        are between = must be between
        must be from = must be between
        ranges from = must be between
        goes from = must be between
        is from = must be between
        must lie between = must be between
        can be between = must be between
        is unique = must be unique
        are unique = must be unique
        must have unique = musthaveunique
        has unique = musthaveunique
        have unique = musthaveunique
        needs unique = musthaveunique
        must be oneof = must be oneof
        is oneof = must be oneof
        are oneof = must be oneof
        can be oneof = must be oneof
        canonly be oneof = must be oneof
        is required = must be filled
        are required = must be filled
        is mandatory = must be filled
        are mandatory = must be filled
        cannot be empty = must be filled
        cannot be blank = must be filled
        cannot be missing = must be filled
        cannot be left empty = must be filled
        cannot be left blank = must be filled
        must be filled in = must be filled
        must be provided = must be filled
        must be present = must be filled
        must be set = must be filled
        must be known = must be filled
        must be stated = must be filled
        is positive = must be positive
        are positive = must be positive
        cannot be negative = must be atleast 0
        must be non negative = must be atleast 0
        must be nonnegative = must be atleast 0
        must be positive or 0 = must be atleast 0
        must be 0 or more = must be atleast 0
        must be positive = must be morethan 0
        must be positive number = must be morethan 0
        must come = must be
        must lie = must be
        must fall = must be
        """)
}
