import Kernel
import Pipeline
import Postgres
import ServiceHarness
import TestSupport
import Testing

/// An answer that nobody writes any more must say so.
@Suite(.timeLimit(.minutes(1)))
struct SilentAnswersTests {
    @Test func anAnswerThatNobodyWritesFailsAndThePersonCanAskAgain() async throws {
        try await TestService.idle { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            #expect(try await alice.post("\(journey.path)/messages", ["text": "Hello?"]).status == 202)
            try await service.database.superuser.query("DELETE FROM jobs")
            try await age(service.database)
            let sweep = Sweep.silentAnswers(service.database.worker, logger: quiet)
            #expect(try await sweeper(service.database).sweep(sweep) == 1)
            let answer = try await service.database.superuser.query(
                "SELECT status, failure FROM chat_messages WHERE role = 'assistant'")[0]
            #expect(answer[0].string == "failed")
            #expect(answer[1].string?.contains("Send your message again") == true)
            #expect(try await sweeper(service.database).sweep(sweep) == 0)
            #expect(try await alice.post("\(journey.path)/messages", ["text": "Hello again?"]).status == 202)
        }
    }

    @Test func anAnswerThatSomebodyWritesIsLeftAlone() async throws {
        try await TestService.idle { service in
            let alice = try await service.keyed("alice")
            let journey = try await Journey.drafted(by: alice)
            #expect(try await alice.post("\(journey.path)/messages", ["text": "Hello?"]).status == 202)
            let sweep = Sweep.silentAnswers(service.database.worker, logger: quiet)
            try await age(service.database)
            #expect(try await sweeper(service.database).sweep(sweep) == 0)
            // Another answer's job is no excuse.
            try await service.database.superuser.query(
                """
                UPDATE jobs SET payload = jsonb_build_object('message_id', gen_random_uuid()) WHERE kind = 'run_chat'
                """)
            #expect(try await sweeper(service.database).sweep(sweep) == 1)
        }
    }
}
