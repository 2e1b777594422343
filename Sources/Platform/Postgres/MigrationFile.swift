internal import Glibc

/// One file of the migrations folder.
struct MigrationFile: Sendable, Equatable {
    let number: Int
    let name: String
    let text: String

    /// The `NNNN_name.sql` files of a folder, in order. Other kinds of file are ignored; a misnamed `.sql` is refused.
    static func read(from folder: String) throws(MigrationError) -> [MigrationFile] {
        guard let directory = opendir(folder) else {
            throw MigrationError(file: folder, reason: "the folder cannot be read")
        }
        defer { closedir(directory) }
        var files: [MigrationFile] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".sql") else { continue }
            guard let number = number(of: name) else {
                throw MigrationError(file: name, reason: "its name is not of the form NNNN_name.sql")
            }
            guard let text = contents(of: folder + "/" + name) else {
                throw MigrationError(file: name, reason: "it cannot be read, or is not UTF-8")
            }
            files.append(MigrationFile(number: number, name: name, text: text))
        }
        return files.sorted { $0.name < $1.name }
    }

    static func number(of name: String) -> Int? {
        let bytes = Array(name.utf8)
        guard bytes.count > 9, bytes[4] == UInt8(ascii: "_"),
            bytes[..<4].allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        return Int(String(decoding: bytes[..<4], as: UTF8.self))
    }

    private static func contents(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// A migration was refused or failed; nothing of it has been kept.
package struct MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    package let file: String
    package let reason: String
    package var description: String { "\(file): \(reason)" }
}
