import Kernel
import Pipeline
import Postgres
import ServiceHarness
import TestSupport
import Testing

/// What becomes of a feature when the object store does not answer.
@Suite(.timeLimit(.minutes(5)))
struct StorageTroubleTests {
    @Test func `an outage is waited for, visibly, and costs neither attempts nor answers`() async throws {
        try await TestService.with {
            $0.works = false
        } _: { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice, autopilot: true)
            try await journey.confirm()
            let cutOff = try await service.startWorker(reachesObjects: false)
            let isWaiting = try await eventually(within: .seconds(60)) {
                try await journey.now()["waiting"]["for"] == "storage"
            }
            #expect(isWaiting)
            let feature = try await journey.now()
            #expect(feature["status"] == "implementing")
            #expect(feature["waiting"]["until"]?.string != nil)
            #expect(feature["next"].string?.contains("Nothing is lost") == true)
            let parked = "SELECT count(*) FROM jobs WHERE attempt = 0 AND lease_token IS NULL AND parked"
            #expect(try await service.count(parked) == 1)
            await cutOff.stop()

            let paid = service.model.calls(of: .implementer)
            try await service.database.superuser.run(script: "UPDATE jobs SET run_at = now()")
            try await service.startWorker()
            try await journey.until("done")
            #expect(service.model.calls(of: .implementer) == paid)
            #expect(try await journey.now()["waiting"] == .null)
        }
    }
}
