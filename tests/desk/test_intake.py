"""Taking requests: numbered, refused with a sentence, never twice, repeats noticed, emergencies with a person at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.closing import cancel
from dispatch.desk.intake import Taken, take_request, take_requests
from dispatch.desk.undoing import undo
from dispatch.errors import Conflict, DispatchError, NotFound, Refused
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order, Private, Source
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.store import events, private, requests
from dispatch.store.tables import delivery
from tests.conftest import NINE, Street

ORDER = Order(
    service="drain",
    place="8-2",
    person=Private(name="王阿姨", phone="+9991380000001", exact_address="8号楼2单元301", floor=3, notes="下水道堵了"),
)


@pytest.fixture
def take(street: Street, actor: Actor) -> Callable[..., Taken]:
    """Takes an order on the street."""

    def one(order: Order = ORDER, rules: Rules | None = None, **said: Any) -> Taken:
        wanted = replace(order, **said)
        return street.database.write(lambda tx: take_request(tx, actor, rules or Rules(), wanted))

    return one


def test_numbers_count_up_from_one(take: Callable[..., Taken]) -> None:
    """The first request is number 1, the next 2, and both have only been received."""
    first, second = take(), take(place="8-1")

    assert (first.number, second.number) == (1, 2)
    assert first.state is second.state is RequestState.RECEIVED


def test_a_request_keeps_all_that_was_said(take: Callable[..., Taken], street: Street) -> None:
    """What was typed is read back whole, its private part from its own table."""
    window = (NINE, NINE + timedelta(hours=2))
    taken = take(urgency=Urgency.LOW, headcount=3, window=window, source=Source.COUNTER)
    request = street.database.read(lambda tx: requests.with_ids(tx.connection, [taken.id])[taken.id])
    kept = street.database.read(lambda tx: private.look_up(tx.connection, [request.person_id]))

    assert kept[request.person_id] == ORDER.person
    assert (request.urgency, request.headcount, request.window) == (Urgency.LOW, 3, window)
    assert request.source is Source.COUNTER
    assert request.next_check_at is not None


def test_the_same_key_with_the_same_content_is_the_same_request(take: Callable[..., Taken]) -> None:
    """However often it comes, there is one request, and the answer is the first one's."""
    first = take(key="k1")
    again = [take(key="k1") for _ in range(3)]

    assert {one.id for one in again} == {first.id}
    assert first.is_new
    assert not any(one.is_new for one in again)


def test_the_same_key_with_other_content_is_refused(take: Callable[..., Taken]) -> None:
    """A key stands for one content; the sentence names the request that has it."""
    take(key="k1")

    with pytest.raises(Conflict, match="request 1"):
        take(key="k1", place="8-1")


def test_a_key_whose_request_undo_took_back_may_be_used_again(
    take: Callable[..., Taken], street: Street, actor: Actor
) -> None:
    """The need is taken anew, with other content if need be; from then on the key stands for the newest request."""
    first = take(key="k1")
    street.database.write(lambda tx: undo(tx, actor, Rules()))
    second = take(key="k1", place="8-1")
    street.database.write(lambda tx: undo(tx, actor, Rules()))
    third = take(key="k1")

    assert [one.is_new for one in (first, second, third)] == [True] * 3
    assert len({one.id for one in (first, second, third)}) == 3
    assert (take(key="k1").id, take(key="k1").is_new) == (third.id, False)
    with pytest.raises(Conflict, match="request 3"):
        take(key="k1", place="8-1")


def test_a_key_whose_request_was_cancelled_stays_used(take: Callable[..., Taken], street: Street, actor: Actor) -> None:
    """Somebody decided that; the answer says how it stands, and no hint leads to a request that is closed."""
    first = take(key="k1")
    street.database.write(lambda tx: cancel(tx, actor, Rules(), first.number))
    again = take(key="k1")

    assert (again.id, again.is_new, again.state) == (first.id, False, RequestState.CANCELLED)
    with pytest.raises(Conflict) as refused:
        take(key="k1", place="8-1")
    assert "edit" not in (refused.value.hint or "")


@pytest.mark.parametrize("key", ["k1\x1f2", "k\0"])
def test_a_key_cannot_be_that_of_another_life(take: Callable[..., Taken], key: str) -> None:
    """What stands between a key and the count of its lives is no text."""
    with pytest.raises(Refused, match="no text"):
        take(key=key)


