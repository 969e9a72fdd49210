"""Match now, or wait for more: what is urgent goes now, the rest may wait to be matched together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dispatch.model.rules import Rules
from dispatch.model.service import Urgency

OF_THE_TIME: Final = 20
"""No more than one twentieth of the time there is goes by waiting for others."""


def waits_for_others(
    received_at: datetime, window: tuple[datetime, datetime] | None, urgency: Urgency, now: datetime, rules: Rules
) -> bool:
    """Return whether a request may still wait to be matched together with others.

    Args:
        window: In which the work may begin, if one was agreed.
    """
    if urgency is Urgency.URGENT or not rules.batch_minutes:
        return False
    there_is = due_at(received_at, window, urgency, rules) - received_at
    return now < received_at + min(timedelta(minutes=rules.batch_minutes), there_is / OF_THE_TIME)


def due_at(
    received_at: datetime, window: tuple[datetime, datetime] | None, urgency: Urgency, rules: Rules
) -> datetime:
    """Return until when somebody must be there: the window's end, else as the community promises for the class."""
    return window[1] if window is not None else received_at + timedelta(minutes=rules.promise_minutes[urgency])
