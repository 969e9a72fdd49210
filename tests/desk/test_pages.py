"""The pages of the day: what needs a person and nothing else, each name masked until it may be known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.closing import cancel, finish, rate, take_over
from dispatch.desk.pages import LANES, board, list_requests, show_request, today
from dispatch.desk.replies import reply_from_phone, reply_on_behalf
from dispatch.errors import NotFound
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import FINISHED, OPEN, OfferState, RequestState
from dispatch.model.request import Private
from dispatch.model.rules import Rules
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

_S, _O = RequestState, OfferState


def _today(desk: Desk) -> dict[str, list[int]]:
    """The numbers under each heading that has any."""
    now = desk.look(lambda tx: today(tx, desk.actor, desk.rules))
    headings = ("needs_person", "nobody", "waiting", "silent", "overdue", "unrated")
    found = {name: [one.request.number for one in getattr(now, name)] for name in headings}
    return {name: numbers for name, numbers in found.items() if numbers}


def test_a_quiet_day_is_empty(desk: Desk) -> None:
    """Nothing needs anybody."""
    assert _today(desk) == {}


@pytest.mark.parametrize(
    ("state", "columns", "heading"),
    [
        (_S.RECEIVED, {}, "waiting"),
        (_S.TRIAGED, {}, "waiting"),
        (_S.TRIAGED, {"reason": "left-out"}, "nobody"),
        (_S.ASKING, {}, "silent"),
        (_S.ARRANGED, {}, None),
        (_S.ARRANGED, {"next_check_at": NINE}, "overdue"),
        (_S.DOING, {"next_check_at": NINE - timedelta(hours=1)}, "overdue"),
        (_S.NEEDS_PERSON, {"owner": "老张", "reason": "nobody-left"}, "needs_person"),
        (_S.DONE, {"done_at": NINE}, "unrated"),
        (_S.DONE, {"done_at": NINE - timedelta(days=8)}, None),
        (_S.CANCELLED, {}, None),
    ],
)
def test_each_request_stands_under_one_heading(
    desk: Desk, street: Street, state: RequestState, columns: dict[str, object], heading: str | None
) -> None:
    """The one that says what a person has to do about it, or none."""
    street.request(state=state, **columns)

    assert _today(desk) == ({heading: [1]} if heading else {})


def test_an_unclear_answer_waits_to_be_read_until_tomorrow(
    desk: Desk, street: Street, clock: StoppedClock
) -> None:
    """In the words in which it came."""
    street.responder("V1", phone="+9991390000001")
    desk.do(reply_from_phone, "+9991390000001", "啥？")
    (one,) = desk.look(lambda tx: today(tx, desk.actor, desk.rules)).unclear
    clock.at += timedelta(days=1, minutes=1)

    assert one.words == "啥？"
    assert desk.look(lambda tx: today(tx, desk.actor, desk.rules)).unclear == ()


def test_four_and_five_stars_count_as_satisfied(desk: Desk, street: Street) -> None:
    """Out of those who rated at all."""
    for number, stars in enumerate((1, 3, 4, 5), start=1):
        street.request(state=_S.DONE, done_at=NINE)
        desk.do(rate, number, stars)

    assert desk.look(lambda tx: today(tx, desk.actor, desk.rules)).satisfied == (2, 4)


def test_the_board_holds_every_open_request_once(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """Each open one in the lane of its state; the last lane holds what was done today, on the community's calendar."""
    for state in sorted(OPEN - {_S.NEEDS_PERSON}):
        street.request(state=state)
    street.request(state=_S.DONE, done_at=NINE)
    street.request(state=_S.DONE, done_at=NINE - timedelta(hours=9, minutes=1))
    lanes = desk.look(lambda tx: board(tx, desk.actor, desk.rules))
    shown = [line.request for lines in lanes.values() for line in lines]
    clock.at += timedelta(hours=15)

    assert all(line.request.state in dict(LANES)[name] for name, lines in lanes.items() for line in lines)
    assert sorted(one.number for one in shown) == list(range(1, len(OPEN) + 1))
    assert desk.look(lambda tx: board(tx, desk.actor, desk.rules))["rating"] == []


def test_a_list_masks_the_resident(desk: Desk, street: Street) -> None:
    """A family name, not the whole; the end of the phone; nothing that was typed."""
    street.request(state=_S.TRIAGED, person=Private(name="欧阳明月", phone="+9991380005678", notes="钥匙在门垫下"))
    (line,) = desk.look(lambda tx: list_requests(tx, desk.actor))

    assert (line.place, line.name) == ("8号楼", "欧**")
    assert "明月" not in line.resident and "1380005678" not in line.resident
    assert "钥匙" not in str(line)


