extension PythonProject {
    var modelsIndexFile: ProjectFile {
        let names = entities.map(\.className).sorted()
        return file(
            "models/__init__.py",
            """
            \"""The records that are kept.\"""

            \(entities.sorted { $0.name < $1.name }.map { "from .\($0.name) import \($0.className)" }.joined(separator: "\n"))

            \(PythonText.bracket("__all__ = [", names.map(PythonText.string), "]", indent: 0))
            """)
    }

    func modelFile(_ index: Int) -> ProjectFile {
        let entity = entities[index]
        let checks = modelChecks(index)
        var imports = ["import datetime as dt", "from dataclasses import dataclass", "from typing import ClassVar"]
        if !entity.fields.contains(where: \.type.isMoment) && !checks.contains(where: { $0.contains("dt.") }) {
            imports.removeFirst()
        }
        if entity.fields.contains(where: { $0.type == .decimal }) || checks.contains(where: { $0.contains("Decimal(") })
        {
            imports.append("from decimal import Decimal")
        }
        let own = (checks.isEmpty ? "" : "from .. import checks\n") + "from ..errors import Violation"
        let kinds = entity.fields.map { "\(PythonText.string($0.name)): \($0.python)" }
        let required = entity.fields.filter(\.isRequired).map { PythonText.string($0.name) }
        let requiredSet = required.isEmpty ? ["frozenset()"] : ["frozenset({\(required.joined(separator: ", "))})"]
        let requiredLine = "    REQUIRED: ClassVar[frozenset[str]] = \(requiredSet[0])"
        return file(
            "models/\(entity.name).py",
            """
            \(PythonText.docstring("The record of \(EnglishWords.indefinite(entity.label)).", indent: 0))

            from __future__ import annotations

            \(PythonText.imports(imports))

            \(own)


            @dataclass(frozen=True, kw_only=True)
            class \(entity.className):
            \(PythonText.docstring(sentence("\(EnglishWords.indefinite(entity.label)), as it is kept"), indent: 4))

            \(PythonText.bracket("KINDS: ClassVar[dict[str, type]] = {", kinds, "}", indent: 4))
            \(requiredLine.count <= PythonText.width
                ? requiredLine
                : "    REQUIRED: ClassVar[frozenset[str]] = frozenset(\n" + PythonText.bracket("{", required, "}", indent: 8) + "\n    )")

            \(entity.fields.map { "    \(attribute($0))" }.joined(separator: "\n"))
                id: int | None = None
            \(currentProperty(entity))
                def violations(self) -> list[Violation]:
            \(PythonText.docstring(sentence("every way in which the values break a rule of their own"), indent: 8))
            \(checks.isEmpty
                ? "        return []"
                : "        return checks.found(\n" + checks.joined(separator: ",\n") + ",\n        )")
            """)
    }

    func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }

    private func attribute(_ field: RecordField) -> String {
        guard let fallback = field.fallback else { return "\(field.name): \(field.python)" }
        return "\(field.name): \(field.python)\(fallback == "None" ? " | None" : "") = \(fallback)"
    }

    /// Whether a record still counts where open ones are counted; only entities that can be over have it.
    private func currentProperty(_ entity: RecordKind) -> String {
        guard let closing = entity.closing else { return "" }
        let (condition, words) =
            switch closing {
            case .moment(let name):
                ("self.\(name) is None", "its '\(entity.field(name)?.label ?? name)' is not known yet")
            case .flag(let name): ("not self.\(name)", "it is not marked '\(entity.field(name)?.label ?? name)'")
            }
        return """

                @property
                def is_current(self) -> bool:
            \(PythonText.docstring("Whether this \(entity.label) still counts: \(words).", indent: 8))
                    return \(condition)

            """
    }

    /// The checks that need nothing but the record's own values.
    private func modelChecks(_ index: Int) -> [String] {
        ruledMeanings.flatMap { rule, meaning in checks(of: meaning, on: index, rule: rule) }
    }

    private func checks(of meaning: RuleMeaning, on index: Int, rule: ProductModel.Rule) -> [String] {
        let id = "rule=\(PythonText.string(rule.id))"
        func check(_ name: String, _ arguments: [String]) -> String {
            PythonText.bracket("checks.\(name)(", arguments + [id], ")", indent: 12)
        }
        func value(_ path: FieldPath) -> [String] { [PythonText.string(path.field), "self.\(path.field)"] }
        switch meaning {
        case .range(let path, let lower, let upper) where path.entity == index:
            let low = lower.map { check($0.isIncluded ? "at_least" : "more_than", value(path) + [number($0, path)]) }
            let high = upper.map { check($0.isIncluded ? "at_most" : "less_than", value(path) + [number($0, path)]) }
            return [low, high].compactMap(\.self)
        case .filled(let path) where path.entity == index:
            return [check("filled", value(path))]
        case .choice(let path, let choices) where path.entity == index:
            return [check("one_of", value(path) + [PythonText.tuple(choices.map(PythonText.string))])]
        case .length(let path, let low, let high, let digits) where path.entity == index:
            let length = check("length", value(path) + ["\(low ?? 0)", high.map(String.init) ?? "None"])
            let isBounded = low != nil || high != nil
            return (isBounded ? [length] : []) + (digits ? [check("digits", value(path))] : [])
        case .email(let path) where path.entity == index:
            return [check("email", value(path))]
        case .order(index, let earlier, let later, let orEqual):
            let message = PythonText.string("\(later) must be \(orEqual ? "on or " : "")after \(earlier)")
            return [
                check(
                    "in_order", ["self.\(earlier)", "self.\(later)", message, "or_equal=\(orEqual ? "True" : "False")"])
            ]
        case .duration(index, let start, let end, let limit):
            let message = PythonText.string("\(start) to \(end) is more than \(limit.count) \(limit.unit.rawValue)")
            return [check("lasts_at_most", ["self.\(start)", "self.\(end)", delta(limit), message])]
        default: return []
        }
    }

    func delta(_ span: TimeLimit) -> String { "dt.timedelta(\(span.unit.rawValue)=\(span.count))" }

    /// A bound as the type of its field: whole numbers stay whole.
    func number(_ bound: ValueBound, _ path: FieldPath) -> String {
        let isWhole = entities[path.entity].field(path.field)?.type == .integer
        if isWhole, let whole = Int(exactly: bound.value) { return String(whole) }
        return "Decimal(\(PythonText.string(bound.text)))"
    }
}
