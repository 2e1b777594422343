"""Drives many features through real processes while those are killed, frozen and cut off, and checks what is left.

Usage: run.py [--features N] [--duration SECONDS] [--seed N] [--keep]

The program is .build/release/specwright unless SPECWRIGHT_BINARY names another. See README.md.
"""

import argparse
import asyncio
import json
import os
import pathlib
import random
import signal
import sys
import time

import neglect
from checks import check, check_calls
from client import Client
from disruptions import Disruptions, Schedule
from downloads import check_downloads
from lives import Life
from machine import ROOT, CannotStart, Machine
from people import Tenant, World
from proxies import ModelProxy, StoreProxy
from sabotage import sabotage
from wire import Broken, Exchange


def main() -> int:
    parser = argparse.ArgumentParser(description="Kills Specwright's processes while it works, and checks what is left.")
    parser.add_argument("--features", type=int, default=120)
    parser.add_argument("--duration", type=float, default=120, help="seconds of chaos; what is left then drains in peace")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--interval", type=float, default=1.9, help="mean seconds between two disruptions")
    parser.add_argument("--drain", type=float, default=300, help="seconds after which what has not ended is stuck")
    parser.add_argument("--serves", type=int, default=2)
    parser.add_argument("--works", type=int, default=3)
    parser.add_argument("--calm", action="store_true", help="no disruptions and no faults: checks the harness itself")
    parser.add_argument("--sabotage", action="store_true", help="show that the checks can fail")
    parser.add_argument("--keep", action="store_true", help="keep data and logs although nothing is wrong")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return asyncio.run(Chaos(options).run())
    except CannotStart as error:
        print(f"cannot start: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("interrupted; everything that was started is stopped", file=sys.stderr)
    return 1


class Chaos:
    def __init__(self, options):
        self.options = options
        binary = pathlib.Path(os.environ.get("SPECWRIGHT_BINARY", ROOT / ".build/release/specwright")).resolve()
        if not os.access(binary, os.X_OK):
            raise CannotStart(f"{binary} is not there yet. Build it with: make release")
        self.machine = Machine(binary, options.serves, options.works, slots=12)

    async def run(self) -> int:
        options = self.options
        print(f"seed {options.seed}: {options.features} features, {options.duration:.0f} s of chaos", flush=True)
        is_well = False
        try:
            await self._start()
            await self._drive()
            await self._check()
            is_well = not self.world.breaches
        finally:
            keep = options.keep or not is_well
            await self.machine.stop(keep)
            if keep:
                print(f"data and logs are in {self.machine.folder}")
        if not is_well:
            print(f"FAILED with {len(self.world.breaches)} breaches. Again: make chaos SEED={options.seed} "
                  f"FEATURES={options.features} DURATION={options.duration:.0f}")
        return 0 if is_well else 1

    async def _start(self) -> None:
        options, machine = self.options, self.machine
        await machine.start_base()
        rate = 0 if options.calm else 0.03
        self.model = ModelProxy(options.seed, ("127.0.0.1", machine.model_port), rate, slowness=0.6)
        self.model.allows_silence = options.duration >= 300
        self.store = StoreProxy(options.seed, ("127.0.0.1", machine.store_port), rate)
        machine.start_service(await self.store.start(), await self.model.start())
        self.world = World(options.seed, [serve.address for serve in machine.serves])
        self.world.database = machine.database
        await self._until_ready()
        tenants = [Tenant(self.world, number) for number in range(max(4, options.features // 12))]
        for tenant in tenants:
            await tenant.join(await self._token(f"person-{tenant.number}"))
        self.world.lives = [
            Life(self.world, tenants[number % len(tenants)], number) for number in range(options.features)]
        self.disruptions = Disruptions(machine, Schedule(options.seed, options.duration, options.interval), self.world)

    async def _until_ready(self) -> None:
        deadline = time.monotonic() + 30
        for address in self.world.addresses:
            while True:
                try:
                    async with Exchange(address, "GET", "/ready", {}, None) as exchange:
                        if exchange.status == 200:
                            break
                except Broken:
                    pass
                if time.monotonic() > deadline:
                    raise CannotStart(f"the API is not ready; see {self.machine.logs}")
                await asyncio.sleep(0.05)

    async def _token(self, subject: str) -> str:
        body = json.dumps({"subject": subject, "lifetime_seconds": 86_400}).encode()
        async with Exchange(self.machine.issuer, "POST", "/token", {"content-type": "application/json"}, body) as exchange:
            answer = json.loads(await exchange.whole())
        if "access_token" not in answer:
            raise CannotStart(f"the development issuer gave no token: {answer}")
        return answer["access_token"]

    async def _drive(self) -> None:
        options, world = self.options, self.world
        self.begun = begun = time.monotonic()
        dice = random.Random(f"{options.seed}/arrivals")
        # A third at once, so that there is always something to break; the others as time goes on.
        arrivals = sorted(max(0, dice.uniform(-0.35, 0.7)) * options.duration for _ in world.lives)
        # As many as may be under way at once; one that ends makes room for the next.
        room = asyncio.Semaphore(max(24, int(options.features / options.duration * 45)))

        async def live(life: Life, at: float) -> None:
            await asyncio.sleep(max(0, begun + at + dice.random() - time.monotonic()))
            async with room:
                await life.run()

        lives = [asyncio.create_task(live(life, at)) for life, at in zip(world.lives, arrivals)]
        watching = asyncio.create_task(self.disruptions.watch_takeovers())
        reporting = asyncio.create_task(self._report())
        if not options.calm:
            await self.disruptions.run(begun)
            await asyncio.sleep(max(0, begun + options.duration - time.monotonic()))
            await self.disruptions.finish()
        self.model.rate = self.store.rate = 0
        self.world.is_draining = True
        self.disruptions.say("calm; draining what is left")
        _, stuck = await asyncio.wait(lives, timeout=options.drain)
        for task in stuck:
            task.cancel()
        for task in lives:
            if task not in stuck and task.exception():
                raise task.exception()
        for life in world.lives:
            if life.end is None:
                world.breach(f"feature {life.number} ({life.id}) is stuck: {life.doing}")
        await self._jobs_end(90)
        self.disruptions.say("at rest; sweeping")
        await neglect.Litter(world, self.machine.objects / "specwright").collected()
        self.lasted = time.monotonic() - begun
        watching.cancel()
        reporting.cancel()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(15)
            ended = sum(life.end is not None for life in self.world.lives)
            begun = sum(life.id is not None for life in self.world.lives)
            self.disruptions.say(f"{begun} begun, {ended} ended, {len(self.model.calls)} model calls")

    async def _jobs_end(self, seconds: float) -> None:
        """Advice and titles may still be under way when a feature has ended."""
        deadline = time.monotonic() + seconds
        while int((await self.machine.database.rows("SELECT count(*) FROM jobs"))[0][0]):
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(0.2)

    async def _check(self) -> None:
        for life in self.world.lives:
            if life.id and not life.is_deleted:
                await life.catch_up()
        await check_downloads(self.world)
        await check(self.world, self.machine)
        await check_calls(self.world, self.machine.database, self.model.calls, self.disruptions.interruptions)
        if self.options.sabotage:
            await sabotage(self.world, self.machine.database)
        figures = self.world.figures
        ends = {}
        for life in self.world.lives:
            ends[life.end] = ends.get(life.end, 0) + 1
        dead = await self.machine.database.json("SELECT kind, reason, count(*) FROM dead_jobs GROUP BY 1, 2")
        failures = await self.machine.database.json(
            "SELECT failed_in, failure, count(*) FROM features WHERE status = 'failed' GROUP BY 1, 2 ORDER BY 3 DESC")
        print(f"\nafter {self.lasted:.0f} s, seed {self.options.seed}")
        lines = {
            "features": ", ".join(f"{count} {end}" for end, count in sorted(ends.items(), key=str)),
            "kills": f"{self.disruptions.kills}, jobs interrupted {sum(self.disruptions.interruptions.values())} times",
            "takeovers": self.disruptions.takeover_words,
            "model faults": sum(self.model.faults.values()), "store faults": sum(self.store.faults.values()),
            "stream reconnections": sum(life.reconnections for life in self.world.lives),
            **dict(sorted(figures.items())),
        }
        for name, value in lines.items():
            print(f"  {name}: {value}")
        for row in failures:
            print(f"  failed in {row['failed_in']}, {row['count']} times: {row['failure']}")
        for row in dead:
            print(f"  dead letters, {row['count']} {row['kind']}: {row['reason']}")
        print(f"  {len(self.world.breaches)} breaches", flush=True)


if __name__ == "__main__":
    sys.exit(main())
