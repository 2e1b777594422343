"""What processes cost, from /proc: processor time, and memory as PSS (shared pages counted by share)."""

import os
import pathlib

TICK = os.sysconf("SC_CLK_TCK")


def family(root: int) -> list[int]:
    """`root` and everything below it."""
    children: dict[int, list[int]] = {}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def named(root: int, *words: str) -> int:
    """The process below `root` whose command line has all of `words`."""
    for pid in family(root):
        try:
            line = pathlib.Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except OSError:
            continue
        if all(any(word == part or part.endswith("/" + word) for part in line) for word in words):
            return pid
    raise LookupError(f"no process {' '.join(words)} below {root}")


def cpu_seconds(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK


def memory_kb(pid: int) -> tuple[int, int]:
    """RSS and PSS."""
    values = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in ("Rss", "Pss"):
            values[name] = int(rest.split()[0])
    return values["Rss"], values["Pss"]
