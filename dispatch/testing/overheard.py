"""Hear everything that is logged, printed or raised while a plugin works, and look for what must not be in it."""

from __future__ import annotations

import io
import json
import logging
import sys
import traceback
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout

from dispatch.i18n import Sentence, sentence
from dispatch.testing.promises import expect


class Overheard(logging.Handler):
    """What was said while it listened, by where it was said."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        super().__init__(logging.NOTSET)
        self.logged: list[str] = []
        self.printed: list[str] = []
        self.given: list[str] = []
        """Receipts and answers as JSON, and whatever was raised."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line of the log, with its traceback; a record that cannot be put together is kept in pieces."""
        try:
            said = record.getMessage()
        except (TypeError, ValueError):
            said = f"{record.msg!r} {record.args!r}"
        if record.exc_info:
            said += "".join(traceback.format_exception(*record.exc_info))
        self.logged.append(said)

    def note(self, given: object) -> None:
        """Keep what a plugin gave back or raised."""
        if isinstance(given, BaseException):
            self.given.append("".join(traceback.format_exception(given)))
        else:
            self.given.append(json.dumps(given, ensure_ascii=False, default=repr))

    def nowhere(self, secrets: Collection[str]) -> None:
        """Go on where none of the secrets was said anywhere.

        Raises:
            PromiseBroken: One was; says where, and not which.
        """
        for place, said in (
            (sentence("the log"), self.logged),
            (sentence("what it prints"), self.printed),
            (sentence("a receipt, an answer or an error"), self.given),
        ):
            expect(not _is_in(secrets, said), sentence("one of its secrets stands in {place}", place=place))

    def not_logged(self, private: Collection[str]) -> None:
        """Go on where nothing private was logged.

        Raises:
            PromiseBroken: An address or a text was.
        """
        told: Sentence = sentence("an address or a text stands in the log, and both are private")
        expect(not _is_in(private, self.logged), told)


def _is_in(sought: Collection[str], said: Sequence[str]) -> bool:
    return any(one in line for one in sought if one.strip() for line in said)


@contextmanager
def overhear(heard: Overheard, *, screen: bool = True) -> Iterator[Overheard]:
    """Listen to the log at its most talkative and, unless told otherwise, to the screen, which stays empty."""
    root = logging.getLogger()
    before = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    out = io.StringIO()
    try:
        if screen:
            with redirect_stdout(out), redirect_stderr(out):
                yield heard
        else:
            yield heard
    finally:
        root.setLevel(before)
        root.removeHandler(heard)
        sys.stderr.flush()
        heard.printed.append(out.getvalue())
