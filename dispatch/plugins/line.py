"""Calls to a process and its answers, over two pipes: whatever it does with its ends, nobody waits too long for it.

Whoever asks writes and reads by themselves. Between them and the process stands no thread, which would have to be given
a turn beside all others that are busy.
"""

from __future__ import annotations

import os
import selectors
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import BaseContext
from threading import Lock
from typing import Any, Final

from dispatch.clock import stopwatch

_LOOK_SECONDS: Final = 0.05
"""How often a call that takes long is looked after."""
_PIECE: Final = 65_536
_LONGEST: Final = 1_000_000
"""Characters of an answer that are read at most."""


class Gone(Exception):
    """The process is there no more, or has closed its end."""


class NotHeard(Gone):
    """It was gone before anything could be said to it."""


class TooLate(Exception):
    """There was no answer in time."""


class Nonsense(Exception):
    """What came is no answer to what was asked."""


class Line:
    """The desk's end: one call at a time, each with a number that its answer begins with."""

    def __init__(self, context: BaseContext) -> None:
        """Make the pipes; ``theirs`` are for the process, to be closed here once it has them."""
        make_pipe: Any = context.Pipe  # Windows has pipes of a kind of its own
        hears, self._asks = make_pipe(duplex=False)
        self._answers, says = make_pipe(duplex=False)
        self.theirs: tuple[Connection, Connection] = (hears, says)
        self._lock = Lock()
        self._number = 0
        if sys.platform != "win32":
            os.set_blocking(self._asks.fileno(), False)
            os.set_blocking(self._answers.fileno(), False)

    def ask(self, words: str, *, seconds: float, is_there: Callable[[], bool]) -> str:
        """Say something and return the answer.

        Args:
            words: Without line breaks.
            seconds: To wait at most, for other calls to end too.
            is_there: Whether the process runs; asked now and then.

        Raises:
            NotHeard: It did not run any more, so nothing was begun.
            Gone: It does not run, or has closed its end.
            TooLate: There was no answer in time.
            Nonsense: There was one to something else, or a longer one than anybody reads.
        """
        end_by = stopwatch() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise TooLate
        try:
            self._number += 1
            number = f"{self._number} "
            if not is_there():
                raise NotHeard
            self._write(f"{number}{words}\n".encode(), end_by, is_there)
            said = self._read(end_by, is_there).decode("utf-8", "replace")
        except OSError as fault:
            raise Gone from fault
        finally:
            self._lock.release()
        if not said.startswith(number):
            raise Nonsense
        return said.removeprefix(number)

    def close(self) -> None:
        """Close both ends, once the process has ended."""
        self.let_go()
        with self._lock:  # whoever still waits sees in a moment that it has, and must not read what is opened then
            self._asks.close()
            self._answers.close()

    def let_go(self) -> None:
        """Close the process's ends here."""
        for one in self.theirs:
            one.close()

    def _write(self, content: bytes, end_by: float, is_there: Callable[[], bool]) -> None:
        if sys.platform == "win32":
            self._asks.send_bytes(content)
            return
        while content:
            try:
                content = content[os.write(self._asks.fileno(), content) :]
            except BlockingIOError:
                self._wait_for_room(end_by, is_there)
            except BrokenPipeError:
                raise NotHeard from None  # nobody has the other end, so nobody has read a line of it

    def _wait_for_room(self, end_by: float, is_there: Callable[[], bool]) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(self._asks.fileno(), selectors.EVENT_WRITE)
            while not ready.select(_LOOK_SECONDS):
                _look(end_by, is_there)

    def _read(self, end_by: float, is_there: Callable[[], bool]) -> bytes:
        read = b""
        while not read.endswith(b"\n"):
            if not wait_for([self._answers], _LOOK_SECONDS):
                _look(end_by, is_there)
                continue
            try:
                piece = self._piece()
            except (EOFError, BlockingIOError):
                raise Gone from None
            read += piece
            if len(read) > _LONGEST or b"\n" in read[:-1]:
                raise Nonsense
            if stopwatch() > end_by:
                raise TooLate
        return read[:-1]

    def _piece(self) -> bytes:
        if sys.platform == "win32":
            return bytes(self._answers.recv_bytes(_LONGEST))
        piece = os.read(self._answers.fileno(), _PIECE)
        if not piece:
            raise EOFError
        return piece


def _look(end_by: float, is_there: Callable[[], bool]) -> None:
    if not is_there():
        raise Gone
    if stopwatch() > end_by:
        raise TooLate


class FarEnd:
    """The process's end."""

    def __init__(self, hears: Connection, says: Connection) -> None:
        """See the class."""
        self._hears, self._says = hears, says
        self._left = b""

    def hear(self) -> tuple[str, str]:
        """Return the number and the words of the next call.

        Raises:
            EOFError: The desk has closed its end.
        """
        while b"\n" not in self._left:
            piece = self._hears.recv_bytes() if sys.platform == "win32" else os.read(self._hears.fileno(), _PIECE)
            if not piece:
                raise EOFError
            self._left += piece
        call, _, self._left = self._left.partition(b"\n")
        number, _, words = call.decode().partition(" ")
        return number, words

    def say(self, number: str, words: str) -> None:
        """Answer a call; the words hold no line break."""
        content = f"{number} {words}\n".encode()
        if sys.platform == "win32":
            self._says.send_bytes(content)
            return
        while content:
            content = content[os.write(self._says.fileno(), content) :]
