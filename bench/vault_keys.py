"""The vault: sealing and opening, and a rotation of many keys while steps take them."""

import os
import pathlib
import re
import subprocess
import time

KEYS = 100_000
TENANTS = 2_000
READS = 100


def seed(program: pathlib.Path, folder: pathlib.Path, tenants: int, keys: int, origin: str, superuser: dict) -> None:
    """Loads keys, sealed as the API seals them, past row-level security."""
    sealing = subprocess.Popen(
        [program, "seed", str(folder), str(tenants), str(keys), origin], stdout=subprocess.PIPE)
    loading = subprocess.run(
        ["psql", "-qX", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file=-"], stdin=sealing.stdout,
        capture_output=True, text=True, env=superuser)
    sealing.stdout.close()
    if sealing.wait() != 0 or loading.returncode != 0:
        raise RuntimeError(f"the keys could not be loaded: {loading.stderr.strip()}")


class VaultKeys:
    """`databases` gives libpq's environment for a role, in a database with the schema that nobody else works in."""

    def __init__(self, binary: pathlib.Path, program: pathlib.Path, databases, folder: pathlib.Path, seconds: int,
                 is_quick: bool):
        self.binary, self.program, self.databases, self.folder = binary, program, databases, folder
        self.seconds, self.keys = seconds, KEYS // 10 if is_quick else KEYS

    def crypto(self) -> None:
        seals, opens = (float(word) for word in self._run([self.program, "crypto", str(self.seconds)]).split())
        print(f"\nVault, one thread, load {os.getloadavg()[0]:.1f}: {seals:,.0f} seals a second, {opens:,.0f} opens a second",
              flush=True)

    def rotation(self) -> None:
        self.folder.mkdir()
        self._run([self.binary, "vault", "init", str(self.folder)])
        began = time.monotonic()
        seed(self.program, self.folder, TENANTS, self.keys // TENANTS, "https://api.anthropic.com",
             self.databases("postgres"))
        seeded = time.monotonic() - began
        self._run(["psql", "-qXc", "VACUUM ANALYZE"], self.databases("postgres"))
        self._run([self.binary, "vault", "add-kek", str(self.folder)])
        readers = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", self.program, "read", str(self.folder), str(READS)],
            env=self.databases("specwright_worker"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            if readers.stdout.readline() != "ready\n":
                raise RuntimeError("VaultBench could not begin to read")
            time.sleep(self.seconds + 1)
            begun = time.time()
            said = self._run([self.binary, "vault", "rotate", str(self.folder)], self._operator())
            ended = time.time()
            reads = [tuple(map(int, line.split())) for line in readers.communicate("")[0].splitlines() if line]
        finally:
            readers.kill()
            readers.wait()
        rotated, left = (int(number) for number in re.search(r"(\d+) keys rotated to .*, (\d+) left", said).groups())
        print(f"\nRotation of {rotated:,} keys of {TENANTS:,} tenants ({left} left), while {READS} steps a second take one: "
              f"{ended - begun:.1f} s, {rotated / (ended - begun):,.0f} keys a second, load {os.getloadavg()[0]:.1f}")
        # The first second opens connections.
        first = reads[0][0] + 1
        for name, chosen in (
                ("before", [taken for second, taken in reads if first <= second < int(begun)]),
                ("meanwhile", [taken for second, taken in reads if int(begun) < second < int(ended)])):
            print(f"  taking a key {name:10} {self._summary(chosen)}")
        print(f"  Sealing and loading them took {seeded:.1f} s.", flush=True)

    @staticmethod
    def _summary(times: list[int]) -> str:
        done = sorted(taken / 1_000 for taken in times if taken >= 0)
        if not done:
            return f"none of {len(times)}"
        return (f"{len(done)} taken, {len(times) - len(done)} failed; p50 {done[len(done) // 2]:.1f} ms, "
                f"p99 {done[len(done) * 99 // 100]:.1f} ms, longest {done[-1]:.1f} ms")

    def _operator(self) -> dict:
        place = self.databases("specwright_vault")
        return {**place, "SPECWRIGHT_DATABASE_URL": f"host={place['PGHOST']} user={place['PGUSER']} "
                f"dbname={place['PGDATABASE']} password={place['PGPASSWORD']}"}

    @staticmethod
    def _run(command: list, environment: dict | None = None) -> str:
        result = subprocess.run(command, env=environment, text=True, capture_output=True)
        if result.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command[:3]))} failed: {result.stderr.strip()}")
        return result.stdout + result.stderr
