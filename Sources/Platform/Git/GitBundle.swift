internal import CGit2

/// What one commit adds to the tree of the one before it.
package struct GitCommit: Sendable {
    package let message: String
    package let files: [GitFile]

    package init(message: String, files: [GitFile]) {
        self.message = message
        self.files = files
    }
}

/// A repository in one file, for `git clone`: gitformat-bundle(5), version 2, with all its objects in one pack.
///
/// The same commits give the same bytes. It burns CPU and blocks: run it on a `BlockingPool`.
package enum GitBundle {
    package static let branch = "refs/heads/main"

    /// - Parameters:
    ///   - commits: oldest first, at least one.
    ///   - author: the author and committer of all of them.
    ///   - seconds: since 1970, when they were made.
    package static func bytes(
        _ commits: [GitCommit], author: (name: String, email: String), seconds: Int64
    ) throws(GitError) -> [UInt8] {
        precondition(!commits.isEmpty, "a bundle of nothing")
        let repository = try MemoryRepository()
        var signature: UnsafeMutablePointer<git_signature>?
        try GitError.check(git_signature_new(&signature, author.name, author.email, seconds, 0))
        defer { git_signature_free(signature) }
        let index = try TreeIndex()
        var ids: [git_oid] = []
        for commit in commits {
            for file in commit.files { try index.add(file, to: repository) }
            let tree = try index.write(to: repository)
            ids.append(try add(commit.message, tree, after: ids.last, by: signature, to: repository))
        }
        let head = ids[ids.count - 1].text
        return try Array("# v2 git bundle\n\(head) HEAD\n\(head) \(branch)\n\n".utf8) + pack(ids, of: repository)
    }

    private static func add(
        _ message: String, _ tree: git_oid, after parent: git_oid?, by signature: UnsafeMutablePointer<git_signature>?,
        to repository: borrowing MemoryRepository
    ) throws(GitError) -> git_oid {
        var treeID = tree
        var treeObject: OpaquePointer?
        try GitError.check(git_tree_lookup(&treeObject, repository.pointer, &treeID))
        defer { git_tree_free(treeObject) }
        var parentObject: OpaquePointer?
        if var parent { try GitError.check(git_commit_lookup(&parentObject, repository.pointer, &parent)) }
        defer { git_commit_free(parentObject) }
        var id = git_oid()
        var parents = [parentObject]
        let result = parents.withUnsafeMutableBufferPointer {
            git_commit_create(
                &id, repository.pointer, nil, signature, signature, nil, message, treeObject, parent == nil ? 0 : 1,
                $0.baseAddress)
        }
        try GitError.check(result)
        return id
    }

    private static func pack(
        _ commits: [git_oid], of repository: borrowing MemoryRepository
    ) throws(GitError) -> [UInt8] {
        var builder: OpaquePointer?
        try GitError.check(git_packbuilder_new(&builder, repository.pointer))
        defer { git_packbuilder_free(builder) }
        // Several would part the objects among them by the machine's cores, and deltas would differ.
        git_packbuilder_set_threads(builder, 1)
        for commit in commits {
            var id = commit
            try GitError.check(git_packbuilder_insert_commit(builder, &id))
        }
        var buffer = git_buf()
        try GitError.check(git_packbuilder_write_buf(&buffer, builder))
        defer { git_buf_dispose(&buffer) }
        return Array(UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size))
    }
}
