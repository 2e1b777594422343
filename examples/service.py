"""Starts `specwright up` for the demo, and stops it again whatever happens."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time


class CannotStart(Exception):
    pass


class Service:
    """`specwright up` on a folder of its own, with free ports. Use as a context manager."""

    def __init__(self, binary: pathlib.Path, environment: dict):
        self.binary = binary
        self.environment = environment

    def __enter__(self):
        if not os.access(self.binary, os.X_OK):
            raise CannotStart(f"{self.binary} is not there yet. Build it with: make release")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="specwright-demo-"))
        # PostgreSQL will not run as root; for a root it runs as another user, who has to pass through here.
        self.folder.chmod(0o711)
        self.log = self.folder / "up.log"
        ready = self.folder / "ready.json"
        command = [str(self.binary), "up", "--state", str(self.folder / "state"), "--ready-file", str(ready)]
        with self.log.open("wb") as log:
            # The kernel ends it should we die without a chance to. A session of its own keeps Ctrl-C for us alone.
            self.process = subprocess.Popen(
                ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", *command, "--listen", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=self.environment,
                start_new_session=True,
            )
        try:
            self.facts = self._await(ready, seconds=120)
        except BaseException as error:
            self.__exit__(type(error), error)
            raise
        return self

    def _await(self, ready: pathlib.Path, seconds: float) -> dict:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if ready.exists():
                return json.loads(ready.read_text())
            if self.process.poll() is not None:
                raise CannotStart(f"specwright up ended at once.\n{self.last_lines()}")
            time.sleep(0.02)
        raise CannotStart(f"specwright up was not ready within {seconds:.0f} s.\n{self.last_lines()}")

    def last_lines(self, count: int = 12) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join(f"  | {line}" for line in lines[-count:])

    def __exit__(self, _kind=None, error=None, _trace=None):
        died_by_itself = self.process.poll() is not None
        last_lines = self.last_lines()
        if not died_by_itself:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        if died_by_itself and isinstance(error, Exception) and not isinstance(error, CannotStart):
            raise CannotStart(f"specwright up ended by itself.\n{last_lines}") from error
