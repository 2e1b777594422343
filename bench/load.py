"""Runs wrk and pgbench, and reads what they found."""

import dataclasses
import pathlib
import subprocess
import tempfile

import processes


@dataclasses.dataclass
class Result:
    requests: int
    seconds: float
    errors: int
    p50_ms: float
    p99_ms: float
    cpu_seconds: float | None

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu_us(self) -> float | None:
        return None if self.cpu_seconds is None else self.cpu_seconds / self.requests * 1e6


def wrk(url: str, tokens: pathlib.Path, connections: int, seconds: int, servers: list[int]) -> Result:
    before = processes.cpu_seconds(servers)
    output = run(
        ["wrk", "--threads", "2", "--connections", str(connections), "--duration", f"{seconds}s", "--timeout", "10s",
         "--script", str(pathlib.Path(__file__).with_name("list.lua")), url],
        {"TOKENS": str(tokens), "PATH": "/usr/bin:/bin"})
    cpu = processes.cpu_seconds(servers) - before
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    requests, microseconds, errors, p50, p99 = map(int, line.split()[1:])
    return Result(requests, microseconds / 1e6, errors, p50 / 1000, p99 / 1000, cpu)


class PGBench:
    """The same statements from pgbench: one script a tenant, each as likely as the next."""

    def __init__(self, folder: pathlib.Path, name: str, environment: dict, tenants: list[str], pipelined: bool):
        self.environment = environment
        self.binary = next(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
        self.scripts = []
        for number, tenant in enumerate(tenants):
            script = folder / f"{name}-{number}.sql"
            script.write_text(self.script(tenant, pipelined))
            self.scripts += ["--file", str(script)]

    @staticmethod
    def script(tenant: str, pipelined: bool) -> str:
        # Pipelined, the Sync at the end bounds an implicit transaction, as in our read lane.
        start, end = ("\\startpipeline", "\\endpipeline") if pipelined else ("BEGIN;", "COMMIT;")
        return (
            "\\set n 21\n"
            f"{start}\n"
            f"SELECT set_config('app.tenant_id', '{tenant}', true), set_config('app.user_id', '{tenant}', true);\n"
            "SELECT id, title, status, revision, version, created_at, updated_at FROM features"
            " WHERE tenant_id = (SELECT app.tenant()) ORDER BY id DESC LIMIT :n;\n"
            f"{end}\n")

    def __call__(self, connections: int, seconds: int) -> Result:
        with tempfile.TemporaryDirectory() as folder:
            output = run(
                [str(self.binary), "--no-vacuum", "--protocol=prepared", f"--client={connections}", "--jobs=2",
                 f"--time={seconds}", "--log", "--sampling-rate=0.05", f"--log-prefix={folder}/log", *self.scripts],
                self.environment)
            times = sorted(
                int(line.split()[2]) for log in pathlib.Path(folder).glob("log*") for line in log.open())
        count = next(int(line.split(":")[1].split("/")[0]) for line in output.splitlines()
                     if line.startswith("number of transactions actually processed"))
        rate = next(float(line.split("=")[1].split()[0]) for line in output.splitlines() if line.startswith("tps"))
        failed = next((int(line.split(":")[1].split()[0]) for line in output.splitlines()
                       if line.startswith("number of failed transactions")), 0)
        return Result(count, count / rate, failed, times[len(times) // 2] / 1000, times[len(times) * 99 // 100] / 1000,
                      None)


def run(command: list[str], environment: dict) -> str:
    result = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {(result.stderr or result.stdout).strip()[-800:]}")
    return result.stdout
