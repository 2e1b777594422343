"""Disks that can be made full by anybody: PostgreSQL's by a library that is loaded into it, the object store's because it
is a small file system of its own, in a user namespace that outlives the store's process."""

import os
import pathlib
import shutil
import subprocess
import time

SIZE = "1g"


class LoadedDisk:
    """A folder in which a program that starts with `environment` can write nothing while it is filled."""

    def __init__(self, library: pathlib.Path, flag: pathlib.Path):
        compiler = shutil.which("clang") or shutil.which("cc")
        if compiler:
            source = pathlib.Path(__file__).with_name("full.c")
            subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        self.can_fill = compiler is not None
        self.flag = flag
        self.environment = {"LD_PRELOAD": str(library), "FULL_DISK_FLAG": str(flag)} if self.can_fill else {}

    def fill(self, folder: pathlib.Path) -> None:
        # Whole at once: a program that reads half a name would find every path below it.
        new = self.flag.with_suffix(".new")
        new.write_text(f"{folder}/")
        new.rename(self.flag)

    def relieve(self) -> None:
        self.flag.unlink(missing_ok=True)


class NamespaceDisk:
    """A file system in memory, at `folder` for the programs behind `command`; where the machine allows no namespaces, a
    plain folder that cannot be filled."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        folder.mkdir()
        script = f'mount -t tmpfs -o size={SIZE} tmpfs "$1" && echo mounted && exec setpriv --pdeathsig KILL sleep infinity'
        self.holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private", "sh", "-c", script, "sh", folder],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        self.can_fill = self.holder.stdout.readline() == b"mounted\n"
        self.is_full = False
        # The same folder as everybody else sees it.
        self.seen = pathlib.Path(f"/proc/{self.holder.pid}/root{folder}") if self.can_fill else folder

    @property
    def command(self) -> list:
        if not self.can_fill:
            return []
        # The kernel forgets whom a process must not outlive when it enters a namespace.
        return ["nsenter", "--target", self.holder.pid, "--user", "--mount", "setpriv", "--pdeathsig", "KILL", "--"]

    def fill(self) -> None:
        self.is_full = True
        room = os.statvfs(self.seen)
        used = (room.f_blocks - room.f_bfree) * room.f_frsize
        # Somebody may be writing at this moment; it cannot shrink below what is in it.
        for more in range(0, 1 << 20, 1 << 16):
            if self._resize(str(used + more)):
                return
            time.sleep(0.01)

    def relieve(self) -> None:
        self._resize(SIZE)
        self.is_full = False

    def _resize(self, size: str) -> bool:
        command = [*self.command, "mount", "-o", f"remount,size={size}", self.folder]
        return subprocess.run(list(map(str, command)), capture_output=True).returncode == 0

    def stop(self) -> None:
        self.holder.kill()
        self.holder.wait()
