"""An emergency is kept whatever it leaves open, with what is certain of it; nobody is sent until it is clear what and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import cancel, hand_over, triage, unable
from dispatch.desk.editing import Correction, edit_request, log_afterwards
from dispatch.desk.explaining import explain_request
from dispatch.desk.exporting.export_rows import request_rows
from dispatch.desk.intake import Taken, take_request, take_requests
from dispatch.desk.kept_emergencies import Understood, keep_emergency, understand
from dispatch.desk.pages import board, show_request, today
from dispatch.desk.undoing import undo
from dispatch.desk.verifying import verify
from dispatch.errors import Conflict, NotAllowedNow, NotFound, Refused
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order, Private
from dispatch.model.rules import Rules
from dispatch.model.service import EMERGENCY, Urgency
from dispatch.store import requests
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

Keep = Callable[..., tuple[Taken, Understood]]


@pytest.fixture
def keep(street: Street, actor: Actor) -> Keep:
    """Keeps a line as it was typed on the street."""

    def one(text: str, *, by: Actor = actor, rules: Rules | None = None, **said: Any) -> tuple[Taken, Understood]:
        understood = street.database.read(lambda tx: understand(tx, by, text, **said))
        return street.database.write(lambda tx: keep_emergency(tx, by, rules or Rules(), understood))

    return one


def _place(desk: Desk, number: int) -> tuple[str, str]:
    """The code of the place a request is at, and its address."""
    whole = desk.look(lambda tx: show_request(tx, desk.actor, number))
    code = {id: code for code, id in desk.street.places.items()}[whole.line.request.place_id]
    return code, whole.person.exact_address


@pytest.mark.parametrize(
    ("text", "place", "address", "asked"),
    [
        ("着火了!", "street", "", ["place", "service", "phone"]),
        ("8号楼着火了 +9991380000001", "8", "8号楼", ["unit", "service"]),
        ("8号楼2单元有人晕倒", "8-2", "8号楼2单元", ["service", "phone"]),
        ("王阿姨说不想活了 8-1-502", "8-1", "8号楼1单元502", ["service", "phone"]),
        ("99号楼着火了", "street", "", ["place", "service", "phone"]),
        ("8号楼7单元着火了", "street", "", ["place", "service", "phone"]),
        ("8号楼和9号楼都着火了", "street", "", ["place", "service", "phone"]),
        ("万科小区8号楼着火了", "street", "", ["place", "service", "phone"]),
        ("第2网格5楼着火了", "G2", "", ["place", "service", "phone"]),
        ("9号楼着火了 1380000", "9", "9号楼", ["service", "phone"]),
        ("着火了" + "，快来" * 200, "street", "", ["place", "service", "phone"]),
    ],
)
def test_what_is_not_clear_is_left_open_and_nothing_is_guessed(
    keep: Keep, desk: Desk, text: str, place: str, address: str, asked: list[str]
) -> None:
    """The smallest place that is certain, no service that nobody named, the line whole, and a named person at once."""
    taken, understood = keep(text)
    request = desk.request(taken.number)
    whole = desk.look(lambda tx: show_request(tx, desk.actor, taken.number))

    assert (request.state, request.urgency) == (RequestState.NEEDS_PERSON, Urgency.URGENT)
    assert (request.owner, request.reason) == ("小李", "emergency")
    assert _place(desk, taken.number) == (place, address)
    assert whole.line.service.code == EMERGENCY
    assert whole.person.notes == text
    assert [one.key for one in understood.open] == asked


def test_what_is_clear_is_kept_as_it_is(keep: Keep, desk: Desk) -> None:
    """Service, door, name and phone of a line that leaves nothing open, although it is an emergency."""
    street = desk.street
    taken, understood = keep("8号楼2单元301 老人晕倒了 王阿姨 +9991380000001", service="drain")
    whole = desk.look(lambda tx: show_request(tx, desk.actor, taken.number))

    assert understood.open == ()
    assert whole.line.request.service_id == street.services["drain"]
    assert (whole.person.name, whole.person.phone, whole.person.floor) == ("王阿姨", "+9991380000001", 3)


def test_a_floor_that_contradicts_its_door_is_not_chosen(keep: Keep, desk: Desk) -> None:
    """The door stays as it was typed, and no floor is made of it."""
    taken, understood = keep("8号楼2单元5楼301着火了")
    whole = desk.look(lambda tx: show_request(tx, desk.actor, taken.number))

    assert "door" in [one.key for one in understood.open]
    assert whole.person.floor is None


@pytest.mark.parametrize(
    ("said", "place", "key"),
    [
        ({"place": "8-2-301"}, "8-2", None),
        ({"place": "8"}, "8", None),
        ({"place": "8号楼"}, "8", "unit"),
        ({"place": "77号楼"}, "street", "place"),
        ({"service": "drain"}, "street", "place"),
        ({"service": "rescue"}, "street", "service"),
        ({"service": EMERGENCY}, "street", "service"),
    ],
)
def test_what_was_given_beside_the_line_says_more_than_it(
    keep: Keep, desk: Desk, said: dict[str, str], place: str, key: str | None
) -> None:
    """A place or a service that cannot be is left open, and stands in the notes as it was given."""
    taken, understood = keep("着火了", **said)
    whole = desk.look(lambda tx: show_request(tx, desk.actor, taken.number))
    given = next(iter(said.values()))

    assert _place(desk, taken.number)[0] == place
    assert (key is None) == (not {"place", "unit"} & {one.key for one in understood.open})
    if key in ("place", "unit") and "place" in said:
        assert given in whole.person.notes


def test_a_headcount_and_a_time_that_cannot_be_are_left_open(desk: Desk) -> None:
    """Neither five hundred people nor an hour that is over keeps an emergency out."""
    over = (NINE - timedelta(hours=2), NINE - timedelta(hours=1))
    order = Order(service=EMERGENCY, place="8", headcount=500, window=over)
    taken, understood = desk.do(keep_emergency, Understood(order=order, open=()))
    request = desk.request(taken.number)

    assert [one.key for one in understood.open] == ["headcount", "window", "phone"]
    assert (request.state, request.headcount, request.window) == (RequestState.NEEDS_PERSON, 1, None)


def test_a_time_that_ends_before_it_begins_is_left_open(keep: Keep, desk: Desk) -> None:
    """What refuses any other line is a question beside this one."""
    taken, understood = keep("8号楼2单元着火了 15:00-14:00")

    assert desk.request(taken.number).state is RequestState.NEEDS_PERSON
    assert "window" in [one.key for one in understood.open]


def test_more_words_than_a_note_holds_are_cut_and_said_to_be(keep: Keep, desk: Desk) -> None:
    """The first of them are kept."""
    taken, understood = keep("着火了" + "啊" * 5000)
    whole = desk.look(lambda tx: show_request(tx, desk.actor, taken.number))

    assert len(whole.person.notes) == 4000
    assert "note" in [one.key for one in understood.open]


def test_bytes_that_are_no_text_keep_no_emergency_out(keep: Keep, desk: Desk) -> None:
    """A mark stands where they stood."""
    taken, _ = keep("着火了\udcff\0 8号楼")
    whole = desk.look(lambda tx: show_request(tx, desk.actor, taken.number))

    assert whole.person.notes.startswith("着火了\ufffd")


@pytest.mark.parametrize("text", ["着火了", "9号楼着火了", "8号楼2单元着火了"])
def test_a_grid_worker_keeps_it_where_they_can_see_it(keep: Keep, desk: Desk, text: str) -> None:
    """An unknown place, or one in another grid, is for the time being the grid they look after."""
    worker = Actor(name="小赵", grid="G1")
    taken, understood = keep(text, by=worker)
    seen = desk.look(lambda tx: today(tx, worker, Rules()))

    assert [line.request.number for line in seen.needs_person] == [taken.number]
    assert _place(desk, taken.number)[0] == ("8-2" if text.startswith("8") else "G1")
    assert ("place" in [one.key for one in understood.open]) != text.startswith("8")


def test_the_same_key_is_the_same_emergency(keep: Keep) -> None:
    """Repeated with its key it is no second one; the key with other words is a conflict, as with any request."""
    first, _ = keep("8号楼着火了", key="k")
    again, _ = keep("8号楼着火了", key="k")

    assert (first.is_new, again.is_new, again.id) == (True, False, first.id)
    with pytest.raises(Conflict, match="request 1"):
        keep("9号楼着火了", key="k")


def test_an_emergency_at_the_same_place_is_told_as_a_repeat(keep: Keep) -> None:
    """Both are kept; the second names the first, and one elsewhere names none."""
    keep("8号楼着火了")
    second, _ = keep("快来，8号楼起火了")
    elsewhere, _ = keep("9号楼着火了")

    assert (second.repeats, elsewhere.repeats) == ((1,), ())


def test_who_may_take_nothing_keeps_nothing(keep: Keep) -> None:
    """An emergency is no way around who may do what."""
    with pytest.raises(Refused, match="may not"):
        keep("着火了", by=Actor(name="p", role=Role.PLANNER))


def test_nobody_is_asked_before_it_is_clear_what_is_needed(keep: Keep, desk: Desk) -> None:
    """Triage, a hand-made offer and a reason why are refused with the command that says what; a round passes it by."""
    desk.street.responder("V1", skills=())
    keep("8号楼2单元着火了")
    for step in (
        lambda: desk.do(triage, 1),
        lambda: desk.do(offer_by_hand, 1, "V1"),
        lambda: desk.look(lambda tx: explain_request(tx, desk.actor, desk.rules, 1)),
    ):
        with pytest.raises(NotAllowedNow, match="what request 1 needs is not clear") as refused:
            step()
        assert "edit {number} --service" in str(refused.value.hint)

    assert desk.round() == []
    assert desk.state(1) is RequestState.NEEDS_PERSON


def test_nobody_is_sent_to_a_place_that_nobody_named(keep: Keep, desk: Desk) -> None:
    """With a service but without a place it waits for nobody; with both it does."""
    keep("着火了", service="drain")

    with pytest.raises(NotAllowedNow, match="where request 1 is, is not clear"):
        desk.do(triage, 1)
    desk.do(edit_request, 1, Correction(place="8-2", exact_address="8号楼2单元301"))
    desk.do(triage, 1)

    assert desk.state(1) is RequestState.TRIAGED


def test_once_it_says_what_and_where_it_is_a_request_like_any_other(keep: Keep, desk: Desk) -> None:
    """Corrected, let wait, and somebody is asked."""
    desk.street.responder("V1")
    keep("着火了")
    desk.do(edit_request, 1, Correction(service="listen", place="8-2", exact_address="8号楼2单元301"))
    desk.do(triage, 1)

    assert desk.round() == [(1, "V1")]


def test_a_correction_is_taken_back_only_while_nobody_waits_for_it(keep: Keep, desk: Desk) -> None:
    """In a person's hands it is an unclear emergency again; waiting to be matched it stays clear."""
    keep("着火了")
    clear = Correction(service="listen", place="8-2", exact_address="8号楼2单元301")
    desk.do(edit_request, 1, clear)
    desk.do(undo)
    assert _place(desk, 1) == ("street", "")

    desk.do(edit_request, 1, clear)
    other = Actor(name="小王")
    desk.street.database.write(lambda tx: triage(tx, other, desk.rules, 1))
    with pytest.raises(NotAllowedNow, match="moved on"):
        desk.do(undo)

    assert (_place(desk, 1)[0], desk.state(1)) == ("8-2", RequestState.TRIAGED)


