extension PythonProject {
    var databaseFile: ProjectFile {
        let tables = entities.map(table).joined(separator: "\n")
        return file(
            "database.py",
            """
            \"""The SQLite database: its tables, and how values are stored in them.\"""

            from __future__ import annotations

            import datetime as dt
            import sqlite3
            from decimal import Decimal
            from typing import Any

            SCHEMA = \"""
            \(tables)
            \"""


            def connect(path: str = ":memory:") -> sqlite3.Connection:
                \"""Open the database and create the tables that are missing.\"""
                connection = sqlite3.connect(path)
                connection.execute("PRAGMA foreign_keys = ON")
                connection.executescript(SCHEMA)
                return connection


            def stored(value: Any) -> Any:
                \"""A value as SQLite keeps it: exact decimals and dates become text.\"""
                if isinstance(value, bool):
                    return int(value)
                if isinstance(value, Decimal):
                    return str(value)
                if isinstance(value, dt.date):
                    return value.isoformat()
                return value


            def loaded(kind: type, value: Any) -> Any:
                \"""The reverse of `stored`.\"""
                if value is None:
                    return None
                if kind in (dt.date, dt.datetime):
                    return kind.fromisoformat(value)
                return kind(value)
            """)
    }

    private func table(_ entity: RecordKind) -> String {
        let columns = entity.fields.map { field in
            let type =
                switch field.type {
                case .integer, .boolean: "INTEGER"
                case .reference: "INTEGER"
                default: "TEXT"
                }
            let need = field.isRequired || field.type == .boolean ? " NOT NULL" : ""
            let target = field.target.map { " REFERENCES \"\(entities[$0].collection)\" (\"id\")" } ?? ""
            return "    \"\(field.name)\" \(type)\(need)\(target)"
        }
        return "CREATE TABLE IF NOT EXISTS \"\(entity.collection)\" (\n"
            + (["    \"id\" INTEGER PRIMARY KEY AUTOINCREMENT"] + columns).joined(separator: ",\n") + "\n);"
    }

    var repositoriesIndexFile: ProjectFile {
        let names = entities.map { "\($0.className)Repository" }.sorted()
        let imports = entities.sorted { $0.name < $1.name }.map { "from .\($0.name) import \($0.className)Repository" }
        return file(
            "repositories/__init__.py",
            """
            \"""Where records are kept: one repository for each kind.\"""

            \(imports.joined(separator: "\n"))

            \(PythonText.bracket("__all__ = [", names.map(PythonText.string), "]", indent: 0))
            """)
    }

    func repositoryFile(_ index: Int) -> ProjectFile {
        let entity = entities[index]
        let name = entity.name
        let one = EnglishWords.indefinite(entity.label)
        let table = "\"\(entity.collection)\""
        let columns = entity.fields.map { "\"\($0.name)\"" }
        let listed = PythonText.wrap(columns.joined(separator: ", "), to: 78).joined(separator: "\n    ")
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return file(
            "repositories/\(name).py",
            """
            \(PythonText.docstring(sentence("keeps \(entity.plural) in the database"), indent: 0))

            from __future__ import annotations

            import sqlite3
            from dataclasses import replace
            from typing import Any

            from ..database import loaded, stored
            from ..models import \(entity.className)

            INSERT = \"""
            INSERT INTO \(table) (\(listed))
            VALUES (\(marks))
            \"""

            UPDATE = \"""
            UPDATE \(table)
            SET \(PythonText.wrap(columns.map { "\($0) = ?" }.joined(separator: ", "), to: 78).joined(separator: "\n    "))
            WHERE "id" = ?
            \"""

            DELETE = 'DELETE FROM \(table) WHERE "id" = ?'

            SELECT_ONE = \"""
            SELECT "id", \(listed)
            FROM \(table) WHERE "id" = ?
            \"""

            SELECT_ALL = \"""
            SELECT "id", \(listed)
            FROM \(table) ORDER BY "id"
            \"""
            \(entity.references.map { selectByReference($0, of: entity, listed) }.joined())

            class \(entity.className)Repository:
            \(PythonText.docstring(sentence("adds, finds, changes and removes \(entity.plural); every statement binds its values"), indent: 4))

                def __init__(self, connection: sqlite3.Connection) -> None:
                    self._connection = connection

                def add(self, \(name): \(entity.className)) -> \(entity.className):
            \(PythonText.docstring(sentence("store \(one) that is new, and give it its number"), indent: 8))
                    with self._connection:
                        cursor = self._connection.execute(INSERT, _to_row(\(name)))
                    return replace(\(name), id=cursor.lastrowid)

                def save(self, \(name): \(entity.className)) -> None:
            \(PythonText.docstring(sentence("store the new values of \(one)"), indent: 8))
                    with self._connection:
                        self._connection.execute(UPDATE, (*_to_row(\(name)), \(name).id))

                def remove(self, \(name)_id: int) -> None:
            \(PythonText.docstring(sentence("forget \(one)"), indent: 8))
                    with self._connection:
                        self._connection.execute(DELETE, (\(name)_id,))

                def find(self, \(name)_id: int) -> \(entity.className) | None:
            \(PythonText.docstring(sentence("\(one) by its number, or None"), indent: 8))
                    row = self._connection.execute(SELECT_ONE, (\(name)_id,)).fetchone()
                    return None if row is None else _from_row(row)

                def all(self) -> list[\(entity.className)]:
            \(PythonText.docstring(sentence("all \(entity.plural), oldest first"), indent: 8))
                    return [_from_row(row) for row in self._connection.execute(SELECT_ALL)]
            \(entity.references.map { findByReference($0, of: entity) }.joined())

            def _to_row(\(name): \(entity.className)) -> tuple[Any, ...]:
                return tuple(stored(getattr(\(name), field)) for field in \(entity.className).KINDS)


            def _from_row(row: tuple[Any, ...]) -> \(entity.className):
                values = zip(\(entity.className).KINDS.items(), row[1:], strict=True)
                return \(entity.className)(
                    id=row[0], **{field: loaded(kind, value) for (field, kind), value in values}
                )
            """)
    }

    private func selectByReference(_ field: RecordField, of entity: RecordKind, _ listed: String) -> String {
        """

        SELECT_BY_\(field.name.uppercased()) = \"""
        SELECT "id", \(listed)
        FROM "\(entity.collection)" WHERE "\(field.name)" = ? ORDER BY "id"
        \"""

        """
    }

    private func findByReference(_ field: RecordField, of entity: RecordKind) -> String {
        """

            def with_\(field.name)(self, \(field.name): int | None) -> list[\(entity.className)]:
        \(PythonText.docstring(sentence("the \(entity.plural) that refer to one \(field.label), oldest first"), indent: 8))
                rows = self._connection.execute(SELECT_BY_\(field.name.uppercased()), (\(field.name),))
                return [_from_row(row) for row in rows]

        """
    }

    var storeFile: ProjectFile {
        let repositories = entities.map { "\($0.className)Repository" }
        return file(
            "store.py",
            """
            \"""All repositories of one database.\"""

            from __future__ import annotations

            from .database import connect
            \(PythonText.importing(".repositories", repositories))


            class Store:
                \"""Opens the database and hands out its repositories.\"""

                def __init__(self, path: str = ":memory:") -> None:
                    self._connection = connect(path)
            \(entities.map { "        self.\($0.collection) = \($0.className)Repository(self._connection)" }.joined(separator: "\n"))

                def close(self) -> None:
                    \"""Close the database.\"""
                    self._connection.close()
            """)
    }
}
