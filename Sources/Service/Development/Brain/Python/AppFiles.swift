extension PythonProject {
    var appFile: ProjectFile {
        let services = entities.map { "\($0.className)Service" }
        return file(
            "app.py",
            """
            \"""The whole product in one object.\"""

            from __future__ import annotations

            import datetime as dt
            from collections.abc import Callable

            \(PythonText.importing(".services", services))
            from .store import Store


            class App:
                \"""One service for each kind of record, over one database.

                `today` tells the current day; tests put a fixed day in its place.
                \"""

                def __init__(
                    self, path: str = ":memory:", today: Callable[[], dt.date] = dt.date.today
                ) -> None:
                    self._store = Store(path)
            \(entities.map { "        self.\($0.collection) = \($0.className)Service(self._store, today)" }.joined(separator: "\n"))

                def close(self) -> None:
                    \"""Close the database.\"""
                    self._store.close()
            """)
    }

    var valuesFile: ProjectFile {
        file(
            "values.py",
            """
            \"""Values as people type them on the command line.\"""

            from __future__ import annotations

            import datetime as dt
            from decimal import Decimal, InvalidOperation
            from typing import Any

            YES = {"yes", "y", "true", "1", "on"}
            NO = {"no", "n", "false", "0", "off"}


            def parse(kind: type, text: str) -> Any:
                \"""Turn text into a value of a kind; raise ValueError when it is none.\"""
                if kind is str:
                    return text
                if text == "":
                    return None
                if kind is bool:
                    return _parse_bool(text)
                if kind is Decimal:
                    return _parse_decimal(text)
                if kind is dt.datetime:
                    return _parse_moment(text)
                if kind is dt.date:
                    return dt.date.fromisoformat(text)
                return int(text)


            def show(value: Any) -> str:
                \"""A value for people to read.\"""
                if value is None:
                    return "-"
                if isinstance(value, bool):
                    return "yes" if value else "no"
                return str(value)


            def _parse_bool(text: str) -> bool:
                word = text.strip().lower()
                if word not in YES | NO:
                    raise ValueError("neither yes nor no")
                return word in YES


            def _parse_decimal(text: str) -> Decimal:
                try:
                    return Decimal(text)
                except InvalidOperation:
                    raise ValueError("not a number") from None


            def _parse_moment(text: str) -> dt.datetime:
                moment = dt.datetime.fromisoformat(text)
                if moment.tzinfo is not None:
                    moment = moment.astimezone(dt.timezone.utc).replace(tzinfo=None)
                return moment
            """)
    }

    var commandLineFile: ProjectFile {
        let kinds = entities.map { "\(PythonText.string($0.collection.replacing("_", with: "-"))): \($0.className)" }
        return file(
            "cli.py",
            """
            \(PythonText.docstring("The command line\(mark(product.commandLine)).", indent: 0))

            from __future__ import annotations

            import argparse
            import datetime as dt
            import sys
            from collections.abc import Callable, Sequence
            from functools import partial
            from typing import Any

            from . import values
            from .app import App
            from .errors import NotFoundError, RuleError
            \(PythonText.importing(".models", entities.map(\.className)))
            from .rules import RULES

            RECORDS: dict[str, Any] = {
            \(kinds.map { "    \($0)," }.joined(separator: "\n"))
            }


            def parser() -> argparse.ArgumentParser:
                \"""Every command with its arguments.\"""
                main_parser = argparse.ArgumentParser(
                    prog=\(PythonText.string(package)),
                    description=\(PythonText.string(product.title.replacing("%", with: "%%"))),
                    allow_abbrev=False,
                )
                main_parser.add_argument(
                    "--database",
                    default=\(PythonText.string("\(package).db")),
                    help="the file that holds the records",
                )
                commands = main_parser.add_subparsers(dest="records", required=True)
                commands.add_parser("show-rules", help="list the rules and who keeps them")
                for name, kind in RECORDS.items():
                    actions = commands.add_parser(name).add_subparsers(dest="action", required=True)
                    actions.add_parser("list", help="show all")
                    _add_fields(actions.add_parser("add", help="keep a new one"), kind)
                    change = actions.add_parser("change", help="change values of one")
                    change.add_argument("number", type=int)
                    _add_fields(change, kind)
                    for action in ("show", "delete"):
                        actions.add_parser(action).add_argument("number", type=int)
                return main_parser


            def main(
                argv: Sequence[str] | None = None,
                today: Callable[[], dt.date] = dt.date.today,
            ) -> int:
                \"""Run one command; 0 when it worked, 1 when it was refused.\"""
                arguments = parser().parse_args(argv)
                if arguments.records == "show-rules":
                    for rule in RULES:
                        keeper = "policy, kept by people" if rule.is_policy else "enforced"
                        print(f"{rule.id}  {rule.text}  ({keeper})")
                    return 0
                app = App(arguments.database, today)
                try:
                    _run(app, arguments)
                except (RuleError, NotFoundError) as error:
                    print(f"Refused: {error}", file=sys.stderr)
                    return 1
                finally:
                    app.close()
                return 0


            def _run(app: App, arguments: argparse.Namespace) -> None:
                service = getattr(app, arguments.records.replace("-", "_"))
                if arguments.action == "list":
                    for record in service.all():
                        print(_line(record))
                elif arguments.action == "show":
                    print(_line(service.get(arguments.number)))
                elif arguments.action == "delete":
                    service.delete(arguments.number)
                    print(f"Deleted {arguments.number}.")
                elif arguments.action == "add":
                    print(_line(service.create(**_given(arguments))))
                else:
                    print(_line(service.update(arguments.number, **_given(arguments))))


            def _add_fields(command: argparse.ArgumentParser, kind: Any) -> None:
                for name, type_ in kind.KINDS.items():
                    command.add_argument(
                        f"--{name.replace('_', '-')}",
                        dest=f"value_{name}",
                        type=partial(values.parse, type_),
                        default=argparse.SUPPRESS,
                        metavar=type_.__name__.upper(),
                    )


            def _given(arguments: argparse.Namespace) -> dict[str, Any]:
                given = vars(arguments).items()
                return {
                    name.removeprefix("value_"): value
                    for name, value in given
                    if name.startswith("value_")
                }


            def _line(record: Any) -> str:
                parts = [f"{name}: {values.show(getattr(record, name))}" for name in record.KINDS]
                return f"{record.id}  " + ", ".join(parts)
            """)
    }
}
