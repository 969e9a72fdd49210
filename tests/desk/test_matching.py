"""Rounds and dispatch by hand: the same rules, nobody asked twice, a plan written only as far as it still holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.clock import StoppedClock
from dispatch.desk import matching
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import cancel, finish
from dispatch.desk.editing import Correction, edit_request
from dispatch.desk.matching import Round, run_round
from dispatch.desk.replies import reply_on_behalf
from dispatch.desk.roster import Change, edit_responder, pause_responder
from dispatch.errors import NotAllowedNow, NotFound, Refused
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import Private
from dispatch.model.responder import Hours, ResponderKind, Skill
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.store.engine import Database
from dispatch.store.tables import offer, wave
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

_S, _O = RequestState, OfferState
PLUMBER = (Skill("plumbing", 3),)


def _round(desk: Desk, **said: Any) -> Round:
    return run_round(desk.street.database, desk.actor, desk.rules, **said)


SPEAKS_AGAINST: list[tuple[str, dict[str, Any], str]] = [
    ("skill", {"skills": ()}, "plumbing"),
    ("level", {"skills": (Skill("plumbing", 1),)}, "plumbing"),
    ("expired", {"skills": (Skill("plumbing", 3, date(2026, 11, 22)),)}, "plumbing"),
    ("reach", {"place": "9", "reach_metres": 100}, "100 m"),
    ("hours", {"hours": (Hours(0, 20 * 60, 21 * 60),)}, "20:00"),
    ("pause", {"paused_until": NINE + timedelta(days=2)}, "rest"),
    ("capacity", {"capacity": 0}, "no hand free"),
]


@pytest.mark.parametrize(("said", "words"), [pytest.param(a, b, id=n) for n, a, b in SPEAKS_AGAINST])
def test_a_rule_that_speaks_against_somebody_is_said(
    desk: Desk, street: Street, said: dict[str, Any], words: str
) -> None:
    """By hand as in a round: nobody is asked, and the sentence says which rule it is."""
    street.responder("V1", **{"skills": PLUMBER, **said})
    street.request(state=_S.TRIAGED)
    before = desk.everything()

    with pytest.raises(Refused, match="V1 cannot be asked for request 1") as refused:
        desk.do(offer_by_hand, 1, "V1")
    assert words in str(refused.value)
    assert desk.everything() == before
    assert _round(desk).offered == ()


def test_nobody_is_asked_to_help_themselves(desk: Desk, street: Street) -> None:
    """The resident who asks is also a volunteer, known by the phone."""
    street.responder("V1", phone="+9991380007777")
    street.request("listen", state=_S.TRIAGED, person=Private(phone="+9991380007777"))

    with pytest.raises(Refused, match="V1 cannot be asked"):
        desk.do(offer_by_hand, 1, "V1")


def test_by_hand_is_an_offer_like_any_other(desk: Desk, street: Street) -> None:
    """A wave, a code, a deadline, a message, terms by name."""
    street.responder("V1", skills=PLUMBER)
    street.request(state=_S.RECEIVED)
    made = desk.do(offer_by_hand, 1, "V1")

    assert (desk.state(1), desk.waiting(1)) == (_S.ASKING, [("responder", "offer")])
    assert made.cost == sum(made.terms.values())
    assert desk.request(1).next_check_at == made.deadline_at > NINE
    assert desk.look(lambda tx: tx.connection.scalars(select(wave.c.policy)).all()) == ["by-hand"]


def test_somebody_asked_before_is_asked_again_only_when_it_is_meant(desk: Desk, street: Street) -> None:
    """Once they have declined, --again may ask; while it stands, and once it is done, nothing may."""
    street.responder("V1")
    street.request("listen", state=_S.TRIAGED, headcount=2)
    desk.do(offer_by_hand, 1, "V1")
    with pytest.raises(NotAllowedNow, match="asked, no answer yet"):
        desk.do(offer_by_hand, 1, "V1", again=True)
    desk.do(reply_on_behalf, 1, "V1", accepts=False)
    with pytest.raises(Refused, match="V1 cannot be asked"):
        desk.do(offer_by_hand, 1, "V1")
    desk.do(offer_by_hand, 1, "V1", again=True)
    desk.do(reply_on_behalf, 1, "V1", accepts=True)

    with pytest.raises(NotAllowedNow, match="accepted"):
        desk.do(offer_by_hand, 1, "V1", again=True)


def test_more_people_than_places_are_not_asked_by_hand(desk: Desk, street: Street) -> None:
    """Somebody is asked for every place: wait, or ask for more people."""
    for code in ("V1", "V2"):
        street.responder(code)
    street.request("listen", state=_S.TRIAGED)
    desk.do(offer_by_hand, 1, "V1")

    with pytest.raises(NotAllowedNow, match="every place"):
        desk.do(offer_by_hand, 1, "V2")
    assert desk.offers(1) == [("V1", "offered")]


@pytest.mark.parametrize("state", sorted(set(RequestState) - {_S.RECEIVED, _S.TRIAGED, _S.ASKING}))
def test_nobody_is_asked_for_what_does_not_wait(desk: Desk, street: Street, state: RequestState) -> None:
    """By hand it is said; a round passes it over."""
    street.responder("V1")
    if state in (_S.MERGED, _S.RATED):
        request_id = street.request("listen", state=_S.RECEIVED if state is _S.MERGED else _S.DONE)
        other = {"merged_into": street.request("listen", state=_S.CANCELLED)}
        street.move_request(request_id, state, **(other if state is _S.MERGED else {"rating": 3}))
    else:
        reason = {"owner": "小李", "reason": "emergency"}
        street.request("listen", state=state, **(reason if state not in (_S.DONE, _S.CANCELLED) else {}))

    with pytest.raises(NotAllowedNow, match="nobody can be asked"):
        desk.do(offer_by_hand, 1, "V1")
    assert _round(desk).offered == ()


def test_who_has_left_or_is_unknown_is_not_asked(desk: Desk, street: Street) -> None:
    """It says so by code."""
    street.responder("V1", is_active=False)
    street.request("listen", state=_S.TRIAGED)

    with pytest.raises(Refused, match="V1 has left"):
        desk.do(offer_by_hand, 1, "V1")
    with pytest.raises(NotFound, match="V9"):
        desk.do(offer_by_hand, 1, "V9")


@pytest.mark.parametrize("there", [0, 1, 2, 3, 4])
def test_three_are_asked_or_nobody(desk: Desk, street: Street, there: int) -> None:
    """All or nothing: never one of three, and never more than three."""
    for n in range(there):
        street.responder(f"V{n}")
    street.request("listen", headcount=3, state=_S.TRIAGED)

    assert len(desk.round()) == (3 if there >= 3 else 0)


def test_silence_is_followed_by_the_next_person_once(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """Round after round: each is asked once, one at a time, and at the end a person has it."""
    for n in (1, 2, 3):
        street.responder(f"V{n}")
    street.request("listen", state=_S.TRIAGED)
    asked = []
    for _ in range(3):
        ((_, code),) = desk.round()
        asked.append(code)
        assert desk.round() == []
        deadline = desk.request(1).next_check_at
        assert deadline is not None
        clock.at = deadline + timedelta(seconds=1)
    done = _round(desk)

    assert sorted(asked) == ["V1", "V2", "V3"]
    assert (done.expired, done.offered) == (1, ())
    now = desk.request(1)
    assert (now.state, now.reason, now.owner) == (_S.NEEDS_PERSON, "nobody-left", "小李")


def test_nobody_now_but_somebody_later_waits(desk: Desk, street: Street) -> None:
    """Who is at rest comes back by itself: the request waits, with its reason."""
    street.responder("V1", paused_until=NINE + timedelta(hours=2))
    street.request("listen", state=_S.TRIAGED)
    done = _round(desk)

    assert [(number, left.remedy is not None) for number, left, _ in done.left_out] != []
    assert (desk.state(1), desk.request(1).reason) == (_S.TRIAGED, "left-out")


def test_a_dry_run_changes_nothing(desk: Desk, street: Street) -> None:
    """It says what a round would do, and every table is as it was."""
    street.responder("V1")
    street.request("listen", state=_S.RECEIVED)
    street.request("drain", state=_S.TRIAGED)
    before = desk.everything()
    planned = _round(desk, dry_run=True)

    assert desk.everything() == before
    assert [(number, code) for number, code, _, made in planned.offered if made is None] == [(1, "V1")]
    assert [(number, code) for number, code, _, _ in _round(desk).offered] == [(1, "V1")]


def test_neighbours_are_asked_before_companies(desk: Desk, street: Street) -> None:
    """The pool of the service comes first, though the shop is in the same house; then the shop."""
    street.responder("S1", kind=ResponderKind.SHOP, place="8-2", skills=PLUMBER)
    street.responder("V1", place="9", skills=PLUMBER)
    street.request(state=_S.TRIAGED)

    assert desk.round() == [(1, "V1")]
    desk.do(reply_on_behalf, 1, "V1", accepts=False)
    assert desk.round() == [(1, "S1")]


BETWEEN: dict[str, Callable[[Desk], Any]] = {
    "it was cancelled": lambda desk: desk.do(cancel, 1),
    "somebody was asked by hand": lambda desk: desk.do(offer_by_hand, 1, "V2"),
    "a colleague's round asked the same": _round,
    "they were asked and declined": lambda desk: (
        desk.do(offer_by_hand, 1, "V1"),
        desk.do(reply_on_behalf, 1, "V1", accepts=False),
    ),
    "another need it is": lambda desk: desk.do(edit_request, 1, Correction(service="drain")),
    "they are paused": lambda desk: desk.do(pause_responder, "V1", NINE + timedelta(days=1)),
    "they have left": lambda desk: desk.do(edit_responder, "V1", Change(is_active=False)),
    "they have no seat any more": lambda desk: desk.do(edit_responder, "V1", Change(capacity=0)),
    "they moved away": lambda desk: desk.do(edit_responder, "V1", Change(place="9")),
}


@pytest.mark.parametrize("between", BETWEEN)
def test_a_plan_that_no_longer_holds_is_not_written(
    desk: Desk, street: Street, monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    """Between reading and writing the world moved on: this request is left for the next round, the other is not."""
    street.responder("V1", capacity=1)
    street.responder("V2", place="9", capacity=1)
    street.request("listen", place="8-1", state=_S.TRIAGED)
    plan = matching.plan_round

    def plan_slowly(problem: Any, solver: Any) -> Any:
        solution = plan(problem, solver)
        monkeypatch.undo()
        BETWEEN[between](desk)
        return solution

    monkeypatch.setattr(matching, "plan_round", plan_slowly)
    before = Counter(desk.offers(1))
    done = _round(desk)

    assert done.offered == ()
    assert before == Counter()
    assert len([one for one in desk.offers(1) if one[0] == "V1"]) <= 1


def test_all_or_nothing_holds_at_the_moment_of_writing(
    desk: Desk, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of three has no seat any more: none of the three is asked, the other request is served."""
    for n in (1, 2, 3):
        street.responder(f"V{n}", capacity=1)
    street.responder("P1", skills=PLUMBER, capacity=1)
    street.request("listen", headcount=3, state=_S.TRIAGED, urgency=Urgency.URGENT.value)
    street.request("drain", state=_S.TRIAGED)
    plan = matching.plan_round

    def plan_slowly(problem: Any, solver: Any) -> Any:
        solution = plan(problem, solver)
        taken = {one.helper for one in solution.assignments if one.cost is not None}
        assert len(taken) == 4
        street.offer(street.request("listen", state=_S.ASKING), _responder(desk, "V2"))
        return solution

    monkeypatch.setattr(matching, "plan_round", plan_slowly)
    done = _round(desk)

    assert [(number, code) for number, code, _, _ in done.offered] == [(2, "P1")]
    assert desk.offers(1) == []


