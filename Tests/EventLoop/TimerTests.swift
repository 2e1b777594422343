import EventLoop
import Testing

@Suite struct TimerTests {
    @Test func firesInOrderOfTime() async throws {
        let order = try await withLoop { loop in
            let record = Record<Int>()
            await withCheckedContinuation { continuation in
                for delay in [30, 5, 20, 0, 10, 25, 15] {
                    loop.schedule(after: .milliseconds(delay)) {
                        record.items.append(delay)
                        if delay == 30 { continuation.resume() }
                    }
                }
            }
            return record.items
        }
        #expect(order == [0, 5, 10, 15, 20, 25, 30])
    }

    @Test func neverFiresEarly() async throws {
        let elapsed = try await withLoop { loop in
            let start = ContinuousClock.now
            return await withCheckedContinuation { continuation in
                loop.schedule(after: .microseconds(20_500)) { continuation.resume(returning: .now - start) }
            }
        }
        #expect(elapsed >= .microseconds(20_500))
    }

    @Test func doesNotFireWhatIsCancelled() async throws {
        let fired = try await withLoop { loop in
            let record = Record<String>()
            await withCheckedContinuation { continuation in
                let first = loop.schedule(after: .milliseconds(1)) { record.items.append("cancelled") }
                first.cancel()
                first.cancel()
                let third = loop.schedule(after: .milliseconds(5)) { record.items.append("cancelled by a timer") }
                loop.schedule(after: .milliseconds(2)) { third.cancel() }
                loop.schedule(after: .milliseconds(10)) { continuation.resume() }
            }
            return record.items
        }
        #expect(fired.isEmpty)
    }

    @Test func letsGoOfWhatACancelledTimerHeld() async throws {
        final class Held {}
        let isFree = try await withLoop { loop in
            var held: Held? = Held()
            weak let remembered = held
            let timer = loop.schedule(after: .seconds(3_600)) { [held] in _ = held }
            held = nil
            let wasHeld = remembered != nil
            timer.cancel()
            return wasHeld && remembered == nil
        }
        #expect(isFree)
    }

    @Test func keepsCancelledTimersFromPilingUp() async throws {
        // Like a time limit set for each of many requests: 200,000 of an hour each, almost all cancelled.
        let order = try await withLoop { loop in
            let record = Record<Int>()
            await withCheckedContinuation { continuation in
                for number in 0..<200_000 {
                    let timer = loop.schedule(after: .seconds(3_600)) {}
                    timer.cancel()
                    if number % 50_000 == 0 {
                        loop.schedule(after: .milliseconds(number / 50_000)) {
                            record.items.append(number / 50_000)
                            if record.items.count == 4 { continuation.resume() }
                        }
                    }
                }
            }
            return record.items
        }
        #expect(order == [0, 1, 2, 3])
    }

    @Test func schedulesFromATimer() async throws {
        let count = try await withLoop { loop in
            let record = Record<Int>()
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                @Sendable func again() {
                    record.items.append(1)
                    if record.items.count == 100 { return continuation.resume() }
                    loop.schedule(after: .zero) { again() }
                }
                again()
            }
            return record.items.count
        }
        #expect(count == 100)
    }
}
