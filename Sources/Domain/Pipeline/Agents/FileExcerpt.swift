package import Artifacts
package import Features
package import Kernel

extension FileTree {
    /// What one model call reads of a build: about 150,000 tokens of code, which leaves room in a context of 200,000
    /// for the rest.
    package static let excerptBytes = 450_000

    /// The files, in order, as far as they fit; whole files only, so that nothing looks shorter than it is.
    package func excerpt(upTo limit: Int = excerptBytes) -> (shown: [SourceFile], unread: [FilePath]) {
        var left = limit
        var shown: [SourceFile] = []
        var unread: [FilePath] = []
        for path in paths {
            let content = self[path] ?? ""
            if content.utf8.count <= left {
                left -= content.utf8.count
                shown.append(SourceFile(path: path, content: content))
            } else {
                unread.append(path)
            }
        }
        return (shown, unread)
    }

    /// Refuses files that break a build's rules, alone or beside each other.
    static func check(_ files: [SourceFile]) throws(DeliverableError) {
        var tree = FileTree()
        var violations: [String] = []
        for file in files {
            do throws(FileTreeError) {
                try tree.write(file.content, to: file.path)
            } catch {
                violations.append(error.sentence)
            }
        }
        if !violations.isEmpty { throw DeliverableError(violations) }
    }
}
