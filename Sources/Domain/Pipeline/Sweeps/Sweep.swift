/// Something that is put right now and then because no request and no job is left that would do it.
///
/// A round may be repeated, broken off at any point, or run in two workers one after the other: it does no harm.
package struct Sweep: Sendable {
    /// Names it in logs, metrics and its lock.
    package let name: String
    /// From one round to the next, in each worker; only one of them works at a time.
    let interval: Duration
    /// One round.
    ///
    /// - Returns: how many things it put right.
    let round: @Sendable () async throws -> Int

    package init(name: String, interval: Duration, round: @escaping @Sendable () async throws -> Int) {
        self.name = name
        self.interval = interval
        self.round = round
    }
}
