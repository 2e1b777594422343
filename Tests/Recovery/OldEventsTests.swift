import Kernel
import Pipeline
import ServiceHarness
import TestSupport
import Testing

/// Events past their retention.
@Suite(.timeLimit(.minutes(2)))
struct OldEventsTests {
    @Test func aFinishedFeatureKeepsItsLastEventAndCountsOnFromIt() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let finished = try await Journey.arrived(at: "done", by: alice)
            let waiting = try await Journey.arrived(at: "spec_ready", by: alice)
            let all = try await finished.events()
            let others = try await waiting.events()
            let sweep = Sweep.oldEvents(service.database.worker, retention: .seconds(300))
            #expect(try await sweeper(service.database).sweep(sweep) == 0, "it was just finished")

            try await age(service.database)
            #expect(try await sweeper(service.database).sweep(sweep) == all.count - 1)
            #expect(try await finished.events() == [all[all.count - 1]])
            let still = try await waiting.events()
            #expect(Array(still.prefix(others.count)) == others, "what is not finished keeps everything")
            #expect(try await sweeper(service.database).sweep(sweep) == 0)

            try await finished.revise()
            let after = Int64(all.count)
            try await finished.until("spec_ready", revision: 2, after: after)
            let numbers = try await finished.events().compactMap { $0["sequence"]?.integer }
            #expect(numbers == Array(after..<after + Int64(numbers.count)))
        }
    }
}
