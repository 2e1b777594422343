internal import CGit2

/// What libgit2 would not do. Its words name paths and objects of the trees it was given, nothing of this machine.
package struct GitError: Error, Sendable, Equatable, CustomStringConvertible {
    package let code: Int32
    package let reason: String

    package var description: String { "libgit2: \(reason) (\(code))" }

    /// - Throws: what the library says, if `result` is an error.
    @discardableResult
    static func check(_ result: Int32) throws(GitError) -> Int32 {
        guard result < 0 else { return result }
        throw GitError(code: result, reason: git_error_last().map { String(cString: $0.pointee.message) } ?? "unknown")
    }
}
