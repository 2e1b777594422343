"""The life of a feature from its first sentence to its end, driven as a person would, and its events followed on the way."""

import asyncio
import json
import random
import time

import downloads
import neglect
from briefs import brief, revised
from client import Client, Refusal, Unknown
from people import Plan, Tenant, World
from wire import Broken

ENDS = ("done", "failed", "cancelled")
# A person does not wait for advice for ever.
ADVICE_PATIENCE = 50


class Breach(Exception):
    """A promise is broken; the message says which."""


class Life:
    def __init__(self, world: World, tenant: Tenant, number: int):
        self.world, self.tenant, self.number = world, tenant, number
        self.dice = random.Random(f"{world.seed}/feature/{number}")
        self.plan = Plan(self.dice, tenant, number)
        self.text = brief(self.dice, number)
        self.id = None
        self.is_deleted = False
        self.end = None
        self.acknowledged = []
        self.moved = asyncio.Event()
        # (sequence, type, data) as the stream gave them.
        self.seen = []
        self.reconnections = 0
        self.doing = "being created"

    @property
    def client(self) -> Client:
        return self.tenant.client

    async def run(self) -> None:
        try:
            await self._create()
            self.follower = asyncio.create_task(self._follow())
            try:
                await self._live()
            finally:
                self.doing = "ended"
                if self.is_deleted:
                    self.follower.cancel()
        except Refusal as refusal:
            self.world.breach(f"feature {self.number} ({self.id}), {self.doing}: an odd refusal: {refusal}")
        except (Breach, Unknown, KeyError) as error:
            self.world.breach(f"feature {self.number} ({self.id}), {self.doing}: {error!r}")

    async def _create(self) -> None:
        body = {"brief_text": self.text, "autopilot": self.plan.autopilot}
        while self.id is None:
            try:
                self.id = (await self.client.call("POST", "/api/features", body, repeatable=False))["id"]
            except Unknown:
                # Perhaps there is one now that nobody was told of. It waits as a draft, and is nobody's loss.
                self.world.figures["creations without an answer"] += 1
                await asyncio.sleep(0.3)
        self.path = f"/api/features/{self.id}"
        self.acknowledged.append(("created",))

    # As a person would

    async def _live(self) -> None:
        if self.plan.neglect == "answer":
            await neglect.silence_answer(self)
        await self._talk()
        while True:
            feature = await self.client.get(self.path)
            status, revision = feature["status"], feature["revision"]
            self.doing = status
            if await self._interfere(feature):
                continue
            if self.is_deleted:
                return
            if self.plan.neglect == "feature" and status in ("spec_generating", "plan_generating"):
                if await neglect.strand_feature(self):
                    self.plan.neglect = None
            if status == "drafting":
                await self._act("confirm", revision)
            elif status.endswith("_ready"):
                await self._pass(feature)
            elif status == "failed" and self.plan.retries > 0:
                self._require_reason(feature)
                self.plan.retries -= 1
                await asyncio.sleep(self.dice.uniform(0, 1))
                await self._act("retry", revision)
            elif status in ENDS:
                if status == "failed":
                    self._require_reason(feature)
                if self.plan.revise_at and self.plan.revise_at == status:
                    await self._revise(revision)
                    continue
                if status == "done":
                    self.doing = "downloading"
                    await downloads.fetch(self)
                    self.world.figures["ZIPs downloaded meanwhile"] += 1
                self.end = status
                return
            else:
                await self._wait(8)

    def _require_reason(self, feature: dict) -> None:
        if not (feature["failure"] or {}).get("reason"):
            raise Breach("it failed without a reason")

    async def _interfere(self, feature: dict) -> bool:
        """Deletes, pauses, cancels where the plan says so; whether to look again."""
        plan, status, allowed = self.plan, feature["status"], feature["allowed_actions"]
        if plan.delete_at == status:
            await self._delete()
            return False
        if plan.pause_at == status and "pause" in allowed:
            plan.pause_at = None
            if await self._turn("pause"):
                self.world.figures["pauses"] += 1
                await asyncio.sleep(self.dice.uniform(0.2, 3))
            return True
        if "resume" in allowed:
            await self._turn("resume")
            return True
        if (feature.get("waiting") or {}).get("for") == "key":
            self.world.figures["waits for a key"] += 1
            await self.tenant.add_key()
            await self._wait(3)
            return True
        if plan.cancel_at == status and "cancel" in allowed:
            plan.cancel_at = None
            if await self._turn("cancel"):
                self.world.figures["cancellations"] += 1
            return True
        return False

    async def _turn(self, action: str) -> bool:
        """Pauses, resumes or cancels; these do not ask which revision it is."""
        try:
            answer = await self.client.call("POST", f"{self.path}/{action}", {})
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            self.world.figures["refused because it had moved on"] += 1
            return False
        self.acknowledged.append((action, answer["revision"], None, answer["revision"]))
        return True

    async def _act(self, action: str, revision: int, **more) -> bool:
        """Whether it was acknowledged; a refusal says that the feature has moved on."""
        try:
            answer = await self.client.call("POST", f"{self.path}/{action}", {"revision": revision, **more})
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            self.world.figures["refused because it had moved on"] += 1
            return False
        self.acknowledged.append((action, revision, more.get("gate"), answer["revision"]))
        return True

    async def _pass(self, feature: dict) -> None:
        gate, revision = feature["gate"], feature["revision"]
        if self.plan.chat_at == feature["status"]:
            self.plan.chat_at = None
            await self._say("Where do we stand, and what is next?")
        if self.plan.revise_at == gate:
            return await self._revise(revision)
        if not await self._advice(gate, revision, ADVICE_PATIENCE):
            self.world.figures["gates without advice"] += 1
        if self.plan.rework_at == gate and "rework" in feature["allowed_actions"]:
            self.plan.rework_at = None
            if await self._act("rework", revision, gate=gate, note="Say what happens to old records."):
                self.world.figures["reworks asked for"] += 1
            return
        if self.plan.autopilot and self._verdict(gate, revision):
            # It was approved, or sent back, in the same transaction. If not, we find it here once more and do it ourselves.
            now = await self.client.get(self.path)
            if now["gate"] != gate:
                return
        await asyncio.sleep(self.dice.uniform(0, 0.5))
        await self._act("approve", revision, gate=gate)

    def _verdict(self, gate: str, revision: int) -> str | None:
        """What was advised about the version that is there now."""
        for _, name, data in reversed(self.seen):
            if name == "deliverable.ready" and (data["kind"], data["revision"]) == (gate, revision):
                return None
            if name == "recommendation.ready" and (data["gate"], data["revision"]) == (gate, revision):
                return data["recommendation"]
        return None

    async def _advice(self, gate: str, revision: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._verdict(gate, revision):
                return True
            await self._wait(2)
        return False

    async def _revise(self, revision: int) -> None:
        self.plan.revise_at = None
        body = {"revision": revision, "brief": revised(self.dice, self.proposal, revision + 1)}
        try:
            answer = await self.client.call("POST", f"{self.path}/revise", body)
        except Refusal as refusal:
            # The first of two attempts may have done it, with the answer lost.
            if refusal.status != 409:
                raise
            return
        self.acknowledged.append(("revise", revision, None, answer["revision"]))
        self.world.figures["revisions"] += 1

    async def _delete(self) -> None:
        try:
            await self.client.call("DELETE", self.path)
        except Refusal as refusal:
            if refusal.status != 404:
                raise
        self.is_deleted, self.end = True, "deleted"
        self.acknowledged.append(("deleted",))

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.moved.wait(), seconds)
        except TimeoutError:
            pass
        self.moved.clear()

    # The talk with the analyst

    async def _talk(self) -> None:
        self.doing = "talking to the analyst"
        message = await self._listen(await self._newest_answer())
        if self.plan.asks_twice:
            message = await self._say("Please propose the brief now, as simple as it can be.")
        for _ in range(6):
            if message["proposal"]:
                self.proposal = message["proposal"]
                return
            self.world.figures["answers without a brief"] += 1
            message = await self._say("Please propose the brief now, and decide what is open.")
        raise Breach("the analyst proposed nothing in seven answers")

    async def _say(self, text: str) -> dict:
        """Says it until it is said, and listens to what is answered."""
        before = await self._newest_answer()
        while True:
            try:
                asked = await self.client.call("POST", f"{self.path}/messages", {"text": text}, repeatable=False)
            except (Unknown, Refusal) as trouble:
                if isinstance(trouble, Refusal) and trouble.status != 409:
                    raise
                # Perhaps it was said; then there is an answer that was not there before.
                await asyncio.sleep(0.3)
                newest = await self._newest_answer()
                if newest != before or isinstance(trouble, Refusal):
                    return await self._listen(newest)
            else:
                self.acknowledged.append(("message", asked["message_id"]))
                self.acknowledged.append(("message", asked["answer_id"]))
                return await self._listen(asked["answer_id"])

    async def _newest_answer(self) -> str:
        messages = (await self.client.get(f"{self.path}/messages"))["items"]
        return [message["id"] for message in messages if message["role"] == "assistant"][-1]

    async def _listen(self, answer: str) -> dict:
        """Follows an answer through as many connections as it takes; nothing may be missing from it or doubled in it."""
        path, last, text = f"{self.path}/messages/{answer}/events", 0, ""
        while True:
            headers = {"last-event-id": str(last)} if last else {}
            try:
                async with asyncio.timeout(100), self.client.exchange(
                        "GET", path, accept="text/event-stream", **headers) as stream:
                    if stream.status != 200:
                        raise Broken(f"status {stream.status}")
                    async for number, name, data in stream.events():
                        if name == "message":
                            self.world.figures["chat answers"] += 1
                            if data["status"] == "complete" and not data["text"].startswith(text.strip()):
                                raise Breach(f"answer {answer} streamed {text!r} and is {data['text']!r}")
                            return data
                        if name is None:
                            continue
                        if int(number) != last + 1:
                            raise Breach(f"answer {answer}: piece {number} came after piece {last}")
                        last, text = int(number), "" if name == "restart" else text + data["text"]
                        if self.dice.random() < 0.02:
                            raise Broken("on purpose")
            except (Broken, TimeoutError):
                self.reconnections += 1
                await asyncio.sleep(0.3)

    # The feature's events

    async def _follow(self) -> None:
        """Follows the events for as long as the feature lives; each must come once and in its turn."""
        dice = random.Random(f"{self.world.seed}/follower/{self.number}")
        last = 0
        # Once its life is over, what may still come (a title, say) is read at the very end.
        while self.end is None:
            headers = {"last-event-id": str(last)} if last else {}
            try:
                async with self.client.exchange(
                        "GET", f"{self.path}/events", accept="text/event-stream", **headers) as stream:
                    if stream.status == 404:
                        return
                    if stream.status != 200:
                        raise Broken(f"status {stream.status}")
                    leaves_after = dice.randint(5, 60)
                    async with asyncio.timeout(45):
                        async for number, name, data in stream.events():
                            if name is None:
                                continue
                            if int(number) != last + 1:
                                self.world.breach(f"feature {self.number}: event {number} came after event {last}")
                            last = int(number)
                            self.seen.append((last, name, data))
                            self.world.figures["events followed"] += 1
                            self.moved.set()
                            leaves_after -= 1
                            if leaves_after == 0:
                                break
            except (Broken, TimeoutError):
                pass
            self.reconnections += 1
            await asyncio.sleep(0.2)

    async def catch_up(self) -> None:
        """Reads what the stream has not brought yet, at the very end."""
        self.follower.cancel()
        while True:
            last = self.seen[-1][0] if self.seen else 0
            page = (await self.client.get(f"{self.path}/events?after={last}&limit=500"))["items"]
            if not page:
                return
            for event in page:
                self.seen.append((event["sequence"], event["type"], event["data"]))

    @property
    def canonical(self) -> list:
        return [(number, name, json.dumps(data, sort_keys=True)) for number, name, data in self.seen]
