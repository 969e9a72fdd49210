"""Waiting: deadlines, and what follows silence, a decline or a round in vain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.model.lifecycle import NEXT_REQUEST, RequestState
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.policy.waiting import (
    after_decline,
    after_left_out,
    after_silence,
    deadline,
    how_many_at_once,
    is_hopeless,
    next_check,
)
from dispatch.solver.problem import TurnedAway

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.parametrize("urgency", Urgency)
def test_an_offer_stands_as_long_as_its_class_says(urgency: Urgency) -> None:
    """Each class has its own minutes, and a community may choose others."""
    own = Rules(offer_minutes={Urgency.URGENT: 1, Urgency.NORMAL: 2, Urgency.LOW: 3})

    assert deadline(NOW, urgency, Rules()) == NOW + timedelta(minutes=Rules().offer_minutes[urgency])
    assert deadline(NOW, urgency, own) == NOW + timedelta(minutes=own.offer_minutes[urgency])


def test_urgent_offers_wait_least() -> None:
    """By default nobody who asks for something urgent waits for as long as others do."""
    urgent, normal, low = (deadline(NOW, one, Rules()) for one in Urgency)

    assert NOW < urgent < normal < low


@pytest.mark.parametrize("open_slots", [1, 2, 5])
def test_one_person_is_asked_for_each_open_slot(open_slots: int) -> None:
    """One at a time, then the next: no more are asked than could be taken."""
    assert how_many_at_once(open_slots) == open_slots


def test_silence_and_a_decline_are_followed_by_the_next_person_at_once() -> None:
    """The request waits to be matched again, and is looked at now rather than later."""
    assert after_silence(NOW) == (RequestState.TRIAGED, "no-answer", NOW)
    assert after_decline(NOW) == (RequestState.TRIAGED, "declined", NOW)


def test_a_request_needs_a_person_once_nobody_is_left() -> None:
    """Where waiting helps nothing a person looks; where it may, the next check does."""
    rules = Rules(check_minutes=7)
    hopeless = (TurnedAway("skill", 61), TurnedAway("asked-before", 3))
    waiting = (*hopeless, TurnedAway("rest", 8, 2))
    in_seven = NOW + timedelta(minutes=7)

    assert next_check(NOW, rules) == in_seven
    assert after_left_out(hopeless, NOW, rules) == (RequestState.NEEDS_PERSON, "nobody-left", in_seven)
    assert after_left_out(waiting, NOW, rules) == (RequestState.TRIAGED, "left-out", in_seven)


@pytest.mark.parametrize("state", [after_silence(NOW).state, after_decline(NOW).state])
def test_what_follows_is_allowed_by_the_table(state: RequestState) -> None:
    """A request that is being asked for may go where silence and a decline send it, and on to a person."""
    assert state in NEXT_REQUEST[RequestState.ASKING]
    assert RequestState.NEEDS_PERSON in NEXT_REQUEST[state]


def test_hope_is_somebody_whom_time_brings_back() -> None:
    """A need with nobody at all is hopeless; one whose people are needed elsewhere is not."""
    assert is_hopeless(())
    assert is_hopeless([TurnedAway("rest", 4), TurnedAway("too-few", 1)])
    assert not is_hopeless([TurnedAway("elsewhere", 1, 1)])
