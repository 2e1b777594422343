internal import Conversation
internal import Features
internal import Jobs
internal import Postgres

/// Batches an answer's text into pieces of at least 50 ms, each its own fenced transaction, and lets nothing through
/// that repeats the prompt.
final class AnswerStream {
    private let message: MessageID
    private let feature: FeatureID
    private let lease: Lease
    private let database: Database
    private var filter: LeakFilter
    private var sequence: Int
    private var pending = ""
    private var lastFlush = ContinuousClock.now
    private static let interval: Duration = .milliseconds(50)

    init(
        message: MessageID, feature: FeatureID, lease: Lease, database: Database, leak: PromptLeak,
        after sequence: Int
    ) {
        self.message = message
        self.feature = feature
        self.lease = lease
        self.database = database
        self.filter = LeakFilter(leak)
        self.sequence = sequence
    }

    /// Whether what was added repeats the prompt: from there on nothing is shown.
    var hasLeaked: Bool { filter.hasLeaked }

    func add(_ text: String) async throws {
        pending += filter.take(text)
        if ContinuousClock.now - lastFlush >= Self.interval { try await flush() }
    }

    /// Shows what is left of the answer.
    func end() async throws {
        pending += filter.end()
        try await flush()
    }

    /// Tells listeners that the answer starts over.
    func restart() async throws {
        pending = ""
        filter.restart()
        try await write("")
    }

    private func flush() async throws {
        guard !pending.isEmpty else { return }
        let text = pending
        pending = ""
        try await write(text)
    }

    private func write(_ text: String) async throws {
        sequence += 1
        lastFlush = .now
        let (sequence, message, feature, lease) = (sequence, message, feature, lease)
        let isWanted = try await database.transaction(.tenant(lease.tenant)) { tx in
            try await lease.fence(in: tx)
            return try await AnswerStore.append(
                text, sequence: sequence, to: message, feature: feature, tenant: lease.tenant, in: tx)
        }
        guard isWanted else { throw StaleStep() }
    }
}
