"""The model gateway beside direct calls to the same server, at a steady rate."""

import os
import pathlib
import resource
import statistics
import subprocess
import sys

SERVER = pathlib.Path(__file__).resolve().parent / "models/server.py"
RATE = 1_000
GOALS = {"p50": 0.4, "p99": 0.9, "first p50": 2, "first p99": 2}


class ModelServer:
    """`models/server.py` as a process of its own. Use as a context manager."""

    def __init__(self, first_ms: int, pieces: int, gap_ms: int, port: int = 0):
        # The kernel ends it should we die without a chance to.
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, SERVER, *map(str, (port, first_ms, pieces, gap_ms))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        self.port = int(self.process.stdout.readline())
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def end(self) -> tuple[int, int]:
        """How many calls there were, and how many connections are open."""
        calls, still_open = self.process.communicate("")[0].split()
        return int(calls), int(still_open)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class ModelCalls:
    """The two take turns; `program` is both, in a process of its own each time."""

    def __init__(self, program: pathlib.Path, rounds: int, seconds: int):
        self.program, self.rounds, self.seconds = program, rounds, seconds

    def run(self) -> None:
        results = {"direct": [], "gateway": []}
        with ModelServer(first_ms=20, pieces=5, gap_ms=10) as server:
            for _ in range(self.rounds):
                for how, rounds in results.items():
                    rounds.append(self._times(how, server.url))
        print(f"\nModel calls, {RATE:,} a second, a stream of 5 pieces in 60 ms each, load {os.getloadavg()[0]:.1f}; "
              "from when a call was due, in ms")
        print(f"  {'':28} {'p50':>8} {'p99':>8} {'first p50':>10} {'first p99':>10} {'CPU µs':>8} {'failed':>7}")
        for how, rounds in results.items():
            cells = [statistics.median(values[name] for values in rounds) for name in GOALS]
            cpu = statistics.median(values["cpu"] for values in rounds)
            print(f"  {how:28}{self._row(cells)} {cpu:8.0f} {sum(values['failed'] for values in rounds):7}")
        # Round by round: what disturbed one in a round disturbed the other too.
        pairs = list(zip(results["gateway"], results["direct"]))
        print(f"  {'overhead':28}{self._row([statistics.median(o[name] - d[name] for o, d in pairs) for name in GOALS])}")
        print(f"  {'goal: at most':28}{self._row(GOALS.values())}", flush=True)

    @staticmethod
    def _row(cells) -> str:
        return "{:9.2f}{:9.2f}{:11.2f}{:11.2f}".format(*cells)

    def _times(self, how: str, url: str) -> dict:
        before = self._cpu()
        result = subprocess.run(
            [self.program, how, url, str(RATE), str(self.seconds)], text=True, capture_output=True)
        cpu = (self._cpu() - before) / (RATE * self.seconds) * 1e6
        if result.returncode != 0:
            raise RuntimeError(f"GatewayBench failed: {result.stderr.strip()}")
        counts, *lines = result.stdout.splitlines()
        # The first second warms connections up.
        times = [tuple(int(number) / 1_000 for number in line.split()) for line in lines[RATE:]]
        if not times:
            raise RuntimeError(f"GatewayBench: {counts} (calls, failed)")
        firsts, ends = (sorted(column) for column in zip(*times))
        middle, last = len(times) // 2, len(times) * 99 // 100
        return {"p50": ends[middle], "p99": ends[last], "first p50": firsts[middle], "first p99": firsts[last],
                "cpu": cpu, "failed": int(counts.split()[1])}

    @staticmethod
    def _cpu() -> float:
        """Of children that have ended."""
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
