"""What a command reads and prints through: streams that are closed, full, or lack a character."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TextIO

from dispatch.i18n import Sentence

_WHY: Final = {
    errno.ENOSPC: Sentence("the disk is full"),
    errno.EDQUOT: Sentence("the disk is full"),
    errno.EFBIG: Sentence("the disk is full"),
    errno.EBADF: Sentence("there is nowhere to write it"),
}


class AnswerLost(Exception):
    """What stands on stdout could not be written, and its reader has not simply gone; no OSError, as ``ReaderGone``."""

    def __init__(self, fault: OSError) -> None:
        super().__init__(str(fault))
        self.why = _WHY.get(fault.errno or 0, fault.strerror or type(fault).__name__)


class _Watched(io.TextIOWrapper):
    """Another way into a stream, which knows what to do where it takes no more."""

    def write(self, text: str, /) -> int:
        """Write, or say what came of it."""
        try:
            return super().write(text)
        except BrokenPipeError:
            raise
        except OSError as fault:
            self.failed(fault)
            return len(text)

    def flush(self) -> None:
        """Write what is still held back, or say what came of it."""
        try:
            super().flush()
        except BrokenPipeError:
            raise
        except OSError as fault:
            self.failed(fault)

    def failed(self, fault: OSError) -> None:
        """Let the command end: without its answer it is no use."""
        raise AnswerLost(fault) from fault


class _Aside(_Watched):
    def failed(self, fault: OSError) -> None:
        """Go on in silence: what is done goes before what is said of it."""
        silence(self)


@contextmanager
def watched() -> Iterator[None]:
    """Watch stdout and stderr, put something in the place of what is closed, and let neither fail over a character."""
    before = sys.stdout, sys.stderr
    if isinstance(sys.stdout, _Watched):  # a command within a command
        yield
        return
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  open until the process ends
    # For an answer a file that is open for reading only, so that whatever is written there fails.
    out = sys.stdout or os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    err = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stdout, sys.stderr = _beside(_Watched, out), _beside(_Aside, err)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, _Watched):
                with suppress(OSError, AnswerLost):
                    stream.detach()
        sys.stdout, sys.stderr = (stream or there for stream, there in zip(before, (out, err), strict=True))


def silence(stream: TextIO) -> None:
    """Send what a broken stream still holds nowhere; Python would complain of it again when it ends."""
    with suppress(OSError, ValueError):  # a stream that is no file has nothing to be sent elsewhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _beside(kind: type[_Watched], stream: Any) -> TextIO:
    if not hasattr(stream, "buffer"):  # a window of an editor, or text kept in memory
        return stream  # type: ignore[no-any-return]
    return kind(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",  # a console of GBK shows the code of what it lacks
        line_buffering=getattr(stream, "line_buffering", False),
    )
