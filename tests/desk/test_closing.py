"""The ends of a request: each from where the table lets it, everybody concerned is told, nothing half done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import (
    cancel,
    finish,
    hand_over,
    merge,
    promote,
    rate,
    reopen,
    start_work,
    take_over,
    triage,
    unable,
)
from dispatch.desk.pages import show_request
from dispatch.desk.replies import give_back, reply_on_behalf
from dispatch.desk.undoing import undo
from dispatch.errors import NotAllowedNow, NotFound, Refused
from dispatch.i18n import say_error
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import HOLDS_SEAT, NEXT_REQUEST, OfferState, RequestState
from dispatch.store import events, private
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

_S, _O = RequestState, OfferState

VERBS: dict[str, tuple[Callable[..., Any], tuple[Any, ...], RequestState]] = {
    "start": (start_work, (), _S.DOING),
    "done": (finish, (), _S.DONE),
    "rate": (rate, (5,), _S.RATED),
    "cancel": (cancel, (), _S.CANCELLED),
    "unable": (unable, ("no spare part",), _S.UNABLE),
    "hand over": (hand_over, ("the water works",), _S.HANDED_OVER),
    "promote": (promote, (), _S.PROMOTED),
    "merge": (merge, (2,), _S.MERGED),
    "triage": (triage, (), _S.TRIAGED),
    "take over": (take_over, ("老张",), _S.NEEDS_PERSON),
}
"""What a desk may decide, and where it leads."""

HELD = {_S.ASKING: _O.OFFERED, _S.ARRANGED: _O.ACCEPTED, _S.DOING: _O.DOING, _S.DONE: _O.DONE, _S.RATED: _O.DONE}
"""What the offer of a request in each state looks like."""


def _standing(street: Street, state: RequestState) -> None:
    """Let request 1 stand in a state, with the person it takes, and let request 2 be open."""
    columns: dict[RequestState, dict[str, Any]] = {
        _S.NEEDS_PERSON: {"owner": "小李", "reason": "emergency"},
        _S.DONE: {"done_at": NINE},
        _S.RATED: {"done_at": NINE, "rating": 5},
        _S.UNABLE: {"reason": "unable"},
        _S.HANDED_OVER: {"reason": "handed-over"},
    }
    first = _S.RECEIVED if state is _S.MERGED else state
    request_id = street.request(state=first, **columns.get(state, {}))
    other = street.request(state=_S.TRIAGED)
    if state is _S.MERGED:
        street.move_request(request_id, state, merged_into=other)
    if state in HELD:
        ended = NINE if HELD[state] is _O.DONE else None
        street.offer(request_id, street.responder("V1"), HELD[state], ended_at=ended)


@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize("verb", VERBS)
def test_a_decision_is_taken_where_the_table_lets_it_and_nowhere_else(
    desk: Desk, street: Street, verb: str, state: RequestState
) -> None:
    """It leads to its state, no seat is held for a request that is over; elsewhere nothing changes at all."""
    function, words, target = VERBS[verb]
    _standing(street, state)
    before = desk.everything()

    if target in NEXT_REQUEST[state]:
        desk.do(function, 1, *words)
        assert desk.state(1) is target
        if target is not _S.DOING:
            assert not [one for one in desk.offers(1) if one[1] in HOLDS_SEAT and state is not _S.DOING]
        assert (desk.request(1).next_check_at is None) == (target is _S.DONE or not NEXT_REQUEST[target])
    elif (verb, state) == ("rate", _S.RATED):  # the stars are corrected; it moves nowhere
        desk.do(function, 1, *words)
        assert desk.state(1) is state
    else:
        with pytest.raises(NotAllowedNow, match="request 1"):
            desk.do(function, 1, *words)
        assert desk.everything() == before


def test_the_work_is_followed_to_its_end(desk: Desk, street: Street) -> None:
    """Begun, done, rated: the helper's place follows, the resident is asked, the stars are kept."""
    _standing(street, _S.ARRANGED)
    desk.do(start_work, 1)
    assert desk.offers(1) == [("V1", "doing")]
    desk.do(finish, 1)
    assert desk.offers(1) == [("V1", "done")]
    assert desk.waiting(1) == [("resident", "done")]
    rated = desk.do(rate, 1, 4, "快")

    assert (rated.state, rated.rating) == (_S.RATED, 4)
    assert desk.look(lambda tx: private.words_of(tx.connection, rated.words_id)) == "快"
    assert "快" not in str(desk.look(lambda tx: [one.params for one in events.read(tx.connection, "street")]))


