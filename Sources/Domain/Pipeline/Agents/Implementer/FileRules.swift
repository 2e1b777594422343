import Features
import Kernel

/// What a file that the implementer writes must be, beyond a build's own rules.
struct FileRules: Sendable {
    /// Files of the plan; with none, nothing is outside it.
    let planned: Set<FilePath>

    /// Why the content cannot stand there, with what to do; `nil` when it can.
    ///
    /// - Parameters:
    ///   - old: what is there now.
    ///   - edited: only a part was sent: the whole is judged when the work ends, since it may take several edits.
    func refusal(of content: String, at path: FilePath, old: String?, reason: String?, edited: Bool) -> String? {
        if let placeholder = Placeholders.first(in: content, at: path, notIn: edited ? old ?? "" : "") {
            return "\(path): line \(placeholder.line) (\"\(placeholder.text)\") stands for code that is missing: "
                + "write all of it, or use edit_file to change a part"
        }
        if let fault = TestIntegrity.fault(in: content, at: path) { return "\(path): \(fault)" }
        if !edited, let fault = unreadable(content, at: path) { return fault }
        guard reason == nil else { return nil }
        if let old { return loss(from: old, to: content, at: path) }
        return isOutside(path)
            ? "\(path) is in no task of the plan: leave it out, or send it again with a reason why it is needed" : nil
    }

    /// Why the file cannot be read as what it is.
    func unreadable(_ content: String, at path: FilePath) -> String? {
        DataSyntax.fault(in: content, at: path).map { "\(path): \($0)" }
    }

    /// What a light scan holds against the file. It may be wrong, so the model may answer for the file.
    func damage(of content: String, at path: FilePath) -> String? {
        guard let fault = Wholeness.fault(in: content, at: path) else { return nil }
        return "\(path) looks cut short or damaged: \(fault). Send the whole file; "
            + "if it is whole, send it again with a reason that says so"
    }

    /// Why the file may not go without a reason.
    func deletion(of path: FilePath, _ content: String) -> String? {
        let lines = content.split(whereSeparator: \.isNewline).count
        if planned.contains(path) { return "\(path) is a file of the plan: deleting it needs a reason" }
        if TestIntegrity.assertions(in: content, at: path) > 0 {
            return "\(path) is a test: deleting it needs a reason"
        }
        return lines >= LostLines.smallest ? "\(path) has \(lines) lines: deleting it needs a reason" : nil
    }

    private func loss(from old: String, to content: String, at path: FilePath) -> String? {
        let (before, after) = (
            TestIntegrity.assertions(in: old, at: path), TestIntegrity.assertions(in: content, at: path)
        )
        if after < before {
            return "\(path) had \(before) lines that check something and would have \(after): keep them, "
                + "or send it again with a reason why they go"
        }
        guard let lost = LostLines.found(from: old, to: content) else { return nil }
        return "\(path) would lose \(lost.gone) of its \(lost.of) lines: use edit_file to change a part, "
            + "or send it again with a reason why they go"
    }

    /// Package markers and the like belong to whatever is beside them.
    private func isOutside(_ path: FilePath) -> Bool {
        !planned.isEmpty && !planned.contains(path) && !Workspace.mayBeEmpty(path)
            && !["README.md", "LICENSE", ".gitignore", ".dockerignore", ".editorconfig"].contains(path.name)
    }
}
