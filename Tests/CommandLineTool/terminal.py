"""Runs a program at a terminal of its own, and types.

Usage: terminal.py STEPS PROGRAM [WORD...]

STEPS is a JSON list of [text to wait for, text to type]; a text to type may name a control character as "^C" or "^D".
Prints JSON: the exit status, the screen as the program wrote it, and for each step whether the terminal echoed what was
typed, as it was set at that moment.
"""

import json
import os
import pty
import select
import sys
import termios
import time

LIMIT = 60


def main() -> None:
    steps = json.loads(sys.argv[1])
    program = sys.argv[2:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(program[0], program)
    deadline = time.monotonic() + LIMIT
    screen, seen, echoes, first = "", 0, [], None
    began = time.monotonic()
    while time.monotonic() < deadline:
        if steps:
            wanted, typed = steps[0]
            place = screen.find(wanted, seen)
            if place >= 0:
                seen = place + len(wanted)
                # The program sets the terminal before it asks.
                echoes.append(bool(termios.tcgetattr(terminal)[3] & termios.ECHO))
                keys = {"^C": "\x03", "^D": "\x04"}.get(typed, typed)
                os.write(terminal, keys.encode())
                steps.pop(0)
                continue
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # The program has closed its side.
            break
        if not data:
            break
        if first is None:
            first = time.monotonic() - began
        screen += data.decode("utf-8", "replace")
    else:
        os.kill(pid, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(json.dumps({"status": status, "screen": screen, "echoes": echoes, "left": len(steps), "first": first}))


main()
