"""Correcting what was taken down, and recording afterwards what was done without us."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.desk.closing import finish, reopen
from dispatch.desk.editing import Correction, edit_request, log_afterwards
from dispatch.desk.pages import show_request
from dispatch.desk.replies import reply_on_behalf
from dispatch.errors import Conflict, NotAllowedNow, NotFound, Refused
from dispatch.model.lifecycle import OPEN, OfferState, RequestState
from dispatch.model.request import Order, Private
from dispatch.model.service import Urgency
from dispatch.store import events
from dispatch.store.tables import person_private
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

_S, _O = RequestState, OfferState

ORDER = Order(service="listen", place="8-2", person=Private(name="王阿姨", phone="+9991380000001"))


def test_everything_that_was_said_can_be_corrected(desk: Desk, street: Street) -> None:
    """Service, place, urgency, window, and the private part, each as it is said now; the rest stays."""
    street.request(state=_S.TRIAGED)
    before = desk.request(1)
    window = (NINE + timedelta(hours=1), NINE + timedelta(hours=2))
    correction = Correction(
        service="listen",
        place="9",
        urgency=Urgency.LOW,
        headcount=2,
        window=window,
        name="王大妈",
        phone="+9991380000099",
        exact_address="9号楼101",
        floor=1,
        note="敲门",
    )
    now = desk.do(edit_request, 1, correction)
    whole = desk.look(lambda tx: show_request(tx, desk.actor, 1))

    assert (now.service_id, now.place_id) == (street.services["listen"], street.places["9"])
    assert (now.urgency, now.headcount, now.window) == (Urgency.LOW, 2, window)
    assert whole.person == Private(
        name="王大妈", phone="+9991380000099", exact_address="9号楼101", floor=1, notes="敲门"
    )
    assert (now.state, now.number, now.received_at) == (before.state, before.number, before.received_at)


def test_a_correction_leaves_no_private_word_in_the_log(desk: Desk, street: Street) -> None:
    """The former content is kept where private data lives, and referred to by id."""
    street.request(state=_S.TRIAGED)
    desk.do(edit_request, 1, Correction(name="赵大爷", phone="+9991380000099", note="耳背"))
    (edited,) = desk.look(lambda tx: list(events.read(tx.connection, "street")))

    assert edited.params["fields"] == ["name", "note", "phone"]
    for word in ("王阿姨", "赵大爷", "1380000099", "耳背"):
        assert word not in str(edited.params)
    rows = desk.look(lambda tx: tx.connection.execute(person_private.select()).mappings().all())
    assert {row["name"] for row in rows} == {"王阿姨", "赵大爷"}


@pytest.mark.parametrize("state", sorted(set(RequestState) - OPEN - {_S.MERGED, _S.RATED, _S.UNABLE, _S.HANDED_OVER}))
def test_what_is_over_is_not_corrected(desk: Desk, street: Street, state: RequestState) -> None:
    """It says so, and nothing changes."""
    street.request(state=state, **({"done_at": NINE} if state is _S.DONE else {}))
    before = desk.everything()

    with pytest.raises(NotAllowedNow, match="cannot be corrected"):
        desk.do(edit_request, 1, Correction(headcount=2))
    assert desk.everything() == before


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ({"service": "flying"}, NotFound, "no service flying"),
        ({"place": "88-1"}, NotFound, "no place 88-1"),
        ({"headcount": 0}, Refused, "0 people"),
        ({"headcount": 10_000}, Refused, "10000 people"),
        ({"window": (NINE + timedelta(hours=2), NINE)}, Refused, "before it begins"),
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(
    desk: Desk, street: Street, said: dict[str, Any], kind: type[Exception], words: str
) -> None:
    """Together with others that could be: none of them is made."""
    street.request(state=_S.TRIAGED)
    before = desk.everything()

    with pytest.raises(kind, match=words):
        desk.do(edit_request, 1, replace(Correction(name="x", urgency=Urgency.LOW), **said))
    assert desk.everything() == before


@pytest.mark.parametrize("said", [{"service": "listen"}, {"place": "9"}, {"window": (NINE, NINE + timedelta(hours=1))}])
def test_another_need_takes_back_what_nobody_answered(desk: Desk, street: Street, said: dict[str, Any]) -> None:
    """Who was asked for the old one is not asked any more, and the request waits."""
    street.offer(street.request(), street.responder("V1"))
    desk.do(edit_request, 1, Correction(**said))

    assert (desk.state(1), desk.offers(1)) == (_S.TRIAGED, [("V1", "withdrawn")])


def test_what_somebody_accepted_stays_as_they_accepted_it(desk: Desk, street: Street) -> None:
    """Service, place and window stay; name, phone, note and urgency may still be put right."""
    street.offer(street.request(state=_S.ARRANGED), street.responder("V1"), _O.ACCEPTED)
    desk.do(edit_request, 1, Correction(note="按门铃", urgency=Urgency.URGENT))

    for said in ({"service": "listen"}, {"place": "9"}):
        with pytest.raises(NotAllowedNow, match="has accepted"):
            desk.do(edit_request, 1, Correction(**said))
    assert desk.offers(1) == [("V1", "accepted")]


def _held(street: Street, headcount: int, accepted: int, asked: int, declined: int) -> None:
    """Let request 1 have so many people in each state, and stand where that puts it."""
    state = _S.ARRANGED if accepted == headcount else _S.ASKING if asked else _S.TRIAGED
    request_id = street.request(headcount=headcount, state=state)
    people = iter(range(1, 100))
    for slot_no in range(1, accepted + 1):
        street.offer(request_id, street.responder(f"V{next(people)}"), _O.ACCEPTED, slot_no=slot_no)
    for _ in range(asked):
        street.offer(request_id, street.responder(f"V{next(people)}"))
    for _ in range(declined):
        street.offer(request_id, street.responder(f"V{next(people)}"), _O.DECLINED, ended_at=NINE)


CASES = [
    (headcount, accepted, asked, wanted)
    for headcount in (1, 2, 3)
    for accepted in range(headcount + 1)
    for asked in range(headcount - accepted + 1)
    for wanted in (1, 2, 3, 4)
]


@pytest.mark.parametrize(("headcount", "accepted", "asked", "wanted"), CASES)
def test_more_or_fewer_people(
    desk: Desk, street: Street, headcount: int, accepted: int, asked: int, wanted: int
) -> None:
    """Who accepted stays; who was asked beyond the need is let go; it stands where its people put it."""
    _held(street, headcount, accepted, asked, declined=1)
    if wanted < accepted:
        with pytest.raises(NotAllowedNow, match=f"than have accepted it: {accepted}"):
            desk.do(edit_request, 1, Correction(headcount=wanted))
        return
    now = desk.do(edit_request, 1, Correction(headcount=wanted))
    states = [state for _, state in desk.offers(1)]
    still_asked = min(asked, wanted - accepted)
    expected = _S.ARRANGED if accepted == wanted else _S.ASKING if still_asked else _S.TRIAGED

    assert now.headcount == wanted
    assert states.count("accepted") == accepted
    assert states.count("offered") == still_asked
    assert (now.state, now) == (expected, desk.request(1))


def test_after_it_was_reopened_a_headcount_counts_anew(desk: Desk, street: Street) -> None:
    """Places of those who came before are not used again: two more are asked."""
    for code in ("V1", "V2", "V3"):
        street.responder(code)
    street.request("listen", state=_S.TRIAGED)
    ((_, first),) = desk.round()
    desk.do(reply_on_behalf, 1, first, accepts=True)
    desk.do(finish, 1)
    desk.do(reopen, 1)
    desk.do(edit_request, 1, Correction(headcount=2))

    assert {code for _, code in desk.round()} == {"V1", "V2", "V3"} - {first}


def test_a_record_afterwards_is_done_and_can_be_rated(desk: Desk, street: Street) -> None:
    """It stands as if it had gone through us, with everybody who helped, at the time it was done."""
    street.responder("V1", capacity=1)
    street.responder("V2", capacity=1)
    done_at = NINE - timedelta(hours=3)
    taken = desk.do(log_afterwards, ORDER, ["V1", "V2", "V1"], done_at)

    assert (taken.number, taken.state, desk.request(1).done_at) == (1, _S.DONE, done_at)
    assert sorted(desk.offers(1)) == [("V1", "done"), ("V2", "done")]
    assert desk.waiting(1) == []


def test_a_record_afterwards_twice_is_one(desk: Desk, street: Street) -> None:
    """The same key with the same content changes nothing; with other content it is refused."""
    street.responder("V1")
    keyed = replace(ORDER, key="k")
    first = desk.do(log_afterwards, keyed, ["V1"], NINE)
    again = desk.do(log_afterwards, keyed, ["V1"], NINE)

    assert (first.id, again.is_new) == (again.id, False)
    with pytest.raises(Conflict):
        desk.do(log_afterwards, replace(keyed, place="9"), ["V1"], NINE)


@pytest.mark.parametrize(
    ("codes", "hours", "kind", "words"),
    [
        ([], 0, Refused, "somebody who helped"),
        (["V9"], 0, NotFound, "V9"),
        (["V1"], 1, Refused, "the future"),
        (["V0"], 0, Refused, "no seat"),
    ],
)
def test_a_record_that_cannot_be_writes_nothing(
    desk: Desk, street: Street, codes: list[str], hours: int, kind: type[Exception], words: str
) -> None:
    """Nobody, nobody known, tomorrow, or somebody who takes no work at all."""
    street.responder("V1")
    street.responder("V0", capacity=0)
    before = desk.everything()

    with pytest.raises(kind, match=words):
        desk.do(log_afterwards, ORDER, codes, NINE + timedelta(hours=hours))
    assert desk.everything() == before


def test_an_emergency_recorded_afterwards_is_done(desk: Desk, street: Street) -> None:
    """Emergency words in what is over call nobody any more."""
    street.responder("V1")
    order = replace(ORDER, person=Private(notes="老人晕倒了"))

    assert desk.do(log_afterwards, order, ["V1"], NINE).state is _S.DONE


def test_a_note_is_added_to_what_was_said(desk: Desk, street: Street) -> None:
    """The resident's own words stay, and the log names what was corrected."""
    street.request(state=RequestState.TRIAGED, person=Private(name="王阿姨", notes="水管漏水"))
    desk.do(edit_request, 1, Correction(note="下午在家", headcount=2))
    whole = desk.look(lambda tx: show_request(tx, desk.actor, 1))

    assert whole.person.notes == "水管漏水\n下午在家"
    assert whole.history[-1].params["fields"] == ["headcount", "note"]
