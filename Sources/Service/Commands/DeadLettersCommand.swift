internal import Jobs
internal import Kernel
internal import Pipeline
internal import Postgres

/// `specwright dead-letters`: shows the jobs that were given up and puts them back to work, as the worker's role.
struct DeadLettersCommand {
    let options: DeadLettersOptions

    func run() async throws {
        try await OperatorDatabase.with(role: "specwright_worker", command: "dead-letters") { database in
            try await act(on: database) { Terminal.say($0) }
        }
    }

    /// - Parameter say: takes what is to be shown, in whole lines.
    func act(on database: Database, say: (String) -> Void) async throws {
        switch options.action {
        case .list(let limit):
            let letters = try await DeadLetters.list(kind: options.kind, limit: limit, in: database)
            guard !options.isJSON else { return say(DeadLettersReport.json(letters)) }
            let total =
                letters.count < limit
                ? letters.count : try await DeadLetters.count(kind: options.kind, in: database)
            say(DeadLettersReport.text(letters, total: total))
        case .redrive(let job):
            guard let letter = try await DeadLetters.find(job, in: database) else { throw NoSuchLetter(job: job) }
            let tally = try await redrive([letter], in: database)
            say(options.isJSON ? tally.json : tally.text)
            guard tally.refused.isEmpty else { throw Refused() }
        case .redriveAll:
            var tally = DeadLettersTally()
            var last: DeadLetter?
            // By pages that go on after the last letter, so that what is refused is asked once.
            repeat {
                let page = try await DeadLetters.list(kind: options.kind, after: last, limit: 500, in: database)
                tally.add(try await redrive(page, in: database))
                last = page.last
            } while last != nil
            say(options.isJSON ? tally.json : tally.text)
        }
    }

    private func redrive(_ letters: [DeadLetter], in database: Database) async throws -> DeadLettersTally {
        var tally = DeadLettersTally()
        for letter in letters {
            switch try await Redrive.redrive(letter, in: database) {
            case .redriven: tally.redriven.append(letter)
            case .refused(let reason): tally.refused.append((letter, reason))
            case .gone: break
            }
        }
        return tally
    }
}

/// There is no dead letter with that id.
struct NoSuchLetter: Error, CustomStringConvertible {
    let job: JobID
    var description: String { "there is no dead letter \(job); `specwright dead-letters list` shows those there are" }
}

/// The one letter that was to be redriven was not; the report says why.
struct Refused: Error, CustomStringConvertible {
    var description: String { "nothing was redriven" }
}
