/// How long a worker holds, waits and stops.
package struct JobTiming: Sendable {
    /// How long a lease lasts from its claim or its last heartbeat. A dead worker's jobs are taken over after that.
    package var lease: Duration
    /// How often all held leases are extended, together.
    package var heartbeat: Duration
    /// The longest a worker sleeps without looking, at random within these bounds: a safety net under NOTIFY.
    package var poll: ClosedRange<Double>
    /// How long running jobs may go on after the worker was told to stop.
    package var drain: Duration

    package init(
        lease: Duration = .seconds(30), heartbeat: Duration = .seconds(10), poll: ClosedRange<Double> = 1...5,
        drain: Duration = .seconds(30)
    ) {
        precondition(heartbeat * 2 < lease, "a lease must survive one missed heartbeat")
        self.lease = lease
        self.heartbeat = heartbeat
        self.poll = poll
        self.drain = drain
    }
}
