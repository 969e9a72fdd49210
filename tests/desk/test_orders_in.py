"""Orders of other systems: each is one request or waits for a person, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from dispatch.desk import orders_in
from dispatch.desk.orders_in import BroughtIn, collect_orders
from dispatch.desk.pages import list_requests, show_request, today
from dispatch.errors import Refused, Unavailable
from dispatch.i18n import Sentence
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Source
from dispatch.model.rules import Rules
from dispatch.plugins.registering import Plugin
from dispatch.plugins.sources import Brought, Settled
from dispatch.store import events
from dispatch.store.engine import Database
from tests.conftest import Street

GOOD = {"service": "drain", "place": "8-1"}
ACTOR, RULES = Actor(name="wang"), Rules()
BROKE = Plugin(name="city", package="acme").broke(Sentence("it broke"))


class Hotline:
    """Brings the same orders until it is told what became of them."""

    def __init__(self, **orders: Any) -> None:
        self.orders = orders
        self.told: list[Settled] = []

    def collect(self) -> Sequence[Brought]:
        """Return what is not settled."""
        return [Brought(key=key, fields=fields) for key, fields in self.orders.items()]

    def settled(self, outcomes: Sequence[Settled]) -> None:
        """Let go."""
        self.told += outcomes
        for one in outcomes:
            self.orders.pop(one.key, None)


def _collect(database: Database, source: Any) -> BroughtIn:
    (done,) = collect_orders(database, ACTOR, RULES, {"hotline": source}, language="en")
    return done


def test_orders_become_requests_of_their_source(database: Database, street: Street) -> None:
    """Who took them, the log says, is the source."""
    hotline = Hotline(a=GOOD, b=GOOD)
    done = _collect(database, hotline)

    assert (done.numbers, done.already, done.refusals, done.fault) == ([1, 2], 0, [], None)
    assert [(one.key, one.number) for one in hotline.told] == [("a", 1), ("b", 2)]
    (line, _) = database.read(lambda tx: list_requests(tx, ACTOR))
    assert line.request.source is Source.SYSTEM
    (taken, _) = database.read(
        lambda tx: events.standing(tx.connection, tx.community, ("taken",), tx.now - timedelta(days=1))
    )
    assert taken.actor == "hotline"


def test_a_crash_before_the_source_hears_of_it_takes_nothing_twice(database: Database, street: Street) -> None:
    """It brings the same again, and is told the same number."""

    class Dies(Hotline):
        def settled(self, outcomes: Sequence[Settled]) -> None:
            raise BROKE

    hotline = Dies(a=GOOD)
    assert _collect(database, hotline).fault is BROKE
    again = Hotline(a=GOOD)
    done = _collect(database, again)

    assert (done.numbers, done.already) == ([], 1)
    assert again.told == [Settled(key="a", number=1)]


def test_a_database_that_is_away_settles_nothing(database: Database, street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """The source keeps its orders."""
    hotline = Hotline(a=GOOD)

    def away(*_: object) -> None:
        raise Unavailable("the database does not answer")

    monkeypatch.setattr(orders_in, "take_requests", away)
    with pytest.raises(Unavailable):
        _collect(database, hotline)

    assert hotline.told == []
    assert list(hotline.orders) == ["a"]


def test_a_source_that_keeps_bringing_the_same_does_not_keep_us(database: Database, street: Street) -> None:
    """One that never lets go is asked twice, not for ever."""

    class Stubborn(Hotline):
        asked = 0

        def collect(self) -> Sequence[Brought]:
            self.asked += 1
            return super().collect()

        def settled(self, outcomes: Sequence[Settled]) -> None:
            self.told += outcomes

    stubborn = Stubborn(a=GOOD)
    assert _collect(database, stubborn).numbers == [1]
    assert stubborn.asked == 2


def test_what_breaks_afterwards_leaves_what_was_taken(database: Database, street: Street) -> None:
    """The first part is in; the fault is told."""

    class Tires(Hotline):
        def collect(self) -> Sequence[Brought]:
            if self.told:
                raise BROKE
            return super().collect()

    done = _collect(database, Tires(a=GOOD))

    assert (done.numbers, done.fault) == ([1], BROKE)


def test_another_content_under_the_same_key_goes_to_a_person(database: Database, street: Street) -> None:
    """The request stays as it was taken, and somebody reads what is new."""
    _collect(database, Hotline(a=GOOD))
    hotline = Hotline(a={**GOOD, "note": "现在更急了"})
    done = _collect(database, hotline)

    assert [key for key, _ in done.refusals] == ["a"]
    assert hotline.told[0].number is None
    assert "1" in hotline.told[0].why
    (waiting,) = database.read(lambda tx: today(tx, ACTOR, RULES)).unclear
    assert (waiting.source, "现在更急了" in waiting.words) == ("hotline", True)


def test_another_place_in_the_same_words_goes_to_a_person(database: Database, street: Street) -> None:
    """The words are not all that an order says."""
    _collect(database, Hotline(a={**GOOD, "note": "快点"}))
    done = _collect(database, Hotline(a={**GOOD, "note": "快点", "place": "8-2"}))

    assert ([key for key, _ in done.refusals], done.already) == (["a"], 0)
    assert len(database.read(lambda tx: today(tx, ACTOR, RULES)).unclear) == 1


def test_an_emergency_that_cannot_be_read_is_one_request(database: Database, street: Street) -> None:
    """However often it is brought."""
    for _ in range(2):
        done = _collect(database, Hotline(a={"note": "煤气漏了", "phone": "+9991380000001"}))
    (line,) = database.read(lambda tx: list_requests(tx, ACTOR))

    assert (line.request.state, line.request.owner) == (RequestState.NEEDS_PERSON, "wang")
    assert database.read(lambda tx: show_request(tx, ACTOR, 1)).person.phone == "+9991380000001"
    assert (done.numbers, done.already) == ([], 1)


def test_a_note_alone_is_read_like_a_typed_line(database: Database, street: Street) -> None:
    """With the name, the phone and the time in it; the day after, its own copy is no other order."""
    said = {"note": "8号楼1单元301 疏通下水 明天上午 王阿姨 +9991380000001"}
    assert _collect(database, Hotline(a=said)).numbers == [1]
    whole = database.read(lambda tx: show_request(tx, ACTOR, 1))
    assert (whole.person.name, whole.person.phone, whole.person.floor) == ("王阿姨", "+9991380000001", 3)
    assert whole.line.request.window is not None
    database.clock.at += timedelta(days=1)  # type: ignore[attr-defined]
    again = Hotline(a=said)

    assert _collect(database, again).already == 1
    assert again.told == [Settled(key="a", number=1)]


def test_a_flood_of_nonsense_does_not_hide_the_rest(
    database: Database, street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many a day wait for a person; the log counts them all, and the source hears of each."""
    monkeypatch.setattr(orders_in, "MOST_KEPT", 3)
    hotline = Hotline(**{f"k{number}": {"note": f"? {number}"} for number in range(9)})
    done = _collect(database, hotline)

    assert len(done.refusals) == len(hotline.told) == 9
    assert len(database.read(lambda tx: today(tx, ACTOR, RULES)).unclear) == 3
    since = database.read(lambda tx: tx.now) - timedelta(days=1)
    refused = database.read(lambda tx: events.standing(tx.connection, tx.community, ("order-refused",), since))
    assert len(refused) == 9
    assert all("?" not in str(one.params) for one in refused)


