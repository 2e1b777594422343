"""What goes wrong with the machine, and when: a schedule drawn from the seed, carried out and written down."""

import asyncio
import collections
import random
import signal
import statistics
import time

from database import Refused
from shortages import Shortages

# How often each kind happens beside the others. Every kind comes once before any comes again.
WEIGHTS = {
    "kill work": 45, "kill serve": 25, "end sessions": 10, "kill store": 8, "freeze serve": 4, "freeze work": 4,
    "restart postgres": 2, "kill postgres": 1, "fill disk": 2, "fill store": 2, "hog connections": 1, "hold locks": 1,
}
# Longer than a lease, which lasts 30 s: when it wakes, its jobs are somebody else's.
FREEZE_SECONDS = (34, 44)
TAKEOVER_LIMIT = 45


class Schedule:
    def __init__(self, seed: int, duration: float, interval: float):
        dice = random.Random(f"{seed}/disruptions")
        kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
        first = dice.sample(kinds, len(kinds))
        # The longest first: a short run must see the end of it.
        first.sort(key=lambda kind: kind != "freeze work")
        self.entries = []
        at = 6.0
        while at < duration - 3:
            kind = first.pop(0) if first else dice.choices(kinds, weights)[0]
            if kind == "freeze work" and self.entries and at + FREEZE_SECONDS[1] > duration + 20:
                kind = "kill work"
            self.entries.append((at, kind, dice.random(), dice.random()))
            at += dice.uniform(0.4, 1.6) * interval


