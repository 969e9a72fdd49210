"""What people may be asked for: no round, no offer by hand and no answer goes further than they wish."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from dispatch.clock import StoppedClock
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import cancel, finish
from dispatch.desk.decency import answer_by
from dispatch.desk.delivery.outbox_out import deliver, put_on_the_list
from dispatch.desk.explaining import explain_request
from dispatch.desk.phone_list.phone_sheets import print_sheet
from dispatch.desk.replies import reply_on_behalf
from dispatch.desk.roster import Change, edit_responder
from dispatch.errors import Refused
from dispatch.i18n import say
from dispatch.model.lifecycle import RequestState
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.quiet import DAY_MINUTES, Quiet, parse_quiet
from dispatch.model.request import Private
from dispatch.model.responder import Skill
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.store.tables import delivery, offer, place
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

PLUMBER = (Skill("plumbing", 3),)
TEN_AT_NIGHT = NINE + timedelta(hours=13)
SEVEN_THIRTY = NINE + timedelta(hours=22, minutes=30)
NIGHT = Rules().quiet_hours


class Bell:
    """A channel that rings, and notes what it was handed."""

    capabilities = Capabilities(needs_phone=False, reaches_real_people=False)

    def __init__(self) -> None:
        self.rang: list[MessageKind] = []

    def send(self, message: Message) -> Receipt:
        """Take a message."""
        self.rang.append(message.kind)
        return Receipt(outcome=Outcome.SENT)

    def check(self) -> list[Any]:
        """Find nothing."""
        return []


def _ring(desk: Desk, bell: Bell) -> list[MessageKind]:
    bell.rang.clear()
    deliver(desk.street.database, desk.actor, desk.rules, {"bell": bell})  # type: ignore[dict-item]
    return bell.rang


def _by_bell(desk: Desk) -> None:
    desk.rules = Rules(channels=("bell",), resident_channels=("bell",))


def test_nobody_is_asked_in_quiet_hours(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """Not by a round and not by hand at ten at night; at half past seven they are."""
    street.responder("V1", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    clock.at = TEN_AT_NIGHT

    assert desk.round() == []
    with pytest.raises(Refused, match="V1 may be asked from 2026-11-24 07:30 on"):
        desk.do(offer_by_hand, 1, "V1")
    clock.at = SEVEN_THIRTY
    assert desk.round() == [(1, "V1")]


def test_quiet_hours_may_be_switched_off(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """A community that has none asks at any hour."""
    desk.rules = Rules(quiet_hours="")
    street.responder("V1", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    clock.at = TEN_AT_NIGHT

    assert desk.round() == [(1, "V1")]


def test_somebodys_own_quiet_hours_hold_beside_the_communitys(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """Not after eight for one; another is asked instead."""
    street.responder("V1", skills=PLUMBER, quiet=(Quiet(20 * 60, 480),))
    street.responder("V2", place="9", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    clock.at = NINE + timedelta(hours=11, minutes=5)

    assert desk.round() == [(1, "V2")]


@pytest.mark.parametrize(("urgency", "words", "asked"), [
    (Urgency.URGENT, "奶奶摔倒了，起不来", True),
    (Urgency.NORMAL, "奶奶摔倒了，起不来", False),
    (Urgency.URGENT, "下水道堵了", False),
])  # fmt: skip
def test_people_are_woken_only_where_a_life_may_depend_on_it(
    desk: Desk, street: Street, clock: StoppedClock, urgency: Urgency, words: str, asked: bool
) -> None:
    """Urgent, in words of an emergency; and what is sent for it does not wait either."""
    _by_bell(desk)
    street.responder("V1", skills=PLUMBER)
    street.request(
        state=RequestState.TRIAGED, urgency=urgency.value, person=Private(phone="+9991380005555", notes=words)
    )
    clock.at = TEN_AT_NIGHT

    assert desk.round() == ([(1, "V1")] if asked else [])
    assert _ring(desk, Bell()) == ([MessageKind.OFFER] if asked else [])


def test_who_says_yes_at_night_themselves_is_taken_at_their_word(
    desk: Desk, street: Street, clock: StoppedClock
) -> None:
    """They have rung or stand at the door: nobody is disturbed, and where to go is told at once."""
    _by_bell(desk)
    street.responder("V1", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    clock.at = TEN_AT_NIGHT
    desk.do(offer_by_hand, 1, "V1", accepted=True)

    assert desk.offers(1) == [("V1", "accepted")]
    assert MessageKind.DETAILS in _ring(desk, Bell())


def test_an_offer_made_before_the_night_does_not_run_out_in_it(
    desk: Desk, street: Street, clock: StoppedClock
) -> None:
    """Four hours on paper from eight in the evening: an hour and a half tonight, the rest tomorrow."""
    street.responder("V1", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    clock.at = NINE + timedelta(hours=11)
    desk.round()
    desk.do(put_on_the_list)

    until = desk.look(lambda tx: tx.connection.scalar(select(offer.c.deadline_at)))
    assert until == SEVEN_THIRTY + timedelta(hours=2, minutes=30)
    sheet = desk.street.database.write(lambda tx: print_sheet(tx, desk.actor, desk.rules, language="en"))
    assert [row.purpose for row in sheet.rows] == ["ask"]


def test_a_sheet_printed_at_night_says_when_to_ring(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """The call stands on it, for tomorrow; ringing now is the caller's own decision."""
    street.responder("V1", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    clock.at = NINE + timedelta(hours=11)
    desk.round()
    clock.at = TEN_AT_NIGHT
    desk.do(put_on_the_list)
    sheet = desk.street.database.write(lambda tx: print_sheet(tx, desk.actor, desk.rules, language="en"))

    assert [row.purpose for row in sheet.rows] == ["ask, not before 7:30"]


def test_a_message_that_would_ring_at_night_goes_in_the_morning(
    desk: Desk, street: Street, clock: StoppedClock
) -> None:
    """How it was is asked at half past seven, and the wait counts as no attempt."""
    _by_bell(desk)
    street.responder("V1", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    bell = Bell()
    desk.do(offer_by_hand, 1, "V1", accepted=True)
    _ring(desk, bell)
    clock.at = TEN_AT_NIGHT
    desk.do(finish, 1)

    assert _ring(desk, bell) == []
    waits = desk.look(
        lambda tx: tx.connection.execute(
            select(delivery.c.next_at, delivery.c.attempt).where(delivery.c.kind == MessageKind.DONE.value)
        ).one()
    )
    assert tuple(waits) == (SEVEN_THIRTY, 0)
    clock.at = SEVEN_THIRTY - timedelta(minutes=1)
    assert _ring(desk, bell) == []
    clock.at = SEVEN_THIRTY
    assert _ring(desk, bell) == [MessageKind.DONE]


@pytest.mark.parametrize("minutes", range(0, 120, 10))
def test_nobody_is_asked_who_could_not_answer_before_the_night(
    desk: Desk, street: Street, clock: StoppedClock, minutes: int
) -> None:
    """Whenever a round runs before half past nine, either the whole half hour is left or nobody is asked."""
    _by_bell(desk)
    street.responder("V1", skills=PLUMBER)
    street.request(state=RequestState.TRIAGED)
    clock.at = NINE + timedelta(hours=11, minutes=minutes)
    asked = desk.round()

    assert asked == ([(1, "V1")] if minutes < 60 else [])
    if asked:
        until = desk.look(lambda tx: tx.connection.scalar(select(offer.c.deadline_at)))
        assert until == clock.at + timedelta(minutes=30)


def test_who_is_on_the_way_hears_at_once_that_they_need_not_go(
    desk: Desk, street: Street, clock: StoppedClock
) -> None:
    """Who never accepted hears it in the morning."""
    _by_bell(desk)
    for code in ("V1", "V2"):
        street.responder(code, skills=PLUMBER)
    street.request(state=RequestState.TRIAGED, headcount=2)
    clock.at = NINE + timedelta(hours=11)
    desk.round()
    bell = Bell()
    _ring(desk, bell)
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    _ring(desk, bell)
    clock.at = TEN_AT_NIGHT
    desk.do(cancel, 1)

    assert _ring(desk, bell) == [MessageKind.NOT_NEEDED]
    clock.at = SEVEN_THIRTY
    assert _ring(desk, bell) == [MessageKind.NOT_NEEDED]


MINUTES = st.integers(0, DAY_MINUTES - 1)
STRETCH = st.builds(Quiet, MINUTES, MINUTES).filter(lambda one: one.from_minute != one.to_minute)


@given(minute=MINUTES, length=st.integers(1, 600), community=st.lists(STRETCH, max_size=2), own=st.lists(STRETCH, max_size=1))
@settings(max_examples=200, deadline=None)
def test_no_time_to_answer_runs_out_while_it_is_quiet(
    minute: int, length: int, community: list[Quiet], own: list[Quiet]
) -> None:
    """Counted minute by minute: as many minutes that are not quiet as it has, or until one's own quiet begins."""

    def among(quiet: list[Quiet], at: int) -> bool:
        return any(one.minutes_left(at % DAY_MINUTES) for one in quiet)

    if all(among(community, at) for at in range(DAY_MINUTES)):
        return
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)
    now = midnight + timedelta(minutes=minute)
    told = answer_by(now, now + timedelta(minutes=length), "Asia/Shanghai", tuple(community), tuple(own))
    at, left = minute, length
    while left:
        left -= not among(community, at)
        at += 1
    begins = None
    if own and not among(own, minute):
        begins = next(one for one in range(minute, minute + DAY_MINUTES) if among(own, one))
    wanted = at if begins is None else min(at, begins)
    assert told == midnight + timedelta(minutes=wanted)


def test_nobody_takes_on_more_in_a_month_than_they_wished(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """Two a month: what is asked and not answered counts too; next month begins anew."""
    street.responder("V1", skills=PLUMBER, monthly_cap=2)
    for _ in range(3):
        street.request(state=RequestState.TRIAGED)

    asked = [number for number, _ in desk.round()]
    assert len(asked) == 2
    (left,) = {1, 2, 3} - set(asked)
    assert desk.round() == []
    for number in asked:
        desk.do(reply_on_behalf, number, "V1", accepts=True)
    assert desk.round() == []
    with pytest.raises(Refused, match="V1 has taken on 2 requests this month, as many as they wished"):
        desk.do(offer_by_hand, left, "V1")
    told = desk.look(lambda tx: explain_request(tx, desk.actor, desk.rules, left))
    said = [say(one, "en") for one in told.sentences]
    assert "have taken on as many this month as they wished: 1" in said
    assert any("ask V1 to take on one more this month than the 2 they wished for" in one for one in said)
    assert any("dispatch responder edit V1 --monthly-cap 3" in one for one in said)
    desk.do(edit_responder, "V1", Change(monthly_cap=3))
    desk.do(offer_by_hand, left, "V1")


def test_the_month_is_the_calendars_on_the_communitys_wall(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """What was done at 23:50 on the last day counts for that month, and for no other."""
    desk.rules = Rules(rest_minutes=0, quiet_hours="")
    street.responder("V1", skills=PLUMBER, monthly_cap=1)
    street.request(state=RequestState.TRIAGED)
    street.request(state=RequestState.TRIAGED)
    desk.do(offer_by_hand, 1, "V1", accepted=True)
    last_minutes = datetime(2026, 11, 30, 15, 50, tzinfo=UTC)
    desk.street.database.write(
        lambda tx: tx.connection.execute(update(offer).values(state="done", ended_at=last_minutes))
    )
    clock.at = last_minutes + timedelta(minutes=5)
    with pytest.raises(Refused, match="this month"):
        desk.do(offer_by_hand, 2, "V1")
    clock.at = datetime(2026, 12, 1, 1, tzinfo=UTC)
    desk.do(offer_by_hand, 2, "V1")


@pytest.mark.parametrize(("floor", "storeys", "lift", "words"), [
    (3, None, False, "the door is on floor 3 without a lift"),
    (-1, 6, False, "the door is on floor -1 without a lift"),
    (None, 6, False, "on which floor the door is nobody knows, so it counts as a climb"),
    (None, None, False, "on which floor the door is nobody knows, so it counts as a climb"),
    (None, 1, False, None),
    (1, 6, False, None),
    (6, 6, True, None),
])  # fmt: skip
def test_who_does_not_climb_is_spared_the_stairs(
    desk: Desk, street: Street, floor: int | None, storeys: int | None, lift: bool, words: str | None
) -> None:
    """Not where there is a climb, nor where nobody knows that there is none."""
    desk.street.database.write(
        lambda tx: tx.connection.execute(
            update(place).where(place.c.code.in_(("8", "8-2"))).values(floors=storeys, has_lift=lift)
        )
    )
    street.responder("V1", skills=PLUMBER, no_stairs=True)
    street.request(state=RequestState.TRIAGED, person=Private(phone="+9991380005555", floor=floor))

    if words is None:
        assert desk.round() == [(1, "V1")]
        return
    assert desk.round() == []
    with pytest.raises(Refused, match="V1 does not climb stairs") as refused:
        desk.do(offer_by_hand, 1, "V1")
    assert words in str(refused.value)


def test_the_night_is_the_default(desk: Desk) -> None:
    """Nobody has to switch decency on."""
    assert parse_quiet(NIGHT) == (Quiet(21 * 60 + 30, 7 * 60 + 30),)
