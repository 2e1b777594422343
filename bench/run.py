"""Measures Specwright side by side with pgbench and FastAPI, in one run on one private PostgreSQL with fsync on.

Usage: run.py [--rounds N] [--seconds S] [--quick] [--only PART]

The targets take turns, round by round, so that whatever else this machine does hits all of them alike. Each cell of
the table is the median of the rounds, and each ratio the median of the rounds' ratios.
"""

import argparse
import base64
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "examples"))

import job_queue  # noqa: E402
import load  # noqa: E402
import model_calls  # noqa: E402
import processes  # noqa: E402
import prompt_tokens  # noqa: E402
import vault_keys  # noqa: E402
import worker_streams  # noqa: E402
from client import Client, development_token  # noqa: E402
from service import CannotStart, Service  # noqa: E402

TENANTS = 50
FEATURES = 200
STREAMS = 2_000
PARTS = ["api", "tokens", "queue", "calls", "worker", "vault", "rotation"]


def main() -> int:
    parser = argparse.ArgumentParser(description="Measures Specwright beside pgbench and FastAPI.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="how long each target is loaded, each round")
    parser.add_argument("--only", choices=PARTS, help="a part of it")
    parser.add_argument("--clients", type=int, default=16, help="how many use the queue at once")
    parser.add_argument("--quick", action="store_true", help="one round of two seconds: does it work at all?")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.ExitStack() as stack:
            Bench(stack, options).run()
        return 0
    except KeyboardInterrupt:
        print("\nInterrupted; everything that was started is stopped.", file=sys.stderr)
        return 130
    except (CannotStart, RuntimeError, LookupError) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1


class Bench:
    def __init__(self, stack: contextlib.ExitStack, options):
        self.stack = stack
        self.options = options
        self.folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="specwright-bench-")))

    def run(self) -> None:
        say(f"Starting Specwright; {os.cpu_count()} cores, {self.options.rounds} rounds of {self.options.seconds} s")
        if os.getloadavg()[0] > os.cpu_count() / 2:
            say(f"This machine is busy with other things (load {os.getloadavg()[0]:.1f}): do not trust the numbers")
        # The idle streams are all one person's.
        environment = {
            **os.environ, "SPECWRIGHT_LOG_LEVEL": "warning", "SPECWRIGHT_STREAMS_PER_PERSON": str(STREAMS + 100)}
        # A person's limit would be reached in a tenth of a second; the work of counting is kept.
        for name in ("USER", "TENANT", "ADDRESS"):
            environment[f"SPECWRIGHT_RATE_PER_{name}"] = "10000000"
        # Whatever says where real models are: none of them is called here.
        for name in list(environment):
            if re.fullmatch(r"ANTHROPIC_API_KEY|SPECWRIGHT_PROVIDERS|SPECWRIGHT_[A-Z0-9]+_URL", name):
                del environment[name]
        binary = pathlib.Path(os.environ.get("SPECWRIGHT_BINARY", ROOT / ".build/release/specwright"))
        self.service = self.stack.enter_context(Service(binary, environment))
        self.url = self.service.facts["url"]
        for part in [self.options.only] if self.options.only else PARTS:
            getattr(self, part)()

    def api(self) -> None:
        self.serve = processes.named(self.service.process.pid, "specwright", "serve")
        self.memory()
        self.fill()
        self.streams()
        self.lists()

    def memory(self) -> None:
        time.sleep(2)
        rss, pss = processes.memory_kb(self.serve)
        print(f"\nserve, idle: RSS {rss / 1024:.1f} MiB, PSS {pss / 1024:.1f} MiB (goal: below 40 MB)", flush=True)

    # What agents are sent

    def tokens(self) -> None:
        say("A feature from brief to ZIP: what each agent is sent")
        token = development_token(self.service.facts["token_url"], "bench-tokens")
        prompt_tokens.PromptTokens(Client(self.url, token)).run()

    # The queue

    def queue(self) -> None:
        """In a database of its own: the workers of the service must not take its jobs."""
        say("The queue: lifecycles, pickup, takeover (that alone takes most of a minute)")
        job_queue.JobQueue(
            self.program("QueueBench"), self.fresh_database("queue")("specwright_worker"),
            self.options.rounds, self.options.seconds, self.options.clients).run()

    # Models and keys

    def calls(self) -> None:
        say("Model calls: direct ones, and through the gateway")
        model_calls.ModelCalls(self.program("GatewayBench"), self.options.rounds, self.options.seconds + 1).run()

    def worker(self) -> None:
        say(f"A worker with {worker_streams.STREAMS:,} streaming model calls")
        other = processes.named(self.service.process.pid, "specwright", "work")
        environment = dict(
            line.split("=", 1) for line in pathlib.Path(f"/proc/{other}/environ").read_text().split("\0") if line)
        worker_streams.WorkerStreams(
            self.service.binary, self.program("VaultBench"), self.fresh_database("worker"), environment,
            self.folder / "worker-vault", self.options.seconds * self.options.rounds).run()

    def vault(self) -> None:
        say("The vault: seal and open")
        self.keys(None).crypto()

    def rotation(self) -> None:
        say(f"Rotation of {vault_keys.KEYS:,} keys, which are sealed and loaded first")
        self.keys(self.fresh_database("rotation")).rotation()

    def keys(self, databases) -> vault_keys.VaultKeys:
        return vault_keys.VaultKeys(
            self.service.binary, self.program("VaultBench"), databases, self.folder / "rotation-vault",
            self.options.seconds, self.options.quick)

    @staticmethod
    def program(name: str) -> pathlib.Path:
        return ROOT / ".build/release" / name

    def fresh_database(self, name: str):
        """Another database of the cluster, with the schema: gives libpq's environment for a role."""
        for words in (["-qXc", f"CREATE DATABASE {name}"], ["-qX", "-d", name, "-f", str(ROOT / "sql/roles.sql")]):
            subprocess.run(["psql", *words], env=self.database("postgres"), check=True)
        owner = self.database("specwright_owner")
        subprocess.run(
            [self.service.binary, "migrate"], check=True, capture_output=True, env={
                **owner, "SPECWRIGHT_OWNER_DATABASE_URL": f"postgresql:///{name}?host={owner['PGHOST']}",
                "SPECWRIGHT_MIGRATIONS": str(ROOT / "sql/migrations")})
        return lambda role: {**self.database(role), "PGDATABASE": name}

    # The data: the same rows for every target

    def fill(self) -> None:
        say(f"Signing {TENANTS} people in and giving each {FEATURES} features")
        self.tokens, self.tenants = [], []
        for number in range(TENANTS):
            token = development_token(self.service.facts["token_url"], f"bench-{number}")
            self.tokens.append(token)
            self.tenants.append(Client(self.url, token).me()["tenant"]["id"])
        self.token_file = self.folder / "tokens"
        self.token_file.touch(mode=0o600)
        self.token_file.write_text("".join(f"{token}\n" for token in self.tokens))
        # Ids that grow with time, as the service makes them (UUIDv7).
        self.psql(f"""
            INSERT INTO features (tenant_id, id, title, created_by)
            SELECT t, (lpad(to_hex(1760000000000 + n), 12, '0') || '7' || substr(md5(t::text || n), 1, 3) || '8'
                || substr(md5(n || t::text), 1, 15))::uuid, 'Feature number ' || n, t
            FROM unnest('{{{','.join(self.tenants)}}}'::uuid[]) t, generate_series(1, {FEATURES}) n;
            VACUUM (ANALYZE) features;
            """)

    def database(self, role: str) -> dict:
        state = self.service.folder / "state"
        return {
            "PATH": "/usr/bin:/bin", "PGHOST": str(state / "postgres/run"), "PGUSER": role, "PGDATABASE": "specwright",
            "PGPASSWORD": (state / "secrets" / f"{role}-password").read_text().strip(),
        }

    def psql(self, sql: str) -> None:
        result = subprocess.run(
            ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"], input=sql, text=True,
            capture_output=True, env=self.database("postgres"))
        if result.returncode != 0:
            raise RuntimeError(f"the data could not be loaded: {result.stderr.strip()}")

    # Idle event streams

    def streams(self) -> None:
        feature = Client(self.url, self.tokens[0]).get("/api/features?limit=1")["items"][0]["id"]
        before = processes.memory_kb(self.serve)[1]
        holder = subprocess.Popen(
            [sys.executable, str(ROOT / "bench/streams.py"), f"{self.url}/api/features/{feature}/events",
             self.tokens[0], str(STREAMS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            if not holder.stdout.readline().startswith("open"):
                raise RuntimeError("the event streams could not be opened")
            # Long enough for each to get its first keep-alive comment.
            time.sleep(3 if self.options.quick else 17)
            after = processes.memory_kb(self.serve)[1]
            holder.stdin.close()
            lost = holder.stdout.readline().split()[-1]
        finally:
            holder.kill() if holder.poll() is None and sys.exc_info()[0] else holder.wait()
        print(f"serve, {STREAMS:,} idle event streams ({lost} lost): {(after - before) / STREAMS:.1f} kB each"
              " (goal: at most 10)", flush=True)

    # The 20-row list

    def lists(self) -> None:
        specwright = [self.serve]
        targets = {
            "pgbench, pipelined": load.PGBench(
                self.folder, "pipelined", self.database("specwright_api"), self.tenants, pipelined=True),
            "pgbench, un-pipelined": load.PGBench(
                self.folder, "plain", self.database("specwright_api"), self.tenants, pipelined=False),
            "Specwright": lambda connections, seconds: load.wrk(
                self.url, self.token_file, connections, seconds, specwright),
        }
        for name, caches in (("FastAPI + asyncpg + PyJWT", "0"), ("the same, caching tokens", "1")):
            url, pid = self.peer(caches)
            self.compare(url)
            targets[name] = lambda connections, seconds, url=url, pid=pid: load.wrk(
                url, self.token_file, connections, seconds, processes.family(pid))
        for connections in (16, 64):
            results = {name: [] for name in targets}
            for number in range(self.options.rounds + 1):
                if number == 0:
                    say(f"{connections} connections: warming up")
                else:
                    say(f"{connections} connections: round {number} of {self.options.rounds}")
                for name, target in targets.items():
                    result = target(connections, 1 if number == 0 else self.options.seconds)
                    if result.errors:
                        raise RuntimeError(f"{name}: {result.errors} requests failed")
                    if number:
                        results[name].append(result)
            self.table(connections, results)

    def peer(self, caches_tokens: str) -> tuple[str, int]:
        claims = claims_of(self.tokens[0])
        database = self.database("specwright_api")
        port = 8_600 + int(caches_tokens)
        environment = {
            "PATH": "/usr/bin:/bin", "PEER_ISSUER": claims["iss"], "PEER_AUDIENCE": claims["aud"],
            "PEER_JWKS_URL": urllib.parse.urljoin(self.service.facts["token_url"], "/.well-known/jwks.json"),
            "PEER_CACHES_TOKENS": caches_tokens,
            "PEER_DATABASE_URL": f"postgresql://{database['PGUSER']}:{database['PGPASSWORD']}@/specwright"
            f"?host={database['PGHOST']}",
        }
        process = subprocess.Popen(
            ["/usr/bin/setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "uvicorn", "fastapi_app:app",
             "--app-dir", str(ROOT / "bench/peers"), "--port", str(port), "--workers", "2", "--no-access-log",
             "--log-level", "warning", "--loop", "uvloop", "--http", "httptools"],
            env=environment, stdin=subprocess.DEVNULL)
        self.stack.callback(stop, process)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/openapi.json")
                if connection.getresponse().status == 200:
                    return f"http://127.0.0.1:{port}", process.pid
            time.sleep(0.1)
        raise RuntimeError("the FastAPI peer did not start")

    def compare(self, peer: str) -> None:
        """A peer that answers something else would be no peer."""
        for token in self.tokens[:3]:
            ours, theirs = (
                [item["id"] for item in Client(url, token).get("/api/features")["items"]] for url in (self.url, peer))
            if ours != theirs or len(ours) != 20:
                raise RuntimeError("the peer's list is not ours")

    def table(self, connections: int, results: dict) -> None:
        ours = [result.rate for result in results["Specwright"]]
        print(f"\n20-row feature list through row-level security, {connections} connections")
        print(f"  {'':28} {'req/s':>8} {'Specwright is':>14} {'p50 ms':>8} {'p99 ms':>8} {'server CPU µs':>14}")
        for name, rounds in results.items():
            rate, p50, p99 = (statistics.median(getattr(r, field) for r in rounds) for field in
                              ("rate", "p50_ms", "p99_ms"))
            cpu = [r.cpu_us for r in rounds if r.cpu_us is not None]
            # Round by round: what disturbed one target in a round disturbed its neighbours too.
            paired = statistics.median(mine / other.rate for mine, other in zip(ours, rounds))
            ratio = "" if name == "Specwright" else f"{paired:.2f} ×"
            print(f"  {name:28} {rate:8,.0f} {ratio:>14} {p50:8.2f} {p99:8.2f} "
                  f"{f'{statistics.median(cpu):.0f}' if cpu else '':>14}")
        sys.stdout.flush()


def claims_of(token: str) -> dict:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def say(text: str) -> None:
    print(f"==> {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
