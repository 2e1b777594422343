package import Kernel

/// The text files of a build, kept such that they unpack to the same tree everywhere.
///
/// A file that breaks a rule never gets in, so that whatever is in may be stored and handed over.
package struct FileTree: Sendable, Equatable {
    /// Where the platform puts its manifest when it hands a build over.
    package static let manifestName = "specwright.json"

    package let limits: BuildLimits
    package private(set) var files: [FilePath: String] = [:]
    package private(set) var bytes = 0

    /// The files' paths by how a file system that ignores case compares them.
    private var spellings: [String: FilePath] = [:]
    /// Directories likewise, each with the number of files below it.
    private var directories: [String: Directory] = [:]

    private struct Directory: Sendable, Equatable {
        let spelling: String
        var files: Int
    }

    package init(limits: BuildLimits = .standard) { self.limits = limits }

    package subscript(path: FilePath) -> String? { files[path] }

    /// By bytes of the path: the one order of a build's files, in lists, hashes and archives.
    package var paths: [FilePath] { files.keys.sorted() }

    /// Puts a file there, in place of what was there.
    ///
    /// - Throws: what rule it breaks; the tree is then as before.
    package mutating func write(_ content: String, to path: FilePath) throws(FileTreeError) {
        let size = content.utf8.count
        guard size <= limits.fileBytes else { throw .fileTooLarge(path, bytes: size, limit: limits.fileBytes) }
        guard !content.utf8.contains(0) else { throw .notText(path) }
        let old = files[path]
        if old == nil {
            guard files.count < limits.files else { throw .tooManyFiles(limit: limits.files) }
            try checkPlace(of: path)
        }
        let total = bytes - (old?.utf8.count ?? 0) + size
        guard total <= limits.buildBytes else { throw .buildTooLarge(limit: limits.buildBytes) }
        if let secret = SecretPatterns.first(in: content) { throw .secret(path, secret) }
        files[path] = content
        bytes = total
        if old == nil { enter(path) }
    }

    /// Takes a file out; answers whether it was there.
    @discardableResult
    package mutating func remove(_ path: FilePath) -> Bool {
        guard let old = files.removeValue(forKey: path) else { return false }
        bytes -= old.utf8.count
        spellings[path.folded] = nil
        for directory in path.directories {
            let key = FilePath.folded(directory)
            directories[key]?.files -= 1
            if directories[key]?.files == 0 { directories[key] = nil }
        }
        return true
    }

    private mutating func enter(_ path: FilePath) {
        spellings[path.folded] = path
        for directory in path.directories {
            directories[FilePath.folded(directory), default: Directory(spelling: directory, files: 0)].files += 1
        }
    }

    private func checkPlace(of path: FilePath) throws(FileTreeError) {
        let top = path.directories.first ?? path.text
        guard FilePath.folded(top) != Self.manifestName else { throw .reserved(path) }
        if let other = spellings[path.folded] { throw .differsOnlyInCase(path, other.text) }
        if let directory = directories[path.folded] { throw .isDirectory(path, directory.spelling) }
        for directory in path.directories {
            let key = FilePath.folded(directory)
            if let file = spellings[key] { throw .isBelowFile(path, file) }
            if let other = directories[key], other.spelling != directory {
                throw .differsOnlyInCase(path, other.spelling + "/")
            }
        }
    }
}
