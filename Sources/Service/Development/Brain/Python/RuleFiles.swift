extension PythonProject {
    /// The catalogue of rules: which are enforced and where, and which are policies that people keep.
    var rulesFile: ProjectFile {
        let rules = product.rules.map { rule in
            let places = Array(Set(rule.meanings.map(place))).sorted().joined(separator: ", ")
            return PythonText.bracket(
                "Rule(", [PythonText.string(rule.id), PythonText.string(rule.text), PythonText.string(places)], ")",
                indent: 4,
                following: 1) + ",\n"
        }
        return file(
            "rules.py",
            """
            \"""The rules of the brief, each with the id of its requirement.

            A rule is enforced where `enforced_in` says. A rule without such a place is a policy:
            the product cannot check it, so people keep it, and it is listed for them here.
            \"""

            from __future__ import annotations

            from dataclasses import dataclass

            from .errors import Violation


            @dataclass(frozen=True)
            class Rule:
                \"""One rule, in the words of the brief.\"""

                id: str
                text: str
                enforced_in: str

                @property
                def is_policy(self) -> bool:
                    \"""Whether people keep the rule, since the product cannot.\"""
                    return not self.enforced_in


            RULES: tuple[Rule, ...] = (\(rules.isEmpty ? "" : "\n" + rules.joined()))

            _TEXTS = {rule.id: rule.text for rule in RULES}


            def broken(rule_id: str) -> Violation:
                \"""The violation of a rule, in the rule's own words.\"""
                return Violation(rule_id, _TEXTS[rule_id])
            """)
    }

    /// The module that refuses a breach.
    private func place(_ meaning: RuleMeaning) -> String {
        switch meaning {
        case .range(let path, _, _), .filled(let path), .choice(let path, _), .length(let path, _, _, _),
            .email(let path):
            "models.\(entities[path.entity].name)"
        case .order(let entity, _, _, _), .duration(let entity, _, _, _): "models.\(entities[entity].name)"
        case .unique(let path), .moment(let path, _), .age(let path, _): "services.\(entities[path.entity].name)"
        case .limit(let child, _, _, _), .once(let child, _, _), .capacity(let child, _, _), .exclusive(let child, _),
            .referenceState(let child, _, _, _):
            "services.\(entities[child].name)"
        case .overlap(let entity, _, _, _), .frozen(let entity, _, _), .undeletable(let entity, _, _),
            .step(let entity, _, _):
            "services.\(entities[entity].name)"
        case .keptWhileUsed(let parent, _): "services.\(entities[parent].name)"
        }
    }
}
