extension PythonProject {
    /// The checks of single values; only those that this product's rules need.
    var checksFile: ProjectFile {
        let used = Self.checkFunctions.filter { name, _ in usedChecks.contains(name) }
        var imports = [
            "import datetime as dt", "from collections.abc import Mapping", "from decimal import Decimal",
            "from typing import Any", "from .errors import RuleError, Violation",
        ]
        if usedChecks.contains("one_of") { imports[1] = "from collections.abc import Mapping, Sequence" }
        if usedChecks.isDisjoint(with: Self.datedChecks) { imports.removeFirst() }
        let header = PythonText.imports(imports.filter { !$0.contains("from .") })
        return file(
            "checks.py",
            """
            \"""Checks of single values. Each returns the violation it finds, or None.

            Values that are not given (None) pass every check but `filled`: whether a field
            must have a value at all is said by the record it belongs to.
            \"""

            from __future__ import annotations

            \(header)

            from .errors import RuleError, Violation

            #: Whole numbers that the database can hold.
            LARGEST = 2**63 - 1


            def complete(kind: Any, values: Mapping[str, Any], *, rule: str) -> dict[str, Any]:
                \"""All values a new record needs; those not given are None, to be refused.\"""
                unknown = sorted(set(values) - set(kind.KINDS))
                if unknown:
                    raise RuleError([Violation(rule, f"{unknown[0]} is not a known field")])
                return {**dict.fromkeys(sorted(kind.REQUIRED)), **values}


            def kinds(record: Any, *, rule: str) -> list[Violation]:
                \"""Missing values and values of the wrong type.\"""
                found: list[Violation] = []
                for name, kind in record.KINDS.items():
                    value = getattr(record, name)
                    if value is None:
                        if name in record.REQUIRED or kind is bool:
                            found.append(Violation(rule, f"{name} is missing"))
                    elif type(value) is not kind:
                        found.append(Violation(rule, f"{name} must be of type {kind.__name__}"))
                    elif kind is str and name in record.REQUIRED and not value.strip():
                        found.append(Violation(rule, f"{name} must not be blank"))
                    elif kind is int and abs(value) > LARGEST:
                        found.append(Violation(rule, f"{name} is too large"))
                    elif kind is Decimal and not value.is_finite():
                        found.append(Violation(rule, f"{name} must be a number"))
                return found


            def found(*violations: Violation | None) -> list[Violation]:
                \"""The violations among the results of checks.\"""
                return [violation for violation in violations if violation is not None]
            \(used.map { "\n\n" + $0.1 + "\n" }.joined())
            """)
    }

    static let datedChecks: Set<String> = ["not_past", "not_future", "lasts_at_most", "aged"]

