"""Undo: the last step of one's own that has not left the building, and a plain word when it has."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import cancel, finish, reopen, unable
from dispatch.desk.editing import Correction, edit_request, log_afterwards
from dispatch.desk.intake import take_request
from dispatch.desk.phone_list.phone_sheets import print_sheet
from dispatch.desk.replies import give_back, reply_from_phone, reply_from_sheet, reply_on_behalf
from dispatch.desk.roster import Change, edit_responder, pause_responder, show_responder
from dispatch.desk.staying import KIND_SENTENCES
from dispatch.desk.undoing import undo
from dispatch.errors import NotAllowedNow, NotFound
from dispatch.i18n import say_error
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import Order, Private
from dispatch.model.responder import Skill
from dispatch.model.service import Urgency
from dispatch.store import events, offers, private, requests
from dispatch.store.tables import delivery
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

_S, _O = RequestState, OfferState
ORDER = Order(service="listen", place="8-2", person=Private(name="王阿姨", phone="+9991380009999"))


def test_a_request_taken_by_mistake_is_cancelled(desk: Desk) -> None:
    """Its number is not used again, and nobody is told anything."""
    desk.do(take_request, ORDER)
    undone = desk.do(undo)

    assert (undone.what, undone.numbers) == ("taken", (1,))
    assert (desk.state(1), desk.request(1).reason) == (_S.CANCELLED, "undone")
    assert desk.do(take_request, ORDER).number == 2
    assert desk.waiting(1) == []


def test_a_request_that_has_gone_on_is_not_untaken(desk: Desk, street: Street) -> None:
    """Once a round has looked at it, it is cancelled by a step of its own, as the hint says."""
    desk.do(take_request, ORDER)
    street.responder("V1")
    colleague = replace(desk, actor=Actor(name="小张"))
    colleague.round()

    with pytest.raises(NotAllowedNow, match="taking it cannot be undone") as refused:
        desk.do(undo)
    assert "cancel" in str(refused.value.hint)


def test_an_offer_that_has_not_left_is_taken_back(desk: Desk, street: Street) -> None:
    """The request waits again, the message never goes, and somebody else may be asked."""
    street.responder("V1", skills=())
    street.request("listen", state=_S.TRIAGED)
    desk.do(offer_by_hand, 1, "V1")
    undone = desk.do(undo)

    assert (undone.what, undone.numbers, undone.codes) == ("offered", (1,), ("V1",))
    assert (desk.state(1), desk.offers(1), desk.waiting(1)) == (_S.TRIAGED, [("V1", "withdrawn")], [])


def test_a_whole_round_is_taken_back(desk: Desk, street: Street) -> None:
    """Everybody it asked, for every request."""
    for n in (1, 2, 3):
        street.responder(f"V{n}", capacity=1)
        street.request("listen", state=_S.TRIAGED)
    assert len(desk.round()) == 3
    undone = desk.do(undo)

    assert (sorted(undone.numbers), sorted(undone.codes)) == ([1, 2, 3], ["V1", "V2", "V3"])
    assert {desk.state(n) for n in (1, 2, 3)} == {_S.TRIAGED}


def test_what_has_left_the_building_stays(desk: Desk, street: Street) -> None:
    """By message or printed on a sheet: it says so, and nothing changes."""
    street.responder("V1")
    for _ in (1, 2):
        street.request("listen", state=_S.TRIAGED)
    desk.do(offer_by_hand, 1, "V1")
    desk.send_everything()
    before = desk.everything()

    with pytest.raises(NotAllowedNow, match="has left the building"):
        desk.do(undo)
    assert desk.everything() == before


def test_what_is_printed_has_left_the_building(desk: Desk, street: Street) -> None:
    """The rows are named; once they are crossed out, and nobody has rung, it is taken back and nobody is told."""
    street.responder("V1")
    street.request("listen", state=_S.TRIAGED)
    desk.do(offer_by_hand, 1, "V1")
    colleague = replace(desk, actor=Actor(name="小张"))
    street.database.write(lambda tx: tx.connection.execute(delivery.update().values(state="sent")))
    assert len(colleague.do(print_sheet).rows) == 1

    message, hint = _refusal(desk)
    assert ("row 1 of phone sheet 1" in message, "undo --crossed-out" in hint, "triage" in hint) == (True, True, True)
    assert desk.offers(1) == [("V1", "offered")]
    desk.do(undo, crossed_out=True)
    assert (desk.state(1), desk.offers(1), desk.waiting(1)) == (_S.TRIAGED, [("V1", "withdrawn")], [])


def test_a_printed_row_that_somebody_rang_is_not_crossed_out(desk: Desk, street: Street) -> None:
    """What the paper says was heard: it is put right by a step that tells them."""
    street.responder("V1")
    street.request("listen", state=_S.TRIAGED)
    colleague = replace(desk, actor=Actor(name="小张"))
    desk.do(offer_by_hand, 1, "V1")
    street.database.write(lambda tx: tx.connection.execute(delivery.update().values(state="sent")))
    colleague.do(print_sheet)
    colleague.do(reply_from_sheet, 1, "1 a")

    with pytest.raises(NotAllowedNow):
        desk.do(undo, crossed_out=True)
    assert desk.state(1) is _S.ARRANGED


def test_a_yes_that_both_sides_heard_of_stays(desk: Desk, street: Street) -> None:
    """Name and door have gone out: giving it back is a step of its own."""
    street.offer(street.request(), street.responder("V1"))
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    desk.send_everything()

    message, hint = _refusal(desk)
    assert ("have been told" in message, "request release 1 --from V1" in hint) == (True, True)
    assert desk.state(1) is _S.ARRANGED


CORRECTIONS = [
    Correction(service="drain"),
    Correction(place="9"),
    Correction(urgency=Urgency.LOW),
    Correction(headcount=3),
    Correction(headcount=1),
    Correction(window=(NINE + timedelta(hours=1), NINE + timedelta(hours=2))),
    Correction(name="x", phone="+9991380000055", exact_address="y", floor=7, note="z"),
    Correction(place="9", headcount=4, urgency=Urgency.URGENT, note="z"),
]


def _fresh(desk: Desk) -> None:
    desk.do(take_request, replace(ORDER, headcount=2))


def _windowed(desk: Desk) -> None:
    window = (NINE + timedelta(hours=3), NINE + timedelta(hours=4))
    desk.do(take_request, replace(ORDER, headcount=2, window=window))


def _reopened(desk: Desk) -> None:
    desk.street.responder("V1")
    desk.street.responder("V2")
    desk.do(log_afterwards, ORDER, ["V1", "V2"], NINE)
    desk.do(reopen, 1)


@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("before", [_fresh, _windowed, _reopened])
def test_a_correction_taken_back_leaves_it_as_it_was(
    desk: Desk, before: Callable[[Desk], None], correction: Correction
) -> None:
    """Every field, the private ones, and as many free places as before."""
    before(desk)

    def stands() -> Any:
        one = desk.request(1)
        person = desk.look(lambda tx: private.look_up(tx.connection, [one.person_id])[one.person_id])
        return replace(one, version=0, next_check_at=None, reason=None), person, _free(desk)

    was = stands()
    desk.do(edit_request, 1, correction)
    assert stands() != was
    undone = desk.do(undo)

    assert (undone.what, undone.numbers) == ("edited", (1,))
    assert stands() == was


def _free(desk: Desk) -> int:
    request_id = desk.request(1).id
    return desk.look(lambda tx: len(offers.free_slots(tx.connection, request_id)))


def test_a_headcount_raised_after_all_had_accepted_is_not_silently_undone(desk: Desk, street: Street) -> None:
    """Somebody holds a place: it is corrected again, as the hint says."""
    street.offer(street.request("listen", state=_S.ARRANGED), street.responder("V1"), _O.ACCEPTED)
    desk.do(edit_request, 1, Correction(headcount=2))

    with pytest.raises(NotAllowedNow, match="has moved on"):
        desk.do(undo)


@pytest.mark.parametrize(
    "change",
    [
        Change(capacity=1),
        Change(capacity=30),
        Change(skills=(Skill("plumbing", 5),), is_paid=True, language="en", channel="console"),
        Change(name="x", phone="+9991380000055", place="9", exact_address="y", floor=3, notes="n"),
        Change(is_active=False),
    ],
)
def test_a_responder_changed_by_mistake_is_as_before(desk: Desk, street: Street, change: Change) -> None:
    """Skills, seats, and what is private."""
    street.responder("V1", capacity=3, skills=(Skill("plumbing", 2),), notes="耳背")

    def stands() -> Any:
        one, kept, _ = desk.look(lambda tx: show_responder(tx, desk.actor, "V1"))
        return replace(one, version=0), kept

    was = stands()
    desk.do(edit_responder, "V1", change)
    assert stands() != was
    desk.do(undo)

    assert stands() == was


def test_a_pause_is_taken_back(desk: Desk, street: Street) -> None:
    """They may be asked again at once."""
    street.responder("V1")
    desk.do(pause_responder, "V1", NINE + timedelta(days=9))
    desk.do(undo)

    assert desk.look(lambda tx: show_responder(tx, desk.actor, "V1"))[0].paused_until is None


def test_undo_goes_back_step_by_step(desk: Desk, street: Street) -> None:
    """What was undone is passed over; when nothing is left it says so."""
    street.responder("V1", capacity=3)
    desk.do(edit_responder, "V1", Change(capacity=2))
    desk.do(take_request, ORDER)
    desk.do(edit_request, 1, Correction(headcount=2))

    assert [desk.do(undo).what for _ in range(3)] == ["edited", "taken", "responder-edited"]
    with pytest.raises(NotFound, match="nothing of today"):
        desk.do(undo)


def test_undo_touches_nobody_elses_step(desk: Desk, street: Street) -> None:
    """One's own last step is taken back, though a colleague has worked since."""
    desk.do(take_request, ORDER)
    colleague = replace(desk, actor=Actor(name="小张"))
    colleague.do(take_request, ORDER)
    desk.do(undo)

    assert (desk.state(1), desk.state(2)) == (_S.CANCELLED, _S.RECEIVED)
    with pytest.raises(NotFound):
        desk.do(undo)


