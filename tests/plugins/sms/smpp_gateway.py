"""The npm ``smpp`` server in a process of its own, told what to do and asked what it saw."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from dispatch.clock import stopwatch


class Gateway:
    """The server in a process of its own."""

    def __init__(self, folder: Path, *certificate: Path) -> None:
        """Start it; with the files of a key and a certificate it speaks TLS."""
        self.process = subprocess.Popen(
            ["node", "smpp_server.js", *map(str, certificate)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.seen: list[dict[str, Any]] = []
        self._asked = 0
        self._events: Queue[dict[str, Any]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.port: int = self.next("listening")["port"]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = json.loads(line)
            self.seen.append(event)
            self._events.put(event)

    def do(self, what: str, **said: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": what, **said}) + "\n")
        self.process.stdin.flush()

    def plan(self, *answers: dict[str, Any]) -> None:
        self.do("plan", answers=answers)
        self.next("planned")

    def next(self, event: str, seconds: float = 20) -> dict[str, Any]:
        """Return the next event of a kind, leaving out what comes before it."""
        end_by = stopwatch() + seconds
        while True:
            try:
                found = self._events.get(timeout=max(0.01, end_by - stopwatch()))
            except Empty:
                raise AssertionError(f"no {event}; seen: {self.seen}") from None
            if found["event"] == event:
                return found

    def all(self, event: str) -> list[dict[str, Any]]:
        """Return every event of a kind up to now; what the server has seen may still be on its way to us."""
        self._asked += 1
        self.do("sync", n=self._asked)
        end_by = stopwatch() + 20
        while {"event": "synced", "n": self._asked} not in self.seen:
            assert stopwatch() < end_by
            threading.Event().wait(0.002)
        return [one for one in self.seen if one["event"] == event]

    @property
    def submitted(self) -> list[dict[str, Any]]:
        return self.all("submit")

    def has_shown(self, expected: str) -> str:
        """Return what a handset shows of the parts of the last message."""
        parts = self.submitted
        heads = [one["header"][0] for one in parts]
        assert len({head[:-2] for head in heads}) == 1, "parts of one text share the header"
        assert [int(head[-2:], 16) for head in heads] == list(range(1, len(parts) + 1)), expected
        assert all(int(head[-4:-2], 16) == len(parts) for head in heads)
        return "".join(one["text"] for one in parts)

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()
