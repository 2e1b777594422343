internal import CSodium

/// Keeps a process's memory out of core files and away from other processes of the same user.
package enum CoreDumps {
    /// Sets `RLIMIT_CORE` to 0 and the process undumpable (prctl(2), `PR_SET_DUMPABLE`), which also refuses ptrace
    /// from processes without privileges. Every command that holds a key calls this before it reads one.
    ///
    /// - Returns: Whether the kernel agreed to both.
    package static func disable() -> Bool { csodium_forbid_dumps() == 0 }

    package static var areDisabled: Bool { csodium_may_dump() == 0 }
}
