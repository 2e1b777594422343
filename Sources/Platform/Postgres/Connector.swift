internal import CPostgres
internal import EventLoop
internal import Kernel

/// Opens connections, on helper threads: name resolution, TLS and password hashing all block inside libpq.
enum Connector {
    private static let connecting = BlockingPool(threads: 4)
    /// Apart from the others, so that a cancellation never waits behind a server that does not answer.
    static let cancelling = BlockingPool(threads: 4)

    /// Why there is no connection; never holds any part of the connection string.
    struct Failure: Error, Sendable { let reason: String }

    static func open(_ configuration: DatabaseConfiguration, lane: Lane) async throws -> ConnectionHandle {
        try await connecting.run { try openBlocking(configuration, lane: lane) }
    }

    /// For programs that may block, such as migrations.
    static func openBlocking(_ configuration: DatabaseConfiguration, lane: Lane) throws -> ConnectionHandle {
        let conninfo = configuration.conninfo.value
        guard let ownOptions = serverOptions(of: conninfo) else {
            // libpq's own message would quote the string.
            throw Failure(reason: "the connection string is malformed")
        }
        let seconds = (configuration.connectTimeout.milliseconds + 999) / 1_000
        let parameters: [(String, String)] = [
            ("connect_timeout", String(seconds)), ("keepalives_idle", "30"), ("tcp_user_timeout", "15000"),
            // What stands in the string overrides what stands before it, and is overridden by what comes after.
            ("dbname", conninfo),
            ("application_name", configuration.applicationName + " " + lane.rawValue),
            ("client_encoding", "UTF8"),
            ("options", [ownOptions, lane.options(configuration)].joined(separator: " ")),
        ]
        let connection = withCStrings(parameters.map(\.0)) { keys in
            withCStrings(parameters.map(\.1)) { values in PQconnectdbParams(keys, values, 1) }
        }
        guard let connection else { throw Failure(reason: "out of memory") }
        let handle = ConnectionHandle(adopting: connection)
        guard PQstatus(connection) == CONNECTION_OK else {
            throw Failure(reason: PQerrorMessage(connection).map { String(cString: $0) } ?? "unknown")
        }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        return handle
    }

    /// The `options` keyword of a connection string ("" when absent); `nil` when the string cannot be parsed.
    static func serverOptions(of conninfo: String) -> String? {
        guard let list = PQconninfoParse(conninfo, nil) else { return nil }
        defer { PQconninfoFree(list) }
        var entry = list
        while let keyword = entry.pointee.keyword {
            if String(cString: keyword) == "options", let value = entry.pointee.val { return String(cString: value) }
            entry += 1
        }
        return ""
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        var bytes: [CChar] = []
        var offsets: [Int] = []
        for string in strings {
            offsets.append(bytes.count)
            bytes.append(contentsOf: string.utf8CString)
        }
        return bytes.withUnsafeBufferPointer { text in
            let pointers: [UnsafePointer<CChar>?] = offsets.map { text.baseAddress! + $0 } + [nil]
            return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
        }
    }
}

/// What a connection is for; decides its session settings.
enum Lane: String, Sendable {
    case read, transaction, listen, admin

    func options(_ configuration: DatabaseConfiguration) -> String {
        var settings = ["timezone=UTC", "datestyle=ISO", "client_min_messages=warning"]
        guard self != .admin else { return settings.map { "-c \($0)" }.joined(separator: " ") }
        settings += [
            "statement_timeout=\(configuration.statementTimeout.milliseconds)",
            "lock_timeout=\(configuration.lockTimeout.milliseconds)",
            "idle_in_transaction_session_timeout=\(configuration.idleInTransactionTimeout.milliseconds)",
            // A backend whose client has gone finds out while it computes, not when it is done.
            "client_connection_check_interval=5000",
        ]
        if self == .read {
            // `LIMIT $1` would otherwise be planned anew on every execution.
            settings += ["plan_cache_mode=force_generic_plan", "default_transaction_read_only=on"]
        }
        return settings.map { "-c \($0)" }.joined(separator: " ")
    }
}
