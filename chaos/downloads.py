"""The ZIPs: what was promised when a feature was done."""

import asyncio
import hashlib
import io
import json
import zipfile

from client import Unknown

AT_ONCE = 6


def fault(content: bytes) -> str | None:
    """What is wrong with a ZIP, by its own manifest."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        named = {entry["path"]: entry for entry in json.loads(files.pop("specwright.json"))["files"]}
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        return f"it cannot be read: {error!r}"
    if set(files) != set(named) or not files:
        return f"its manifest names {len(named)} files, and it has {len(files)}, or others"
    wrong = [path for path, body in files.items() if hashlib.sha256(body).hexdigest() != named[path]["sha256"]]
    return f"{wrong[0]} is not what its manifest says" if wrong else None


async def fetch(life) -> bytes:
    """A ZIP that is broken off or refused for now is fetched again; one that comes whole must be right."""
    content = await life.client.whole(f"{life.path}/download", "application/zip")
    if trouble := fault(content):
        life.world.breach(f"feature {life.number} ({life.id}): its ZIP is wrong: {trouble}")
    return content


async def check_downloads(world) -> None:
    """Each feature that is done gives the same bytes twice."""
    room = asyncio.Semaphore(AT_ONCE)

    async def twice(life) -> None:
        async with room:
            try:
                first, second = await fetch(life), await fetch(life)
            except Unknown as error:
                return world.breach(f"feature {life.number} ({life.id}): there is no ZIP: {error}")
            world.figures["ZIPs fetched twice and checked"] += 1
            if first != second:
                world.breach(f"feature {life.number} ({life.id}): its ZIP changed from one download to the next")

    await asyncio.gather(*(twice(life) for life in world.lives if life.end == "done"))
