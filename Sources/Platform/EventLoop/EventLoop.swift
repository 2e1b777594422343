internal import CEpoll
internal import Glibc
internal import Synchronization

/// One thread, one epoll, one eventfd: sockets, timers and Swift tasks, all run by the same loop.
///
/// It is a `TaskExecutor`: start work with `Task(executorPreference: loop)` and it runs here from the socket to the
/// database and back, without a thread hop. Whatever blocks or burns CPU belongs on a `BlockingPool`.
///
/// `watch` and `schedule` may only be called on the loop's own thread; `execute` from anywhere.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    // Invariant for @unchecked: `state` is touched by the loop's thread alone (checked in `loopState`); everything
    // else is immutable or behind the mutex.
    private let state: LoopState
    private let inbox = Mutex(Inbox())
    private let epoll: Int32
    private let wakeUp: Int32
    package let name: String

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var bodies: [@Sendable () -> Void] = []
        var isSignalled = false
        var isStopping = false
    }

    package init(name: String) {
        self.name = name
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        precondition(epoll >= 0 && wakeUp >= 0, "the kernel refused an epoll or an eventfd: errno \(errno)")
        state = LoopState(epoll: epoll)
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: LoopState.wakeUpToken))
        let added = epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event)
        precondition(added == 0)
        startThread()
    }

    // Only here: a late `execute` from elsewhere must not write into a descriptor that by then is someone else's.
    // The loop's own thread holds a reference, so it has ended.
    deinit {
        close(epoll)
        close(wakeUp)
    }

    /// The loop whose thread this is, if it is one.
    package static var current: EventLoop? {
        guard let pointer = pthread_getspecific(ThreadKey.loop) else { return nil }
        return Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
    }

    package var isCurrent: Bool { EventLoop.current === self }

    package func preconditionCurrent(_ what: StaticString = #function) {
        precondition(isCurrent, "\(what) may only run on its own event loop")
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            state.jobs.append(job)
        } else {
            deposit { $0.jobs.append(job) }
        }
    }

    /// Runs `body` on the loop, soon and in order; never inside the caller.
    package func execute(_ body: @escaping @Sendable () -> Void) {
        if isCurrent {
            state.bodies.append(body)
        } else {
            deposit { $0.bodies.append(body) }
        }
    }

    /// Calls `handler` on the loop whenever `descriptor` is ready, until the watch is cancelled.
    package func watch(
        _ descriptor: Int32, _ interest: Interest, trigger: Trigger, handler: @escaping (Readiness) -> Void
    ) throws(EventLoopError) -> Watch {
        try loopState.watch(descriptor, interest, trigger: trigger, loop: self, handler: handler)
    }

    /// Calls `body` on the loop once, `delay` from now, unless cancelled.
    @discardableResult
    package func schedule(after delay: Duration, _ body: @escaping () -> Void) -> ScheduledTimer {
        loopState.timers.schedule(at: .now + delay, body)
    }

    /// Stops the loop when what is queued now has run. Its thread ends; watches are dropped.
    package func stop() { deposit { $0.isStopping = true } }

    var loopState: LoopState {
        preconditionCurrent()
        return state
    }

    private func deposit(_ change: (inout sending Inbox) -> Void) {
        let mustSignal = inbox.withLock { inbox in
            change(&inbox)
            defer { inbox.isSignalled = true }
            return !inbox.isSignalled
        }
        if mustSignal { eventfd_write(wakeUp, 1) }
    }

    private func startThread() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let created = pthread_create(
            &thread, &attributes,
            { argument in
                let loop = Unmanaged<EventLoop>.fromOpaque(argument!).takeRetainedValue()
                loop.runUntilStopped()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(created == 0, "the kernel refused a thread: \(created)")
        pthread_attr_destroy(&attributes)
    }

    private func runUntilStopped() {
        cepoll_name_thread(name)
        pthread_setspecific(ThreadKey.loop, Unmanaged.passUnretained(self).toOpaque())
        let executor = asUnownedTaskExecutor()
        var isStopping = false
        while !isStopping {
            state.poll(untilWork: state.isIdle)
            isStopping = takeInbox()
            state.timers.fire()
            state.runQueues(on: executor)
        }
        state.drop()
    }

    private func takeInbox() -> Bool {
        inbox.withLock { inbox in
            if inbox.isSignalled {
                var count: eventfd_t = 0
                eventfd_read(wakeUp, &count)
                inbox.isSignalled = false
            }
            state.jobs.append(contentsOf: inbox.jobs)
            state.bodies.append(contentsOf: inbox.bodies)
            inbox.jobs.removeAll(keepingCapacity: true)
            inbox.bodies.removeAll(keepingCapacity: true)
            return inbox.isStopping
        }
    }
}

private enum ThreadKey {
    static let loop: pthread_key_t = {
        var key = pthread_key_t()
        let made = pthread_key_create(&key, nil)
        precondition(made == 0)
        return key
    }()
}

/// The kernel refused to watch a descriptor.
package struct EventLoopError: Error, Sendable, Equatable {
    package let errno: Int32
}
