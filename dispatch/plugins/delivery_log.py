"""A listener that keeps a line for each attempt to send, where ``DISPATCH_DELIVERY_LOG`` names a file for it."""

from __future__ import annotations

import json
import os
from threading import Lock
from typing import Final

from dispatch.clock import WallClock, rfc3339
from dispatch.model.message import Message, Receipt
from dispatch.plugins.hookspecs import hookimpl

VARIABLE: Final = "DISPATCH_DELIVERY_LOG"

_lock = Lock()


@hookimpl
def dispatch_delivered(message: Message, receipt: Receipt) -> None:
    """Append one JSON line: which message, for which request, how it ended. Nothing private is in it."""
    path = os.environ.get(VARIABLE)
    if not path:
        return
    line = {
        "at": rfc3339(WallClock().moment()),
        "key": message.key,
        "kind": message.kind.value,
        "request": message.number,
        "outcome": receipt.outcome.value,
        "note": receipt.note,
        "reference": receipt.reference,
    }
    text = json.dumps(line, ensure_ascii=False) + "\n"
    with _lock, os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640), "a", encoding="utf-8") as file:
        file.write(text)
