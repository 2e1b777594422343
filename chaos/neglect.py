"""Leaves things behind that no request and no job would put right, and sees that the sweeps do.

The sweeps' patience (two minutes, a day) is not shortened: what is left behind says that it is older than it is.
"""

import asyncio
import os
import time

from database import Refused

LONG_AGO = "now() - interval '1 hour'"
# Each worker looks for such things once a minute.
PATIENCE = 150


async def strand_feature(life) -> bool:
    """Takes the job of a feature at work, which nothing then moves on."""
    return await _plant(life, "features stranded", f"""
        WITH gone AS (DELETE FROM jobs WHERE feature_id = '{life.id}' AND kind IN ('run_spec', 'run_plan') RETURNING 1)
        UPDATE features SET updated_at = {LONG_AGO}
        WHERE id = '{life.id}' AND EXISTS (SELECT FROM gone) RETURNING id""")


async def silence_answer(life) -> bool:
    """Takes the job of an answer that is being written."""
    return await _plant(life, "answers silenced", f"""
        WITH gone AS (DELETE FROM jobs WHERE feature_id = '{life.id}' AND kind = 'run_chat' RETURNING 1)
        UPDATE chat_messages SET created_at = {LONG_AGO}
        WHERE feature_id = '{life.id}' AND status = 'streaming' AND EXISTS (SELECT FROM gone) RETURNING id""")


async def _plant(life, words: str, sql: str) -> bool:
    try:
        planted = len(await life.world.database.rows(sql))
    except Refused:
        # PostgreSQL is away; another feature will have to do.
        return False
    life.world.figures[words] += planted
    return planted > 0


class Litter:
    """Objects without a row, of features that are there and of one that never was, old enough to be collected; beside them
    some that are in use are made to look as old."""

    def __init__(self, world, bucket):
        self.world, self.left = world, []
        for number, life in enumerate(life for life in world.lives if life.id and not life.is_deleted):
            tenant = life.tenant.id
            feature = life.id if number % 2 else f"00000000-0000-7000-8000-{number:012x}"
            if number < 24:
                path = bucket / tenant / feature / f"{number:064x}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"left behind")
                self.left.append(path)
            for used in list((bucket / tenant / life.id).glob("*"))[:3]:
                os.utime(used, (0, time.time() - 200_000))
        for path in self.left:
            os.utime(path, (0, time.time() - 200_000))

    async def collected(self) -> None:
        deadline = time.monotonic() + PATIENCE
        planted = len(self.left)
        while self.left and time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            self.left = [path for path in self.left if path.exists()]
        for path in self.left[:3]:
            self.world.breach(f"object {path} is referred to by nothing, and no sweep collected it")
        self.world.figures["unreferenced objects collected"] = planted - len(self.left)
