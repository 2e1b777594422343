"""The ZIP that comes out: listed, checked against its own specwright.json, and unpacked."""

import hashlib
import json
import pathlib
import re
import zipfile

MANIFEST = "specwright.json"


class Damaged(Exception):
    """The ZIP is not what its manifest says it is."""


class Bundle:
    def __init__(self, file):
        try:
            self.zip = zipfile.ZipFile(file)
            self.manifest = json.loads(self.zip.read(MANIFEST))
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise Damaged(f"The download is not a ZIP with a {MANIFEST}: {error}") from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.zip.close()

    @property
    def label(self) -> str:
        return self.manifest["label"]

    def listing(self):
        return [(entry.filename, entry.file_size) for entry in self.zip.infolist()]

    def check(self) -> int:
        """Every file is in the manifest with its right hash, and the other way round; how many there are."""
        promised = {file["path"]: file["sha256"] for file in self.manifest["files"]}
        found = [name for name in self.zip.namelist() if name != MANIFEST]
        if len(set(found)) != len(found):
            raise Damaged("The ZIP holds two files of one name.")
        if missing := sorted(set(promised) - set(found)):
            raise Damaged(f"The ZIP lacks {', '.join(missing)}.")
        if extra := sorted(set(found) - set(promised)):
            raise Damaged(f"The ZIP holds files its manifest does not know: {', '.join(extra)}.")
        for path, expected in promised.items():
            if hashlib.sha256(self.zip.read(path)).hexdigest() != expected:
                raise Damaged(f"{path} is not the file its manifest describes.")
        return len(promised)

    def trace(self):
        """What the requirement → task → test → file matrix says, in two lines."""
        trace = self.manifest["trace"]
        rows = trace["requirements"]
        tasks, tests, files = (len({name for row in rows for name in row[kind]}) for kind in ("tasks", "tests", "files"))
        yield f"trace: {len(rows)} requirements → {tasks} tasks → {tests} test cases → {files} files"
        gaps = [f"{name.replace('_', ' ')} ({len(found)})" for name, found in trace["gaps"].items() if found]
        if gaps:
            yield f"gaps: {', '.join(gaps)}"
        elif trace["complete"]:
            yield "every requirement has a task, a test case and a file, and nothing was added that nobody asked for"

    def unpack(self, parent: pathlib.Path) -> pathlib.Path:
        """Unpacks into a new folder below `parent`, named for the feature."""
        name = re.sub(r"[^a-z0-9]+", "-", self.manifest["feature"]["title"].lower()).strip("-") or "feature"
        parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, 10_000):
            folder = parent / (name if number == 1 else f"{name}-{number}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            # zipfile drops "..", drives and a leading slash from names, and makes no links.
            self.zip.extractall(folder)
            return folder
        raise Damaged(f"{parent} is full of earlier results; remove some.")

    @staticmethod
    def test_command(folder: pathlib.Path) -> list | None:
        """How the generated project's own tests are run, when they are Python's unittest."""
        if any((folder / "tests").glob("test_*.py")):
            return ["python3", "-m", "unittest", "discover", "-s", "tests"]
        return None
