import Kernel
import ServiceHarness
import Testing

/// The whole way, with a model that does everything right.
@Suite(.timeLimit(.minutes(1)))
struct JourneyTests {
    @Test func `a brief becomes a reviewed build`() async throws {
        try await TestService.with { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.arrived(at: "done", by: alice)
            let feature = try await journey.now()
            #expect(feature["allowed_actions"] == ["download", "revise"])
        }
    }
}
