internal import CGit2

/// A repository without a place on disk: its objects lie in memory, its configuration is empty.
struct MemoryRepository: ~Copyable {
    let pointer: OpaquePointer

    init() throws(GitError) {
        try GitLibrary.start()
        var objects: OpaquePointer?
        try GitError.check(git_odb_new(&objects))
        // The repository and the object database keep what they are given alive by themselves.
        defer { git_odb_free(objects) }
        var memory: UnsafeMutablePointer<git_odb_backend>?
        try GitError.check(git_mempack_new(&memory))
        try GitError.check(git_odb_add_backend(objects, memory, 1))
        var configuration: OpaquePointer?
        try GitError.check(git_config_new(&configuration))
        defer { git_config_free(configuration) }
        var repository: OpaquePointer?
        try GitError.check(git_repository_wrap_odb(&repository, objects))
        guard let repository else { throw GitError(code: -1, reason: "no repository") }
        // Without one of its own it would look for the user's.
        let result = git_repository_set_config(repository, configuration)
        if result < 0 { git_repository_free(repository) }
        try GitError.check(result)
        pointer = repository
    }

    deinit { git_repository_free(pointer) }

    func addBlob(_ bytes: [UInt8]) throws(GitError) -> git_oid {
        var id = git_oid()
        let result = bytes.withUnsafeBytes { git_blob_create_from_buffer(&id, pointer, $0.baseAddress, $0.count) }
        try GitError.check(result)
        return id
    }
}

/// Files on their way into a tree.
struct TreeIndex: ~Copyable {
    private let pointer: OpaquePointer

    init() throws(GitError) {
        try GitLibrary.start()
        var index: OpaquePointer?
        try GitError.check(git_index_new(&index))
        guard let index else { throw GitError(code: -1, reason: "no index") }
        pointer = index
    }

    deinit { git_index_free(pointer) }

    /// Adds a file that nobody may execute.
    func add(_ file: GitFile, to repository: borrowing MemoryRepository) throws(GitError) {
        var entry = git_index_entry()
        entry.mode = UInt32(GIT_FILEMODE_BLOB.rawValue)
        entry.id = try repository.addBlob(file.bytes)
        let result = file.path.withCString { path in
            entry.path = path
            return git_index_add(pointer, &entry)
        }
        try GitError.check(result)
    }

    /// Writes the tree of all files so far.
    func write(to repository: borrowing MemoryRepository) throws(GitError) -> git_oid {
        var id = git_oid()
        try GitError.check(git_index_write_tree_to(&id, pointer, repository.pointer))
        return id
    }
}

extension git_oid {
    /// In lower-case hexadecimal.
    var text: String {
        withUnsafePointer(to: self) { id in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 41) { buffer in
                guard let start = git_oid_tostr(buffer.baseAddress, 41, id) else { return "" }
                return String(cString: start)
            }
        }
    }
}
