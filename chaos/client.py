"""A client that has several addresses of one API, tries the next when one is dead, and knows what was acknowledged."""

import asyncio
import json
import random
import time

from wire import Broken, Exchange

PATIENCE = 120


class Refusal(Exception):
    """A problem document with a status below 500."""

    def __init__(self, status: int, fields: dict):
        super().__init__(f"{status} {fields.get('type')}: {fields.get('detail')}")
        self.status, self.fields = status, fields


class Unknown(Exception):
    """The request was sent and its answer never came: it may or may not have happened."""


class Client:
    def __init__(self, world, token: str):
        self.world, self.addresses, self.token, self.figures = world, world.addresses, token, world.figures
        # Called when the service says that no key works any more.
        self.add_key = None

    def address(self) -> tuple[str, int]:
        return random.choice(self.addresses)

    def exchange(self, method: str, path: str, body=None, accept: str = "application/json", **headers) -> Exchange:
        headers = {"accept": accept, "authorization": f"Bearer {self.token}", **headers}
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else json.dumps(body).encode()
        return Exchange(self.address(), method, path, headers, content)

    async def call(self, method: str, path: str, body=None, repeatable: bool = True):
        """The answer's JSON. What can be repeated without harm is repeated until somebody answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            exchange = self.exchange(method, path, body)
            try:
                async with asyncio.timeout(20):
                    async with exchange:
                        content = await exchange.whole()
                self.figures["requests"] += 1
                if exchange.status < 400:
                    return json.loads(content) if content else None
                fields = json.loads(content) if content else {}
                if exchange.status == 500:
                    self.figures["answers with status 500"] += 1
                elif exchange.status == 503:
                    self._require_manners(exchange, fields)
                elif exchange.status < 500 and exchange.status != 429:
                    if fields.get("type") == "/problems/no-provider-key" and time.monotonic() < deadline:
                        await self.add_key()
                        continue
                    raise Refusal(exchange.status, fields)
                trouble = Unknown(f"{method} {path}: status {exchange.status} {fields.get('detail')}")
                # 503 says that nothing was done and to come again, except that a commit's answer may have been lost.
            except (Broken, TimeoutError, ValueError) as error:
                self.figures["requests without an answer"] += 1
                trouble = Unknown(f"{method} {path}: {error!r}")
                if not exchange.has_been_sent:
                    await asyncio.sleep(0.1)
                    if time.monotonic() < deadline:
                        continue
            if not repeatable or time.monotonic() > deadline:
                raise trouble
            await asyncio.sleep(random.uniform(0.1, 0.6))

    def _require_manners(self, exchange: Exchange, fields: dict) -> None:
        """Who is turned away hears why and when to come again."""
        self.figures["answers with status 503"] += 1
        is_problem = exchange.headers.get("content-type", "").startswith("application/problem+json") and fields.get("detail")
        if not is_problem or not exchange.headers.get("retry-after", "").isdigit():
            self.world.breach(f"{exchange.method} {exchange.path}: a 503 without a problem or Retry-After: {fields}")

    async def get(self, path: str):
        return await self.call("GET", path)

    async def whole(self, path: str, accept: str) -> bytes:
        """A body that is not JSON, such as a ZIP."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                async with asyncio.timeout(60), self.exchange("GET", path, accept=accept) as exchange:
                    content = await exchange.whole()
                if exchange.status == 200:
                    return content
                trouble = f"status {exchange.status}"
            except (Broken, TimeoutError) as error:
                trouble = repr(error)
            if time.monotonic() > deadline:
                raise Unknown(f"GET {path}: {trouble}")
            await asyncio.sleep(0.3)
