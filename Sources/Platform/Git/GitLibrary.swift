internal import CGit2

/// libgit2, made ready once: it reads no configuration, attributes or ignore file of this machine or its user.
enum GitLibrary {
    static func start() throws(GitError) { try started.get() }

    private static let started: Result<Void, GitError> = {
        do throws(GitError) {
            try GitError.check(git_libgit2_init())
            let levels = [
                GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
            ]
            for level in levels { try GitError.check(cgit2_set_search_path(level, "")) }
            return .success(())
        } catch {
            return .failure(error)
        }
    }()
}
