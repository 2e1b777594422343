"""As much of PostgreSQL's protocol (version 3, simple queries) as looking at a database takes."""

import asyncio
import json
import struct


class Refused(Exception):
    """The server's own error, or no server."""


class Database:
    """One connection to a cluster that trusts whoever reaches its socket; it reconnects by itself."""

    def __init__(self, socket: str, user: str = "postgres", name: str = "specwright"):
        self.socket, self.user, self.name = socket, user, name
        self.streams = None
        self.lock = asyncio.Lock()

    async def rows(self, sql: str) -> list[list]:
        """Every value is text or None."""
        async with self.lock:
            try:
                if self.streams is None:
                    await asyncio.wait_for(self._connect(), 10)
                return await asyncio.wait_for(self._exchange(sql), 120)
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
                self.close()
                raise Refused(f"PostgreSQL is away: {error!r}") from error
            except BaseException:
                # Refused, or cancelled with half an answer still to come.
                self.close()
                raise

    async def json(self, sql: str):
        """The rows of `sql` as dictionaries."""
        found = await self.rows(f"SELECT coalesce(json_agg(row_to_json(answer)), '[]') FROM ({sql}) AS answer")
        return json.loads(found[0][0])

    def close(self) -> None:
        if self.streams:
            self.streams[1].close()
        self.streams = None

    async def _connect(self) -> None:
        self.streams = await asyncio.open_unix_connection(f"{self.socket}/.s.PGSQL.5432", limit=1 << 26)
        words = f"user\0{self.user}\0database\0{self.name}\0application_name\0chaos\0\0".encode()
        self.streams[1].write(struct.pack("!ii", len(words) + 8, 196_608) + words)
        await self._answer()

    async def _exchange(self, sql: str) -> list[list]:
        body = sql.encode() + b"\0"
        self.streams[1].write(b"Q" + struct.pack("!i", len(body) + 4) + body)
        return await self._answer()

    async def _answer(self) -> list[list]:
        rows, error = [], None
        while True:
            kind, length = struct.unpack("!ci", await self.streams[0].readexactly(5))
            body = await self.streams[0].readexactly(length - 4)
            if kind == b"D":
                rows.append(self._row(body))
            elif kind == b"E":
                fields = dict((part[:1], part[1:].decode(errors="replace")) for part in body.split(b"\0") if part)
                error = Refused(f"{fields.get(b'C')}: {fields.get(b'M')}")
                if fields.get(b"V", fields.get(b"S")) == "FATAL":
                    raise error
            elif kind == b"Z":
                if error:
                    raise error
                return rows

    @staticmethod
    def _row(body: bytes) -> list:
        values, place = [], 2
        for _ in range(struct.unpack_from("!h", body)[0]):
            length = struct.unpack_from("!i", body, place)[0]
            place += 4
            values.append(None if length < 0 else body[place:place + length].decode())
            place += max(0, length)
        return values
