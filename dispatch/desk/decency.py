"""What people may be asked for, and when: the rules that the matcher keeps, in plain words for everybody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.emergencies import is_emergency
from dispatch.model.quiet import DAY_MINUTES, Quiet, parse_quiet, quiet_until
from dispatch.model.request import Private, Request
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.store import community as towns
from dispatch.store import people, private
from dispatch.store.engine import Transaction

_MOST_STRETCHES: Final = 1000
"""Stretches of quiet that one offer's time may run across: a month's, many a day."""


def may_depend_a_life(urgency: Urgency, words: str) -> bool:
    """Return whether a life may depend on a request, so that people are woken for it.

    It does where it is urgent and its typed words are an emergency's. Such a request is in a person's hands first
    (``is_emergency``), so that whoever wakes somebody has decided that it is worth it.
    """
    return urgency is Urgency.URGENT and is_emergency(words)


def quiet_for(own: tuple[Quiet, ...], rules: Rules) -> tuple[Quiet, ...]:
    """Return when somebody is not asked: in the community's quiet hours and in their own."""
    return (*parse_quiet(rules.quiet_hours), *own)


def month_begins(now: datetime, zone: str) -> datetime:
    """Return when this calendar month began on the community's wall."""
    here = on_the_wall(now, zone)
    first = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first.astimezone(now.tzinfo)


def answer_by(
    now: datetime, deadline: datetime, zone: str, community: tuple[Quiet, ...], own: tuple[Quiet, ...] = ()
) -> datetime:
    """Return until when an offer made now stands, so that it does not run out while nobody is to be disturbed.

    In the community's quiet hours its time stands still, for nobody else can be asked then either. Before
    somebody's own quiet hours it ends, so that others can be asked.

    Args:
        deadline: Until when it would stand if it were never quiet.
        community: The community's quiet hours.
        own: The quiet hours of whoever is asked.
    """
    begins = _next(own, now, zone)
    moment, left = now, deadline - now
    for _ in range(_MOST_STRETCHES):
        moment = quiet_until(community, moment, zone) or moment
        quiet = _next(community, moment, zone)
        if quiet is None or moment + left <= quiet:
            moment += left
            break
        left -= quiet - moment
        moment = quiet
    return moment if begins is None else min(moment, begins)


def _next(quiet: tuple[Quiet, ...], now: datetime, zone: str) -> datetime | None:
    """Return when the next stretch begins; none where there is none, or one holds."""
    if not quiet or quiet_until(quiet, now, zone) is not None:
        return None
    here = on_the_wall(now, zone)
    minute = here.hour * 60 + here.minute
    ahead = min((one.from_minute - minute) % DAY_MINUTES for one in quiet)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=ahead)


class AnswerTimes:
    """Until when offers stand, for whoever is asked for what."""

    def __init__(self, tx: Transaction, rules: Rules, asked: Iterable[Request], responder_ids: Iterable[str]) -> None:
        self._now, self._rules = tx.now, rules
        self._zone = towns.community_of(tx.connection, tx.community).zone
        self._quiet = people.quiet_of(tx.connection, responder_ids)
        urgent = [one for one in asked if one.urgency is Urgency.URGENT]
        kept = private.look_up(tx.connection, [one.person_id for one in urgent])
        self._wakes = {
            one.id
            for one in urgent
            if may_depend_a_life(one.urgency, kept.get(one.person_id, Private()).notes)
        }

    def answer_by(self, deadline: datetime, request: Request, responder_id: str) -> datetime:
        """Return until when an offer of a request stands that is made now; see ``answer_by``."""
        if request.id in self._wakes:
            return deadline
        community = parse_quiet(self._rules.quiet_hours)
        return answer_by(self._now, deadline, self._zone, community, self._quiet.get(responder_id, ()))
