internal import Artifacts
internal import Features
internal import Kernel
package import Pipeline

/// One gate with something done to it, and the advice that would be right.
package struct EvalCase: Sendable {
    package let id: String
    package let feature: String
    package let gate: String
    /// `clean`, or what is wrong: dropped, invented, contradicted, phantom, orphaned.
    package let kind: String
    package let isClean: Bool
    /// What was done, for people.
    package let what: String
    package let subject: AlignmentSubject
    /// Whether its texts are held to the sentence patterns of today.
    package let isStoredForm: Bool
}

/// The cases as they lie in `eval/`: features that are sound, and what was done to them, as JSON Patches.
package struct EvalSet: Sendable {
    package let cases: [EvalCase]

    /// - Throws: `EvalError` with the case and what is wrong with it.
    package init(features: [UInt8], cases lines: [UInt8]) throws {
        let features = try JSON(parsing: features)
        var cases: [EvalCase] = []
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            let json = try JSON(parsing: Array(line))
            guard let id = json["id"]?.string, let feature = json["feature"]?.string,
                var material = features[feature]?.object, let gate = json["gate"]?.string,
                let kind = json["class"]?.string, let expect = json["expect"]?.string,
                let what = json["what"]?.string, let changes = json["changes"]?.array
            else { throw EvalError("a case is not whole: \(String(decoding: line.prefix(120), as: UTF8.self))") }
            material["absent"] = []
            do {
                let changed = try JSONPatch.apply(changes, to: .object(material))
                // German, from before requirements had patterns.
                let isStored = features[feature]?["spec"]?["requirements"]?[0]?["pattern"] == nil
                cases.append(
                    EvalCase(
                        id: id, feature: feature, gate: gate, kind: kind, isClean: expect == "APPROVE", what: what,
                        subject: try Self.subject(at: gate, of: changed, stored: isStored), isStoredForm: isStored))
            } catch {
                throw EvalError("the case \(id) cannot be read: \(error)")
            }
        }
        self.cases = cases
    }

    private static func subject(at gate: String, of json: JSON, stored: Bool) throws -> AlignmentSubject {
        func part(_ name: String) -> JSON { json[name] ?? .null }
        let brief = try Brief(json: part("brief"))
        let spec = stored ? try Spec(stored: part("spec")) : try Spec(json: part("spec"))
        if gate == "spec" { return .spec(brief, spec) }
        let plan = try Plan(json: part("plan"))
        if gate == "plan" { return .plan(brief, spec, plan) }
        let tests = try TestPlan(json: part("tests"))
        if gate == "tests" { return .tests(brief, spec, plan, tests) }
        let absent = Set((part("absent").array ?? []).compactMap(\.string))
        var tree = FileTree()
        for file in tests.files where !absent.contains(file.path.text) {
            try tree.write(file.content, to: file.path)
        }
        for path in plan.files where !absent.contains(path.text) {
            // What stands in them is nobody's matter here: the mechanical checks ask whether they are there.
            try tree.write("as planned\n", to: path)
        }
        return .code(brief, spec, plan, tests, tree)
    }
}

struct EvalError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
