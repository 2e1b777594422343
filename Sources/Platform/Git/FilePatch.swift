internal import CGit2

/// One file's part of a diff. The hunks are libgit2's, the header is written here: libgit2 compares two pieces of memory,
/// so that it looks for attributes neither in the trees nor in the folder this process happens to be in, and knows of
/// memory neither a mode nor a name that it had before.
enum FilePatch {
    static func make(
        _ change: FileDifference.Change, old: GitFile?, new: GitFile?
    ) throws(GitError) -> FileDifference {
        try GitLibrary.start()
        var options = git_diff_options()
        try GitError.check(git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)))
        options.flags = GIT_DIFF_SHOW_BINARY.rawValue
        options.id_abbrev = 40
        var patch: OpaquePointer?
        let (before, after) = (old?.bytes ?? [], new?.bytes ?? [])
        let result = before.withUnsafeBytes { before in
            after.withUnsafeBytes { after in
                git_patch_from_buffers(
                    &patch, before.baseAddress ?? Self.nothing, before.count, old?.path,
                    after.baseAddress ?? Self.nothing, after.count, new?.path, &options)
            }
        }
        try GitError.check(result)
        defer { git_patch_free(patch) }
        var (context, added, removed) = (0, 0, 0)
        try GitError.check(git_patch_line_stats(&context, &added, &removed, patch))
        let isBinary =
            (git_patch_get_delta(patch)?.pointee.flags ?? 0) & GIT_DIFF_FLAG_BINARY.rawValue != 0
        var text = Array(try header(change, old: old, new: new).utf8)
        if before != after {
            if !isBinary { text += Array(names(change, old: old, new: new).utf8) }
            text += try hunks(of: patch)
        }
        return FileDifference(
            path: new?.path ?? old?.path ?? "", change: change, addedLines: added, removedLines: removed,
            isBinary: isBinary, patch: text)
    }

    /// An empty array may have no address, and libgit2 takes a null pointer for no file at all.
    private nonisolated(unsafe) static let nothing = UnsafeRawPointer(
        UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))

    private static func header(
        _ change: FileDifference.Change, old: GitFile?, new: GitFile?
    ) throws(GitError) -> String {
        let (from, to) = (old?.path ?? new?.path ?? "", new?.path ?? old?.path ?? "")
        var lines = ["diff --git \(quoted("a/" + from)) \(quoted("b/" + to))"]
        let ids = "\(try id(of: old))..\(try id(of: new))"
        switch change {
        case .added: lines += ["new file mode 100644", "index \(ids)"]
        case .removed: lines += ["deleted file mode 100644", "index \(ids)"]
        case .modified: lines.append("index \(ids) 100644")
        case .renamed(_, let similarity):
            lines += ["similarity index \(similarity)%", "rename from \(quoted(from))", "rename to \(quoted(to))"]
            if old?.bytes != new?.bytes { lines.append("index \(ids) 100644") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func names(_ change: FileDifference.Change, old: GitFile?, new: GitFile?) -> String {
        // A name with a space ends in a tab here, or patch(1) takes its end for a date.
        func name(_ prefix: String, _ file: GitFile?) -> String {
            guard let file else { return "/dev/null" }
            return quoted(prefix + file.path) + (file.path.utf8.contains(UInt8(ascii: " ")) ? "\t" : "")
        }
        return "--- \(name("a/", old))\n+++ \(name("b/", new))\n"
    }

    private static func id(of file: GitFile?) throws(GitError) -> String {
        guard let file else { return String(repeating: "0", count: 40) }
        var id = git_oid()
        let result = file.bytes.withUnsafeBytes {
            git_odb_hash(&id, $0.baseAddress ?? Self.nothing, $0.count, GIT_OBJECT_BLOB)
        }
        try GitError.check(result)
        return id.text
    }

    /// What follows the header that libgit2 wrote. Its lines begin with words and paths, none with what begins a hunk.
    private static func hunks(of patch: OpaquePointer?) throws(GitError) -> [UInt8] {
        var buffer = git_buf()
        try GitError.check(git_patch_to_buf(&buffer, patch))
        defer { git_buf_dispose(&buffer) }
        let text = UnsafeRawBufferPointer(start: buffer.ptr, count: buffer.size)
        let starts = [Array("@@ -".utf8), Array("GIT binary patch\n".utf8)]
        var line = 0
        while line < text.count {
            let rest = text[line...]
            if starts.contains(where: rest.starts(with:)) { return Array(rest) }
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { break }
            line = end + 1
        }
        return []
    }

    /// As git quotes a name in a header: only where quotes, backslashes or control characters are in it.
    static func quoted(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { return name }
        let escaped = name.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"", "\\": return "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let octal = String(scalar.value, radix: 8)
                return "\\" + String(repeating: "0", count: 3 - octal.utf8.count) + octal
            default: return String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}
