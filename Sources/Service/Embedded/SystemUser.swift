internal import Glibc

/// A user of this machine whom a child process can run as. Only root may choose one.
package struct SystemUser: Sendable, Equatable {
    package let name: String
    package let uid: UInt32
    package let gid: UInt32

    /// The user called `name`, if this machine has one.
    package init?(named name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else { return nil }
        self.name = name
        uid = entry.pw_uid
        gid = entry.pw_gid
    }

    package static var isRoot: Bool { geteuid() == 0 }

    /// The words before a command that make it run as this user, with this user's groups and no way back.
    var prefix: [String] { ["--reuid", String(uid), "--regid", String(gid), "--init-groups", "--no-new-privs"] }
}
