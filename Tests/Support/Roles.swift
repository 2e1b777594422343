internal import Glibc

/// The text of `sql/roles.sql`.
enum Roles {
    static let script: String = {
        let path = TestCluster.repository + "/sql/roles.sql"
        guard let file = fopen(path, "r") else { preconditionFailure("\(path) cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }()
}
