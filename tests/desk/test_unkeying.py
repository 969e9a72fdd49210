"""Answers keyed by mistake: they are taken back, and the same person can be keyed again, by every way there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.answering import ReplyOutcome
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import cancel, finish, take_over
from dispatch.desk.intake import take_request
from dispatch.desk.pages import today
from dispatch.desk.phone_list.phone_sheets import print_sheet
from dispatch.desk.replies import give_back, reply_from_phone, reply_from_sheet, reply_on_behalf
from dispatch.desk.undoing import undo
from dispatch.desk.unread import mark_read
from dispatch.desk.verifying import verify
from dispatch.errors import NotAllowedNow, NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order, Private, Source
from dispatch.store import events, offers
from dispatch.store.tables import delivery
from tests.conftest import Street
from tests.desk.conftest import Desk

_S = RequestState
PHONE = "+9991390000001"


@pytest.fixture
def printed(desk: Desk, street: Street) -> Desk:
    """V1, V2 and V3 are asked for requests 1, 2 and 3, on rows 1, 2 and 3 of sheet 1."""
    return _print(desk, street)


def _print(desk: Desk, street: Street, count: int = 3) -> Desk:
    for n in range(1, count + 1):
        street.responder(f"V{n}", capacity=1, phone=f"+999139000000{n}")
        _take(desk)
        desk.do(offer_by_hand, n, f"V{n}")
    street.database.write(lambda tx: tx.connection.execute(delivery.update().values(state="sent")))
    rows = desk.do(print_sheet).rows
    assert [row.number for row in rows] == list(range(1, count + 1))
    return desk


def _take(desk: Desk) -> None:
    desk.do(take_request, Order(service="listen", place="8-2", person=Private(name="王阿姨", phone="+9991380009999"), source=Source.COUNTER))


def _live(desk: Desk, number: int) -> Offer:
    request_id = desk.request(number).id
    return desk.look(lambda tx: offers.of_requests(tx.connection, [request_id]))[-1]


def _whole(desk: Desk) -> bool:
    return not desk.look(lambda tx: verify(tx, desk.actor, desk.rules))


KEYINGS: dict[str, Callable[[Desk], object]] = {
    "sheet": lambda desk: desk.do(reply_from_sheet, 1, "1 a"),
    "by-mouth": lambda desk: desk.do(reply_on_behalf, 1, "V1", accepts=True),
    "code": lambda desk: desk.do(reply_from_phone, PHONE, f"1 {_live(desk, 1).code}"),
}


@pytest.mark.parametrize("again", KEYINGS)
@pytest.mark.parametrize("first", KEYINGS)
def test_a_yes_taken_back_can_be_noted_again(printed: Desk, first: str, again: str) -> None:
    """The same person is asked still, by the same code, until the same moment; both sides are told once."""
    before = _live(printed, 1)
    KEYINGS[first](printed)
    undone = printed.do(undo)

    assert (undone.what, undone.codes, undone.answers[0].until) == ("accepted", ("V1",), before.deadline_at)
    assert (printed.state(1), printed.offers(1)) == (_S.ASKING, [("V1", "released"), ("V1", "offered")])
    assert (_live(printed, 1).code, printed.waiting(1), printed.round()) == (before.code, [], [])
    KEYINGS[again](printed)
    assert printed.state(1) is _S.ARRANGED
    assert printed.waiting(1) == [("resident", "who_comes"), ("responder", "details")]
    assert _whole(printed)


def test_a_message_that_had_not_left_is_sent_after_all(desk: Desk, street: Street) -> None:
    """Asked, answered and taken back before anything went out: the asking goes out, once."""
    street.responder("V1")
    _take(desk)
    desk.do(offer_by_hand, 1, "V1")
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    desk.do(undo)

    assert desk.waiting(1) == [("responder", "offer")]
    assert _whole(desk)


@pytest.mark.parametrize("letter", ["a", "d", "n", "x"])
def test_every_letter_is_taken_back_and_keyed_again(printed: Desk, letter: str) -> None:
    """Whatever was keyed, the row stands as it was printed, and the person is asked still."""
    printed.do(reply_from_sheet, 1, f"1 {letter}")
    (answer,) = printed.do(undo).answers
    (reply,) = printed.do(reply_from_sheet, 1, "1 a")

    assert (answer.how, answer.row, answer.code) == ("asked-still", 1, "V1")
    assert (reply.outcome, printed.state(1)) == (ReplyOutcome.ACCEPTED, _S.ARRANGED)
    assert printed.look(lambda tx: today(tx, printed.actor, printed.rules)).wrong_numbers == ()


def test_undoing_a_line_says_of_every_row_what_became_of_it(printed: Desk) -> None:
    """What a colleague moved on meanwhile stands, and the rest is taken back."""
    printed.do(reply_from_sheet, 1, "1 a 2 d 3 n")
    colleague = replace(printed, actor=Actor(name="小张"))
    colleague.do(cancel, 2)
    undone = printed.do(undo)

    assert [(one.row, one.number, one.how) for one in undone.answers] == [
        (1, 1, "asked-still"),
        (2, 2, "gone-on"),
        (3, 3, "asked-still"),
    ]
    assert (undone.numbers, undone.stays) == ((1, 3), ((2, "V2"),))


def test_a_yes_that_a_colleague_moved_on_is_not_said_to_be_taken_back(printed: Desk) -> None:
    """It is done by now: nothing changes, and it says so."""
    printed.do(reply_from_sheet, 1, "1 a")
    colleague = replace(printed, actor=Actor(name="小张"))
    colleague.do(finish, 1)
    before = printed.everything()

    with pytest.raises(NotAllowedNow, match="has moved on"):
        printed.do(undo)
    assert printed.everything() == before


def test_a_printed_word_to_both_sides_is_crossed_out(printed: Desk, street: Street) -> None:
    """Where to go stands on a sheet: the rows are named, and nothing of the line goes back until they are crossed out."""
    printed.do(reply_from_sheet, 1, "1 a 2 d")
    street.database.write(
        lambda tx: tx.connection.execute(delivery.update().where(delivery.c.state == "ready").values(state="sent"))
    )
    printed.do(print_sheet)
    with pytest.raises(NotAllowedNow, match="it is printed"):
        printed.do(undo)
    assert printed.state(2) is _S.TRIAGED
    printed.do(undo, crossed_out=True)

    assert (printed.state(1), printed.state(2), printed.waiting(1)) == (_S.ASKING, _S.ASKING, [])


def test_what_somebody_was_told_by_phone_is_not_crossed_out(printed: Desk, street: Street) -> None:
    """A colleague has rung and keyed it back: they know, so the yes stands."""
    printed.do(reply_from_sheet, 1, "1 a")
    street.database.write(
        lambda tx: tx.connection.execute(delivery.update().where(delivery.c.state == "ready").values(state="sent"))
    )
    colleague = replace(printed, actor=Actor(name="小张"))
    colleague.do(print_sheet)
    colleague.do(reply_from_sheet, 2, "1 a 2 a")

    with pytest.raises(NotAllowedNow, match="have been told"):
        printed.do(undo, crossed_out=True)
    assert printed.state(1) is _S.ARRANGED


def test_history_says_that_it_was_noted_by_mistake(printed: Desk) -> None:
    """Nobody is said to have given back what they never took, and a round may ask them like anybody."""
    printed.do(reply_from_sheet, 1, "1 a")
    printed.do(undo)
    request_id = printed.request(1).id
    log = printed.look(lambda tx: list(events.read(tx.connection, "street", request_id=request_id)))
    first = printed.look(lambda tx: offers.of_requests(tx.connection, [request_id]))[0]

    assert [one.params.get("why") for one in log if one.kind == "offer-ended"] == ["mistaken"]
    assert [one.params["instead_of"] for one in log if "instead_of" in one.params] == [first.id]
    assert first.was_mistaken
    printed.do(take_over, 1, "小李")
    assert printed.offers(1)[-1] == ("V1", "withdrawn")


def test_a_row_that_decided_nothing_is_the_step_that_is_taken_back(printed: Desk) -> None:
    """The same letter keyed twice, then undone once: the first keying stands."""
    printed.do(reply_from_sheet, 1, "1 a")
    printed.do(reply_from_sheet, 1, "1 a")
    (answer,) = printed.do(undo).answers

    assert (answer.how, printed.state(1)) == ("noted", _S.ARRANGED)


def test_who_was_not_reached_and_rings_back_is_keyed_from_the_same_row(printed: Desk) -> None:
    """No answer of theirs was noted, and the time on the paper is not over: their yes counts at once."""
    printed.do(reply_from_sheet, 1, "1 n")
    (reply,) = printed.do(reply_from_sheet, 1, "1 a")

    assert (reply.outcome, printed.state(1)) == (ReplyOutcome.ACCEPTED, _S.ARRANGED)
    assert printed.waiting(1) == [("resident", "who_comes"), ("responder", "details")]
    assert _whole(printed)


def test_taking_that_back_leaves_them_not_reached(printed: Desk) -> None:
    """As before it was keyed: nobody is asked, and the row can be keyed once more."""
    printed.do(reply_from_sheet, 1, "1 n")
    printed.do(reply_from_sheet, 1, "1 a")
    (answer,) = printed.do(undo).answers

    assert (answer.how, printed.state(1)) == ("not-asked", _S.TRIAGED)
    assert printed.do(reply_from_sheet, 1, "1 a")[0].outcome is ReplyOutcome.ACCEPTED


def test_from_their_own_phone_it_is_late_all_the_same(printed: Desk) -> None:
    """What was noted as no answer is not changed by a message; only the desk hears that they ring back."""
    code = _live(printed, 1).code
    printed.do(reply_from_sheet, 1, "1 n")

    assert printed.do(reply_from_phone, PHONE, f"1 {code}").outcome is ReplyOutcome.EXPIRED
    assert printed.state(1) is _S.TRIAGED


def test_where_somebody_else_is_asked_by_now_one_command_prefers_them(printed: Desk, street: Street) -> None:
    """The row changes nothing and says so; the offer that is accepted at once withdraws the other's, who is told."""
    street.responder("V9", capacity=1)
    printed.do(reply_from_sheet, 1, "1 n")
    printed.do(offer_by_hand, 1, "V9")
    (reply,) = printed.do(reply_from_sheet, 1, "1 a")
    made = printed.do(offer_by_hand, 1, "V1", again=True, accepted=True)

    assert (reply.outcome, made.state.value) == (ReplyOutcome.NOT_REACHED_BEFORE, "accepted")
    assert printed.offers(1) == [("V1", "expired"), ("V9", "withdrawn"), ("V1", "accepted")]
    assert printed.waiting(1) == [("resident", "who_comes"), ("responder", "details")]
    assert _whole(printed)


