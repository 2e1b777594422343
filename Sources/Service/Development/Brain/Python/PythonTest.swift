/// One test method of the generated project, and the case by which the contract-test agent announces it.
struct PythonTest: Sendable {
    /// For people: "A loan is refused when …".
    let title: String
    /// The method's name without `test_`.
    let name: String
    let requirements: [String]
    /// Python lines without indentation.
    let body: [String]

    func source(named name: String) -> String {
        let ids = requirements.map(PythonText.prose).joined(separator: ", ")
        let sentence = title.hasSuffix(".") && !ids.isEmpty ? "\(title.dropLast()) (\(ids))." : title
        let lines = body.joined(separator: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        let indented = lines.map { $0.isEmpty ? "" : "        \($0)" }.joined(separator: "\n")
        return "    def test_\(name)(self) -> None:\n\(PythonText.docstring(sentence, indent: 8))\n\(indented)\n"
    }
}
