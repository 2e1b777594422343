"""The queue beside the same statements in pgbench: lifecycles a second, pickup, takeover."""

import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent / "jobs"
KINDS = {
    "singly": (1, "separate", "lifecycle.sql"), "in batches of 100": (100, "merged", "batch.sql"),
}
GOALS = {"singly": "2,000", "in batches of 100": "14,000"}
VICTIMS = 24


def flush_ms() -> float:
    """How long a commit waits for the disk at the least: the median of some small writes."""
    with tempfile.TemporaryFile() as file:
        times = []
        for _ in range(50):
            os.pwrite(file.fileno(), bytes(8_192), 0)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1_000


class JobQueue:
    """`environment` says where libpq finds a database with the schema, as the worker's role; nobody else works there."""

    def __init__(self, program: pathlib.Path, environment: dict, rounds: int, seconds: int, clients: int):
        self.program, self.environment = program, environment
        self.rounds, self.seconds, self.clients = rounds, seconds, clients

    def run(self) -> None:
        self.lifecycles()
        self.pickup(200 * self.rounds)
        self.takeover()

    def lifecycles(self) -> None:
        flush = flush_ms()
        print(f"\nJobs, durable and fenced: enqueue, claim, complete; {self.clients} clients, load {os.getloadavg()[0]:.1f}")
        print(f"  {'':40} {'a second':>9} {'pgbench':>9} {'ratio':>7} {'goal':>8}")
        unfair = []
        for name, (batch, how, script) in KINDS.items():
            ours, raw = [], []
            for _ in range(self.rounds):
                if batch == 1:
                    unfair.append(self._pgbench("first_come.sql"))
                raw.append(self._pgbench(script))
                ours.append(self._ours(batch, how))
            ratio = statistics.median(one / other for one, other in zip(ours, raw))
            print(f"  {name:40} {statistics.median(ours):9,.0f} {statistics.median(raw):9,.0f} {ratio:7.2f} "
                  f"{GOALS.get(name, ''):>8}", flush=True)
        for how, name in (
                ("separate", "a worker's handlers complete their jobs"), ("merged", "the worker does, with its next claim")):
            rates = []
            for _ in range(self.rounds):
                self._empty()
                done, seconds = self._program("drain", 6_400, how).split()
                rates.append(int(done) / float(seconds))
            print(f"  {name:40} {statistics.median(rates):9,.0f}", flush=True)
        print(f"  {'singly, first come, first served':40} {'':9} {statistics.median(unfair):9,.0f}")
        print(f"  The disk took {flush:.2f} ms for a flush before, and {flush_ms():.2f} ms after.", flush=True)

    def _ours(self, batch: int, how: str) -> float:
        self._empty()
        done, seconds = self._program("lifecycles", self.clients, batch, how, self.seconds).split()
        return int(done) / float(seconds)

    def _pgbench(self, script: str) -> float:
        self._empty()
        before = self._deletions()
        command = ["pgbench", "--no-vacuum", "--protocol=prepared", f"--client={self.clients}", "--jobs=2",
                   f"--time={self.seconds}", "--define=claimed=100", f"--file={FOLDER / script}"]
        self._run(command)
        # Some claims find nothing, since a tenant that is being claimed from is passed over: what was completed counts.
        return (self._deletions() - before) / self.seconds

    def _deletions(self) -> int:
        return int(self._run(["psql", "-qAtXc", "SELECT n_tup_del FROM pg_stat_user_tables WHERE relname = 'jobs'"]))

    def pickup(self, jobs: int) -> None:
        self._empty()
        times = sorted(int(line) / 1_000 for line in self._program("pickup", jobs).split())
        print(f"\nPickup, from COMMIT sent to the handler's first line, {len(times)} jobs, load {os.getloadavg()[0]:.1f}: "
              f"mean {statistics.mean(times):.2f} ms, p50 {times[len(times) // 2]:.2f}, "
              f"p99 {times[len(times) * 99 // 100]:.2f}, longest {times[-1]:.2f} (goals: mean 4, p99 25)", flush=True)

    def takeover(self) -> None:
        """Each worker holds one job when it is killed, at a moment of its own between two heartbeats."""
        self._empty()
        held = [self._hold(1) for _ in range(VICTIMS)]
        survivor = None
        try:
            time.sleep(1)
            self._program("enqueue", VICTIMS)
            taken = {worker.stdout.readline().split()[0]: worker for worker in held}
            survivor = self._hold(VICTIMS)
            killed = {}
            for job, worker in taken.items():
                time.sleep(random.uniform(0, 1))
                worker.kill()
                killed[job] = time.time()
            times = []
            for _ in range(VICTIMS):
                job, moment = survivor.stdout.readline().split()
                times.append(int(moment) / 1e6 - killed[job])
        finally:
            for worker in [*held, *filter(None, [survivor])]:
                worker.kill()
                worker.wait()
        print(f"\nTakeover after kill -9 of {len(times)} workers: median {statistics.median(times):.1f} s, "
              f"longest {max(times):.1f} s (goal: at most 45)", flush=True)

    def _hold(self, slots: int) -> subprocess.Popen:
        # The kernel ends it should we die without a chance to.
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", self.program, "hold", str(slots)], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    def _empty(self) -> None:
        self._run(["psql", "-qXc", "DELETE FROM jobs", "-c", "VACUUM jobs"])

    def _program(self, *words) -> str:
        return self._run([self.program, *map(str, words)])

    def _run(self, command: list) -> str:
        result = subprocess.run(command, env=self.environment, text=True, capture_output=True)
        if result.returncode != 0:
            raise RuntimeError(f"{pathlib.Path(command[0]).name} failed: {result.stderr.strip()}")
        return result.stdout
