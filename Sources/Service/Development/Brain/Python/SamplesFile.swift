extension PythonProject {
    /// Makes valid records for tests: `samples.book(app)` keeps a book, `samples.book_values(app)` only its values.
    var samplesFile: ProjectFile {
        let makers = entities.indices.map(maker)
        let helpers = Self.helpers.filter { name, _ in makers.contains { $0.contains(" \(name)(number") } }
        var imports = ["import datetime as dt", "import itertools", "from typing import Any"]
        if makers.contains(where: { $0.contains("Decimal(") }) { imports.append("from decimal import Decimal") }
        return ProjectFile(
            path: "tests/samples.py",
            content: PythonText.file(
                """
                \"""Records that keep every rule, for tests to start from.

                Each function takes the values that a test wants to be different.
                \"""

                from __future__ import annotations

                \(PythonText.imports(imports))

                from \(package).app import App
                \(PythonText.importing("\(package).models", entities.map(\.className)))

                #: The day on which the tests take place.
                TODAY = dt.date(2030, 1, 1)

                _numbers = itertools.count(1)


                def app() -> App:
                    \"""The product over an empty database in memory, on a fixed day.\"""
                    global _numbers
                    _numbers = itertools.count(1)
                    return App(":memory:", today=lambda: TODAY)
                \(helpers.map { "\n\n" + $0.1 + "\n" }.joined())\(makers.joined())
                """))
    }

    private func maker(_ index: Int) -> String {
        let entity = entities[index]
        let sampled = entity.fields.filter { isSampled(index, $0) }
        let values = sampled.filter { $0.target == nil }.map {
            "        \(PythonText.string($0.name)): \(sample(index, $0)),\n"
        }
        let references = sampled.compactMap { field -> String? in
            guard let target = field.target else { return nil }
            return
                "    if \(PythonText.string(field.name)) not in values:\n        values[\(PythonText.string(field.name))] = \(entities[target].name)(app).id\n"
        }
        let usesNumber = values.contains { $0.contains("number") }
        let dict = "    values: dict[str, Any] = {\n" + values.joined() + "        **changes,\n    }\n"
        return """


            def \(entity.name)_values(app: App, **changes: Any) -> dict[str, Any]:
            \(PythonText.docstring(sentence("values of \(EnglishWords.indefinite(entity.label)) that keeps every rule"), indent: 4))
            \(usesNumber ? "    number = next(_numbers)\n" : "")\(values.isEmpty ? "    values: dict[str, Any] = {**changes}\n" : dict)\
            \(references.joined())    return values


            def \(entity.name)(app: App, **changes: Any) -> \(entity.className):
            \(PythonText.docstring(sentence("\(EnglishWords.indefinite(entity.label)), kept"), indent: 4))
                return app.\(entity.collection).create(**\(entity.name)_values(app, **changes))

            """
    }

    /// Moments of samples: those of one record lie close together, those of two records far apart.
    private static let helpers: [(String, String)] = [
        (
            "day",
            """
            def day(number: int, later: int = 0) -> dt.date:
                \"""A day in the future, its own for each number.\"""
                return TODAY + dt.timedelta(days=number * 12 + later)
            """
        ),
        (
            "past_day",
            """
            def past_day(number: int, later: int = 0) -> dt.date:
                \"""A day in the past, its own for each number.\"""
                return dt.date(1975, 1, 1) + dt.timedelta(days=number * 12 + later)
            """
        ),
        (
            "time",
            """
            def time(number: int, later: int = 0) -> dt.datetime:
                \"""A moment in the future, its own for each number.\"""
                start = dt.datetime.combine(TODAY, dt.time(9, 0))
                return start + dt.timedelta(days=number * 12, minutes=later * 15)
            """
        ),
        (
            "past_time",
            """
            def past_time(number: int, later: int = 0) -> dt.datetime:
                \"""A moment in the past, its own for each number.\"""
                start = dt.datetime(1975, 1, 1, 9, 0)
                return start + dt.timedelta(days=number * 12, minutes=later * 15)
            """
        ),
    ]
}
