internal import CEpoll
internal import Glibc

/// What one loop's thread owns: queues, timers and watches. Not `Sendable`: it never leaves that thread.
final class LoopState {
    static let wakeUpToken = UInt64.max

    var jobs: [UnownedJob] = []
    var bodies: [@Sendable () -> Void] = []
    // Their storage changes places with the queues' at each turn, so that a turn allocates nothing.
    private var runningJobs: [UnownedJob] = []
    private var runningBodies: [@Sendable () -> Void] = []
    let timers = Timers()
    private let epoll: Int32
    private var watches: [UInt64: Watch] = [:]
    private var nextToken: UInt64 = 0
    private var events = [epoll_event](repeating: epoll_event(), count: 256)

    init(epoll: Int32) { self.epoll = epoll }

    var isIdle: Bool { jobs.isEmpty && bodies.isEmpty }

    /// Runs what is queued now; what that queues waits for the next turn.
    func runQueues(on executor: UnownedTaskExecutor) {
        swap(&bodies, &runningBodies)
        for body in runningBodies { body() }
        runningBodies.removeAll(keepingCapacity: true)
        swap(&jobs, &runningJobs)
        for job in runningJobs { job.runSynchronously(on: executor) }
        runningJobs.removeAll(keepingCapacity: true)
    }

    /// Waits for sockets, timers or a wake-up, unless there is work at hand, and calls the handlers.
    func poll(untilWork mayWait: Bool) {
        let timeout = mayWait ? timers.millisecondsUntilNext : 0
        let count = events.withUnsafeMutableBufferPointer {
            epoll_wait(epoll, $0.baseAddress!, Int32($0.count), timeout)
        }
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = events[index]
            let token = event.data.u64
            guard token != Self.wakeUpToken, let watch = watches[token] else { continue }
            watch.handler?(Readiness(rawValue: event.events))
        }
    }

    func watch(
        _ descriptor: Int32, _ interest: Interest, trigger: Trigger, loop: EventLoop,
        handler: @escaping (Readiness) -> Void
    ) throws(EventLoopError) -> Watch {
        let token = nextToken
        nextToken += 1
        var event = Self.event(interest, trigger, token)
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else { throw EventLoopError(errno: errno) }
        let watch = Watch(descriptor: descriptor, token: token, trigger: trigger, loop: loop, handler: handler)
        watches[token] = watch
        return watch
    }

    func change(_ watch: Watch, to interest: Interest) {
        var event = Self.event(interest, watch.trigger, watch.token)
        epoll_ctl(epoll, EPOLL_CTL_MOD, watch.descriptor, &event)
    }

    func remove(_ watch: Watch, descriptorIsOpen: Bool) {
        guard watches.removeValue(forKey: watch.token) != nil else { return }
        if descriptorIsOpen {
            var event = epoll_event()
            epoll_ctl(epoll, EPOLL_CTL_DEL, watch.descriptor, &event)
        }
    }

    func drop() {
        watches.removeAll()
        timers.drop()
    }

    private static func event(_ interest: Interest, _ trigger: Trigger, _ token: UInt64) -> epoll_event {
        let edge: UInt32 = trigger == .edge ? 1 << 31 : 0
        return epoll_event(events: interest.rawValue | edge, data: epoll_data_t(u64: token))
    }
}
