"""Who uses the service, and what each has in mind."""

import asyncio
import collections
import random

from client import Client

GATES = ("spec", "plan", "tests")


class World:
    """What all lives share."""

    def __init__(self, seed: int, addresses: list):
        self.seed, self.addresses = seed, addresses
        self.figures = collections.Counter()
        self.breaches = []
        self.lives = []
        self.is_draining = False
        self.database = None

    def breach(self, words: str) -> None:
        self.breaches.append(words)
        print(f"  BREACH: {words}", flush=True)


class Tenant:
    """Somebody with a key of their own, whose provider has the manners that the key asks for."""

    def __init__(self, world: World, number: int):
        self.world, self.number = world, number
        self.account = f"dev-chaos-{number}"
        # What is deleted, paused or cancelled in the middle of a call leaves answers that were paid for and not kept; only
        # some tenants do such things, and their calls are not counted.
        self.is_restless = number % 4 == 2
        faults = ""
        if number % 4 == 1:
            # Only such as give no answer at all: the proxy, which counts what was paid for, does not see these.
            faults = "+overloaded*2@spec+rate-limit*2@planner+server-error*1@implementer+rate-limit*3@contract_test"
        if number % 4 == 3:
            # Its money runs out in the middle of things.
            faults = "+billing*1@planner+billing*1@implementer"
        self.key = self.account + faults
        self.keys = 0
        self.adding = asyncio.Lock()

    async def join(self, token: str) -> None:
        self.client = Client(self.world, token)
        self.client.add_key = self.add_key
        self.id = (await self.client.get("/api/me"))["tenant"]["id"]
        await self.add_key()

    async def add_key(self) -> None:
        """One more key of the same account, unless somebody has just added one."""
        async with self.adding:
            listed = (await self.client.get("/api/settings/keys"))["items"]
            if not any(key["status"] == "active" for key in listed):
                body = {"provider": "anthropic", "label": "chaos", "key": self.key}
                await self.client.call("POST", "/api/settings/keys", body)
                self.keys += 1


class Plan:
    """What will be done with a feature, drawn from the seed alone."""

    def __init__(self, dice: random.Random, tenant: Tenant, number: int):
        self.autopilot = dice.random() < 0.5
        self.revise_at = dice.choice([*GATES, "done"]) if dice.random() < 0.15 else None
        self.delete_at = None
        self.rework_at = dice.choice(GATES) if dice.random() < 0.2 else None
        if tenant.is_restless and dice.random() < 0.35:
            self.delete_at = dice.choice(["spec_generating", "plan_ready", "tests_generating", "implementing", "done"])
        pauses, cancels = dice.random() < 0.35, dice.random() < 0.15
        self.pause_at = dice.choice(["spec_generating", "plan_ready", "implementing"]) if pauses else None
        self.cancel_at = dice.choice(["plan_generating", "implementing", "review"]) if cancels else None
        if not tenant.is_restless:
            self.pause_at = self.cancel_at = None
        self.chat_at = dice.choice([f"{gate}_ready" for gate in GATES]) if dice.random() < 0.3 else None
        self.retries = dice.choice([1, 2, 3])
        self.asks_twice = dice.random() < 0.2
        self.neglect = ["feature", "answer", None, None, None][number // 4 % 5] if tenant.is_restless else None
