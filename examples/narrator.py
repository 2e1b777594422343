"""How the demo speaks to people: plain lines, and colour where a terminal shows it (https://no-color.org)."""

import os
import shutil
import sys
import textwrap
import time
from datetime import datetime

CYAN, GREEN, YELLOW, RED, GREY, BOLD = "36", "32", "33", "31", "90", "1"


class Narrator:
    def __init__(self, out=sys.stdout):
        self.out = out
        self.coloured = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.width = min(shutil.get_terminal_size((110, 24)).columns, 120)
        self.started = time.monotonic()

    def paint(self, text: str, *codes: str) -> str:
        return f"\033[{';'.join(codes)}m{text}\033[0m" if self.coloured else text

    def write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()

    def step(self, text: str) -> None:
        clock = self.paint(f"{time.monotonic() - self.started:6.1f} s", GREY)
        self.write(f"\n{clock}  {self.paint(text, BOLD)}\n")

    def line(self, text: str) -> None:
        self.wrapped(text, " " * 10, " " * 10)

    def item(self, text: str) -> None:
        self.wrapped(text, " " * 10 + "- ", " " * 12)

    def plain(self, text: str) -> None:
        self.write(f"{'':10}{safe(text)}\n")

    def wrapped(self, text: str, first: str, further: str) -> None:
        lines = textwrap.wrap(
            safe(text), self.width, initial_indent=first, subsequent_indent=further, break_long_words=False,
            break_on_hyphens=False, drop_whitespace=True)
        self.write("\n".join(lines) + "\n")

    def quote(self, speaker: str, text: str, limit: int = 40) -> None:
        lines = safe(text).strip().splitlines()
        for line in lines[:limit]:
            self.write(f"{self.paint(f'{speaker:>9}', CYAN)} {line}\n")
        if len(lines) > limit:
            self.write(f"{'':9} {self.paint(f'… {len(lines) - limit} more lines', GREY)}\n")

    def verdict(self, text: str, verdict: str) -> None:
        self.write(f"{'':10}{self.paint(text, GREEN if verdict in ('APPROVE', 'PASS') else YELLOW)}\n")

    def run(self, run: dict) -> None:
        seconds = moment(run["finished_at"]) - moment(run["started_at"])
        colour = [] if run["status"] == "succeeded" else [YELLOW]
        agent = run["agent"].replace("_", " ")
        note = "" if run["status"] == "succeeded" else f" ({run['status']}: {run['error']})"
        price = cost(run["cost_microdollars"], run["development_model"])
        text = f"{agent:<16} {run['model']}  {seconds:.1f} s  {amount(run['tokens'])}  {price}{note}"
        self.write(f"{'':10}{self.paint(safe(text), *colour) if colour else safe(text)}\n")

    def failure(self, text: str) -> None:
        # Standard output may be a pipe nobody reads to the end; what went wrong goes where errors go.
        self.out.flush()
        sys.stderr.write(f"\n{self.paint('error:', RED)} {safe(text)}\n")

    def speech(self, speaker: str) -> "Speech":
        return Speech(self, speaker)


class Speech:
    """Somebody's words, written as they come, with lines broken between words."""

    MARGIN = " " * 10

    def __init__(self, narrator: Narrator, speaker: str):
        self.narrator = narrator
        self.speaker = speaker
        self.text = ""
        # The beginning of a word whose end has yet to come, and how far the line has got.
        self.word = ""
        self.column = len(self.MARGIN)

    def __enter__(self):
        self.narrator.write(f"{self.narrator.paint(f'{self.speaker:>9}', CYAN)} ")
        return self

    def add(self, text: str) -> None:
        self.text += text
        for character in safe(text):
            if character in " \n":
                self._end_word()
                if character == "\n":
                    self._break()
                elif len(self.MARGIN) < self.column < self.narrator.width:
                    self.narrator.write(" ")
                    self.column += 1
            else:
                self.word += character

    def restart(self) -> None:
        self.text = self.word = ""
        self._break()
        self.narrator.write("(starts over)")
        self._break()

    def finish(self, whole: str) -> None:
        """Adds what the pieces had not said yet: after a reconnect there may be none left."""
        if not whole.startswith(self.text):
            self.restart()
        self.add(whole[len(self.text):])

    def __exit__(self, *_):
        self._end_word()
        self.narrator.write("\n")

    def _end_word(self) -> None:
        if self.column + len(self.word) > self.narrator.width and self.column > len(self.MARGIN):
            self._break()
        self.narrator.write(self.word)
        self.column += len(self.word)
        self.word = ""

    def _break(self) -> None:
        self.narrator.write("\n" + self.MARGIN)
        self.column = len(self.MARGIN)


def amount(tokens: dict) -> str:
    read = tokens["input"] + tokens["cache_read"] + tokens["cache_write"]
    return f"{read:,} tokens in, {tokens['output']:,} out"


def cost(microdollars: int, is_notional: bool) -> str:
    return f"${microdollars / 1_000_000:.4f}{' notional' if is_notional else ''}"


def moment(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def safe(text: str) -> str:
    """Without control characters: a model's words must not command the reader's terminal."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable())
