import EventLoop
import Testing

@Suite struct ExecuteTests {
    @Test func runsBodiesOnItsThread() async {
        let loop = EventLoop(name: "test")
        let isCurrent = await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: EventLoop.current === loop) }
        }
        #expect(isCurrent)
        loop.stop()
    }
}
