internal import APIClient
internal import Kernel

/// Follows a feature: first what has happened, then what happens, until it is somebody's turn.
///
/// Used by one task; not `Sendable`.
final class Watcher {
    private let api: APIClient
    private let console: Console
    private let id: String
    /// Follows to the very end, also where others decide.
    private let stays: Bool
    private var progress: Progress
    private var mayHaveEnded = true
    private var adviceDeadline: ContinuousClock.Instant?

    /// How long a gate's advice is waited for; it takes seconds.
    private static let advicePatience = Duration.seconds(30)
    /// With the autopilot on, the advice decides.
    private static let autopilotPatience = Duration.seconds(300)
    /// How long a server that went away is waited for.
    private static let outagePatience = Duration.seconds(300)

    init(_ api: APIClient, _ console: Console, feature id: String, after sequence: Int64 = 0, stays: Bool = false) {
        self.api = api
        self.console = console
        self.id = id
        self.stays = stays
        progress = Progress(after: sequence)
        console.leaving.say([
            "You are not watching any more; the work goes on. To come back:", "  \("specwright watch \(id)", .strong)",
        ])
    }

    /// The number of the last event so far.
    static func lastSequence(_ api: APIClient, of id: String) async throws -> Int64 {
        var last: Int64 = 0
        while true {
            let page = try await api.events(of: id, after: last)
            last = page.last?["sequence"]?.integer ?? last
            if page.count < 500 { return last }
        }
    }

    /// - Returns: what `Standing.exit` says of how it ended.
    func run() async throws -> ExitStatus {
        // A server that is not there at all is said at once; one that goes away later is waited for.
        try await catchUp()
        var end: (Feature, Standing)?
        try await patiently { end = try await ending() }
        if let end { return tell(end.0, end.1) }
        for await turn in Turns.of(id, api, after: progress.sequence, patience: Self.outagePatience) {
            switch turn {
            case .rang(let number):
                guard number > progress.sequence else { continue }
                try await patiently { try await catchUp() }
            case .second: break
            case .lost:
                console.transient("the connection is lost; trying again…", announces: true)
                continue
            case .regained: console.transient("connected again", announces: true)
            case .ended(let failure):
                if let failure { throw failure }
                try await patiently { try await catchUp() }
                mayHaveEnded = true
            }
            try await patiently { end = try await ending() }
            if let end { return tell(end.0, end.1) }
            if case .ended = turn { break }
            try await patiently { try await showProgress() }
        }
        let feature = try await api.feature(id)
        return tell(feature, Standing(feature, isAnswering: false))
    }

    /// Reads and tells what is new.
    private func catchUp() async throws {
        while true {
            let page = try await api.events(of: id, after: progress.sequence)
            for event in page { try tell(event) }
            if page.count < 500 { return }
        }
    }

    private func showProgress() async throws {
        guard console.isTerminal, !console.isJSON else { return }
        if progress.hasNewRuns { progress.take(total: try await api.runs(of: id)["total"]) }
        console.transient(progress.line(now: .now), announces: false)
    }

    private func tell(_ event: JSON) throws(APIFailure) {
        let (type, data) = (try event.text(at: "type"), event["data"] ?? [:])
        let time = try event.text(at: "created_at")
        progress.take(try event.integer(at: "sequence"), type, data, at: Timestamp(time))
        if Progress.mayEnd(type) { mayHaveEnded = true }
        guard !console.isJSON else { return console.data(["event": event]) }
        let text = EventText(type, data)
        guard console.isTerminal else { return console.say("\(time)  \(text.line)") }
        console.say("\(Amounts.local(time), .faint)  \(text.line)")
        for line in text.details { console.say("            \(line)") }
    }

    // MARK: The end

    /// Whether it is somebody's turn now, and everything up to there has been told.
    private func ending() async throws -> (Feature, Standing)? {
        guard mayHaveEnded else { return nil }
        while true {
            let told = progress.sequence
            let feature = try await api.feature(id)
            progress.begin(with: feature.status)
            let standing = Standing(feature, isAnswering: try await isAnswering(feature))
            guard try await ends(standing, feature) else { return nil }
            try await catchUp()
            if progress.sequence == told { return (feature, standing) }
        }
    }

    private func ends(_ standing: Standing, _ feature: Feature) async throws -> Bool {
        switch standing {
        case .goesOn:
            mayHaveEnded = false
            return false
        case .done, .failed, .cancelled: return true
        case .gate(let gate) where !stays: return try await isAdvised(gate, feature)
        default:
            mayHaveEnded = !stays
            return !stays
        }
    }

    /// The advice is what somebody decides by, so it is waited for, but not for ever.
    private func isAdvised(_ gate: String, _ feature: Feature) async throws -> Bool {
        let advice = try await api.list("recommendations", of: id).last {
            $0["gate"]?.string == gate && $0["revision"]?.integer == feature.revision
        }
        // With the autopilot on, what the advice brings about came with it, and is told before this ends.
        if let advice, try await isCurrent(advice, gate, feature) { return true }
        let patience = feature.isOnAutopilot ? Self.autopilotPatience : Self.advicePatience
        let deadline = adviceDeadline ?? .now + patience
        adviceDeadline = deadline
        mayHaveEnded = .now >= deadline
        return mayHaveEnded
    }

    /// Advice about an older version than the newest is out of date: there will be another.
    private func isCurrent(_ advice: JSON, _ gate: String, _ feature: Feature) async throws -> Bool {
        guard let version = advice["deliverable_version"]?.integer else { return true }
        let versions = try await api.list("deliverables", of: id).filter {
            $0["kind"]?.string == gate && $0["revision"]?.integer == feature.revision
        }.compactMap { $0["version"]?.integer }
        return version >= versions.max() ?? version
    }

    private func isAnswering(_ feature: Feature) async throws -> Bool {
        guard feature.status == "drafting" else { return false }
        return try await api.messages(of: id, limit: 1).last?.status == "streaming"
    }

    /// Over an outage: what is read and told can be read and told again.
    private func patiently(_ body: () async throws -> Void) async throws {
        let deadline = ContinuousClock.now + Self.outagePatience
        while true {
            do {
                return try await body()
            } catch let failure as APIFailure {
                guard failure.mayPass, ContinuousClock.now < deadline else { throw failure }
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func tell(_ feature: Feature, _ standing: Standing) -> ExitStatus {
        console.settle()
        guard !console.isJSON else {
            console.data([
                "result": [
                    "standing": .string(standing.name), "exit": .integer(Int64(standing.exit.rawValue)),
                    "sequence": .integer(progress.sequence), "next": .string(standing.next(id)),
                ], "feature": feature.json,
            ])
            return standing.exit
        }
        if let reason = feature.failureReason { console.notice("\(reason, .bad)") }
        console.notice("\(feature.next)")
        console.notice("Next: \(standing.next(id), .strong)")
        return standing.exit
    }
}
