/// Server settings of the private cluster, fit for a small machine that does other things too.
enum PostgresSettings {
    /// As arguments of `postgres`: they are read afresh at each start, so an older cluster gets today's.
    static func arguments(
        socketFolder: String, durability: EmbeddedPostgres.Durability, further: [String: String]
    ) -> [String] {
        var settings = base
        settings["unix_socket_directories"] = quoted(socketFolder)
        if durability == .disposable { settings.merge(disposable) { $1 } }
        settings.merge(further) { $1 }
        return settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
    }

    private static let base = [
        "cluster_name": "specwright",
        // No port anywhere: the socket is the only way in.
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "max_wal_size": "512MB",
        "min_wal_size": "64MB",
        // Nothing replicates from here.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        // Short statements on few cores: neither parallel plans nor compiling them pays.
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "random_page_cost": "1.1",
        "log_checkpoints": "off",
        "log_timezone": "UTC",
        "timezone": "UTC",
    ]

    /// For tests alone: a crash of the machine may cost the whole cluster.
    private static let disposable = ["fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"]

    /// The value of a setting that is a list of names.
    private static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