def test_yesterdays_step_is_left_alone(desk: Desk, clock: StoppedClock) -> None:
    """It is corrected, not undone."""
    desk.do(take_request, ORDER)
    clock.at += timedelta(days=1, minutes=1)

    with pytest.raises(NotFound, match="nothing of today"):
        desk.do(undo)


@pytest.mark.parametrize("last", ["cancel", "unable", "finish"])
def test_an_end_is_not_taken_back(desk: Desk, street: Street, last: str) -> None:
    """The table lets nothing follow an end; the sentence names the step, the hint the way out."""
    street.offer(street.request("listen", state=_S.ARRANGED), street.responder("V1"), _O.ACCEPTED)
    street.request("listen", state=_S.TRIAGED)
    ends: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
        "cancel": (cancel, (2,)),
        "unable": (unable, (2, "why")),
        "finish": (finish, (1,)),
    }
    function, words = ends[last]
    desk.do(function, *words)
    before = desk.everything()

    with pytest.raises(NotAllowedNow, match="not one that can be taken back"):
        desk.do(undo)
    assert desk.everything() == before


def test_a_record_afterwards_says_how_to_take_it_back(desk: Desk, street: Street) -> None:
    """It is done, so it is reopened and then cancelled; the hint is one that works."""
    street.responder("V1")
    desk.do(log_afterwards, ORDER, ["V1"], NINE)

    with pytest.raises(NotAllowedNow, match="is done by now") as refused:
        desk.do(undo)
    assert "request triage" in str(refused.value.hint)
    desk.do(reopen, 1)
    desk.do(cancel, 1)
    assert desk.state(1) is _S.CANCELLED


