extension PythonProject {
    var servicesIndexFile: ProjectFile {
        let names = entities.map { "\($0.className)Service" }.sorted()
        let imports = entities.sorted { $0.name < $1.name }.map { "from .\($0.name) import \($0.className)Service" }
        return file(
            "services/__init__.py",
            """
            \"""What people do with the records, and the rules that hold then.\"""

            \(imports.joined(separator: "\n"))

            \(PythonText.bracket("__all__ = [", names.map(PythonText.string), "]", indent: 0))
            """)
    }

    func serviceFile(_ index: Int) -> ProjectFile {
        let entity = entities[index]
        let name = entity.name
        let type = entity.className
        let one = EnglishWords.indefinite(entity.label)
        let ruled = serviceRules(index)
        let create = product.id(.create, index)
        let createID = PythonText.string(create ?? "")
        let store = "self._store.\(entity.collection)"
        func calls(_ moment: ServiceRule.Moment, _ arguments: String) -> [String] {
            ruled.filter { $0.moment == moment }.map { "self.\($0.name)(\(arguments))" }
        }
        let saving =
            ["*\(name).violations()"] + (entity.references.isEmpty ? [] : ["*self._missing_records(\(name))"])
            + calls(.saving, "\(name), before")
        let changing = calls(.changing, "before")
        let deleting = deletionChecks(index) + calls(.deleting, name)
        let errors = ["Violation", "NotFoundError", "refuse"].filter { word in
            word != "Violation" || !ruled.isEmpty || !entity.references.isEmpty || !deletionChecks(index).isEmpty
        }
        let modules = ruled.contains(where: { $0.body.joined().contains("rules.") }) ? ["checks", "rules"] : ["checks"]
        return file(
            "services/\(name).py",
            """
            \(PythonText.docstring(sentence("what people do with \(entity.plural)"), indent: 0))

            from __future__ import annotations

            import datetime as dt
            from collections.abc import Callable
            from dataclasses import replace
            from typing import Any

            \(PythonText.importing("..", modules))
            \(PythonText.importing("..errors", errors))
            from ..models import \(type)
            from ..store import Store


            class \(type)Service:
            \(PythonText.docstring(sentence("creates, shows, changes and deletes \(entity.plural)"), indent: 4))

                def __init__(self, store: Store, today: Callable[[], dt.date]) -> None:
                    self._store = store
                    self._today = today

                def create(self, **values: Any) -> \(type):
            \(PythonText.docstring(sentence("keep \(one) that is new\(mark(create))"), indent: 8))
                    \(name) = \(type)(**checks.complete(\(type), values, rule=\(createID)))
                    self._check(\(name), None)
                    return \(store).add(\(name))

                def all(self) -> list[\(type)]:
            \(PythonText.docstring(sentence("all \(entity.plural), oldest first\(mark(product.id(.list, index)))"), indent: 8))
                    return \(store).all()

                def get(self, \(name)_id: int) -> \(type):
            \(PythonText.docstring(sentence("\(one) by its number\(mark(product.id(.list, index)))"), indent: 8))
                    \(name) = \(store).find(\(name)_id)
                    if \(name) is None:
                        raise NotFoundError(f"there is no \(entity.label) {\(name)_id}")
                    return \(name)

                def update(self, \(name)_id: int, **changes: Any) -> \(type):
            \(PythonText.docstring(sentence("change values of \(one)\(mark(product.id(.change, index)))"), indent: 8))
                    before = self.get(\(name)_id)
            \(changing.isEmpty ? "" : refusal(of: changing) + "\n")\
                    known = checks.complete(\(type), changes, rule=\(PythonText.string(product.id(.change, index) ?? "")))
                    \(name) = replace(before, **{field: known[field] for field in changes})
                    self._check(\(name), before)
                    \(store).save(\(name))
                    return \(name)

                def delete(self, \(name)_id: int) -> None:
            \(PythonText.docstring(sentence("delete \(one)\(mark(product.id(.delete, index)))"), indent: 8))
                    \(deleting.isEmpty ? "self.get(\(name)_id)" : "\(name) = self.get(\(name)_id)")
            \(deleting.isEmpty ? "" : refusal(of: deleting) + "\n")\
                    \(store).remove(\(name)_id)

                def _check(self, \(name): \(type), before: \(type) | None) -> None:
            \(PythonText.docstring(sentence("refuse \(one) that breaks a rule"), indent: 8))
                    refuse(checks.kinds(\(name), rule=\(createID)))
            \(saving.count == 1 ? "        refuse(\(name).violations())" : refusal(of: saving))
            \(missingRecords(index))\(usedBy(index))\(countedReferences(index).map { others(index, $0) }.joined())\
            \(ruled.map { method($0, entity) }.joined())
            """)
    }