def test_the_same_nonsense_waits_once(database: Database, street: Street) -> None:
    """Brought again after a crash, it does not stand there twice; put right, it waits no more."""
    for _ in range(2):
        _collect(database, Hotline(a={"note": "?"}))
    assert len(database.read(lambda tx: today(tx, ACTOR, RULES)).unclear) == 1
    _collect(database, Hotline(a=GOOD))

    assert database.read(lambda tx: today(tx, ACTOR, RULES)).unclear == ()


def test_an_order_waits_longer_than_an_answer(database: Database, street: Street) -> None:
    """A need that nobody else knows of is not gone after a weekend; after two weeks it is."""
    _collect(database, Hotline(a={"note": "?"}))
    database.clock.at += timedelta(days=13)  # type: ignore[attr-defined]
    assert len(database.read(lambda tx: today(tx, ACTOR, RULES)).unclear) == 1
    database.clock.at += timedelta(days=2)  # type: ignore[attr-defined]

    assert database.read(lambda tx: today(tx, ACTOR, RULES)).unclear == ()


def test_whoever_may_not_is_refused(database: Database, street: Street) -> None:
    """No source is asked in a resident's name."""
    hotline = Hotline(a=GOOD)
    with pytest.raises(Refused):
        collect_orders(database, Actor(name="r", role=Role.RESIDENT), RULES, {"hotline": hotline})

    assert list(hotline.orders) == ["a"]
