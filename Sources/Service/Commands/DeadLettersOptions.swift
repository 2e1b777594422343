internal import Jobs
internal import Kernel

/// The words after `specwright dead-letters`.
struct DeadLettersOptions: Sendable, Equatable {
    enum Action: Sendable, Equatable {
        case list(limit: Int)
        case redrive(JobID)
        case redriveAll
    }

    let action: Action
    private(set) var kind: String?
    private(set) var isJSON = false

    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var arguments = arguments
        let verb = arguments.popFirst()
        guard verb == "list" || verb == "redrive" else {
            throw UsageError("dead-letters needs \"list\" or \"redrive\"")
        }
        var job: JobID?
        var isAll = false
        var limit: Int?
        while let word = arguments.popFirst() {
            switch word {
            case "--json": isJSON = true
            case "--kind":
                guard let value = arguments.popFirst(), !value.isEmpty else { throw UsageError("--kind needs a value") }
                kind = value
            case "--limit" where verb == "list":
                guard let value = arguments.popFirst().flatMap({ Int($0) }), (1...10_000).contains(value) else {
                    throw UsageError("--limit needs a number from 1 to 10000")
                }
                limit = value
            case "--all" where verb == "redrive": isAll = true
            case _ where verb == "redrive" && job == nil && !word.hasPrefix("-"):
                guard let id = JobID(word) else { throw UsageError("\"\(word)\" is not the id of a job") }
                job = id
            default: throw UsageError("dead-letters \(verb ?? "") does not know \"\(word)\"")
            }
        }
        switch (verb, job, isAll) {
        case ("list", _, _): action = .list(limit: limit ?? 100)
        case (_, let job?, false):
            guard kind == nil else { throw UsageError("--kind goes with --all, not with one job's id") }
            action = .redrive(job)
        case (_, nil, true): action = .redriveAll
        default: throw UsageError("redrive needs the id of one job, or --all")
        }
    }
}