def test_the_log_keeps_what_was_undone(desk: Desk, street: Street) -> None:
    """Nothing vanishes from it: the step and its undoing both stand there, and the chain verifies."""
    desk.do(take_request, ORDER)
    desk.do(undo)
    log = desk.look(lambda tx: list(events.read(tx.connection, "street")))

    assert [one.kind for one in log] == ["taken", "moved", "undone"]
    assert log[2].params["undone_step"] == log[0].step
    assert desk.look(lambda tx: requests.with_number(tx.connection, "street", 1)).state is _S.CANCELLED


def _recorded_kinds() -> set[str]:
    """Every kind of event that the product writes, as its source has it."""
    package = Path(__file__).resolve().parents[2] / "dispatch"
    kinds = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                at = {"record": 1, "leave_event": 3}.get(called)
                if at is not None and len(node.args) > at:
                    kinds |= {
                        one.value
                        for one in ast.walk(node.args[at])
                        if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    }
    return kinds


def test_every_kind_of_event_has_its_sentence() -> None:
    """Nobody reads a code in a history or a refusal."""
    kinds = _recorded_kinds()

    assert {"taken", "sheet-printed", "nobody-told", "wants-out"} <= kinds
    assert kinds - set(KIND_SENTENCES) == set()


def test_what_decides_nothing_does_not_hide_the_step_before(desk: Desk, street: Street) -> None:
    """A printed sheet and an answer nobody understood lie between: the request is still taken back."""
    street.responder("V1", phone="+9991390000001")
    street.request("listen", state=_S.TRIAGED)
    desk.do(offer_by_hand, 1, "V1")
    street.database.write(lambda tx: tx.connection.execute(delivery.update().values(state="sent")))
    desk.do(take_request, ORDER)
    desk.do(print_sheet)
    desk.do(reply_from_phone, "+9991390000001", "啥？")

    assert desk.do(undo).what == "taken"


def _refusal(desk: Desk) -> tuple[str, str]:
    with pytest.raises(NotAllowedNow) as refused:
        desk.do(undo)
    message, hint = say_error(refused.value, "en")
    return message, hint or ""


def test_a_step_that_stays_names_the_nearest_way_out(desk: Desk, street: Street) -> None:
    """Given back: ask them again; done: who helped keeps it; cancelled: take the need again."""
    street.offer(street.request("listen", state=_S.ARRANGED), street.responder("V1"), _O.ACCEPTED)
    desk.do(give_back, 1, "V1")
    given_back = _refusal(desk)
    desk.do(offer_by_hand, 1, "V1", again=True)
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    desk.do(finish, 1)
    finished = _refusal(desk)
    desk.do(reopen, 1)
    desk.do(cancel, 1)
    cancelled = _refusal(desk)

    assert "dispatch offer 1 --to V1 --again" in given_back[1]
    assert ("request 1 is done" in finished[0], "V1 keeps it" in finished[1]) == (True, True)
    assert ("request 1 is cancelled" in cancelled[0], "dispatch take --service listen" in cancelled[1]) == (True, True)
