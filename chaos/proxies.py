"""What stands between the service and the model, and between the service and the object store: it counts, slows and breaks.

Every fault is drawn from the seed and from the request itself, so that a run can be repeated however it is timed.
"""

import asyncio
import collections
import hashlib
import random
import re

from wire import Broken, Exchange, pieces, read_body, read_head


class Cut(Exception):
    """The connection to the service is to be broken off."""


class Proxy:
    def __init__(self, seed: int, target: tuple[str, int], rate: float):
        self.seed, self.target, self.rate = seed, target, rate
        self.faults = collections.Counter()
        self.seen = collections.Counter()
        self.open = set()

    async def start(self) -> int:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        return self.server.sockets[0].getsockname()[1]

    def dice(self, *facts) -> random.Random:
        """The same for the n-th request of the same content in every run with the same seed."""
        key = hashlib.sha256(repr(facts).encode()).hexdigest()
        self.seen[key] += 1
        return random.Random(f"{self.seed}/{key}/{self.seen[key]}")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self.open.add(task)
        try:
            while True:
                line, headers = await read_head(reader)
                method, path, _ = line.split(" ", 2)
                if headers.get("expect", "").lower() == "100-continue":
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                body = await read_body(reader, headers)
                await self.forward(method, path, headers, body, writer)
        except (Cut, Broken):
            writer.transport.abort()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open.discard(task)
            writer.close()

    def exchange(self, method: str, path: str, headers: dict, body: bytes, **more) -> Exchange:
        passed = {name: value for name, value in headers.items()
                  if name not in ("connection", "content-length", "transfer-encoding", "expect")}
        has_body = bool(body) or method in ("POST", "PUT")
        return Exchange(self.target, method, path, {**passed, **more}, body if has_body else None)

    @staticmethod
    def head(status: int, headers: dict) -> bytes:
        """The answer's head; its body is sent in chunks."""
        passed = "".join(
            f"{name}: {value}\r\n" for name, value in headers.items()
            if name not in ("connection", "content-length", "transfer-encoding"))
        return f"HTTP/1.1 {status} Passed on\r\n{passed}".encode("latin-1")

    async def stop(self) -> None:
        self.server.close()
        for task in list(self.open):
            task.cancel()


class Call:
    """One request for a model's answer."""

    def __init__(self, account: str, agent: str, fault: str | None):
        self.account, self.agent, self.fault = account, agent, fault
        # The answer's id, which stands for the request's content; None when the model refused.
        self.answer = None


class ModelProxy(Proxy):
    # Named as the development model names them; a quarter of the time it is one that ends the step with a reason.
    MENDING = ["overloaded", "server-error", "rate-limit", "half-stream", "no-stop", "error-event", "malformed-json",
               "bad-tool-json", "nonsense-tool", "empty"]
    ENDING = ["refusal", "prompt-too-long"]
    SLOW = ["stall", "silent"]

    def __init__(self, seed: int, target: tuple[str, int], rate: float, slowness: float):
        super().__init__(seed, target, rate)
        self.slowness = slowness
        # A client gives up on a silent provider after a minute and a half: only long runs have time for that.
        self.allows_silence = False
        self.calls = []

    async def forward(self, method, path, headers, body, writer) -> None:
        found = re.search(rb"Agent: (\w+)", body)
        agent = found[1].decode() if found else "none"
        dice = self.dice(body)
        fault = self._fault(dice)
        call = Call(headers.get("x-api-key", "").split("+")[0], agent, fault)
        self.calls.append(call)
        # A model takes its time; without that nothing would ever be killed in the middle of a call.
        await asyncio.sleep(dice.uniform(0.2, 1) * self.slowness)
        wish = {"x-specwright-fault": fault} if fault else {}
        async with self.exchange(method, path, headers, body, **wish) as upstream:
            writer.write(self.head(upstream.status, upstream.headers) + b"transfer-encoding: chunked\r\n\r\n")
            passed = 0
            async for piece in upstream.pieces():
                if call.answer is None and (answer := re.search(rb"msg_dev_[0-9a-f]{16}", piece)):
                    call.answer = answer[0].decode()
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                await writer.drain()
                passed += len(piece)
                if passed > 6_000:
                    passed = 0
                    await asyncio.sleep(dice.uniform(0, 0.15) * self.slowness)
            writer.write(b"0\r\n\r\n")
            await writer.drain()

    def _fault(self, dice: random.Random) -> str | None:
        if dice.random() >= self.rate:
            return None
        kinds = self.MENDING * 4 + self.ENDING + (self.SLOW if self.allows_silence else [])
        fault = dice.choice(kinds)
        self.faults[fault] += 1
        return fault


class StoreProxy(Proxy):
    KINDS = ["error 500", "error 503", "cut before", "cut after", "truncated"]

    async def forward(self, method, path, headers, body, writer) -> None:
        dice = self.dice(method, path)
        fault = dice.choice(self.KINDS) if dice.random() < self.rate else None
        if fault == "truncated" and method != "GET":
            fault = "cut after"
        if fault:
            self.faults[fault] += 1
        if fault and fault.startswith("error"):
            writer.write(self.head(int(fault[-3:]), {}) + b"content-length: 0\r\n\r\n")
            return await writer.drain()
        if fault == "cut before":
            raise Cut
        async with self.exchange(method, path, headers, body) as upstream:
            if fault == "cut after":
                await upstream.whole()
                raise Cut
            content = await upstream.whole()
            length = upstream.headers.get("content-length", "0") if method == "HEAD" else len(content)
            writer.write(self.head(upstream.status, upstream.headers))
            if upstream.status not in (204, 304):
                writer.write(f"content-length: {length}\r\n".encode())
            writer.write(b"\r\n")
            if fault == "truncated":
                writer.write(content[:len(content) // 2])
                await writer.drain()
                raise Cut
            writer.write(content)
            await writer.drain()
