"""What runs short while somebody else has it: room on a disk, connections, locks."""

import asyncio
import contextlib
import time

from database import Database, Refused
from machine import CONNECTIONS


class Shortages:
    """Acts of `Disruptions`; one at a time meddles with PostgreSQL."""

    async def _fill_disk(self, which: float, length: float) -> None:
        machine, disk = self.machine, self.machine.postgres_disk
        # Now and then its tables alone, so that statements fail; else all of it, and it panics over its log.
        folder = machine.data / "base" if which < 0.5 else machine.data
        async with self._trouble() as began:
            log_end = machine.postgres.log.stat().st_size
            disk.fill(folder)
            await asyncio.sleep(1 + 3 * length)
            disk.relieve()
            was_up = machine.postgres.is_up
            await machine.ensure_postgres()
            with machine.postgres.log.open("rb") as log:
                log.seek(log_end)
                has_panicked = b"PANIC" in log.read()
        words = "it went on" if not has_panicked else "it panicked and recovered" if was_up else "it panicked and ended"
        self.world.figures["full disks"] += 1
        self.say(f"PostgreSQL's disk was full for {time.monotonic() - began:.1f} s "
                 f"({'tables' if which < 0.5 else 'everything'}): {words}")

    async def _fill_store(self, _: float, length: float) -> None:
        disk = self.machine.store_disk
        if not disk.can_fill or disk.is_full:
            return
        disk.fill()
        await asyncio.sleep(1.5 + 4 * length)
        disk.relieve()
        self.world.figures["full disks"] += 1
        self.say(f"the object store's disk was full for {1.5 + 4 * length:.1f} s")

    async def _hog_connections(self, _: float, length: float) -> None:
        """Takes every connection, those in use too, for longer than a request waits for one."""
        hogs = []
        async with self._trouble() as began:
            try:
                await self.database.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                         "WHERE application_name LIKE 'specwright-%'")
                while time.monotonic() < began + 6 + 3 * length:
                    hog = Database(self.database.socket, user="specwright_api")
                    try:
                        await hog.rows("SELECT 1")
                        hogs.append(hog)
                    except Refused:
                        await asyncio.sleep(0.05)
            except Refused:
                pass
            finally:
                for hog in hogs:
                    hog.close()
        self.world.figures["pools run dry"] += 1
        self.say(f"took {len(hogs)} of {CONNECTIONS} connections for {time.monotonic() - began:.1f} s")

    async def _hold_locks(self, _: float, length: float) -> None:
        """Locks what every request needs, so that all connections wait, and then everybody for a connection."""
        holder = Database(self.database.socket)
        async with self._trouble() as began:
            try:
                await holder.rows("BEGIN; LOCK TABLE features IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(6 + 3 * length)
            except Refused:
                pass
            finally:
                holder.close()
        self.world.figures["pools run dry"] += 1
        self.say(f"held a lock on all features for {time.monotonic() - began:.1f} s")

    @contextlib.asynccontextmanager
    async def _trouble(self):
        """A time in which PostgreSQL serves nobody well: nothing else is done to it, and every job that was held in it was
        interrupted, once however often it was claimed: who cannot keep an answer must not pay for it again and again."""
        async with self.meddling:
            began, leased = time.monotonic(), {}

            async def look():
                while True:
                    leased.update({job["id"]: job for job in await self._leased("true")})
                    await asyncio.sleep(0.3)

            await self.machine.ensure_postgres()
            looking = asyncio.create_task(look())
            try:
                yield began
            finally:
                looking.cancel()
                leased.update({job["id"]: job for job in await self._leased("true")})
                self._interrupt(list(leased.values()))
                self.outages.append((began, time.monotonic()))
