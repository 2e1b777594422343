internal import Features
internal import Jobs
internal import Kernel

/// What the operator reads.
enum DeadLettersReport {
    static func text(_ letters: [DeadLetter], total: Int) -> String {
        guard !letters.isEmpty else { return "There are no dead letters." }
        var lines: [String] = []
        for letter in letters {
            var about = "tenant \(letter.tenant)"
            if let feature = letter.feature(as: FeatureSubject.self) { about += ", feature \(feature)" }
            if let revision = letter.revision { about += ", revision \(revision)" }
            let attempts = letter.attempts == 1 ? "1 attempt" : "\(letter.attempts) attempts"
            lines.append("\(letter.job)  \(letter.kind)  died \(letter.diedAt) after \(attempts)")
            lines.append("    \(about)")
            lines.append("    \(plain(letter.reason))")
            if let error = letter.lastError, !letter.reason.contains(error) {
                lines.append("    last error: \(plain(error))")
            }
        }
        lines.append(
            total > letters.count
                ? "\(letters.count) of \(total) dead letters; --limit shows more."
                : "\(total) dead \(total == 1 ? "letter" : "letters").")
        return lines.joined(separator: "\n")
    }

    static func json(_ letters: [DeadLetter]) -> String {
        var json = JSONWriter()
        json.array { json in
            for letter in letters { write(letter, refusal: nil, to: &json) }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    static func write(_ letter: DeadLetter, refusal: String?, to json: inout JSONWriter) {
        json.object { json in
            json.key("id")
            json.string(letter.job.description)
            json.key("kind")
            json.string(letter.kind)
            json.key("tenant_id")
            json.string(letter.tenant.description)
            json.key("feature_id")
            json.string(letter.feature(as: FeatureSubject.self)?.description)
            json.key("revision")
            json.value(letter.revision.map { .integer(Int64($0)) } ?? .null)
            json.key("attempts")
            json.integer(letter.attempts)
            json.key("reason")
            json.string(letter.reason)
            json.key("last_error")
            json.string(letter.lastError)
            json.key("enqueued_at")
            json.string(letter.enqueuedAt.description)
            json.key("died_at")
            json.string(letter.diedAt.description)
            if let refusal {
                json.key("refused")
                json.string(refusal)
            }
        }
    }

    /// On one line, and nothing in it that a terminal would obey: words may come from a model's provider.
    static func plain(_ words: String) -> String {
        String(
            String.UnicodeScalarView(words.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}

/// What became of the letters that were to be redriven.
struct DeadLettersTally {
    var redriven: [DeadLetter] = []
    var refused: [(letter: DeadLetter, reason: String)] = []

    mutating func add(_ other: DeadLettersTally) {
        redriven += other.redriven
        refused += other.refused
    }

    var text: String {
        let sum = "\(redriven.count) redriven, \(refused.count) left as they are."
        let lines = refused.map { "\($0.letter.job)  \($0.letter.kind)  stays: \($0.reason)" }
        return (lines + [sum]).joined(separator: "\n")
    }

    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.key("redriven")
            json.array { json in
                for letter in redriven { DeadLettersReport.write(letter, refusal: nil, to: &json) }
            }
            json.key("refused")
            json.array { json in
                for (letter, reason) in refused { DeadLettersReport.write(letter, refusal: reason, to: &json) }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
