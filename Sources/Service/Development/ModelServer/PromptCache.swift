internal import Kernel
internal import ModelGateway
internal import Synchronization

/// Counts a request's input as Anthropic's prompt cache would (a marked prefix is written once, read for five minutes
/// from its last use, and found again at the twenty blocks before a mark) or as OpenAI's, which needs no marks.
///
/// Unlike the real ones it has no minimum length, so that small requests show the numbers too.
final class PromptCache: Sendable {
    private static let lifetime = Duration.seconds(300)
    private static let maximumEntries = 10_000
    /// How many blocks before a mark are looked at.
    private static let lookback = 20

    private let expiries = Mutex<[Int: Timestamp]>([:])
    private let clock: any WallClock

    init(clock: any WallClock) { self.clock = clock }

    /// The input side of the usage as OpenAI's automatic cache would have it: the longest beginning that an earlier
    /// request had too is read; writing costs nothing.
    func countAutomatic(_ trail: PromptTrail) -> Usage {
        let total = PromptTrail.tokens(trail.bytes)
        let read = PromptTrail.tokens(longestKnown(trail.boundaries, keeping: trail.boundaries))
        return Usage(input: total - read, cacheRead: read)
    }

    /// The input side of the usage; marked prefixes are kept.
    func count(_ trail: PromptTrail) -> Usage {
        let total = PromptTrail.tokens(trail.bytes)
        guard let last = trail.boundaries.lastIndex(where: \.isMarked) else { return Usage(input: total) }
        let reach = trail.boundaries[...last].indices.filter { index in
            trail.boundaries[index...].prefix(Self.lookback + 1).contains(where: \.isMarked)
        }
        let found = longestKnown(reach.map { trail.boundaries[$0] }, keeping: trail.boundaries.filter(\.isMarked))
        let marked = PromptTrail.tokens(trail.boundaries[last].bytes)
        let read = PromptTrail.tokens(found)
        return Usage(input: total - marked, cacheRead: read, cacheWrite: marked - read)
    }

    /// The length of the longest beginning that is known, in bytes; afterwards `kept` are known too.
    private func longestKnown(
        _ boundaries: [PromptTrail.Boundary], keeping kept: [PromptTrail.Boundary]
    ) -> Int {
        let now = clock.now
        return expiries.withLock { expiries in
            let hit = boundaries.last { (expiries[$0.hash] ?? now) > now }
            if expiries.count >= Self.maximumEntries { expiries = expiries.filter { $0.value > now } }
            if expiries.count >= Self.maximumEntries { expiries.removeAll() }
            if let hit { expiries[hit.hash] = now + Self.lifetime }
            for boundary in kept { expiries[boundary.hash] = now + Self.lifetime }
            return hit?.bytes ?? 0
        }
    }
}
