internal import Embedded
internal import Glibc

/// Where the files lie that `specwright up` needs beside the program: the schema, the models, the tools.
struct Resources: Sendable {
    let root: String

    /// SPECWRIGHT_HOME, the current folder, or a folder above the program's own, whichever holds `sql/roles.sql`.
    static func find() throws -> Resources {
        var candidates: [String] = []
        if let home = Settings.process().optional("SPECWRIGHT_HOME") { candidates.append(home) }
        candidates.append(".")
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        if count > 0 {
            let path = String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            var parts = path.split(separator: "/").dropLast()
            while !parts.isEmpty {
                candidates.append("/" + parts.joined(separator: "/"))
                parts = parts.dropLast()
            }
        }
        for candidate in candidates where access("\(candidate)/sql/roles.sql", R_OK) == 0 {
            guard let absolute = realpath(candidate, nil) else { continue }
            defer { free(absolute) }
            return Resources(root: String(cString: absolute))
        }
        throw EmbeddedError(
            "sql/roles.sql was not found. Run this in the project's folder, or set SPECWRIGHT_HOME to it.")
    }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    var tools: String { path(".venv/bin") }
}