def test_nobody_is_told_what_is_over(desk: Desk, street: Street) -> None:
    """Done before the calls were made: nobody hears who will come; rated: nobody is asked for a rating."""
    street.offer(street.request("listen"), street.responder("V1"))
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    assert desk.waiting(1) == [("resident", "who_comes"), ("responder", "details")]
    desk.do(finish, 1)
    assert desk.waiting(1) == [("resident", "done")]
    desk.do(rate, 1, 5)

    assert desk.waiting(1) == []


@pytest.mark.parametrize("stars", [-1, 0, 6, 100])
def test_there_are_one_to_five_stars(desk: Desk, street: Street, stars: int) -> None:
    """Others are refused in words, and the request still waits for its rating."""
    _standing(street, _S.DONE)

    with pytest.raises(Refused, match="1 to 5"):
        desk.do(rate, 1, stars)
    assert desk.state(1) is _S.DONE


@pytest.mark.parametrize("verb", [lambda d: d.do(rate, 1, 5), lambda d: d.do(reopen, 1), lambda d: d.do(triage, 1)])
def test_after_seven_days_it_is_closed(
    desk: Desk, street: Street, clock: StoppedClock, verb: Callable[[Desk], Any]
) -> None:
    """To the minute: within the rating window it may be rated or reopened, after it neither."""
    _standing(street, _S.DONE)
    clock.at = NINE + timedelta(days=7, minutes=1)
    with pytest.raises(NotAllowedNow, match="more than 7 days ago"):
        verb(desk)
    clock.at = NINE + timedelta(days=7)

    verb(desk)

    assert desk.state(1) in (_S.RATED, _S.TRIAGED)


def test_what_was_not_done_well_is_done_again_by_somebody_else(desk: Desk, street: Street) -> None:
    """Reopened, it needs as many people as before, and who came the first time is not asked again."""
    for code in ("V1", "V2"):
        street.responder(code)
    street.request("listen", state=_S.TRIAGED)
    ((_, first),) = desk.round()
    desk.do(reply_on_behalf, 1, first, accepts=True)
    desk.do(finish, 1)
    desk.do(reopen, 1)
    assert desk.request(1).headcount == 1
    ((_, second),) = desk.round()
    desk.do(reply_on_behalf, 1, second, accepts=True)
    desk.do(finish, 1)

    assert {first, second} == {"V1", "V2"}
    assert desk.offers(1) == [(first, "done"), (second, "done")]
    desk.do(reopen, 1)
    assert desk.request(1).headcount == 1


@pytest.mark.parametrize("state", [_S.RECEIVED, _S.TRIAGED, _S.ASKING, _S.ARRANGED, _S.CANCELLED])
def test_only_what_was_done_is_reopened(desk: Desk, street: Street, state: RequestState) -> None:
    """Anything else is as it was, and whoever is asked for it stays asked."""
    _standing(street, state)
    before = desk.everything()

    with pytest.raises(NotAllowedNow, match="cannot be reopened"):
        desk.do(reopen, 1)
    assert desk.everything() == before


def test_one_of_three_came_and_two_are_sought(desk: Desk, street: Street) -> None:
    """Nobody else is asked by now: it waits for the next round, which asks for the two that are missing."""
    for n in (1, 2, 3):
        street.responder(f"V{n}", capacity=1)
    street.request("listen", headcount=3, state=_S.TRIAGED)
    desk.do(offer_by_hand, 1, "V2")
    desk.do(reply_on_behalf, 1, "V2", accepts=True)
    assert (desk.state(1), desk.request(1).reason) == (_S.TRIAGED, "still-short")

    assert desk.round() == [(1, "V1"), (1, "V3")]