def _responder(desk: Desk, code: str) -> Any:
    from dispatch.store import people

    return desk.look(lambda tx: people.with_code(tx.connection, "street", code))


def test_two_rounds_at_once_ask_nobody_twice(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """Four workers on one file, ten requests, twelve people: every request asks once, every seat is held once."""
    for n in range(12):
        street.responder(f"V{n:02}", capacity=1)
    for _ in range(10):
        street.request("listen", state=_S.TRIAGED)
    start = Barrier(4)
    faults: list[Exception] = []

    def work() -> None:
        database = Database(street.database.path or "", clock=clock)
        try:
            start.wait()
            for _ in range(2):
                run_round(database, desk.actor, Rules())
        except Exception as fault:  # noqa: BLE001  a thread's error must reach the test
            faults.append(fault)
        finally:
            database.close()

    workers = [Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    rows = desk.look(lambda tx: tx.connection.execute(select(offer.c.request_id, offer.c.responder_id)).all())

    assert faults == []
    assert len(rows) == 10
    assert len({row[0] for row in rows}) == len({row[1] for row in rows}) == 10


def test_who_has_just_worked_rests(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """An hour after the work they are asked again, not before."""
    street.responder("V1")
    street.request("listen", state=_S.TRIAGED)
    desk.round()
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    desk.do(finish, 1)
    street.request("listen", state=_S.TRIAGED)

    assert desk.round() == []
    clock.at += timedelta(minutes=61)
    assert desk.round() == [(2, "V1")]


def test_an_urgent_request_comes_first(desk: Desk, street: Street) -> None:
    """One person, three requests: the urgent one has them, however long the others have waited."""
    street.responder("V1", capacity=1)
    street.request("listen", state=_S.TRIAGED, received_at=NINE - timedelta(hours=5))
    street.request("listen", state=_S.TRIAGED, urgency=Urgency.URGENT.value)
    street.request("listen", state=_S.TRIAGED, urgency=Urgency.LOW.value)

    assert desk.round() == [(2, "V1")]