def test_the_same_key_twice_in_one_batch_is_one_request(street: Street, actor: Actor) -> None:
    """Inside a batch the later one follows the earlier one's fate: same content, other content, or its refusal."""
    orders = [
        replace(ORDER, key="a"),
        replace(ORDER, key="a"),
        replace(ORDER, key="a", place="8-1"),
        replace(ORDER, key="b", headcount=0),
    ]
    first, same, other, refused = street.database.write(
        lambda tx: take_requests(tx, actor, Rules(), orders)
    )

    assert isinstance(first, Taken)
    assert isinstance(same, Taken)
    assert same.id == first.id
    assert (first.is_new, same.is_new) == (True, False)
    assert isinstance(other, Conflict)
    assert isinstance(refused, Refused)


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ({"service": "flying"}, NotFound, "no service flying"),
        ({"place": "88-1"}, NotFound, "no place 88-1"),
        ({"household": "H9"}, NotFound, "no household H9"),
        ({"headcount": 0}, Refused, "0 people"),
        ({"headcount": 10_000}, Refused, "10000 people"),
        ({"window": (NINE + timedelta(hours=2), NINE + timedelta(hours=1))}, Refused, "before it begins"),
        ({"window": (NINE - timedelta(hours=2), NINE - timedelta(hours=1))}, Refused, "was over"),
        ({"person": Private(notes="x" * 4001)}, Refused, "4001 characters"),
        ({"person": Private(name="王\0")}, Refused, "no text"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(
    take: Callable[..., Taken], street: Street, said: dict[str, Any], kind: type[DispatchError], words: str
) -> None:
    """Each fault has its sentence, and leaves neither a request nor a number nor an event behind."""
    with pytest.raises(kind, match=words):
        take(**said)

    assert street.database.read(lambda tx: requests.find(tx.connection, "street")) == []
    assert street.database.read(lambda tx: list(events.read(tx.connection, "street"))) == []
    assert take().number == 1


def test_one_bad_order_does_not_keep_the_others_out(street: Street, actor: Actor) -> None:
    """In a batch each order has its own answer, in its own place."""
    orders = [ORDER, replace(ORDER, headcount=0), replace(ORDER, place="8-1")]
    results = street.database.write(lambda tx: take_requests(tx, actor, Rules(), orders))

    assert [type(one) for one in results] == [Taken, Refused, Taken]
    assert [one.number for one in results if isinstance(one, Taken)] == [1, 2]


@pytest.mark.parametrize(
    ("person", "is_repeat"),
    [
        (Private(phone="+9991380000001"), True),
        (Private(phone="+9991380000009", exact_address="8号楼2单元301"), True),
        (Private(phone="+9991380000009", exact_address="8号楼2单元401"), False),
        (Private(), False),
    ],
)
def test_the_same_need_at_the_same_door_is_noticed(
    take: Callable[..., Taken], person: Private, is_repeat: bool
) -> None:
    """The same phone or the same door, for the same service at the same place, is offered for merging."""
    take()
    again = take(person=person)

    assert again.repeats == ((1,) if is_repeat else ())


def test_a_repeat_is_forgotten_after_its_hours(take: Callable[..., Taken], clock: StoppedClock) -> None:
    """Three days later the same need is a new need."""
    take()
    clock.at += timedelta(hours=73)

    assert take().repeats == ()


def test_emergency_words_put_a_request_into_a_persons_hands(take: Callable[..., Taken], street: Street) -> None:
    """It is urgent, it needs a person, and that person has a name."""
    taken = take(person=Private(notes="8号楼2单元301 老人晕倒了"))
    request = street.database.read(lambda tx: requests.with_ids(tx.connection, [taken.id])[taken.id])

    assert taken.state is RequestState.NEEDS_PERSON
    assert (request.urgency, request.owner, request.reason) == (Urgency.URGENT, "小李", "emergency")


def test_the_log_holds_no_private_word(take: Callable[..., Taken], street: Street) -> None:
    """Neither name, phone, door nor typed text stands in any event."""
    take()
    said = street.database.read(lambda tx: [dict(one.params) for one in events.read(tx.connection, "street")])

    assert said
    for word in ("王阿姨", "1380000001", "301", "堵"):
        assert word not in str(said)


def test_a_planner_takes_no_requests(street: Street) -> None:
    """Who may not is told so."""
    planner = Actor(name="p", role=Role.PLANNER)

    with pytest.raises(Refused, match="may not"):
        street.database.write(lambda tx: take_request(tx, planner, Rules(), ORDER))


@pytest.mark.parametrize(
    ("source", "channels", "told"),
    [
        (Source.PHONE, ("phone-list",), "by-mouth"),
        (Source.IMPORT, ("phone-list",), "not-told"),
        (Source.IMPORT, ("console",), "by-message"),
    ],
)
def test_how_the_resident_hears_their_number_is_recorded(
    take: Callable[..., Taken], street: Street, source: Source, channels: tuple[str, ...], told: str
) -> None:
    """On the telephone at once, by a channel of the community's, or not at all: nobody is rung up for a number."""
    taken = take(source=source, rules=Rules(resident_channels=channels))
    (event,) = street.database.read(lambda tx: list(events.read(tx.connection, "street", request_id=taken.id)))
    ready = street.database.read(
        lambda tx: tx.connection.execute(delivery.select().where(delivery.c.request_id == taken.id)).all()
    )

    assert event.params["told"] == told
    assert len(ready) == (1 if told == "by-message" else 0)