def test_a_cancelled_request_tells_whom_it_concerns(desk: Desk, street: Street) -> None:
    """Who was asked is withdrawn, who had accepted is cancelled; whoever heard of it hears that it is over."""
    request_id = street.request(headcount=3, state=_S.ASKING)
    street.offer(request_id, street.responder("V1"), _O.ACCEPTED)
    street.offer(request_id, street.responder("V2"))
    street.offer(request_id, street.responder("V3"), _O.DECLINED, ended_at=NINE)
    desk.do(cancel, 1, by="desk")

    assert desk.offers(1) == [("V1", "cancelled"), ("V2", "withdrawn"), ("V3", "declined")]
    assert desk.request(1).reason == "by-desk"


@pytest.mark.parametrize(("function", "option"), [(unable, "why"), (hand_over, "to")])
@pytest.mark.parametrize("words", ["", "  ", "x" * 501])
def test_an_end_that_must_be_explained_needs_words(
    desk: Desk, street: Street, function: Callable[..., Any], option: str, words: str
) -> None:
    """None, only blanks, or more than anybody reads: refused, and it stays open."""
    street.request(state=_S.TRIAGED)

    with pytest.raises(Refused, match=option if not words.strip() else "501"):
        desk.do(function, 1, words)
    assert desk.state(1) is _S.TRIAGED


def test_the_words_of_an_end_are_private_and_kept(desk: Desk, street: Street) -> None:
    """They are read back on the request's page, and stand in no event."""
    street.request(state=_S.TRIAGED)
    desk.do(hand_over, 1, "自来水公司")
    whole = desk.look(lambda tx: show_request(tx, desk.actor, 1))

    assert whole.words == "自来水公司"
    assert "自来水" not in str(whole.history)


def test_a_merged_request_names_the_other(desk: Desk, street: Street) -> None:
    """Into itself, into nothing and into what is over is refused; into an open one it is done."""
    for state in (_S.RECEIVED, _S.TRIAGED, _S.CANCELLED):
        street.request(state=state)

    with pytest.raises(Refused, match="into itself"):
        desk.do(merge, 1, 1)
    with pytest.raises(NotFound, match="9"):
        desk.do(merge, 1, 9)
    with pytest.raises(NotAllowedNow, match="request 3 is cancelled"):
        desk.do(merge, 1, 3)
    desk.do(merge, 1, 2)
    assert desk.look(lambda tx: show_request(tx, desk.actor, 1)).merged_into == 2


def test_a_person_takes_over_and_those_who_accepted_stay(desk: Desk, street: Street) -> None:
    """Only those who have not answered are let go; the request has a name to it."""
    request_id = street.request(headcount=2, state=_S.ASKING)
    street.offer(request_id, street.responder("V1"), _O.ACCEPTED)
    street.offer(request_id, street.responder("V2"))
    taken = desk.do(take_over, 1, " 老张 ")

    assert (taken.state, taken.owner, taken.reason) == (_S.NEEDS_PERSON, "老张", "taken-over")
    assert desk.offers(1) == [("V1", "accepted"), ("V2", "withdrawn")]
    with pytest.raises(Refused, match="a name"):
        desk.do(take_over, 1, " ")


def test_what_has_all_its_people_waits_for_nobody(desk: Desk, street: Street) -> None:
    """A person had it in hand while the helper was at work: given back to the desk, it is arranged."""
    _standing(street, _S.DOING)
    desk.do(take_over, 1, "老张")
    desk.do(triage, 1)

    assert desk.state(1) is _S.ARRANGED
    desk.do(finish, 1)
    assert desk.offers(1) == [("V1", "done")]


def test_what_is_given_back_after_work_began_is_asked_again(desk: Desk, street: Street) -> None:
    """The place is free again and the request waits."""
    _standing(street, _S.DOING)
    desk.do(give_back, 1, "V1")

    assert (desk.state(1), desk.offers(1)) == (_S.TRIAGED, [("V1", "released")])
    with pytest.raises(NotFound, match="holds no place"):
        desk.do(give_back, 1, "V1")


