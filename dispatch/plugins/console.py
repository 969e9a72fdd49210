"""A channel that shows messages on the screen."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from threading import Lock
from typing import ClassVar, TextIO

from dispatch.i18n import sentence
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, checked
from dispatch.plugins.hookspecs import hookimpl

_KEYS_REMEMBERED = 10_000


class Console:
    """Writes each message to the standard error stream, where it disturbs no data."""

    capabilities = Capabilities(needs_phone=False, reaches_real_people=False, disturbs=False)
    fields: ClassVar[tuple[Field, ...]] = ()

    def __init__(self, options: Options, stream: TextIO | None = None) -> None:
        """Open.

        Args:
            options: There are none.
            stream: Where to write instead of the standard error stream of the moment.
        """
        checked("console", options, self.fields)
        self._stream = stream
        self._shown: dict[str, None] = {}
        self._lock = Lock()

    def send(self, message: Message) -> Receipt:
        """Show the message, once per key; characters that the screen does not know are written as escapes."""
        stream = self._stream or sys.stderr
        with self._lock:
            if message.key in self._shown:
                return Receipt(outcome=Outcome.SENT, note=sentence("on the screen").id)
            try:
                stream.write(_writable(_line(message), stream))
                stream.flush()
            except (OSError, ValueError, AttributeError):
                # Closed, a broken pipe, or (pythonw) no screen at all.
                return Receipt(outcome=Outcome.TRY_LATER, note=sentence("there is no screen to write on").id)
            self._shown[message.key] = None
            if len(self._shown) > _KEYS_REMEMBERED:
                del self._shown[next(iter(self._shown))]
        return Receipt(outcome=Outcome.SENT, note=sentence("on the screen").id)


def _line(message: Message) -> str:
    return f"{message.to}: {message.text}\n" if message.to else f"{message.text}\n"


def _writable(text: str, stream: TextIO) -> str:
    # Control characters could steer the terminal; a GBK screen has no emoji.
    tame = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in ("Cc", "Cs") and each != "\n" else each
        for each in text
    )
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return tame.encode(encoding, "backslashreplace").decode(encoding)


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer the screen."""
    return {"console": Console}
