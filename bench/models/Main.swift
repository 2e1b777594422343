internal import EventLoop
internal import Glibc
internal import HTTPClient
internal import Kernel
internal import ModelGateway
internal import Vault

/// Calls a model at a steady rate for `bench/model_calls.py`: through the gateway, or as cheaply as can be.
///
///     GatewayBench gateway|direct URL RATE SECONDS
///
/// Prints how many calls there were, how many failed, and after each the microseconds of its first piece of text and of its
/// end. Both count from when the call was due, not from when it was sent: who is late has no excuse.
@main
enum Main {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 5, let rate = Int(words[3]), let seconds = Int(words[4]) else {
            fatalError("see the comment above")
        }
        let calls = try GatewayCalls(BaseURL(words[2]))
        let bytes = try await calls.bytesOnTheWire()
        let schedule = Schedule(rate: rate, count: rate * seconds)
        let port = UInt16(words[2].split(separator: ":").last ?? "") ?? 0
        let times: [CallTimes]
        switch words[1] {
        case "direct": times = DirectCalls(request: bytes, port: port).run(schedule)
        default: times = try await calls.run(schedule)
        }
        let whole = times.filter { $0.end > 0 }
        var lines = "\(times.count) \(times.count - whole.count)\n"
        for time in whole { lines += "\(time.first / 1_000) \(time.end / 1_000)\n" }
        var rest = Array(lines.utf8)[...]
        while !rest.isEmpty {
            rest = rest.dropFirst(rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) })
        }
    }
}

/// Nanoseconds after a call was due; `end` is 0 for one that failed.
struct CallTimes: Sendable {
    var first: Int64 = 0
    var end: Int64 = 0
}

/// When each call is due: open loop, whatever became of those before it.
struct Schedule: Sendable {
    let count: Int
    private let interval: Int64
    private let begin: Int64

    init(rate: Int, count: Int) {
        self.count = count
        interval = 1_000_000_000 / Int64(rate)
        begin = Self.now + 200_000_000
    }

    /// Anywhere within its interval, by chance but always the same: the server's timers tick in milliseconds, and calls
    /// that came in step with them would all be early for a tick, or all late.
    func due(_ call: Int) -> Int64 {
        let chance = (UInt64(call) &+ 1) &* 0x9E37_79B9_7F4A_7C15 >> 44
        return begin + Int64(call) * interval + (Int64(chance) * interval) >> 20
    }

    /// Nanoseconds of the monotonic clock.
    static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
