"""The processes of a whole Specwright, each started, killed, frozen and started again by us.

Not `specwright up`, which rightly stops everything when one of its children dies. Each role gets what it gets there.
"""

import asyncio
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from database import Database, Refused
from disks import LoadedDisk, NamespaceDisk

ROOT = pathlib.Path(__file__).resolve().parent.parent
ISSUER = "https://development-issuer.specwright.invalid"
AUDIENCE = "specwright-development"
# Little more than the processes need, so that they can be taken away.
CONNECTIONS = 80


class CannotStart(Exception):
    pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    """A program with its place in the machine; the one that runs now may be its tenth."""

    def __init__(self, name: str, command: list, environment: dict, log: pathlib.Path, user: list = ()):
        self.name, self.command, self.environment, self.log, self.user = name, command, environment, log, list(user)
        self.child = None
        self.is_frozen = False
        self.starts = 0

    def start(self) -> None:
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", **self.environment}
        with self.log.open("ab") as log:
            # The kernel ends it should we die without a chance to. A group of its own keeps Ctrl-C for us alone.
            self.child = subprocess.Popen(
                ["/usr/bin/setpriv", "--pdeathsig", "KILL", *self.user, "--", *map(str, self.command)], cwd="/",
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, start_new_session=True)
        self.is_frozen = False
        self.starts += 1

    @property
    def pid(self) -> int:
        return self.child.pid

    @property
    def is_up(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def send(self, number: int) -> None:
        if self.is_up:
            self.child.send_signal(number)
            self.is_frozen = number == signal.SIGSTOP or (self.is_frozen and number != signal.SIGCONT)

    async def ended(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while self.is_up:
            if time.monotonic() > deadline:
                self.send(signal.SIGKILL)
            await asyncio.sleep(0.01)

    async def stop(self, number: int = signal.SIGTERM, seconds: float = 30) -> None:
        self.send(number)
        self.send(signal.SIGCONT)
        await self.ended(seconds)


class Machine:
    def __init__(self, binary: pathlib.Path, serves: int, works: int, slots: int):
        self.binary = binary
        self.counts = (serves, works)
        self.slots = slots
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="specwright-chaos-"))
        # PostgreSQL will not run as root; for a root it runs as another user, who has to pass through here.
        self.folder.chmod(0o711)
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self.processes = []
        self.serves, self.works = [], []
        self.store_port, self.model_port = free_port(), free_port()

    # The parts that everything stands on

    async def start_base(self) -> None:
        """PostgreSQL with its schema, the object store, the vault's keys, the issuer and the development model."""
        await self._start_postgres()
        self.database = Database(str(self.postgres_folder))
        self._start_store()
        self._run("vault", "init", str(self._folder("vault")))
        self.issuer = await self._start_development("development-issuer", {
            "SPECWRIGHT_ISSUER_KEYS": str(self._folder("issuer"))})
        self.model = await self._start_development("development-model", {"SPECWRIGHT_PORT": str(self.model_port)})

    def start_service(self, store_proxy: int, model_proxy: int) -> None:
        """`serve` and `work`, which reach the store and the model through our proxies."""
        vault = self.folder / "vault"
        common = {
            "SPECWRIGHT_S3_ENDPOINT": f"http://127.0.0.1:{store_proxy}", "SPECWRIGHT_S3_BUCKET": "specwright",
            "SPECWRIGHT_S3_ACCESS_KEY": self.access_key, "SPECWRIGHT_S3_SECRET_KEY": self.secret_key,
            "SPECWRIGHT_ANTHROPIC_URL": f"http://127.0.0.1:{model_proxy}", "SPECWRIGHT_LOOPS": "1",
            "SPECWRIGHT_MODELS": str(ROOT / "models.yaml"), "SPECWRIGHT_LOG_LEVEL": "info", "SPECWRIGHT_METRICS_LISTEN": "127.0.0.1:0",
        }
        for index in range(self.counts[0]):
            port = free_port()
            process = self._add(f"serve-{index + 1}", [self.binary, "serve"], {
                **common, "SPECWRIGHT_DATABASE_URL": self._url("specwright_api"),
                "SPECWRIGHT_LISTEN": f"127.0.0.1:{port}", "SPECWRIGHT_ISSUER": ISSUER,
                "SPECWRIGHT_AUDIENCE": AUDIENCE,
                "SPECWRIGHT_JWKS_URL": f"http://{self.issuer[0]}:{self.issuer[1]}/.well-known/jwks.json",
                "SPECWRIGHT_VAULT_KEK_PUBLIC": str(self._key(vault, "kek", public=True)),
                "SPECWRIGHT_VAULT_SIGN_SECRET": str(self._key(vault, "sign", public=False)),
            })
            process.address = ("127.0.0.1", port)
            process.start()
            self.serves.append(process)
        for index in range(self.counts[1]):
            process = self._add(f"work-{index + 1}", [self.binary, "work"], {
                **common, "SPECWRIGHT_DATABASE_URL": self._url("specwright_worker"),
                "SPECWRIGHT_OBJECT_SWEEP_INTERVAL": "15",
                "SPECWRIGHT_VAULT_KEK_SECRET": str(self._key(vault, "kek", public=False)),
                "SPECWRIGHT_VAULT_SIGN_PUBLIC": str(self._key(vault, "sign", public=True)),
                "SPECWRIGHT_DEVELOPMENT_MODEL": "development-model",
                "SPECWRIGHT_TRUSTED_HOSTS": f"127.0.0.1:{model_proxy}", "SPECWRIGHT_CONCURRENCY": str(self.slots),
            })
            process.start()
            self.works.append(process)

    async def stop(self, keep: bool) -> None:
        self.database.close() if hasattr(self, "database") else None
        for process in reversed(self.processes):
            if process.is_up:
                number = signal.SIGINT if process.name == "postgres" else signal.SIGKILL
                await process.stop(number, seconds=10)
        if hasattr(self, "store_disk"):
            if keep and self.store_disk.can_fill:
                shutil.copytree(self.store_disk.seen, self.folder / "objects-kept", dirs_exist_ok=True)
            self.store_disk.stop()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    # PostgreSQL

    async def _start_postgres(self) -> None:
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not programs:
            raise CannotStart("PostgreSQL is not installed. Run tools/install.")
        self.postgres_folder = self._folder("postgres")
        self.postgres_folder.chmod(0o700)
        self.data = self.postgres_folder / "data"
        user = []
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self.postgres_folder, entry.pw_uid, entry.pw_gid)
            user = ["--reuid", str(entry.pw_uid), "--regid", str(entry.pw_gid), "--init-groups"]
        made = subprocess.run(
            ["/usr/bin/setpriv", *user, "--", programs[-1] / "initdb", f"--pgdata={self.data}", "--username=postgres",
             "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"],
            capture_output=True, text=True, cwd="/")
        if made.returncode:
            raise CannotStart(f"initdb failed.\n{made.stderr}")
        # A crash here is one of processes, which the kernel's page cache survives: without fsync all the same is shown.
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.postgres_folder), "max_connections": str(CONNECTIONS),
            "unix_socket_permissions": "0700", "shared_buffers": "64MB", "fsync": "off", "jit": "off",
            "max_parallel_workers_per_gather": "0", "wal_level": "minimal", "max_wal_senders": "0",
            "log_timezone": "UTC", "timezone": "UTC", "log_checkpoints": "off",
        }
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.postgres_disk = LoadedDisk(self.folder / "full.so", self.folder / "full")
        self.postgres = self._add(
            "postgres", [programs[-1] / "postgres", "-D", self.data, *arguments], self.postgres_disk.environment, user=user)
        await self.start_postgres()
        setup = Database(str(self.postgres_folder), name="postgres")
        await setup.rows("CREATE DATABASE specwright")
        setup.close()
        setup = Database(str(self.postgres_folder))
        await setup.rows((ROOT / "sql/roles.sql").read_text())
        setup.close()
        self._run("migrate", SPECWRIGHT_OWNER_DATABASE_URL=self._url("specwright_owner"),
                  SPECWRIGHT_MIGRATIONS=str(ROOT / "sql/migrations"))

    def _url(self, role: str) -> str:
        return f"postgresql://{role}@/specwright?host={str(self.postgres_folder).replace('/', '%2F')}"

    async def start_postgres(self) -> None:
        """Starts the server on whatever the last one left, and waits until it answers."""
        deadline = time.monotonic() + 60
        while left := self._postgres_leftovers():
            if time.monotonic() > deadline - 50:
                for pid in left:
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.02)
        self.postgres.start()
        probe = Database(str(self.postgres_folder), name="postgres")
        while True:
            try:
                await probe.rows("SELECT 1")
                return probe.close()
            except Refused as error:
                if time.monotonic() > deadline or not self.postgres.is_up:
                    raise CannotStart(f"PostgreSQL does not start; see {self.postgres.log}") from error
            await asyncio.sleep(0.05)

    async def ensure_postgres(self) -> None:
        """Waits until the server answers, and starts it if it has ended."""
        probe = Database(str(self.postgres_folder), name="postgres")
        while True:
            if not self.postgres.is_up:
                await self.start_postgres()
            try:
                await probe.rows("SELECT 1")
                return probe.close()
            except Refused:
                await asyncio.sleep(0.05)

    def _postgres_leftovers(self) -> list[int]:
        """Sessions that outlive a killed postmaster for a moment; all have the data folder as their own."""
        found = []
        for folder in pathlib.Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    if os.readlink(folder / "cwd") == str(self.data):
                        found.append(int(folder.name))
                except OSError:
                    continue
        return found

    # The object store

    def _start_store(self) -> None:
        program = os.environ.get("SPECWRIGHT_RCLONE") or shutil.which("rclone", path=f"{ROOT}/.venv/bin:{os.environ['PATH']}")
        if not program:
            raise CannotStart("rclone is not installed. Run tools/install.")
        self.access_key, self.secret_key = secrets.token_hex(10), secrets.token_hex(32)
        self.store_disk = NamespaceDisk(self.folder / "objects")
        self.objects = self.store_disk.seen
        (self.objects / "specwright").mkdir()
        # What is put into the folder behind its back is seen at once.
        self.store = self._add(
            "store", [*self.store_disk.command, program, "serve", "s3", "--addr", f"127.0.0.1:{self.store_port}",
                      "--dir-cache-time", "1s", self.store_disk.folder],
            {"HOME": str(self._folder("rclone")), "RCLONE_CONFIG": "/dev/null",
             "RCLONE_AUTH_KEY": f'"{self.access_key},{self.secret_key}"'})
        self.store.start()

    # Helpers

    def _folder(self, name: str) -> pathlib.Path:
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    def _add(self, name: str, command: list, environment: dict, user: list = ()) -> Process:
        process = Process(name, command, environment, self.logs / f"{name}.log", user)
        self.processes.append(process)
        return process

    def _run(self, *words: str, **environment: str) -> None:
        result = subprocess.run(
            [self.binary, *words], env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True,
            cwd=ROOT)
        if result.returncode:
            raise CannotStart(f"specwright {words[0]} failed.\n{result.stdout}{result.stderr}")

    async def _start_development(self, role: str, environment: dict) -> tuple[str, int]:
        file = self.folder / f"{role}.address"
        process = self._add(role, [self.binary, role], {**environment, "SPECWRIGHT_ADDRESS_FILE": str(file)})
        process.start()
        deadline = time.monotonic() + 30
        while not (file.exists() and file.read_text().endswith("\n")):
            if not process.is_up or time.monotonic() > deadline:
                raise CannotStart(f"specwright {role} does not start; see {process.log}")
            await asyncio.sleep(0.02)
        host, _, port = file.read_text().strip().rpartition(":")
        return host, int(port)

    @staticmethod
    def _key(vault: pathlib.Path, name: str, public: bool) -> pathlib.Path:
        for path in sorted(vault.iterdir()):
            if name in path.name and (("pub" in path.name) == public):
                return path
        raise CannotStart(f"vault init made no {name} key")
