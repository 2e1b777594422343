import Testing

@testable import Pipeline

@Suite(.timeLimit(.minutes(1)))
struct HandoverTests {
    private struct Broken: Error {}

    @Test func `chunks come in order, and then the end`() async throws {
        let handover = Handover()
        async let given: Void = {
            for number in 0..<200 as Range<UInt8> { try await handover.give([number]) }
            handover.end()
        }()
        var taken: [UInt8] = []
        while let chunk = try await handover.take() { taken += chunk }
        try await given
        #expect(taken == Array(0..<200))
        #expect(try await handover.take() == nil)
    }

    @Test func `a taker that waits is told why nothing comes`() async throws {
        let handover = Handover()
        let taker = Task { try await handover.take() }
        handover.end(Broken())
        await #expect(throws: Broken.self) { try await taker.value }
        await #expect(throws: Broken.self) { try await handover.give([1]) }
    }

    @Test func `a giver that waits is let go`() async throws {
        let handover = Handover()
        let giver = Task { try await handover.give([1]) }
        handover.end(Broken())
        handover.end()
        await #expect(throws: Broken.self) { try await giver.value }
        await #expect(throws: Broken.self) { try await handover.take() }
    }
}