def test_after_the_deadline_a_yes_by_phone_is_one_command(printed: Desk, clock: StoppedClock) -> None:
    """The row says until when they could answer; the offer that is accepted at once ends the old one first."""
    clock.at += timedelta(hours=5)
    (reply,) = printed.do(reply_from_sheet, 1, "1 a")
    printed.do(offer_by_hand, 1, "V1", again=True, accepted=True)

    assert (reply.outcome, reply.deadline_at) == (ReplyOutcome.EXPIRED, _deadline(printed, 1))
    assert printed.offers(1) == [("V1", "expired"), ("V1", "accepted")]


def _deadline(desk: Desk, number: int) -> object:
    request_id = desk.request(number).id
    return desk.look(lambda tx: offers.of_requests(tx.connection, [request_id]))[0].deadline_at


def test_a_rule_that_speaks_against_them_is_said(printed: Desk) -> None:
    """A yes by phone is no way round the rules: V1 is busy with another request."""
    printed.do(reply_from_sheet, 1, "1 a")

    with pytest.raises(Refused, match="V1 cannot be asked for request 2"):
        printed.do(offer_by_hand, 2, "V1", accepted=True)


def test_who_is_asked_already_is_not_asked_twice_by_a_yes(printed: Desk) -> None:
    """Their offer is accepted as it stands."""
    printed.do(offer_by_hand, 1, "V1", accepted=True)

    assert printed.offers(1) == [("V1", "accepted")]