def test_nobody_makes_an_emergency_of_another_request(desk: Desk) -> None:
    """It is no service to change to, nor one that was done."""
    desk.street.responder("V1")
    desk.street.request(state=RequestState.TRIAGED)

    with pytest.raises(NotFound, match="no service emergency"):
        desk.do(edit_request, 1, Correction(service=EMERGENCY))
    with pytest.raises(Refused, match="says what was done"):
        desk.do(log_afterwards, Order(service=EMERGENCY, place="8-2"), ["V1"], NINE)


def test_an_order_for_an_emergency_is_one_whatever_its_words(desk: Desk) -> None:
    """Taken by its service alone it is urgent and in a person's hands; the services named to choose from stay the same."""
    order = Order(service=EMERGENCY, place="8", urgency=Urgency.LOW)
    taken = desk.do(take_request, order)

    assert (taken.state, desk.request(1).urgency) == (RequestState.NEEDS_PERSON, Urgency.URGENT)
    _, refused = desk.do(take_requests, [order, replace(order, service="flying")])
    assert isinstance(refused, NotFound)
    assert [one.params["code"] for one in refused.params["known"]] == ["drain", "listen"]


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda desk: desk.do(hand_over, 1, "119"), RequestState.HANDED_OVER),
        (lambda desk: desk.do(unable, 1, "没人应门"), RequestState.UNABLE),
        (lambda desk: desk.do(cancel, 1), RequestState.CANCELLED),
        (lambda desk: desk.do(undo), RequestState.CANCELLED),
    ],
    ids=["handed over", "unable", "cancelled", "undone"],
)
def test_every_end_is_open_to_it_and_every_promise_holds(
    keep: Keep, desk: Desk, end: Callable[[Desk], Any], state: RequestState
) -> None:
    """From a person's hands straight to 119; the pages of the day show it before, and the data is whole after."""
    keep("着火了，王阿姨说不想活了 +9991380000001")
    now = desk.look(lambda tx: today(tx, desk.actor, desk.rules))
    lanes = desk.look(lambda tx: board(tx, desk.actor, desk.rules))
    end(desk)

    assert [line.request.number for line in now.needs_person] == [1]
    assert [line.request.number for line in lanes["dispatching"]] == [1]
    assert desk.state(1) is state
    assert desk.look(lambda tx: verify(tx, desk.actor, desk.rules)) == []


def test_its_words_are_exported_only_where_confidential_ones_are(keep: Keep, desk: Desk) -> None:
    """Nobody knows yet what they tell, so they are kept back like those of a confidential service."""
    keep("王阿姨说不想活了")

    def rows(*, all_: bool) -> list[Any]:
        return desk.look(
            lambda tx: request_rows(tx, requests.find(tx.connection, "street"), "en", with_confidential=all_)
        )[0]

    assert (rows(all_=False)[0]["note"], rows(all_=True)[0]["note"]) == ("", "王阿姨说不想活了")


def test_private_words_stay_out_of_the_log(keep: Keep, desk: Desk) -> None:
    """The event names codes, and neither the line nor the door."""
    keep("王阿姨说不想活了 8-1-502 +9991380000001")
    whole = desk.look(lambda tx: show_request(tx, desk.actor, 1))
    said = str([dict(one.params) for one in whole.history])

    assert whole.person != Private()
    assert not [word for word in ("王阿姨", "502", "1380000001", "不想活") if word in said]
