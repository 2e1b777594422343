internal import Glibc
internal import Kernel

/// ZIP's own time fields hold local time, which libarchive takes from `localtime`: an archive's bytes would depend on
/// the machine's time zone. So the process lives in UTC, and `ZIPWriter` refuses to work when it does not.
package enum ArchiveTime {
    /// Makes local time UTC. Call it first thing in `main`, while there is one thread: setenv(3) races with getenv(3).
    package static func useUTC() {
        guard !isUTC(at: .now) else { return }
        setenv("TZ", "UTC", 1)
        tzset()
    }

    static func isUTC(at time: Timestamp) -> Bool {
        var clock = time_t(time.seconds)
        var parts = tm()
        return localtime_r(&clock, &parts) != nil && parts.tm_gmtoff == 0
    }
}
