import Kernel
import ModelGateway
import Testing

/// A provider in trouble is left alone, and found again when it has recovered.
@Suite struct CircuitBreakersTests {
    private let breakers = CircuitBreakers(threshold: 3, shortest: .seconds(10), longest: .seconds(35))
    private let start = Timestamp("2026-11-20T12:00:00Z")!

    private func circuit(
        _ place: String = "https://a.example/v1", _ tenant: TenantID = .new()
    ) throws
        -> CircuitBreakers.Circuit
    { .init(tenant: tenant, place: try BaseURL(place)) }

    @Test func `failures in a row open it, and one call at a time tries again`() throws {
        let circuit = try circuit()
        #expect(breakers.failed(circuit, now: start) == nil)
        #expect(breakers.failed(circuit, now: start) == nil)
        #expect(breakers.admit(circuit, now: start) == .pass)
        let until = start + .seconds(10)
        #expect(breakers.failed(circuit, now: start) == until)
        #expect(breakers.admit(circuit, now: start + .seconds(9)) == .wait(until: until))
        #expect(breakers.admit(circuit, now: until) == .pass, "the probe")
        #expect(breakers.admit(circuit, now: until) == .wait(until: until + .seconds(5)))
        breakers.answered(circuit)
        #expect(breakers.admit(circuit, now: until) == .pass)
        #expect(breakers.failed(circuit, now: until) == nil, "it counts from the beginning")
    }

    @Test func `each failed probe keeps it open twice as long, up to a limit`() throws {
        let circuit = try circuit()
        var now = start
        for _ in 0..<3 { breakers.failed(circuit, now: now) }
        for seconds in [10, 20, 35, 35] {
            #expect(breakers.admit(circuit, now: now + .seconds(seconds - 1)) != .pass)
            now = now + .seconds(seconds)
            #expect(breakers.admit(circuit, now: now) == .pass)
            breakers.failed(circuit, now: now)
        }
    }

    @Test func `a success in between counts from the beginning, and late failures do not open it longer`() throws {
        let circuit = try circuit()
        for _ in 0..<5 {
            for _ in 0..<2 { breakers.failed(circuit, now: start) }
            breakers.answered(circuit)
        }
        #expect(breakers.admit(circuit, now: start) == .pass)
        for _ in 0..<3 { breakers.failed(circuit, now: start) }
        #expect(breakers.failed(circuit, now: start + .seconds(5)) == nil, "it was under way when it opened")
        #expect(breakers.admit(circuit, now: start + .seconds(10)) == .pass)
    }

    @Test func `a probe that tells nothing is followed by another`() throws {
        let circuit = try circuit()
        for _ in 0..<3 { breakers.failed(circuit, now: start) }
        let later = start + .seconds(10)
        #expect(breakers.admit(circuit, now: later) == .pass)
        breakers.abandoned(circuit)
        #expect(breakers.admit(circuit, now: later) == .pass)
    }

    @Test func `tenants and places have breakers of their own`() throws {
        let tenant = TenantID.new()
        let broken = try circuit("https://a.example/v1", tenant)
        for _ in 0..<3 { breakers.failed(broken, now: start) }
        #expect(breakers.admit(broken, now: start) != .pass)
        #expect(breakers.admit(try circuit("https://b.example/v1", tenant), now: start) == .pass)
        #expect(breakers.admit(try circuit("https://a.example/v1"), now: start) == .pass)
    }
}
