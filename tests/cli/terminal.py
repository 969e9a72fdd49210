"""A terminal for the command, with a test sitting at it."""

from __future__ import annotations

import codecs
import os
import pty
import select
import subprocess
import time
from collections.abc import Callable

Start = Callable[..., subprocess.Popen[bytes]]


class Terminal:
    """A terminal with somebody at it."""

    def __init__(self, start: Start, *arguments: str) -> None:
        self.ours, theirs = pty.openpty()
        self.process = start(*arguments, stdin=theirs, stdout=theirs, stderr=theirs, variables={"TERM": "dumb"})
        os.close(theirs)
        self.seen = ""
        # What has come may end in the middle of a character: its other bytes come with the next read.
        self._characters = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def wait_for(self, words: str) -> str:
        """Read until the words are on the screen."""
        until = time.monotonic() + 20
        while words not in self.seen:
            ready, _, _ = select.select([self.ours], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{words} did not come:\n{self.seen}"
            try:
                got = os.read(self.ours, 4096)
            except OSError:
                got = b""
            assert got, f"it ended before {words}:\n{self.seen}"
            self.seen += self._characters.decode(got)
        said, self.seen = self.seen.split(words, 1)
        return said + words

    def type(self, line: str) -> None:
        """Type a line and Enter."""
        os.write(self.ours, f"{line}\n".encode())

    def end(self) -> int:
        """Wait for the end and give the code."""
        try:
            while got := os.read(self.ours, 4096):
                self.seen += self._characters.decode(got)
        except OSError:
            pass
        os.close(self.ours)
        return self.process.wait(timeout=20)
