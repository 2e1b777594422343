"""Takes one feature from a brief to a ZIP, through Specwright's API, and shows what happens on the way.

Usage: demo.py [--brief FILE] [--output FOLDER] [--run-tests]

It starts `specwright up` on a temporary folder, and stops it again. With SPECWRIGHT_URL and SPECWRIGHT_TOKEN set it
uses a service that is already running. With ANTHROPIC_API_KEY set it uses the real models, at your cost. The program is
.build/release/specwright unless SPECWRIGHT_BINARY names another.
"""

import argparse
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from bundle import Bundle, Damaged
from client import Client, Problem, Unreachable, development_token
from narrator import Narrator, amount, cost
from service import CannotStart, Service

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Long enough for a real model's slowest answer; an alignment review takes seconds.
GATE_PATIENCE = 180


class Failed(Exception):
    """The feature cannot go on; the message says why, in the service's own words."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Takes one feature from a brief to a ZIP.")
    parser.add_argument("--brief", type=pathlib.Path, default=ROOT / "examples/briefs/library-loans.md")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "dist/demo")
    parser.add_argument("--run-tests", action="store_true", help="run the generated project's own tests at the end")
    options = parser.parse_args()
    # A polite kill is an ending like Ctrl-C: what was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tell = Narrator()
    try:
        brief = read_brief(options.brief)
        with contextlib.ExitStack() as stack:
            Demo(tell, stack, options).run(brief)
            if not os.environ.get("SPECWRIGHT_URL"):
                tell.step("Stopping what was started")
        return 0
    except KeyboardInterrupt:
        tell.failure("Interrupted; everything that was started is stopped.")
        return 130
    except (CannotStart, Damaged, Failed, Problem, Unreachable, OSError) as error:
        tell.failure(str(error))
        return 1


def read_brief(path: pathlib.Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"The brief {path} cannot be read as text: {error}") from error


class Demo:
    def __init__(self, tell: Narrator, stack: contextlib.ExitStack, options):
        self.tell = tell
        self.stack = stack
        self.options = options
        self.seen_runs = set()
        self.real_key = os.environ.get("ANTHROPIC_API_KEY")

    def run(self, brief: str) -> None:
        started = time.monotonic()
        self.sign_in()
        self.store_key()
        feature = self.talk(brief)
        self.build(feature)
        self.take_home(feature)
        runs = self.client.runs(feature)
        scripted = any(run["development_model"] for run in runs["items"])
        price = cost(runs["total"]["cost_microdollars"], scripted)
        self.tell.step(f"Done in {time.monotonic() - started:.1f} s, {amount(runs['total']['tokens'])}, {price}")
        if scripted:
            self.tell.line("The development model wrote this, a script; the cost is what the real models would have cost.")
        else:
            self.tell.line(f"Written by {', '.join(sorted({run['model'] for run in runs['items']}))}.")

    # Who we are

    def sign_in(self) -> None:
        tell = self.tell
        if url := os.environ.get("SPECWRIGHT_URL"):
            tell.step(f"Using the service at {url}")
            token = os.environ.get("SPECWRIGHT_TOKEN")
            if not token:
                raise Failed("SPECWRIGHT_URL is set; set SPECWRIGHT_TOKEN too. `make run` prints both.")
            self.is_development = None
        else:
            tell.step("Starting PostgreSQL, an S3 server, an identity issuer, the API and a worker on this machine")
            # The service is told which provider to use; the key reaches it over the API, like anybody's.
            environment = {name: value for name, value in os.environ.items() if name != "ANTHROPIC_API_KEY"}
            if self.real_key:
                environment.setdefault("SPECWRIGHT_ANTHROPIC_URL", "https://api.anthropic.com")
            binary = pathlib.Path(os.environ.get("SPECWRIGHT_BINARY", ROOT / ".build/release/specwright"))
            service = self.stack.enter_context(Service(binary, environment))
            url = service.facts["url"]
            token = development_token(service.facts["token_url"], "demo")
            self.is_development = service.facts["development_model"]
            tell.line(f"ready at {url}")
            if self.is_development:
                tell.line("models: the DEVELOPMENT MODEL, a script in this repository; nothing leaves this machine,")
                tell.line("and its costs are what the real models would have cost. Set ANTHROPIC_API_KEY for those.")
            else:
                tell.line(f"models: the real ones at {service.facts['model_url']}, with your ANTHROPIC_API_KEY, at your cost")
        self.client = Client(url, token)
        self.client.ready()
        me = self.client.me()
        tell.step(f"Signed in as {me['subject']}, in tenant {me['tenant']['id']}")

    def store_key(self) -> None:
        # The development model takes any key; a real one is never printed, only its last four characters.
        use_real = self.real_key and not self.is_development
        key = self.real_key if use_real else "dev-key-for-the-demo"
        stored = self.client.add_key("anthropic", "Demo", key)
        self.tell.step(f"Stored a provider key: {stored['provider']} …{stored['last4']}, sealed for the worker alone")

    # From the text to a confirmed brief

    def talk(self, brief: str) -> str:
        tell = self.tell
        tell.step(f"The brief, from {self.options.brief}")
        tell.quote("you", brief, limit=6)
        feature = self.client.create_feature(brief)["id"]
        answers = [message["id"] for message in self.client.messages(feature) if message["role"] == "assistant"]
        answer = answers[-1] if answers else self.client.say(feature, "Please read the brief and propose what to build.")
        for reply in (
            "Please propose the brief now, and decide what is still open in the simplest way.",
            "Propose the brief with what you know.",
            None,
        ):
            message = self.listen(feature, answer)
            if message["proposal"]:
                break
            if reply is None:
                raise Failed("The analyst did not propose a brief. Make the text say more about what should be kept.")
            tell.quote("you", reply)
            answer = self.client.say(feature, reply)
        self.show_brief(message["proposal"])
        revision = self.client.feature(feature)["revision"]
        self.client.confirm(feature, revision)
        tell.step("Confirmed the brief")
        return feature

    def listen(self, feature: str, answer: str) -> dict:
        """Prints the analyst's answer as it is written, and hands back the whole message."""
        with self.tell.speech("analyst") as speech:
            for name, data in self.client.answer_events(feature, answer):
                if name == "delta":
                    speech.add(data["text"])
                elif name == "restart":
                    speech.restart()
                elif name == "message":
                    speech.finish(data["text"])
                    if data["status"] == "failed":
                        raise Failed(f"The analyst could not answer: {data['failure']}")
                    return data
        raise Unreachable("The analyst's answer ended without its last event.")

    def show_brief(self, brief: dict) -> None:
        tell = self.tell
        tell.step(f"Proposed brief: {brief['title']}")
        tell.line(brief["goal"])
        for entity in brief.get("entities", []):
            fields = ", ".join(f"{field['name']} ({field['type']})" for field in entity["fields"])
            tell.item(f"{entity['name']}: {fields}")
        for rule in brief.get("rules", []):
            tell.item(rule)
        for question in brief.get("open_questions", []):
            tell.item(f"open: {question}")

    # From gate to gate

    def build(self, feature: str) -> None:
        tell = self.tell
        gate, waiting_since = None, 0.0
        for name, data in self.client.feature_events(feature):
            if name == "status.changed":
                status = data["to"]
                # "approved" only says what was done a line above.
                if not status.endswith("_approved"):
                    tell.step(status.replace("_", " ").capitalize())
                if status == "failed":
                    raise Failed(self.why_failed(feature))
                if status == "done":
                    self.show_runs(feature)
                    self.show_reviews(feature)
                    return
                gate = status.removesuffix("_ready") if status.endswith("_ready") else None
                waiting_since = time.monotonic()
            elif name == "files.written" and "paths" in data:
                tell.line(f"wrote {', '.join(data['paths'])}")
            recommended = name == "recommendation.ready" and data.get("gate") == gate
            gone_quiet = gate and time.monotonic() - waiting_since > GATE_PATIENCE
            if gate and (recommended or gone_quiet):
                self.pass_gate(feature, gate)
                gate = None
        raise Unreachable("The stream of events ended before the feature was done.")

    def pass_gate(self, feature: str, gate: str) -> None:
        now = self.client.feature(feature)
        if now["gate"] != gate:
            # An old event, replayed: somebody has been here already.
            return
        self.show_runs(feature)
        advice = [
            item for item in self.client.recommendations(feature)
            if item["gate"] == gate and item["revision"] == now["revision"]
        ]
        if advice:
            self.tell.verdict(f"the reviewer recommends {advice[-1]['recommendation']}", advice[-1]["recommendation"])
            for reason in advice[-1]["reasons"]:
                self.tell.item(f"{reason['requirement']}: {reason['text']}" if reason["requirement"] else reason["text"])
        else:
            self.tell.line("the reviewer gave no recommendation")
        self.client.approve(feature, now["revision"], gate)
        self.tell.line(f"approved the {gate}")

    def why_failed(self, feature: str) -> str:
        now = self.client.feature(feature)
        failure = now["failure"] or {"reason": "The service gave no reason."}
        return f"The feature failed. {failure['reason']}\nNext: {now['next']}"

    def show_runs(self, feature: str) -> None:
        """The runs that ended since we last looked: agent, model, time, tokens and cost."""
        for run in self.client.runs(feature)["items"]:
            if run["finished_at"] is None or run["id"] in self.seen_runs:
                continue
            self.seen_runs.add(run["id"])
            self.tell.run(run)

    def show_reviews(self, feature: str) -> None:
        for review in self.client.reviews(feature):
            findings = review["report"].get("findings", [])
            self.tell.verdict(
                f"{review['kind']} review of build {review['build']}: {review['verdict']}, {len(findings)} findings",
                review["verdict"])
            for finding in findings:
                self.tell.item(f"{finding['severity']}: {finding['title']} ({finding['file']})")

    # What comes out

    def take_home(self, feature: str) -> None:
        tell = self.tell
        with tempfile.TemporaryFile() as file:
            size = self.client.download_feature(feature, file)
            with Bundle(file) as bundle:
                tell.step(f"Downloaded the ZIP: {size:,} bytes")
                for path, length in bundle.listing():
                    tell.plain(f"{length:>9,}  {path}")
                count = bundle.check()
                tell.line(f"{count} files match their SHA-256 in specwright.json; label: {bundle.label}")
                for line in bundle.trace():
                    tell.line(line)
                folder = bundle.unpack(self.options.output)
        tell.step(f"Unpacked to {folder}")
        command = bundle.test_command(folder)
        if not command:
            tell.line("nobody has run this code yet; its README.md says how")
        else:
            tell.line("nobody has run this code yet. To run its tests:")
            tell.plain(f"cd {folder} && {' '.join(command)}")
        if self.options.run_tests:
            self.run_tests(folder, command)

    def run_tests(self, folder: pathlib.Path, command: list | None) -> None:
        if not command:
            raise Failed("The project has no tests that Python's unittest finds.")
        self.tell.step("Running the project's own tests")
        result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
        self.tell.quote("tests", (result.stdout + result.stderr).strip()[-2000:])
        if result.returncode != 0:
            raise Failed(f"The project's tests fail: {' '.join(command)} ended with {result.returncode}.")


if __name__ == "__main__":
    sys.exit(main())
