import Kernel
import ModelGateway
import Synchronization
import Testing

@testable import Service

@Suite struct PromptCacheTests {
    private final class Hands: WallClock {
        private let time = Mutex(Timestamp(seconds: 1_000))
        var now: Timestamp { time.withLock { $0 } }
        func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    private func trail(_ blocks: [(String, Bool)], account: String = "a") -> PromptTrail {
        var trail = PromptTrail(account: account)
        for (text, isMarked) in blocks { trail.add(Array(text.utf8), kind: "user", isMarked: isMarked) }
        return trail
    }

    private let rules = String(repeating: "r", count: 400)
    private let turn = String(repeating: "t", count: 40)

    @Test func `a prefix is written once and read for five minutes from its last use`() {
        let clock = Hands()
        let cache = PromptCache(clock: clock)
        let request = trail([(rules, true), (turn, false)])
        #expect(cache.count(request) == Usage(input: 10, cacheWrite: 100))
        clock.advance(.seconds(299))
        #expect(cache.count(request) == Usage(input: 10, cacheRead: 100))
        clock.advance(.seconds(299))
        #expect(cache.count(request) == Usage(input: 10, cacheRead: 100))
        clock.advance(.seconds(300))
        #expect(cache.count(request) == Usage(input: 10, cacheWrite: 100))
    }

    @Test func `a later mark reads what an earlier one wrote`() {
        let cache = PromptCache(clock: Hands())
        #expect(cache.count(trail([(rules, false), (turn, true)])) == Usage(cacheWrite: 110))
        let longer = trail([(rules, false), (turn, false), (turn, true), ("end", false)])
        #expect(cache.count(longer) == Usage(input: 1, cacheRead: 110, cacheWrite: 10))
    }

    @Test func `a changed prefix and another account share nothing`() {
        let cache = PromptCache(clock: Hands())
        _ = cache.count(trail([(rules, true)]))
        #expect(cache.count(trail([("R" + rules.dropFirst(), true)])).cacheRead == 0)
        #expect(cache.count(trail([(rules, true)], account: "b")).cacheRead == 0)
        #expect(cache.count(trail([(rules, true)])).cacheRead == 100)
    }

    @Test func `a mark looks back twenty blocks and no further`() {
        for (between, read) in [(19, 100), (20, 0)] {
            let cache = PromptCache(clock: Hands())
            _ = cache.count(trail([(rules, true)]))
            let turns = (0..<between).map { _ in (turn, false) }
            #expect(cache.count(trail([(rules, false)] + turns + [("end", true)])).cacheRead == read, "\(between)")
        }
    }

    @Test func `the automatic cache needs no marks`() {
        let cache = PromptCache(clock: Hands())
        #expect(cache.countAutomatic(trail([(rules, false), (turn, false)])) == Usage(input: 110))
        let longer = trail([(rules, false), (turn, false), ("end!", false)])
        #expect(cache.countAutomatic(longer) == Usage(input: 1, cacheRead: 110))
    }

    @Test func `without marks everything is input`() {
        let cache = PromptCache(clock: Hands())
        #expect(cache.count(trail([(rules, false), (turn, false)])) == Usage(input: 110))
    }
}