def test_a_list_has_the_door_for_whoever_may_look_it_up(desk: Desk, street: Street) -> None:
    """A grid worker sees the door, or the unit where none is known; a planner the building."""
    street.request(state=_S.TRIAGED, person=Private(exact_address="8号楼2单元301"))
    street.request(state=_S.TRIAGED, person=Private())
    planner = Actor(name="planner", role=Role.PLANNER)
    seen = desk.look(lambda tx: list_requests(tx, desk.actor))
    coarse = desk.look(lambda tx: list_requests(tx, planner))

    assert [one.door for one in seen] == ["8号楼2单元301", "8号楼2单元"]
    assert [(one.door, one.place) for one in coarse] == [("", "8号楼")] * 2
    assert "301" not in str(coarse)


def test_nobody_waits_before_the_time_that_was_agreed(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """The wait counts from when the work may begin, so that an order for tomorrow is not late today."""
    later = (NINE + timedelta(hours=2), NINE + timedelta(hours=3))
    street.request(state=_S.TRIAGED, window_from=later[0], window_to=later[1])
    clock.at = NINE + timedelta(hours=1)
    (before,) = desk.look(lambda tx: list_requests(tx, desk.actor))
    clock.at = NINE + timedelta(hours=2, minutes=30)
    (after,) = desk.look(lambda tx: list_requests(tx, desk.actor))

    assert (before.waited_minutes, after.waited_minutes) == (0, 30)


def test_a_list_can_be_narrowed(desk: Desk, street: Street) -> None:
    """By state, and to the newest; by itself it shows what is open or not rated."""
    for state in (_S.TRIAGED, _S.CANCELLED, _S.TRIAGED, _S.DONE):
        street.request(state=state, **({"done_at": NINE} if state is _S.DONE else {}))

    def numbers(**said: object) -> list[int]:
        lines = desk.look(lambda tx: list_requests(tx, desk.actor, **said))  # type: ignore[arg-type]
        return [one.request.number for one in lines]

    assert numbers() == [1, 3, 4]
    assert numbers(limit=2) == [3, 4]
    assert numbers(states=[_S.CANCELLED]) == [2]
    assert numbers(states=FINISHED) == [2]


def test_a_helpers_name_is_known_once_they_accept(desk: Desk, street: Street) -> None:
    """Masked while they are asked, whole when they come."""
    street.offer(street.request(), street.responder("V1", name="张三丰"))
    asked = desk.look(lambda tx: show_request(tx, desk.actor, 1)).line.asked[0].name
    desk.do(reply_on_behalf, 1, "V1", accepts=True)

    assert asked != "张三丰" and asked.startswith("张")
    assert desk.look(lambda tx: show_request(tx, desk.actor, 1)).line.asked[0].name == "张三丰"


def test_a_request_shows_its_whole_history(desk: Desk, street: Street) -> None:
    """Every step in its order, and who was asked by code."""
    street.responder("V1")
    street.request("listen", state=_S.RECEIVED)
    desk.round()
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    desk.do(finish, 1)
    desk.do(rate, 1, 5, "谢谢")
    whole = desk.look(lambda tx: show_request(tx, desk.actor, 1))

    assert [one.kind for one in whole.history] == [
        "moved", "moved", "offered", "accepted", "moved", "moved", "moved",
    ]  # fmt: skip
    assert (whole.words, list(whole.codes.values())) == ("谢谢", ["V1"])
    with pytest.raises(NotFound, match="no request 2"):
        desk.look(lambda tx: show_request(tx, desk.actor, 2))


def test_what_a_person_took_over_names_them(desk: Desk, street: Street) -> None:
    """Under the heading of what needs a person, until they decide."""
    street.request(state=_S.TRIAGED)
    desk.do(take_over, 1, "老张")
    assert _today(desk) == {"needs_person": [1]}
    desk.do(cancel, 1)

    assert _today(desk) == {}


def test_an_answer_nobody_could_act_on_says_whose_it_is(street: Street, actor: Actor) -> None:
    """The code of whoever has that phone, and the phone with its middle covered; not in another grid's page."""
    street.responder("V1", phone="+9991390000001", place="8-1")
    street.database.write(lambda tx: reply_from_phone(tx, actor, Rules(), "+9991390000001", "在吗"))
    (unclear,) = street.database.read(lambda tx: today(tx, actor, Rules())).unclear
    other = Actor(name="小张", grid="G2")

    assert (unclear.who, unclear.words) == ("V1 +999139****0001", "在吗")
    assert street.database.read(lambda tx: today(tx, other, Rules())).unclear == ()
