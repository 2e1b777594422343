"""Makes the gate cases from the hand-written features: `python3 eval/generate.py`; `--check` only compares.

Writes `features.json`, each feature sound as it was written, and `cases.jsonl`, one case a line: which feature, which gate,
what was done to it (a JSON Patch, RFC 6902, on `{brief, spec, plan, tests, absent}`), its class and the right advice. The seed
is fixed: the same features give the same bytes.
"""

import copy
import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

from features import every  # noqa: E402
from features.writing import requirement  # noqa: E402

SEED = 20261120


def patch(before, after, path: str = "") -> list:
    """What turns `before` into `after`, as short as simple means make it."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [step for key in before for step in patch(before[key], after[key], f"{path}/{key}")]
    if isinstance(before, list) and isinstance(after, list):
        if len(before) == len(after):
            return [step for index, pair in enumerate(zip(before, after)) for step in patch(*pair, f"{path}/{index}")]
        for index in range(len(before)):
            if before[:index] + before[index + 1:] == after:
                return [{"op": "remove", "path": f"{path}/{index}"}]
        if after[:len(before)] == before:
            return [{"op": "add", "path": f"{path}/-", "value": item} for item in after[len(before):]]
    return [{"op": "replace", "path": path, "value": after}]


class Cases:
    def __init__(self, feature, dice: random.Random):
        self.feature, self.dice, self.made = feature, dice, []
        self.sound = {"brief": feature.brief, "spec": feature.spec, "plan": feature.plan, "tests": feature.tests, "absent": []}

    def add(self, gate: str, kind: str, what: str, change) -> None:
        changed = copy.deepcopy(self.sound)
        change(changed)
        number = sum((case["gate"], case["class"]) == (gate, kind) for case in self.made) + 1
        self.made.append({
            "id": f"{self.feature.name}/{gate}/{kind}/{number}", "feature": self.feature.name, "gate": gate, "class": kind,
            "expect": "APPROVE" if kind == "clean" else "REVISE", "what": what, "changes": patch(self.sound, changed)})

    def every(self) -> list:
        self.specs()
        self.plans()
        self.tests()
        self.code()
        return self.made

    def specs(self) -> None:
        feature = self.feature
        self.add("spec", "clean", "as written", lambda it: None)
        says = feature.paraphrased[0]
        for ids in [[name] for name in says] + [list(says)]:
            self.add("spec", "clean", f"{', '.join(ids)} in other words",
                     lambda it, ids=ids: [reword(it, name, *says[name]) for name in ids])
        for item, name in feature.dropped:
            self.add("spec", "dropped", f"{name}, which answers to {item}", lambda it, name=name: forget(it["spec"], name))
        if len(feature.brief["entities"]) > 1:
            gone = self.dice.choice(feature.brief["entities"])["name"]
            self.add("spec", "dropped", f"the entity {gone}", lambda it: lose(it["spec"], gone))
        for name, what, text, acceptance in feature.contradicted:
            self.add("spec", "contradicted", f"{name}: another {what}",
                     lambda it, new=(name, text, *acceptance): reword(it, *new))
        for what, text, acceptance in feature.invented:
            self.add("spec", "invented", f"{what}: {text}", lambda it, text=text, acceptance=acceptance: it["spec"][
                "requirements"].append(requirement(f"R{len(it['spec']['requirements']) + 1}", text, *acceptance)))

    def plans(self) -> None:
        feature, ids = self.feature, [requirement["id"] for requirement in self.feature.spec["requirements"]]
        self.add("plan", "clean", "as written", lambda it: None)
        self.add("plan", "clean", "tasks in other words", lambda it: [
            task(it, name).update(title=title, description=text) for name, (title, text) in feature.plan_paraphrased.items()])
        for gone in self.dice.sample(ids, 2):
            self.add("plan", "dropped", f"no task serves {gone}", lambda it, gone=gone: [
                each.update(requirements=[name for name in each["requirements"] if name != gone] or each["requirements"][:0])
                for each in it["plan"]["tasks"]])
        stranger = f"R{self.dice.randint(40, 99)}"
        self.add("plan", "phantom", f"a task serves {stranger}",
                 lambda it: self.dice.choice(it["plan"]["tasks"])["requirements"].append(stranger))
        self.add("plan", "orphaned", "a task that serves nothing", lambda it: it["plan"]["tasks"].append({
            "id": f"T{len(it['plan']['tasks']) + 1}", "title": "Prepare for later", "description": "An interface for plug-ins.",
            "files": ["plugins/interface.txt"], "requirements": [], "depends_on": [], "size": "S"}))
        for name, more in feature.plan_invented:
            self.add("plan", "invented", more.strip(), lambda it, name=name, more=more: task(it, name).update(
                description=task(it, name)["description"] + more))
        for name, old, new in feature.plan_contradicted:
            assert old in task(self.sound, name)["description"], (feature.name, old)
            self.add("plan", "contradicted", f"{name}: {new}", lambda it, name=name, old=old, new=new: task(it, name).update(
                description=task(it, name)["description"].replace(old, new)))

    def tests(self) -> None:
        feature, ids = self.feature, [requirement["id"] for requirement in self.feature.spec["requirements"]]
        self.add("tests", "clean", "as written", lambda it: None)
        self.add("tests", "clean", "cases in other words", lambda it: [
            case(it, name).update(title=title) for name, title in feature.case_paraphrased.items()])
        gone = self.dice.choice(ids)
        self.add("tests", "dropped", f"no case shows {gone}", lambda it: it["tests"].update(cases=[
            {**each, "requirements": left} for each in it["tests"]["cases"]
            if (left := [name for name in each["requirements"] if name != gone])]))
        stranger = f"R{self.dice.randint(40, 99)}"
        self.add("tests", "phantom", f"a case shows {stranger}",
                 lambda it: self.dice.choice(it["tests"]["cases"])["requirements"].append(stranger))
        for name, title in feature.case_contradicted:
            self.add("tests", "contradicted", f"{name}: {title}", lambda it, name=name, title=title: case(it, name).update(title=title))

    def code(self) -> None:
        planned = [path for each in self.feature.plan["tasks"] for path in each["files"]]
        shown = [each["path"] for each in self.feature.tests["files"]]
        self.add("code", "clean", "every promised file is there", lambda it: None)
        for paths, whose in ((planned, "planned"), (shown, "test")):
            gone = self.dice.choice(paths)
            self.add("code", "phantom", f"the {whose} file {gone} is not there", lambda it, gone=gone: it["absent"].append(gone))


def reword(it: dict, name: str, text: str, *acceptance: str) -> None:
    requirements = it["spec"]["requirements"]
    place = next(index for index, each in enumerate(requirements) if each["id"] == name)
    requirements[place] = requirement(name, text, *acceptance)


def forget(spec: dict, name: str) -> None:
    spec["requirements"] = [each for each in spec["requirements"] if each["id"] != name]
    for operation in spec["operations"]:
        operation["requirements"] = [each for each in operation["requirements"] if each != name]


def lose(spec: dict, gone: str) -> None:
    """Takes an entity out, with all that points at it."""
    spec["entities"] = [each for each in spec["entities"] if each["name"] != gone]
    spec["relations"] = [each for each in spec["relations"] if gone not in (each["from"], each["to"])]
    for each in spec["entities"]:
        for field in each["fields"]:
            if field["type"] == "reference" and field["name"] == gone.lower():
                field["type"] = "text"


def task(it: dict, name: str) -> dict:
    return next(each for each in it["plan"]["tasks"] if each["id"] == name)


def case(it: dict, name: str) -> dict:
    return next(each for each in it["tests"]["cases"] if each["id"] == name)


def main() -> None:
    features = every()
    written = {each.name: {"kind": each.kind, "brief": each.brief, "spec": each.spec, "plan": each.plan, "tests": each.tests}
               for each in features}
    cases = [made for each in features for made in Cases(each, random.Random(f"{SEED}/{each.name}")).every()]
    files = {
        HERE / "features.json": json.dumps(written, ensure_ascii=False, indent=1) + "\n",
        HERE / "cases.jsonl": "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in cases),
    }
    if sys.argv[1:] == ["--check"]:
        stale = [path.name for path, text in files.items() if not path.exists() or path.read_text() != text]
        sys.exit(f"not as generated: {', '.join(stale)}; run python3 eval/generate.py" if stale else 0)
    for path, text in files.items():
        path.write_text(text)
    print(f"{len(features)} features, {len(cases)} cases")


if __name__ == "__main__":
    main()
