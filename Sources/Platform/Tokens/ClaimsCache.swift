internal import Kernel
internal import Synchronization

/// Claims of verified tokens, by digest, until they expire. Bounded; the oldest goes first.
///
/// Sharded, so that loops rarely wait for each other. Only tokens that verified get in, so nobody can flush it with junk.
final class ClaimsCache: Sendable {
    struct Entry: Sendable {
        let claims: Claims
        /// The claims' expiry with the leeway.
        let until: Timestamp
        /// Whose keys signed it, and in which generation of theirs.
        let keys: IssuerKeys
        let generation: Int
    }

    private struct Shard {
        var entries: [TokenDigest: Entry] = [:]
        /// The keys of `entries` in the order of their coming, as a ring once it is full.
        var order: [TokenDigest] = []
        var oldest = 0
    }

    private final class LockedShard: Sendable {
        let state = Mutex(Shard())
    }

    private let shards: [LockedShard]
    private let shardLimit: Int

    static let shardCount = 16

    init(limit: Int) {
        shards = (0..<Self.shardCount).map { _ in LockedShard() }
        shardLimit = max(1, limit / Self.shardCount)
    }

    func entry(for digest: TokenDigest) -> Entry? {
        shards[digest.shard(of: Self.shardCount)].state.withLock { $0.entries[digest] }
    }

    func insert(_ entry: Entry, for digest: TokenDigest) {
        shards[digest.shard(of: Self.shardCount)].state.withLock { shard in
            if shard.entries.updateValue(entry, forKey: digest) != nil { return }
            if shard.order.count < shardLimit {
                shard.order.append(digest)
            } else {
                shard.entries[shard.order[shard.oldest]] = nil
                shard.order[shard.oldest] = digest
                shard.oldest = (shard.oldest + 1) % shardLimit
            }
        }
    }

    var count: Int { shards.reduce(0) { sum, shard in sum + shard.state.withLock { $0.entries.count } } }
}
