internal import Glibc

/// Where this machine keeps PostgreSQL's programs.
struct PostgresPrograms: Sendable, Equatable {
    let folder: String

    var initdb: String { folder + "/initdb" }
    var postgres: String { folder + "/postgres" }
    var psql: String { folder + "/psql" }

    private static let oldest = 15

    /// The programs of `version` when a cluster already exists, else the newest there are.
    ///
    /// $SPECWRIGHT_POSTGRES_BIN goes first, then Debian's /usr/lib/postgresql/N/bin, then PATH.
    static func find(version: Int?) throws(EmbeddedError) -> PostgresPrograms {
        if let chosen = getenv("SPECWRIGHT_POSTGRES_BIN").map({ String(cString: $0) }), !chosen.isEmpty {
            let programs = PostgresPrograms(folder: chosen)
            guard programs.areThere else {
                throw EmbeddedError("SPECWRIGHT_POSTGRES_BIN is set, but initdb, postgres and psql are not all there.")
            }
            return programs
        }
        if let version {
            let programs = debian(version)
            if programs.areThere { return programs }
        } else {
            let versions = Files.names(in: "/usr/lib/postgresql").compactMap(Int.init).filter { $0 >= oldest }
            if let programs = versions.sorted(by: >).map(debian).first(where: \.areThere) { return programs }
        }
        // Debian's /usr/bin/psql is a wrapper, and initdb is not on its PATH: so the one of initdb names the folder.
        if let initdb = Files.onPath("initdb"), let real = Files.absolute(initdb) {
            let programs = PostgresPrograms(folder: real.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" })
            if programs.areThere { return programs }
        }
        throw EmbeddedError(
            "PostgreSQL \(version ?? oldest) is not installed: initdb, postgres and psql were looked for in "
                + "/usr/lib/postgresql/\(version.map(String.init) ?? "*")/bin and on PATH. "
                + "On Debian: apt-get install postgresql-\(version ?? oldest), or run tools/install.")
    }

    private static func debian(_ version: Int) -> PostgresPrograms {
        PostgresPrograms(folder: "/usr/lib/postgresql/\(version)/bin")
    }

    private var areThere: Bool { [initdb, postgres, psql].allSatisfy(Files.isExecutable) }
}