@pytest.mark.parametrize(("first", "then", "wants_out"), [("a", "d", True), ("d", "a", False)])
def test_an_answer_that_contradicts_the_first_changes_nothing_and_says_so(
    printed: Desk, first: str, then: str, wants_out: bool
) -> None:
    """The first answer decides; the second is for a person to settle, by the command it names."""
    printed.do(reply_from_sheet, 1, f"1 {first}")
    was = printed.offers(1)
    (reply,) = printed.do(reply_from_sheet, 1, f"1 {then}")

    assert (reply.contradicts, reply.wants_out, printed.offers(1)) == (True, wants_out, was)


@pytest.mark.parametrize("way", ["stays", "released", "undone"])
def test_who_wants_out_does_not_stand_in_today_for_ever(printed: Desk, way: str) -> None:
    """They come after all, they are released, or the no was noted by mistake."""

    def named() -> Sequence[tuple[int, str]]:
        return printed.look(lambda tx: today(tx, printed.actor, printed.rules)).wants_out

    printed.do(reply_from_sheet, 1, "1 a")
    printed.do(reply_on_behalf, 1, "V1", accepts=False)
    assert named() == ((1, "V1"),)
    if way == "stays":
        printed.do(reply_on_behalf, 1, "V1", accepts=True)
    elif way == "released":
        printed.do(give_back, 1, "V1")
    else:
        printed.do(undo)

    assert named() == ()
    assert printed.state(1) is (_S.TRIAGED if way == "released" else _S.ARRANGED)


def test_an_answer_that_was_read_is_ticked_off(printed: Desk) -> None:
    """It names what it may be about, is gone from today once ticked off, and comes back when that is undone."""
    printed.do(reply_from_phone, PHONE, "在吗")
    printed.do(reply_from_phone, "+9991390000077", "什么事")

    def waiting() -> Sequence[tuple[str, tuple[tuple[int, str], ...]]]:
        found = printed.look(lambda tx: today(tx, printed.actor, printed.rules)).unclear
        return [(one.tag, one.about) for one in found]

    (first, about), (second, nothing) = waiting()
    printed.do(mark_read, first)
    assert (about, nothing) == (((1, "V1"),), ())
    assert [tag for tag, _ in waiting()] == [second]
    printed.do(undo)
    assert [tag for tag, _ in waiting()] == [first, second]
    with pytest.raises(NotFound, match="waits to be read"):
        printed.do(mark_read, "000")


def test_a_person_who_is_full_by_now_is_not_asked_beyond_their_capacity(printed: Desk) -> None:
    """Their seat went to another request: the no stands, and nothing is broken."""
    printed.do(reply_from_sheet, 1, "1 d")
    colleague = replace(printed, actor=Actor(name="小张"))
    _take(colleague)
    colleague.do(offer_by_hand, 4, "V1")

    with pytest.raises(NotAllowedNow, match="has moved on since"):
        printed.do(undo)
    assert _whole(printed)
