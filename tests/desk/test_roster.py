"""The people: added once, corrected whole, paused; work they hold is never taken from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.roster import (
    MOST_CAPACITY,
    Change,
    add_responder,
    edit_responder,
    list_responders,
    pause_responder,
    show_responder,
)
from dispatch.errors import Conflict, NotFound, Refused
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import Private
from dispatch.model.responder import Hours, Licence, ResponderKind, Skill
from dispatch.store import events
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

NEW = Change(kind=ResponderKind.VOLUNTEER, place="8-2", name="张三丰", phone="+9991390000001")


def _shown(desk: Desk, code: str) -> Any:
    return desk.look(lambda tx: show_responder(tx, desk.actor, code))


def test_somebody_new_may_be_asked_at_once(desk: Desk, street: Street) -> None:
    """With everything that was said of them, and one seat."""
    desk.do(add_responder, "V1", replace(NEW, skills=(Skill("plumbing", 2),), floor=3))
    one, kept, place = _shown(desk, "V1")
    street.request(state=RequestState.TRIAGED)

    assert (one.kind, one.capacity, one.skills, place) == (
        ResponderKind.VOLUNTEER, 1, (Skill("plumbing", 2),), "8号楼2单元",
    )  # fmt: skip
    assert kept == Private(name="张三丰", phone="+9991390000001", floor=3)
    assert desk.round() == [(1, "V1")]


@pytest.mark.parametrize(
    ("code", "change", "kind", "words"),
    [
        ("V9", Change(kind=ResponderKind.SHOP, place="8-2"), Refused, "needs a kind, a place and a name"),
        ("V9", Change(kind=ResponderKind.SHOP, name="x"), Refused, "needs a kind, a place and a name"),
        ("V9", Change(place="8-2", name="x"), Refused, "needs a kind, a place and a name"),
        ("V1", NEW, Conflict, "a responder V1 already"),
        ("V9", replace(NEW, place="88-1"), NotFound, "no place 88-1"),
        ("V9", replace(NEW, capacity=-1), Refused, "capacity of -1"),
        ("V9", replace(NEW, capacity=MOST_CAPACITY + 1), Refused, "capacity of 51"),
        ("V9", replace(NEW, reach_metres=-1), Refused, "reach of -1"),
        ("V9", replace(NEW, language="fr"), Refused, "language fr"),
    ],
)
def test_who_cannot_be_is_not_added(
    desk: Desk, street: Street, code: str, change: Change, kind: type[Exception], words: str
) -> None:
    """A sentence, and nothing is written."""
    street.responder("V1")
    before = desk.everything()

    with pytest.raises(kind, match=words):
        desk.do(add_responder, code, change)
    assert desk.everything() == before


def test_everything_can_be_corrected(desk: Desk, street: Street) -> None:
    """Each field, the private ones included; none of these stands in the log."""
    street.responder("V1", name="张三丰")
    change = Change(
        kind=ResponderKind.EXPERT,
        place="9",
        reach_metres=0,
        capacity=4,
        is_adult=False,
        is_paid=True,
        was_helped=True,
        skills=(Skill("plumbing", 5),),
        licences=(Licence("electrician"),),
        hours=(Hours(0, 0, 1440),),
        channel="console",
        language="en",
        name="李四光",
        phone="+9991390000002",
        exact_address="9号楼101",
        floor=1,
        notes="耳背",
    )
    desk.do(edit_responder, "V1", change)
    one, kept, _ = _shown(desk, "V1")
    log = str(desk.look(lambda tx: [one.params for one in events.read(tx.connection, "street")]))

    for name in ("kind", "reach_metres", "capacity", "is_adult", "is_paid", "was_helped", "skills", "licences"):
        assert getattr(one, name) == getattr(change, name)
    assert kept == Private(
        name="李四光", phone="+9991390000002", exact_address="9号楼101", floor=1, notes="耳背"
    )
    assert not [word for word in ("李四光", "张三丰", "1390000002", "耳背", "9号楼101") if word in log]


def test_a_correction_of_nothing_leaves_nothing_behind(desk: Desk, street: Street) -> None:
    """The same as before is no step and no event."""
    street.responder("V1", capacity=3, name="张三丰")
    before = desk.everything()
    desk.do(edit_responder, "V1", Change(capacity=3, name="张三丰"))

    assert desk.everything() == before


@pytest.mark.parametrize("capacity", [0, 1, 2, 3, 5])
def test_a_changed_capacity_leaves_work_alone(desk: Desk, street: Street, capacity: int) -> None:
    """Two requests are held: they stay; what is free is capacity less two, and never less than none."""
    one = street.responder("V1", capacity=3)
    for _ in (1, 2):
        street.offer(street.request("listen", state=RequestState.ARRANGED), one, OfferState.ACCEPTED)
    for _ in range(4):
        street.request("listen", state=RequestState.TRIAGED)
    desk.do(edit_responder, "V1", Change(capacity=capacity))

    assert desk.offers(1) == desk.offers(2) == [("V1", "accepted")]
    assert len(desk.round()) == max(0, capacity - 2)


def test_who_is_paused_is_left_in_peace_until_then(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """Not a minute before; ending it early asks them again."""
    street.responder("V1")
    street.request("listen", state=RequestState.TRIAGED)
    until = NINE + timedelta(hours=3)
    desk.do(pause_responder, "V1", until)
    assert desk.round() == []
    clock.at = until
    assert desk.round() == [(1, "V1")]

    with pytest.raises(Refused, match="has passed"):
        desk.do(pause_responder, "V1", until)
    desk.do(pause_responder, "V1", until + timedelta(days=1))
    desk.do(pause_responder, "V1", None)
    assert _shown(desk, "V1")[0].paused_until is None


def test_who_has_left_is_on_no_list(desk: Desk, street: Street) -> None:
    """But is still known, and may come back."""
    for code in ("V1", "V2"):
        street.responder(code)
    desk.do(edit_responder, "V1", Change(is_active=False))

    def codes(**said: Any) -> list[str]:
        return [one.code for one, _ in desk.look(lambda tx: list_responders(tx, desk.actor, **said))]

    assert (codes(), codes(active_only=False)) == (["V2"], ["V1", "V2"])
    desk.do(edit_responder, "V1", Change(is_active=True))
    assert codes() == ["V1", "V2"]


def test_nobody_of_that_code_is_said(desk: Desk) -> None:
    """For each thing one can do to somebody."""
    for attempt in (
        lambda: desk.do(edit_responder, "V9", Change(name="x")),
        lambda: desk.do(pause_responder, "V9", None),
        lambda: _shown(desk, "V9"),
    ):
        with pytest.raises(NotFound, match="no responder V9"):
            attempt()