def test_requests_for_different_needs_are_merged_only_when_somebody_is_sure(desk: Desk, street: Street) -> None:
    """Another service or another building is asked about first; nothing changes until then."""
    street.request("drain", state=RequestState.TRIAGED)
    street.request("listen", state=RequestState.TRIAGED)
    street.request("drain", place="8-1", state=RequestState.TRIAGED)
    for number in (2, 3):
        with pytest.raises(Refused, match="not for the same service"):
            desk.do(merge, number, 1)
    desk.do(merge, 2, 1, sure=True)

    assert (desk.state(2), desk.state(3)) == (RequestState.MERGED, RequestState.TRIAGED)


def _rated(desk: Desk, street: Street, stars: int) -> None:
    _standing(street, _S.ARRANGED)
    desk.do(finish, 1)
    desk.do(rate, 1, stars, "很快")


def test_wrong_stars_are_put_right_by_giving_them_again(desk: Desk, street: Street) -> None:
    """It stays rated, the event says what they were, the comment stays, and undo brings the former stars back."""
    _rated(desk, street, 1)
    moved = _moves(desk)
    desk.do(rate, 1, 5)
    log = desk.look(lambda tx: list(events.of_kind(tx.connection, "street", "rating-corrected", NINE)))

    assert (desk.state(1), desk.request(1).rating, _moves(desk)) == (_S.RATED, 5, moved)
    assert [(one.params["was"], one.params["now"]) for one in log] == [(1, 5)]
    words_id = desk.request(1).words_id
    assert desk.look(lambda tx: private.words_of(tx.connection, words_id)) == "很快"
    desk.do(undo)
    assert (desk.state(1), desk.request(1).rating) == (_S.RATED, 1)


def _moves(desk: Desk) -> int:
    return len(desk.look(lambda tx: list(events.of_kind(tx.connection, "street", "moved", NINE))))


def test_the_same_stars_again_change_nothing(desk: Desk, street: Street) -> None:
    """Not a row is written."""
    _rated(desk, street, 4)
    before = desk.everything()
    desk.do(rate, 1, 4)

    assert desk.everything() == before


def test_stars_are_corrected_within_the_window_and_at_the_desk_only(
    desk: Desk, street: Street, clock: StoppedClock
) -> None:
    """The resident rates once; after seven days nobody changes it."""
    _rated(desk, street, 1)
    with pytest.raises(NotAllowedNow):
        replace(desk, actor=Actor(name="王", role=Role.RESIDENT, reference="1")).do(rate, 1, 5)
    clock.at += timedelta(days=7, minutes=1)

    with pytest.raises(NotAllowedNow, match="more than 7 days ago"):
        desk.do(rate, 1, 5)
    assert desk.request(1).rating == 1


def test_what_cannot_be_done_yet_says_what_comes_first(desk: Desk, street: Street) -> None:
    """Nobody asked, asked and not answered, too few: the hint is the command for each, and no list of states."""
    street.request(state=_S.TRIAGED)
    street.offer(street.request(), street.responder("V1"))
    street.offer(street.request(headcount=2), street.responder("V2"), _O.ACCEPTED)

    def said(number: int) -> tuple[str, str | None]:
        with pytest.raises(NotAllowedNow) as refused:
            desk.do(finish, number)
        return say_error(refused.value, "zh")

    assert said(1) == ("1号单还没有人接：先记下是谁做的", "dispatch offer 1 --to 代号 --accepted，然后：dispatch done 1")
    assert said(2)[0] == "2号单还没有人接：先录答复"
    assert "dispatch reply --on-behalf-of V1 --request 2 --yes" in str(said(2)[1])
    assert said(3) == ("3号单要2人，才有1人接，还不能算办完", "要是这些人就够：dispatch request edit 3 --headcount 1")


def test_what_is_cancelled_already_says_so(desk: Desk, street: Street) -> None:
    """Not that it cannot become what it is."""
    street.request(state=_S.TRIAGED)
    desk.do(cancel, 1)

    with pytest.raises(NotAllowedNow) as refused:
        desk.do(cancel, 1)
    assert say_error(refused.value, "zh")[0] == "1号单已经撤过了，什么都没改"
