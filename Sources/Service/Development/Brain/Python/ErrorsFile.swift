extension PythonProject {
    var errorsFile: ProjectFile {
        file(
            "errors.py",
            """
            \"""What the product answers when it refuses something.\"""

            from __future__ import annotations

            from collections.abc import Iterable
            from dataclasses import dataclass


            @dataclass(frozen=True)
            class Violation:
                \"""One broken rule: the id of its requirement and a sentence for people.\"""

                rule: str
                message: str


            class RuleError(ValueError):
                \"""Something was refused because it breaks at least one rule.\"""

                def __init__(self, violations: list[Violation]) -> None:
                    super().__init__("; ".join(found.message for found in violations))
                    self.violations = tuple(violations)

                @property
                def rules(self) -> set[str]:
                    \"""The ids of the broken rules.\"""
                    return {found.rule for found in self.violations}


            class NotFoundError(LookupError):
                \"""No record has the number that was asked for.\"""


            def refuse(violations: Iterable[Violation | None]) -> None:
                \"""Raise a RuleError if any violation was found.\"""
                found = [violation for violation in violations if violation is not None]
                if found:
                    raise RuleError(found)
            """)
    }
}
