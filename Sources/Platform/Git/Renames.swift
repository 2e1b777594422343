internal import CGit2

/// Which removed files live on under another name: at least half alike, by libgit2's judgement, which is git's own.
enum Renames {
    struct Rename {
        let old: String
        let new: String
        /// In per cent.
        let similarity: Int
    }

    static func find(removed: [GitFile], added: [GitFile]) throws(GitError) -> [Rename] {
        guard !removed.isEmpty, !added.isEmpty else { return [] }
        let repository = try MemoryRepository()
        let (old, new) = (try tree(of: removed, in: repository), try tree(of: added, in: repository))
        defer {
            git_tree_free(old)
            git_tree_free(new)
        }
        var diff: OpaquePointer?
        try GitError.check(git_diff_tree_to_tree(&diff, repository.pointer, old, new, nil))
        defer { git_diff_free(diff) }
        var options = git_diff_find_options()
        try GitError.check(git_diff_find_options_init(&options, UInt32(GIT_DIFF_FIND_OPTIONS_VERSION)))
        options.flags = GIT_DIFF_FIND_RENAMES.rawValue
        try GitError.check(git_diff_find_similar(diff, &options))
        var renames: [Rename] = []
        for index in 0..<git_diff_num_deltas(diff) {
            guard let delta = git_diff_get_delta(diff, index)?.pointee, delta.status == GIT_DELTA_RENAMED else {
                continue
            }
            renames.append(
                Rename(
                    old: String(cString: delta.old_file.path), new: String(cString: delta.new_file.path),
                    similarity: Int(delta.similarity)))
        }
        return renames
    }

    private static func tree(
        of files: [GitFile], in repository: borrowing MemoryRepository
    ) throws(GitError) -> OpaquePointer? {
        let index = try TreeIndex()
        for file in files { try index.add(file, to: repository) }
        var id = try index.write(to: repository)
        var tree: OpaquePointer?
        try GitError.check(git_tree_lookup(&tree, repository.pointer, &id))
        return tree
    }
}