class Disruptions(Shortages):
    def __init__(self, machine, schedule: Schedule, world):
        self.machine, self.schedule, self.world = machine, schedule, world
        self.database = machine.database
        self.kills = 0
        # How often each job was interrupted: each time it may lose one answer that was paid for, and ask again.
        self.interruptions = collections.Counter()
        self.takeovers = []
        self.watched = {}
        self.outages = []
        self.tasks = set()
        self.meddling = asyncio.Lock()
        self.begun = time.monotonic()

    async def run(self, begun: float) -> None:
        self.begun = begun
        for at, kind, which, length in self.schedule.entries:
            await asyncio.sleep(max(0, begun + at - time.monotonic()))
            task = asyncio.create_task(getattr(self, "_" + kind.replace(" ", "_"))(which, length))
            self.tasks.add(task)

    async def finish(self) -> None:
        """Waits for what is still frozen or down."""
        for result in await asyncio.gather(*self.tasks, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    def say(self, words: str) -> None:
        print(f"{time.monotonic() - self.begun:6.1f} s  {words}", flush=True)

    # Workers and servers

    def _pick(self, processes: list, which: float):
        live = [process for process in processes if process.is_up and not process.is_frozen]
        return live[int(which * len(live))] if live else None

    async def _kill_work(self, which: float, length: float) -> None:
        if worker := self._pick(self.machine.works, which):
            # Stopped first, so that its jobs can be read as they are when it dies.
            worker.send(signal.SIGSTOP)
            jobs = await self._jobs_of(worker)
            self._watch(jobs)
            worker.send(signal.SIGKILL)
            self.kills += 1
            self.say(f"kill -9 {worker.name}, {len(jobs)} jobs in hand")
            await self._revive(worker, length)

    async def _kill_serve(self, which: float, length: float) -> None:
        if server := self._pick(self.machine.serves, which):
            server.send(signal.SIGKILL)
            self.kills += 1
            self.say(f"kill -9 {server.name}")
            await self._revive(server, length)

    async def _revive(self, process, length: float) -> None:
        await process.ended()
        await asyncio.sleep(0.1 + 2 * length)
        process.start()

    async def _freeze_work(self, which: float, length: float) -> None:
        worker = self._pick(self.machine.works, which)
        # How long a takeover lasts says something only while somebody is awake to take over.
        if worker and any(not other.is_frozen for other in self.machine.works if other is not worker):
            worker.send(signal.SIGSTOP)
            jobs = await self._jobs_of(worker)
            self._watch(jobs)
            seconds = FREEZE_SECONDS[0] + length * (FREEZE_SECONDS[1] - FREEZE_SECONDS[0])
            self.say(f"freeze {worker.name} for {seconds:.0f} s, {len(jobs)} jobs in hand")
            await asyncio.sleep(seconds)
            worker.send(signal.SIGCONT)
            self.world.figures["zombies woken"] += 1
            self.say(f"{worker.name} wakes up")

    async def _freeze_serve(self, which: float, length: float) -> None:
        if server := self._pick(self.machine.serves, which):
            self.say(f"freeze {server.name} for {2 + 4 * length:.0f} s")
            server.send(signal.SIGSTOP)
            await asyncio.sleep(2 + 4 * length)
            server.send(signal.SIGCONT)

    # What they stand on

    async def _kill_store(self, _: float, length: float) -> None:
        if self.machine.store.is_up:
            self.machine.store.send(signal.SIGKILL)
            self.kills += 1
            self.say("kill -9 the object store")
            await self._revive(self.machine.store, length)

    async def _end_sessions(self, which: float, _: float) -> None:
        share = 0.2 + 0.8 * which
        before = await self._leased("true")
        try:
            ended = await self.database.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE application_name LIKE 'specwright-%' AND hashtext(pid::text) % 100 < {int(share * 100)}")
        except Refused:
            return
        self._interrupt(before + await self._leased("true"))
        self.say(f"ended {len(ended)} database sessions")

    async def _restart_postgres(self, _: float, length: float) -> None:
        await self._outage(signal.SIGINT, "restart PostgreSQL", length)

    async def _kill_postgres(self, _: float, length: float) -> None:
        self.kills += 1
        await self._outage(signal.SIGKILL, "kill -9 the postmaster", length)

    async def _outage(self, number: int, words: str, length: float) -> None:
        postgres = self.machine.postgres
        async with self._trouble() as began:
            postgres.send(number)
            await postgres.ended()
            await asyncio.sleep(2 * length)
            await self.machine.start_postgres()
        self.say(f"{words}: away for {time.monotonic() - began:.1f} s")

    # Takeovers

    async def _leased(self, condition: str) -> list[dict]:
        try:
            return await self.database.json(
                f"SELECT id, lease_token AS token FROM jobs WHERE lease_token IS NOT NULL AND {condition}")
        except Refused:
            return []

    async def _jobs_of(self, worker) -> list[dict]:
        jobs = await self._leased(f"worker = 'work-{worker.pid}' AND lease_until > now()")
        self._interrupt(jobs)
        return jobs

    def _interrupt(self, jobs: list[dict]) -> None:
        self.interruptions.update({job["id"] for job in jobs})

    def _watch(self, jobs: list[dict]) -> None:
        for job in jobs:
            self.watched[job["id"]] = (job["token"], time.monotonic())

    async def watch_takeovers(self) -> None:
        """Measures from the moment a worker died to the moment somebody else claims its job."""
        while True:
            await asyncio.sleep(0.25)
            if not self.watched:
                continue
            names = ", ".join(f"'{job}'" for job in self.watched)
            try:
                found = await self.database.json(f"SELECT id, lease_token AS token FROM jobs WHERE id IN ({names})")
            except Refused:
                continue
            now, tokens = time.monotonic(), {job["id"]: job["token"] for job in found}
            for job, (token, since) in list(self.watched.items()):
                if tokens.get(job, "gone") == token:
                    continue
                del self.watched[job]
                # Gone at once: its last transaction had been sent before the end.
                if job in tokens or now - since > 3:
                    self._took_over(job, since, now)

    def _took_over(self, job: str, since: float, now: float) -> None:
        self.takeovers.append(now - since)
        away = sum(min(now, end) - max(since, begin) for begin, end in self.outages if begin < now and end > since)
        if now - since > TAKEOVER_LIMIT + away:
            self.world.breach(f"job {job} was taken over only after {now - since:.1f} s")

    @property
    def takeover_words(self) -> str:
        if not self.takeovers:
            return "none"
        return (f"{len(self.takeovers)}: median {statistics.median(self.takeovers):.1f} s, "
                f"longest {max(self.takeovers):.1f} s")
