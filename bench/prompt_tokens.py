"""What each agent of a whole feature is sent and answers: the length of the prompts, told by the ledger.

The development model counts a token for every four bytes, so the figures compare prompts with each other and with those
of an earlier commit; a real model's tokenizer will differ.
"""

import collections
import pathlib
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATIENCE = 120


class PromptTokens:
    def __init__(self, client, brief: pathlib.Path = ROOT / "examples/briefs/library-loans.md"):
        self.client, self.brief = client, brief

    def run(self) -> None:
        self.client.add_key("anthropic", "Bench", "dev-key-for-the-bench")
        text = self.brief.read_text(encoding="utf-8")
        feature = self.client.post("/api/features", {"brief_text": text, "autopilot": True})["id"]
        self.wait(feature, lambda: self.client.messages(feature)[-1]["status"] == "complete")
        if not self.client.messages(feature)[-1]["proposal"]:
            self.client.post(f"/api/features/{feature}/messages", {"text": "Please propose it now.", "propose": True})
            self.wait(feature, lambda: self.client.messages(feature)[-1]["proposal"])
        self.client.confirm(feature, self.client.feature(feature)["revision"])
        self.wait(feature, lambda: self.client.feature(feature)["status"] == "done")
        self.table(self.client.runs(feature)["items"])

    def wait(self, feature: str, is_over) -> None:
        deadline = time.monotonic() + PATIENCE
        while not is_over():
            if time.monotonic() > deadline or self.client.feature(feature)["status"] == "failed":
                raise RuntimeError(f"the feature did not get done: it is {self.client.feature(feature)['status']}")
            time.sleep(0.2)

    def table(self, runs: list) -> None:
        calls, sent, cached, answered = (collections.Counter() for _ in range(4))
        for run in runs:
            agent, tokens = run["agent"], run["tokens"]
            calls[agent] += run["turns"]
            sent[agent] += tokens["input"] + tokens["cache_read"] + tokens["cache_write"]
            cached[agent] += tokens["cache_read"]
            answered[agent] += tokens["output"]
        print(f"\n{'agent':20} {'calls':>6} {'sent':>9} {'from the cache':>15} {'answered':>9}   tokens, {self.brief.name}")
        for agent in sorted(sent, key=sent.get, reverse=True):
            print(f"{agent:20} {calls[agent]:>6} {sent[agent]:>9,} {cached[agent]:>15,} {answered[agent]:>9,}")
        print(f"{'all':20} {calls.total():>6} {sent.total():>9,} {cached.total():>15,} {answered.total():>9,}", flush=True)