    private static let checkFunctions: [(String, String)] = [
        (
            "filled",
            """
            def filled(name: str, value: object, *, rule: str) -> Violation | None:
                \"""A value is given, and it is not blank.\"""
                if value is None or isinstance(value, str) and not value.strip():
                    return Violation(rule, f"{name} must not be empty")
                return None
            """
        ),
        (
            "at_least",
            """
            def at_least(name: str, value: Any, bound: Any, *, rule: str) -> Violation | None:
                \"""The value is the bound or more.\"""
                if value is not None and value < bound:
                    return Violation(rule, f"{name} must be at least {bound}")
                return None
            """
        ),
        (
            "more_than",
            """
            def more_than(name: str, value: Any, bound: Any, *, rule: str) -> Violation | None:
                \"""The value is greater than the bound.\"""
                if value is not None and value <= bound:
                    return Violation(rule, f"{name} must be more than {bound}")
                return None
            """
        ),
        (
            "at_most",
            """
            def at_most(name: str, value: Any, bound: Any, *, rule: str) -> Violation | None:
                \"""The value is the bound or less.\"""
                if value is not None and value > bound:
                    return Violation(rule, f"{name} must be at most {bound}")
                return None
            """
        ),
        (
            "less_than",
            """
            def less_than(name: str, value: Any, bound: Any, *, rule: str) -> Violation | None:
                \"""The value is smaller than the bound.\"""
                if value is not None and value >= bound:
                    return Violation(rule, f"{name} must be less than {bound}")
                return None
            """
        ),
        (
            "one_of",
            """
            def one_of(
                name: str, value: str | None, choices: Sequence[str], *, rule: str
            ) -> Violation | None:
                \"""The value is one of the choices.\"""
                if value is not None and value not in choices:
                    return Violation(rule, f"{name} must be one of: {', '.join(choices)}")
                return None
            """
        ),
        (
            "length",
            """
            def length(
                name: str, value: str | None, shortest: int, longest: int | None, *, rule: str
            ) -> Violation | None:
                \"""The text has a number of characters within the bounds.\"""
                if value is None:
                    return None
                if len(value) < shortest:
                    return Violation(rule, f"{name} must have at least {shortest} characters")
                if longest is not None and len(value) > longest:
                    return Violation(rule, f"{name} must have at most {longest} characters")
                return None
            """
        ),
        (
            "digits",
            """
            def digits(name: str, value: str | None, *, rule: str) -> Violation | None:
                \"""The text consists of the digits 0 to 9.\"""
                if value is not None and not (value.isascii() and value.isdigit()):
                    return Violation(rule, f"{name} must consist of digits")
                return None
            """
        ),
        (
            "email",
            """
            def email(name: str, value: str | None, *, rule: str) -> Violation | None:
                \"""The text looks like an email address: something, one @, a domain with a dot.\"""
                if value is None:
                    return None
                local, _, domain = value.partition("@")
                looks_right = local and "." in domain.strip(".") and "@" not in domain
                if not looks_right or any(character.isspace() for character in value):
                    return Violation(rule, f"{name} must be a valid email address")
                return None
            """
        ),
        (
            "in_order",
            """
            def in_order(
                earlier: Any, later: Any, message: str, *, or_equal: bool, rule: str
            ) -> Violation | None:
                \"""The second moment comes after the first, or is the same if that is allowed.\"""
                if earlier is None or later is None:
                    return None
                if later < earlier or later == earlier and not or_equal:
                    return Violation(rule, message)
                return None
            """
        ),
        (
            "lasts_at_most",
            """
            def lasts_at_most(
                start: Any, end: Any, limit: dt.timedelta, message: str, *, rule: str
            ) -> Violation | None:
                \"""No more than the limit lies between start and end.\"""
                if start is not None and end is not None and end - start > limit:
                    return Violation(rule, message)
                return None
            """
        ),
        (
            "aged",
            """
            def aged(
                name: str, birth: dt.date | None, today: dt.date, years: int, *, rule: str
            ) -> Violation | None:
                \"""At least so many years have passed since the day of birth.\"""
                if birth is None:
                    return None
                had_birthday = (today.month, today.day) >= (birth.month, birth.day)
                passed = today.year - birth.year - (0 if had_birthday else 1)
                if passed < years:
                    return Violation(rule, f"{name} must be at least {years} years ago")
                return None
            """
        ),
        (
            "not_past",
            """
            def not_past(
                name: str, value: dt.date | None, today: dt.date, *, rule: str
            ) -> Violation | None:
                \"""The day is today or later.\"""
                day = value.date() if isinstance(value, dt.datetime) else value
                if day is not None and day < today:
                    return Violation(rule, f"{name} must not be in the past")
                return None
            """
        ),
        (
            "not_future",
            """
            def not_future(
                name: str, value: dt.date | None, today: dt.date, *, rule: str
            ) -> Violation | None:
                \"""The day is today or earlier.\"""
                day = value.date() if isinstance(value, dt.datetime) else value
                if day is not None and day > today:
                    return Violation(rule, f"{name} must not be in the future")
                return None
            """
        ),
    ]
}
