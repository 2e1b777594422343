/// The difference of two trees, as git tells it.
///
/// It burns CPU and blocks: run it on a `BlockingPool`.
package enum TreeDiff {
    /// - Parameters:
    ///   - old: files whose content differs from the other side's or that are not there. The same on both sides is left
    ///     out, so that nobody needs to load them.
    ///   - new: likewise.
    /// - Returns: one difference a file, by bytes of its path.
    package static func between(_ old: [GitFile], _ new: [GitFile]) throws(GitError) -> [FileDifference] {
        let before = Dictionary(old.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        let after = Dictionary(new.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        let renames = try Renames.find(
            removed: old.filter { after[$0.path] == nil }, added: new.filter { before[$0.path] == nil })
        let sources = Dictionary(renames.map { ($0.new, $0) }, uniquingKeysWith: { $1 })
        let moved = Set(renames.map(\.old))

        var differences: [FileDifference] = []
        for file in after.values {
            if let old = before[file.path] {
                guard old.bytes != file.bytes else { continue }
                differences.append(try FilePatch.make(.modified, old: old, new: file))
            } else if let rename = sources[file.path], let old = before[rename.old] {
                differences.append(
                    try FilePatch.make(
                        .renamed(from: rename.old, similarity: rename.similarity), old: old, new: file))
            } else {
                differences.append(try FilePatch.make(.added, old: nil, new: file))
            }
        }
        for file in before.values where after[file.path] == nil && !moved.contains(file.path) {
            differences.append(try FilePatch.make(.removed, old: file, new: nil))
        }
        return differences.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }
}
