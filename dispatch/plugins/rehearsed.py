"""The fake twin that stands in, on a rehearsal, for a channel that reaches real people."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from dispatch.i18n import sentence
from dispatch.model.message import Capabilities, Message, Outcome, Receipt

_MESSAGES_REMEMBERED = 1_000


class Rehearsed:
    """Takes every message, remembers it, and sends nothing."""

    def __init__(self, twin_of: Capabilities) -> None:
        """Stand in for a channel that can do *twin_of*; the twin can do the same, but reaches nobody."""
        self.capabilities = replace(twin_of, reaches_real_people=False)
        self.messages: deque[Message] = deque(maxlen=_MESSAGES_REMEMBERED)

    def send(self, message: Message) -> Receipt:
        """Remember the message; the newest thousand are kept."""
        self.messages.append(message)
        return Receipt(outcome=Outcome.SENT, note=sentence("rehearsed, not sent").id)
