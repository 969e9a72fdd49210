"""Offer deadlines, how many to ask at once, and what follows silence, a decline or a round in vain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from dispatch.model.lifecycle import RequestState
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.solver.problem import TurnedAway

NEAREST_FIRST = "nearest-first"
"""Recorded with waves chosen without foresight, because the exact solver gave no answer; else the policy's name is."""


class Next(NamedTuple):
    """Where a request goes from here.

    Args:
        reason: Recorded with the request.
        check_at: When it is looked at again.
    """

    state: RequestState
    reason: str
    check_at: datetime


def how_many_at_once(open_slots: int) -> int:
    """Return how many people the matcher chooses for a request: one for each open slot; a policy may ask more."""
    return open_slots


def deadline(now: datetime, urgency: Urgency, rules: Rules, *, on_paper: bool = False) -> datetime:
    """Return until when an offer made now stands.

    Args:
        on_paper: It goes by the printed phone list, which must be rung through and keyed back first.
    """
    minutes = rules.paper_minutes if on_paper else rules.offer_minutes
    return now + timedelta(minutes=minutes[urgency])


def next_check(now: datetime, rules: Rules) -> datetime:
    """Return when an open request is to be looked at again if nothing happens before."""
    return now + timedelta(minutes=rules.check_minutes)


def after_silence(now: datetime) -> Next:
    """Say what follows when nobody who was asked answered in time: the next person is asked, at once."""
    return Next(RequestState.TRIAGED, "no-answer", now)


def after_decline(now: datetime) -> Next:
    """Say what follows when the last who was asked declined: the next person is asked, at once."""
    return Next(RequestState.TRIAGED, "declined", now)


def after_left_out(why: Iterable[TurnedAway], now: datetime, rules: Rules) -> Next:
    """Say what follows when a round found nobody: it waits where time can help, else it needs a person."""
    if is_hopeless(why):
        return Next(RequestState.NEEDS_PERSON, "nobody-left", next_check(now, rules))
    return Next(RequestState.TRIAGED, "left-out", next_check(now, rules))


def is_hopeless(why: Iterable[TurnedAway]) -> bool:
    """Say whether waiting helps nothing: whoever could go was asked, and nobody comes free within a day."""
    return not any(one.may_return for one in why)
