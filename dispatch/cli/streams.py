"""What a command reads and prints through: streams that are closed, full, or lack a character."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

import click

from dispatch.i18n import Sentence

_WHY: Final = {
    errno.ENOSPC: Sentence("the disk is full"),
    errno.EDQUOT: Sentence("the disk is full"),
    errno.EFBIG: Sentence("the disk is full"),
    errno.EBADF: Sentence("there is nowhere to write it"),
}


def make_ready() -> None:
    """Put something in the place of each stream that is closed, and let none fail over a character it lacks.

    What is said aside goes nowhere where stderr is closed; an answer fails where stdout is, as on a full disk.
    """
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  open until the process ends
    if sys.stdout is None:
        # Open for reading, so that whatever is written fails.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")  # a console of GBK shows the code of what it lacks


def aside(text: str) -> None:
    """Print a line on stderr. Where that takes none nothing is stopped: what is done goes before what is said of it."""
    try:
        click.echo(text, err=True)
    except BrokenPipeError:
        raise
    except OSError:
        silence(sys.stderr)


def is_broken(stream: TextIO) -> bool:
    """Return whether a stream holds something that it cannot get rid of."""
    try:
        stream.flush()
    except OSError:
        return True
    return False


def silence(stream: TextIO) -> None:
    """Send what a broken stream still holds nowhere; Python would complain of it again when it ends."""
    with suppress(OSError, ValueError):  # a stream that is no file has nothing to be sent elsewhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def why(fault: OSError) -> Sentence | str:
    """Return why something could not be printed."""
    return _WHY.get(fault.errno or 0, fault.strerror or type(fault).__name__)
