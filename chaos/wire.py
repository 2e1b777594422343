"""HTTP/1.1 for asyncio, both sides, with the standard library: one exchange a connection, bodies whole or in pieces."""

import asyncio
import json

HEAD_LIMIT = 1 << 20


class Broken(Exception):
    """No connection, or it ended in the middle."""


class Headers(dict):
    """Names in lower case; the last of several wins, which is enough here."""

    @classmethod
    def parse(cls, lines: list[bytes]) -> "Headers":
        headers = cls()
        for line in lines:
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return headers


async def read_head(reader: asyncio.StreamReader) -> tuple[str, Headers]:
    """The first line and the headers; raises IncompleteReadError when the other side has gone."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *rest = head[:-4].split(b"\r\n")
    return first.decode("latin-1"), Headers.parse(rest)


async def pieces(reader: asyncio.StreamReader, headers: Headers, until_end: bool):
    """The body as it comes, without its chunking. `until_end`: a body without a length lasts until the connection ends."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            yield await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readuntil(b"\r\n")
    elif "content-length" in headers:
        left = int(headers["content-length"])
        while left:
            piece = await reader.read(min(left, 65_536))
            if not piece:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(piece)
            yield piece
    elif until_end:
        while piece := await reader.read(65_536):
            yield piece


async def read_body(reader: asyncio.StreamReader, headers: Headers, until_end: bool = False) -> bytes:
    return b"".join([piece async for piece in pieces(reader, headers, until_end)])


class Exchange:
    """A request under way. Use `async with`; leaving it closes the connection."""

    def __init__(self, address: tuple[str, int], method: str, path: str, headers: dict, body: bytes | None):
        self.address, self.method, self.path, self.body = address, method, path, body
        self.sent = {"host": f"{address[0]}:{address[1]}", **headers, "connection": "close"}
        self.writer = None
        # Whether the request may have reached the other side: if not, sending it again repeats nothing.
        self.has_been_sent = False

    async def __aenter__(self) -> "Exchange":
        try:
            reader, self.writer = await asyncio.open_connection(*self.address, limit=HEAD_LIMIT)
            if self.body is not None:
                self.sent["content-length"] = str(len(self.body))
            head = f"{self.method} {self.path} HTTP/1.1\r\n"
            head += "".join(f"{name}: {value}\r\n" for name, value in self.sent.items()) + "\r\n"
            self.has_been_sent = True
            self.writer.write(head.encode("latin-1") + (self.body or b""))
            await self.writer.drain()
            while True:
                line, self.headers = await read_head(reader)
                self.status = int(line.split(" ")[1])
                if self.status >= 200:
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError) as error:
            self.close()
            raise Broken(f"{self.method} {self.path}: {error!r}") from error
        except BaseException:
            self.close()
            raise
        self.reader = reader
        return self

    async def __aexit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        if self.writer:
            self.writer.close()

    async def pieces(self):
        if self.status in (204, 304) or self.method == "HEAD":
            return
        try:
            async for piece in pieces(self.reader, self.headers, until_end=True):
                yield piece
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise Broken(f"{self.method} {self.path}: the answer broke off: {error!r}") from error

    async def whole(self) -> bytes:
        return b"".join([piece async for piece in self.pieces()])

    async def events(self):
        """(id, name, data) of each server-sent event; (None, None, None) for a comment."""
        rest = b""
        async for piece in self.pieces():
            *blocks, rest = (rest + piece).split(b"\n\n")
            for block in blocks:
                yield parse_event(block.decode())


def parse_event(block: str) -> tuple:
    number, name, data = None, "message", []
    for line in block.split("\n"):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id":
            number = value
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
    return (number, name, json.loads("\n".join(data))) if data else (None, None, None)
