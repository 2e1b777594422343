internal import Glibc
internal import Kernel

/// Where the private cluster lives and as whom it runs.
///
/// PostgreSQL refuses to run as root. When we are root it runs as the user `postgres` (or `nobody`), who must be able
/// to reach its files: a state directory below a closed /root will not do, and then the cluster goes to /var/lib.
struct ClusterPlace: Sendable {
    /// Belongs to the cluster's user alone; holds `data` and, where the path is short enough, `run`.
    let folder: String
    /// `nil` when it runs as ourselves.
    let user: SystemUser?

    var data: String { folder + "/data" }
    var draft: String { folder + "/data.new" }
    var postmasterFile: String { data + "/postmaster.pid" }
    var exists: Bool { Files.exists(data + "/PG_VERSION") }
    var version: Int? {
        Files.text(data + "/PG_VERSION").flatMap { $0.split(separator: "\n").first }.flatMap { Int($0) }
    }

    /// sockaddr_un holds 107 bytes and PostgreSQL appends "/.s.PGSQL.5432.lock"; this leaves room to spare.
    static let longestSocketFolder = 85

    static func find(in state: StateDirectory) async throws -> ClusterPlace {
        guard SystemUser.isRoot else { return ClusterPlace(folder: try state.folder("postgres"), user: nil) }
        guard let user = SystemUser(named: "postgres") ?? SystemUser(named: "nobody") else {
            throw EmbeddedError("PostgreSQL refuses to run as root, and this machine has no user postgres or nobody.")
        }
        let folder: String
        if try await canPass(user, state.path) {
            folder = try state.folder("postgres")
        } else {
            let name = try state.secret("postgres-folder", bytes: 8).value
            try Files.makeFolder("/var/lib/specwright", mode: 0o711)
            folder = "/var/lib/specwright/\(name)"
            try Files.makeFolder(folder, mode: 0o700)
        }
        let place = ClusterPlace(folder: folder, user: user)
        try place.giveAway(folder)
        return place
    }

    /// A folder for the socket, which only the cluster's user and root may enter.
    func socketFolder() throws(EmbeddedError) -> String {
        let near = folder + "/run"
        if near.utf8.count <= Self.longestSocketFolder {
            try Files.makeFolder(near, mode: 0o700)
            try giveAway(near)
            return near
        }
        var name = Array("/tmp/specwright-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { throw EmbeddedError("A folder in /tmp cannot be made", errno: errno) }
        let far = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        try giveAway(far)
        return far
    }

    /// Hands a file or folder of ours to the cluster's user.
    func giveAway(_ path: String) throws(EmbeddedError) {
        guard let user else { return }
        guard chown(path, user.uid, user.gid) == 0 else {
            throw EmbeddedError("\(path) cannot be given to the user \(user.name)", errno: errno)
        }
    }

    private static func canPass(_ user: SystemUser, _ path: String) async throws -> Bool {
        try await Subprocess.run(Command("/usr/bin/test", ["-x", path], user: user)).ending.isSuccess
    }
}
