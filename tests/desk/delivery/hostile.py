"""Plugins as bad as they come, installed beside a healthy one as a package manager would; used by tests and a benchmark."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent, indent

HEAD = """
import ctypes, os, re, signal, subprocess, sys, threading, time
from pathlib import Path
from dispatch.plugins import Capabilities, Outcome, Receipt, hookimpl

SENT = Receipt(outcome=Outcome.SENT)
HERE = Path(__file__).parent
{at_import}

class Channel:
    capabilities = Capabilities(reaches_real_people=False, disturbs=False)

    def __init__(self, options):
        self.children = 0

    def arrive(self, message):
        with (HERE / "{name}.arrived").open("a") as file:
            file.write(message.key + "\\n")

    def send(self, message):
{send}

@hookimpl
def dispatch_channels():
    return {{"{name}": Channel}}
"""

AT_IMPORT = {
    "raises-at-import": "raise RuntimeError('no')",
    "exits-at-import": "raise SystemExit(3)",
    "dies-at-import": "os._exit(0)",
    "hangs-at-import": "time.sleep(600)",
    "misspells-its-hook": "@hookimpl\ndef dispatch_chanels(): return {}",
}
IN_SEND = {
    "raises": "raise ValueError(message.to)",
    "dies": "os._exit(0)",
    "crashes": "ctypes.string_at(0)",
    "sleeps": "time.sleep(600)",
    "ignores-sigterm": "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
    "holds-the-lock": "re.match(r'(a+)+$', 'a' * 60 + 'b')",
    "eats-memory": "self.eaten = bytearray(1 << 33)",
    "floods": "for _ in range(300): os.write(1, b'x' * 65536); os.write(2, b'x' * 65536)\nreturn SENT",
    "forks": (
        "if self.children < 3:\n"
        "    self.children += 1\n"
        "    if os.fork() == 0: time.sleep(600)\n"
        "    subprocess.Popen(['sleep', '600'])\n"
        "return SENT"
    ),
    "clears-the-environment": "os.environ.clear()\nreturn SENT",
    "turns-the-clock": "time.time = time.monotonic = time.perf_counter = lambda: 0.0\nreturn SENT",
    "gives-nothing": "return None",
    "gives-text": "return 'sent'",
    "gives-a-table": "return {'outcome': 'sent'}",
    "gives-another-class": "return type('Receipt', (), {'outcome': Outcome.SENT, 'note': '', 'reference': ''})()",
    "gives-a-long-note": "return Receipt(outcome=Outcome.SENT, note='n' * 10_000_000)",
    "lies": "return SENT",
    "sends-twice": "self.arrive(message); self.arrive(message)\nreturn SENT",
    "answers-late": "time.sleep(2)\nreturn SENT",
    "interrupts": "raise KeyboardInterrupt",
    "closes-everything": "os.closerange(0, 4096)\nreturn SENT",
    "recurses": "return self.send(message)",
    "looks-around": (
        "(HERE / 'seen').write_text(repr([dict(os.environ), sys.argv]))\nprint(message.to, message.text)\nreturn SENT"
    ),
    "opens-threads": "while True: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
}
HEALTHY = "healthy"
QUICK = {"deadline_seconds": 1, "memory_mb": 300}
"""Options of each that is bad, so that a test is not long."""


def install(folder: Path, names: tuple[str, ...] = (*AT_IMPORT, *IN_SEND, HEALTHY)) -> None:
    """Write the plugins of these names into a folder that stands on the path."""
    for name in names:
        module = f"hostile_{name}".replace("-", "_")
        send = IN_SEND.get(name, "self.arrive(message)\nreturn SENT")
        source = HEAD.format(name=name, at_import=AT_IMPORT.get(name, ""), send=indent(dedent(send), " " * 8))
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
        about = folder / f"{module}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
        (about / "entry_points.txt").write_text(f"[sandan]\n{name} = {module}\n", encoding="utf-8")


def arrived(folder: Path, name: str) -> list[str]:
    """Return the keys of the messages that arrived by a channel, as often as they did."""
    file = folder / f"{name}.arrived"
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def processes_with(mark: str) -> list[int]:
    """Return the running processes that were begun with a mark in their environment, but for this one and pytest's.

    A plugin's process keeps the variable of the temporary folder, and so does whatever it begins.
    """
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            around, command = (one / "environ").read_bytes(), (one / "cmdline").read_bytes()
            state = (one / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            continue
        is_ours = mark.encode() in around and b"resource_tracker" not in command
        if is_ours and state not in ("Z", "X"):
            found.append(int(one.name))
    return found


if sys.platform == "win32":
    raise ImportError("hostile plugins use what Windows lacks")
