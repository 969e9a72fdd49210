"""Everything a plugin may do, and when it is asked.

Two families, told apart by grammar: a plural noun asks what a plugin offers,
a past participle tells it what has happened.
"""

from __future__ import annotations

from collections.abc import Mapping

import pluggy

from dispatch.model.message import Message, Receipt
from dispatch.plugins.channel import OpenChannel

NAMESPACE = "dispatch"

hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


@hookspec
def dispatch_channels() -> Mapping[str, OpenChannel]:  # type: ignore[empty-body]  # a specification is never run
    """Offer ways to send a message.

    Asked once, when a command that sends starts, before anything is sent.
    Only channels that have a section in ``dispatch.toml`` or are named in
    ``rules.channels`` or ``rules.resident_channels`` are then opened, so
    offering one costs nothing.

    Returns:
        A name for each channel (lower case, digits, hyphens) and how to open it. Two
        plugins offering one name stop the program with an error that names
        both; nothing is overridden by accident.
    """


@hookspec
def dispatch_delivered(message: Message, receipt: Receipt) -> None:
    """Hear that an attempt to send has ended, well or badly.

    Called after the receipt has been committed, in the delivery worker.
    Exceptions are logged and otherwise ignored: a listener cannot undo a delivery.

    Args:
        message: What was sent, including the person's address: treat it as private.
        receipt: How it ended.
    """
