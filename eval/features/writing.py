"""A short way to write a feature down, with what can go wrong with it."""


class Feature:
    def __init__(self, name: str, kind: str, title: str, goal: str, **parts):
        self.name, self.kind = name, kind
        self.brief = {
            "title": title, "goal": goal, "users": parts.get("users", []), "stories": parts.get("stories", []),
            "entities": [entity(name, fields) for name, fields in parts.get("entities", {}).items()],
            "rules": parts.get("rules", []), "constraints": parts.get("constraints", []),
            "out_of_scope": parts.get("out_of_scope", []), "open_questions": [],
        }
        self.spec = {
            "summary": parts.get("summary", goal), "requirements": [], "entities": self.brief["entities"],
            "relations": relations(self.brief["entities"]), "operations": [], "out_of_scope": list(self.brief["out_of_scope"]),
        }
        self.plan = {"summary": "", "tasks": []}
        self.tests = {"summary": "", "cases": [], "files": []}
        # What can go wrong, written by hand where no machine could write it.
        self.dropped, self.contradicted, self.invented, self.paraphrased = [], [], [], []
        self.plan_contradicted, self.plan_invented, self.plan_paraphrased = [], [], {}
        self.case_contradicted, self.case_paraphrased = [], {}

    # What is sound

    def requires(self, text: str, *acceptance: str) -> None:
        number = len(self.spec["requirements"]) + 1
        self.spec["requirements"].append(requirement(f"R{number}", text, *acceptance))

    def offers(self, name: str, summary: str, requirements: str) -> None:
        self.spec["operations"].append({
            "name": name, "summary": summary, "requirements": requirements.split(), "inputs": [],
            "answer": {"text": "What was asked for, or why not.", "entity": "", "list": False}, "errors": []})

    def plans(self, summary: str) -> None:
        self.plan["summary"] = summary

    def builds(self, title: str, description: str, files: str, requirements: str, after: str = "") -> None:
        number = len(self.plan["tasks"]) + 1
        self.plan["tasks"].append({
            "id": f"T{number}", "title": title, "description": description, "files": files.split(),
            "requirements": requirements.split(), "depends_on": after.split(),
            "size": "S" if len(files.split()) == 1 else "M"})

    def shows(self, summary: str) -> None:
        self.tests["summary"] = summary

    def test(self, file: str, opening: str, cases: list) -> None:
        """One test file: what it begins with, and its cases as (title, requirements, code)."""
        content = opening.rstrip("\n") + "\n"
        for title, requirements, code in cases:
            number = len(self.tests["cases"]) + 1
            self.tests["cases"].append({
                "id": f"C{number}", "title": title, "kind": "unit", "requirements": requirements.split(), "file": file})
            content += "\n\n" + code.replace("C#", f"C{number}").replace("c#", f"c{number}").strip("\n") + "\n"
        self.tests["files"].append({"path": file, "content": content})

    # What can go wrong

    def may_drop(self, item: str, requirement: str) -> None:
        """The requirement that alone answers to an item of the brief, such as `rules/2`."""
        self.dropped.append((item, requirement))

    def may_contradict(self, requirement: str, what: str, text: str, *acceptance: str) -> None:
        """Another text for a requirement. What: number, role or rule."""
        self.contradicted.append((requirement, what, text, list(acceptance)))

    def may_invent(self, what: str, text: str, *acceptance: str) -> None:
        """A requirement that nobody asked for. What: extra, or out_of_scope."""
        self.invented.append((what, text, list(acceptance)))

    def may_say(self, **requirements: tuple) -> None:
        """The same requirements in other words, none of them wrong."""
        self.paraphrased.append(requirements)


PATTERNS = {"When ": "event_driven", "While ": "state_driven", "If ": "unwanted_behaviour", "The system shall ": "ubiquitous"}


def requirement(name: str, text: str, *acceptance: str) -> dict:
    """A requirement in the sentence pattern that its first words tell; other words are put after "the system shall"."""
    if any(word in text for word in (" soll ", " wird ", " muss ")):
        # German: from before there were patterns.
        return {"id": name, "kind": "functional", "text": text, "acceptance": list(acceptance)}
    if not text.startswith(tuple(PATTERNS)):
        text = f"The system shall see to it that {text[0].lower()}{text[1:]}"
    pattern = next(pattern for words, pattern in PATTERNS.items() if text.startswith(words))
    return {"id": name, "kind": "functional", "pattern": pattern, "text": text, "acceptance": list(acceptance)}


def relations(entities: list) -> list:
    """One for each field that points at another entity."""
    names = {each["name"].lower(): each["name"] for each in entities}
    return [{"from": each["name"], "from_count": "zero_or_more", "verb": "belongs to", "to": names[field["name"]],
             "to_count": "exactly_one"} for each in entities for field in each["fields"] if field["type"] == "reference"]


def entity(name: str, fields: str) -> dict:
    """`name:text! size:integer`, an exclamation mark for what must be there."""
    made = []
    for field in fields.split():
        field_name, kind = field.rstrip("!").split(":")
        made.append({"name": field_name, "type": kind, "required": field.endswith("!")})
    return {"name": name, "fields": made}
