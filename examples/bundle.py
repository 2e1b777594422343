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
            self.manifest = json.loads(self.zip.read(self._manifest_name()))
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise Damaged(f"The download is not a ZIP with a {MANIFEST}: {error}") from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.zip.close()

    def _manifest_name(self) -> str:
        return next(name for name in self.zip.namelist() if name == MANIFEST)

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
        matrix = self.manifest["trace"]
        tasks = {task for row in matrix for task in row["tasks"]}
        tests = {test for row in matrix for test in row["tests"]}
        files = {file for row in matrix for file in row["files"]}
        yield f"trace: {len(matrix)} requirements, {len(tasks)} tasks, {len(tests)} test cases, {len(files)} files"
        loose = [row["requirement"] for row in matrix if not (row["tasks"] and row["tests"] and row["files"])]
        yield f"not covered: {', '.join(loose)}" if loose else "every requirement has a task, a test case and a file"

    def unpack(self, parent: pathlib.Path) -> pathlib.Path:
        """Unpacks into a new folder below `parent`, named for the feature."""
        name = re.sub(r"[^a-z0-9]+", "-", self.manifest["title"].lower()).strip("-") or "feature"
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

    def test_command(self, folder: pathlib.Path) -> list:
        """How the generated project's own tests are run: unittest finds what lies in tests/."""
        if (folder / "tests").is_dir():
            return ["python3", "-m", "unittest", "discover", "-s", "tests", "-t", "."]
        return ["python3", "-m", "unittest"]