    private func refusal(of checks: [String]) -> String {
        let single = "        refuse([\(checks.joined(separator: ", "))])"
        if single.count <= PythonText.width { return single }
        return "        refuse(\n" + PythonText.bracket("[", checks, "]", indent: 12) + "\n        )"
    }

    private func method(_ rule: ServiceRule, _ entity: RecordKind) -> String {
        let text = product.rules.first {
            rule.body.joined().contains("(\(PythonText.string($0.id)))")
                || rule.body.joined().contains("rule=\(PythonText.string($0.id))")
        }
        let arguments = rule.moment == .saving ? ", before: \(entity.className) | None" : ""
        let opener = "def \(rule.name)("
        let parameters = "self, \(entity.name): \(entity.className)\(arguments)"
        let single = "    \(opener)\(parameters)) -> Violation | None:"
        let head =
            single.count <= PythonText.width
            ? single : "    \(opener)\n        \(parameters)\n    ) -> Violation | None:"
        let indented = rule.body.joined(separator: "\n").split(separator: "\n").map { "        \($0)" }.joined(
            separator: "\n")
        let note = text.map { noted($0.text, $0.id) } ?? rule.name
        return "\n\(head)\n\(PythonText.docstring(note, indent: 8))\n\(indented)\n"
    }

    /// References must point at records that exist.
    private func missingRecords(_ index: Int) -> String {
        let entity = entities[index]
        guard !entity.references.isEmpty else { return "" }
        let id = PythonText.string(product.id(.create, index) ?? "")
        let checks = entity.references.compactMap { field -> String? in
            guard let target = field.target else { return nil }
            let value = "\(entity.name).\(field.name)"
            let found = "self._store.\(entities[target].collection).find(\(value))"
            let message = PythonText.string("\(field.name) is no known \(entities[target].label)")
            let test = PythonText.when(["\(value) is not None", "\(found) is None"], indent: 8)
            let lines = test.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n")
            return "\(lines)\n            found.append(Violation(\(id), \(message)))"
        }
        return """

                def _missing_records(self, \(entity.name): \(entity.className)) -> list[Violation]:
            \(PythonText.docstring("References to records that do not exist\(mark(product.id(.create, index))).", indent: 8))
                    found: list[Violation] = []
            \(checks.joined(separator: "\n"))
                    return found

            """
    }

    private func deletionChecks(_ index: Int) -> [String] {
        referring(to: index).isEmpty ? [] : ["self._in_use(\(entities[index].name))"]
    }

    /// Kinds of records, and their fields, that refer to an entity; its own kind included.
    func referring(to index: Int) -> [(entity: RecordKind, field: RecordField)] {
        entities.flatMap { entity in entity.fields.filter { $0.target == index }.map { (entity, $0) } }
    }

    private func usedBy(_ index: Int) -> String {
        let entity = entities[index]
        let referring = referring(to: index)
        guard !referring.isEmpty else { return "" }
        let tests = referring.map { other, field in
            """
                    if self._store.\(other.collection).with_\(field.name)(\(entity.name).id):
                        return Violation(\(PythonText.string(product.id(.delete, index) ?? "")), \(PythonText.string("\(other.plural) refer to it")))
            """
        }
        return """

                def _in_use(self, \(entity.name): \(entity.className)) -> Violation | None:
            \(PythonText.docstring("Other records refer to it\(mark(product.id(.delete, index))).", indent: 8))
            \(tests.joined(separator: "\n"))
                    return None

            """
    }

    /// The other records, not over yet, that refer to the same record.
    private func others(_ index: Int, _ reference: String) -> String {
        let entity = entities[index]
        let label = entity.field(reference)?.label ?? reference
        let open = entity.closing == nil ? "" : " and other.is_current"
        let condition = "if other.id != \(entity.name).id\(open)"
        let single = "        return [other for other in others \(condition)]"
        let inner = "            other for other in others \(condition)"
        let filter =
            single.count <= PythonText.width
            ? single
            : inner.count <= PythonText.width
                ? "        return [\n\(inner)\n        ]"
                : "        return [\n            other\n            for other in others\n            \(condition)\n        ]"
        return """

                def _others_with_\(reference)(self, \(entity.name): \(entity.className)) -> list[\(entity.className)]:
            \(PythonText.docstring(sentence("the other \(entity.closing == nil ? "" : "open ")\(entity.plural) of the same \(label)"), indent: 8))
                    others = self._store.\(entity.collection).with_\(reference)(\(entity.name).\(reference))
            \(filter)

            """
    }
}
