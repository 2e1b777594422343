internal import Glibc

/// The Swift files of a folder and of those inside it, by path.
package func swiftFiles(in folder: String) -> [String] {
    entries(of: folder).flatMap { name -> [String] in
        let path = "\(folder)/\(name)"
        if name.hasSuffix(".swift") { return [path] }
        return name.contains(".") ? [] : swiftFiles(in: path)
    }
}

/// The names in a folder, in order, without hidden ones; none for what is no folder.
package func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

/// A whole text file.
package func text(of path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw Errno(path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[0..<count]
    }
}

/// A file that cannot be opened.
private struct Errno: Error, CustomStringConvertible {
    let description: String
    init(_ path: String) { description = "cannot read \(path): \(String(cString: strerror(errno)))" }
}
