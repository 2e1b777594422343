"""One `specwright work` that holds 2,000 streaming model calls: what it weighs, and whether any of them waits."""

import os
import pathlib
import subprocess
import time

import processes
from model_calls import ModelServer
from vault_keys import seed

STREAMS = 2_000
TENANTS = 500
GAP_MS = 500
LOOKS_APART = 0.25

# A feature whose specification is being written, for every key, and the job that writes it.
FEATURES = """
INSERT INTO features (tenant_id, id, title, status, created_by)
SELECT tenant_id, id, 'Bench', 'spec_generating', tenant_id FROM provider_keys;
INSERT INTO deliverables (tenant_id, feature_id, revision, kind, version, body, markdown)
SELECT tenant_id, id, 1, 'brief', 1,
    '{"title": "Bench", "goal": "Hold still.", "users": [], "stories": [], "entities": [], "rules": [],
      "constraints": [], "out_of_scope": [], "open_questions": []}', '' FROM features;
INSERT INTO jobs (tenant_id, id, kind, feature_id, revision, payload)
SELECT tenant_id, gen_random_uuid(), 'run_spec', id, 1, '{}' FROM features;
VACUUM ANALYZE;
"""


class WorkerStreams:
    """`databases` gives libpq's environment for a role, in a database with the schema that nobody else works in;
    `environment` is that of another worker, whose object store this one shares."""

    def __init__(self, binary: pathlib.Path, program: pathlib.Path, databases, environment: dict, folder: pathlib.Path,
                 seconds: int):
        self.binary, self.program, self.databases = binary, program, databases
        self.environment, self.folder, self.seconds = environment, folder, seconds

    def run(self) -> None:
        self.folder.mkdir()
        subprocess.run([self.binary, "vault", "init", str(self.folder)], check=True, capture_output=True)
        with ModelServer(first_ms=100, pieces=0, gap_ms=GAP_MS) as server:
            seed(self.program, self.folder, TENANTS, STREAMS // TENANTS, server.url, self.databases("postgres"))
            self._psql(FEATURES)
            worker = self._start(server)
            try:
                self._hold(worker, server)
            finally:
                worker.kill()
                worker.wait()

    def _start(self, server: ModelServer) -> subprocess.Popen:
        place = self.databases("specwright_worker")
        environment = {
            **{name: value for name, value in self.environment.items()
               if name.startswith("SPECWRIGHT_S3_") or name == "SPECWRIGHT_MODELS"},
            "SPECWRIGHT_DATABASE_URL": f"host={place['PGHOST']} user={place['PGUSER']} dbname={place['PGDATABASE']} "
            f"password={place['PGPASSWORD']}",
            "SPECWRIGHT_VAULT_KEK_SECRET": str(self.folder / "kek.secret"),
            "SPECWRIGHT_VAULT_SIGN_PUBLIC": str(self.folder / "sign.public"),
            "SPECWRIGHT_METRICS_LISTEN": "127.0.0.1:0", "SPECWRIGHT_LOG_LEVEL": "warning",
            "SPECWRIGHT_CONCURRENCY": str(STREAMS), "SPECWRIGHT_ANTHROPIC_URL": server.url,
            "SPECWRIGHT_TRUSTED_HOSTS": f"127.0.0.1:{server.port}",
        }
        self.log = self.folder / "work.log"
        with self.log.open("wb") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", self.binary, "work"], env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _hold(self, worker: subprocess.Popen, server: ModelServer) -> None:
        idle = processes.memory_kb(worker.pid)[1]
        begun = time.monotonic()
        while len(self._unread(server)) < STREAMS:
            if worker.poll() is not None or time.monotonic() - begun > 60:
                raise RuntimeError(
                    f"only {len(self._unread(server))} streams of {STREAMS} began; the worker's last words:\n"
                    + "\n".join(self.log.read_text().splitlines()[-5:]))
            time.sleep(LOOKS_APART)
        ready = time.monotonic() - begun
        cpu, begun = processes.cpu_seconds([worker.pid]), time.monotonic()
        waiting: dict[str, float] = {}
        longest, fewest, peak = 0.0, STREAMS, 0
        leases = []
        while time.monotonic() - begun < self.seconds:
            looked = time.monotonic()
            unread = self._unread(server)
            # Whose bytes lie unread at two looks running has waited at least that long.
            waiting = {stream: waiting.get(stream, looked) for stream, size in unread.items() if size}
            longest = max([longest, *(looked - since for since in waiting.values())])
            fewest = min(fewest, len(unread))
            peak = max(peak, processes.memory_kb(worker.pid)[1])
            if not leases or looked - leases[-1][0] > 5:
                leases.append((looked, *self._leases()))
            time.sleep(LOOKS_APART)
        leases.append((time.monotonic(), *self._leases()))
        share = (processes.cpu_seconds([worker.pid]) - cpu) / (time.monotonic() - begun)
        rss, pss = processes.memory_kb(worker.pid)
        worker.kill()
        worker.wait()
        calls, _ = server.end()
        print(f"\nOne worker, {STREAMS:,} streaming model calls of {TENANTS} tenants, a piece each {GAP_MS} ms, held for "
              f"{self.seconds} s, load {os.getloadavg()[0]:.1f}")
        print(f"  memory: RSS {rss / 1024:.0f} MiB, PSS {pss / 1024:.0f} MiB, at most {peak / 1024:.0f} "
              f"(goal: at most 250 MB), {(peak - idle) / STREAMS:.0f} kB a stream")
        print(f"  all were open {ready:.1f} s after the start; then at least {fewest:,} were, with {calls:,} calls in all")
        print(f"  longest that bytes lay unread: {longest * 1000:.0f} ms, at looks {LOOKS_APART * 1000:.0f} ms apart; "
              f"{share:.2f} of a core")
        print(f"  leases that stood: at least {min(held for _, held, _ in leases):,}, "
              f"the next to expire in {min(left for _, _, left in leases):.0f} s at the least; "
              f"{self._psql('SELECT count(*) FROM jobs WHERE attempt > 1')} jobs begun anew", flush=True)

    def _leases(self) -> tuple[int, float]:
        """How many stand, and how long the shortest has left."""
        held, left = self._psql(
            "SELECT count(*) || ' ' || coalesce(extract(epoch FROM min(lease_until) - clock_timestamp()), 0) FROM jobs "
            "WHERE lease_until > clock_timestamp()").split()
        return int(held), float(left)

    @staticmethod
    def _unread(server: ModelServer) -> dict[str, int]:
        """The worker's established connections to the model, with how many bytes it has not read yet."""
        end = f"0100007F:{server.port:04X}"
        streams = {}
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split(None, 5)
            if fields[2] == end and fields[3] == "01":
                streams[fields[1]] = int(fields[4].partition(":")[2], 16)
        return streams

    def _psql(self, sql: str) -> str:
        result = subprocess.run(
            ["psql", "-qAtX", "--set=ON_ERROR_STOP=1", "--file=-"], input=sql, text=True, capture_output=True,
            env=self.databases("postgres"))
        if result.returncode != 0:
            raise RuntimeError(f"psql failed: {result.stderr.strip()}")
        return result.stdout.strip()
