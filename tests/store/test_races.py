"""Several workers at once, each in a process of its own: nobody is promised twice, nothing is decided twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select, text

from dispatch.model.assignment import Offer, OfferId, Wave
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import RequestId
from dispatch.model.responder import Responder
from dispatch.store import events, offers, requests
from dispatch.store.engine import Database
from dispatch.store.ids import new_id
from dispatch.store.tables import offer, request, wave

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
DEADLINE = NINE + timedelta(minutes=30)
WORKERS = 4

Race = Callable[..., list[list[str]]]


@pytest.fixture(scope="module")
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    """Four workers, started once for all races."""
    script = str(Path(__file__).with_name("worker.py"))
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    started = [
        subprocess.Popen(
            [sys.executable, script, f"worker{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for number in range(WORKERS)
    ]
    yield started
    for one in started:
        one.communicate()


@pytest.fixture
def race(processes: list[subprocess.Popen[str]], address: str) -> Race:
    """Let every worker do a job of its own at the same moment; give what each said."""

    def run(*jobs: dict[str, Any]) -> list[list[str]]:
        running = processes[: len(jobs)]
        for one, job in zip(running, jobs, strict=True):
            _tell(one, json.dumps({"address": address, "at": NINE.isoformat(), **job}))
        for one in running:
            assert _hear(one) == "ready\n"
        for one in running:
            _tell(one, "go")
        return [json.loads(_hear(one)) for one in running]

    return run


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def asked(street: Any, request_id: RequestId, responders: list[Responder]) -> list[OfferId]:
    """Ask several people for one request in one wave."""
    made = [
        Offer(
            id=OfferId(new_id()),
            request_id=request_id,
            wave_no=1,
            responder_id=one.id,
            seat_no=street.database.read(lambda tx, one=one: offers.free_seats(tx.connection, [one.id])[one.id][0]),
            state=OfferState.OFFERED,
            deadline_at=DEADLINE,
            code=new_id()[-8:],
            fence=1,
            offered_at=NINE,
        )
        for one in responders
    ]
    street.database.write(
        lambda tx: (offers.open_wave(tx.connection, Wave(request_id, 1, NINE, "race")), offers.insert(tx.connection, made))
    )
    return [one.id for one in made]


def test_four_workers_over_assign_none_of_fifty_requests(street: Any, race: Race, database: Database) -> None:
    """Four people say yes to each of fifty one-person requests at once: each request gets one, the others are told."""
    responders = [street.responder(f"V{number}", capacity=50) for number in range(WORKERS)]
    made = [asked(street, street.request(), responders) for _ in range(50)]

    said = race(*({"job": "accept", "things": [each[number] for each in made]} for number in range(WORKERS)))

    outcomes = [Counter(answers) for answers in zip(*said, strict=True)]
    assert outcomes == [Counter({"accepted": 1, "already-arranged": WORKERS - 1})] * 50
    held = database.read(
        lambda tx: tx.connection.execute(
            select(offer.c.request_id, func.count()).where(offer.c.state == "accepted").group_by(offer.c.request_id)
        ).all()
    )
    assert len(held) == 50
    assert {count for _, count in held} == {1}
    states = database.read(lambda tx: set(tx.connection.scalars(select(request.c.state))))
    assert states == {"arranged"}


def test_four_workers_decide_each_wave_once(street: Any, race: Race, database: Database) -> None:
    """Four workers want to ask somebody else for each of twenty-five requests: one decision stands for each."""
    responders = [street.responder(f"V{number}", capacity=50) for number in range(WORKERS)]
    waiting = [street.request(state=RequestState.TRIAGED) for _ in range(25)]

    said = race(
        *({"job": "decide", "things": [f"{one} {responder.id}" for one in waiting]} for responder in responders)
    )

    assert [sorted(answers) for answers in zip(*said, strict=True)] == [["0", "0", "0", "1"]] * 25
    assert database.read(lambda tx: tx.connection.scalar(select(func.count()).select_from(wave))) == 25
    assert database.read(lambda tx: tx.connection.scalar(select(func.count()).select_from(offer))) == 25


def test_the_last_seat_of_a_responder_is_given_away_once(street: Any, race: Race, database: Database) -> None:
    """Four workers want the same person, who can hold three, for twenty-five requests each: three are asked."""
    responder = street.responder("V1", capacity=3)
    waiting = [[street.request(state=RequestState.TRIAGED) for _ in range(25)] for _ in range(WORKERS)]

    said = race(*({"job": "decide", "things": [f"{one} {responder.id}" for one in each]} for each in waiting))

    assert Counter(answer for answers in said for answer in answers) == {"1": 3, "0": 97}
    assert database.read(lambda tx: offers.seats_held(tx.connection, "street")) == {responder.id: 3}


def test_an_answer_and_the_clock_race_and_one_of_them_wins(street: Any, race: Race, database: Database) -> None:
    """A yes a moment before the deadline and the look for silence a moment after it: each offer ends one way, once."""
    responders = [street.responder(f"V{number}", capacity=50) for number in range(2)]
    made = [asked(street, street.request(), [responders[number % 2]])[0] for number in range(50)]
    before, after = DEADLINE - timedelta(seconds=1), DEADLINE + timedelta(seconds=1)

    yes_1, yes_2, silence_1, silence_2 = race(
        {"job": "accept", "things": made[:25], "at": before.isoformat()},
        {"job": "accept", "things": made[25:], "at": before.isoformat()},
        {"job": "expire", "things": [""] * 10, "at": after.isoformat()},
        {"job": "expire", "things": [""] * 10, "at": after.isoformat()},
    )

    said = dict(zip(made, yes_1 + yes_2, strict=True))
    rows = {one.id: one for one in database.read(lambda tx: offers.of_requests(tx.connection, _all(tx)))}
    for offer_id, answer in said.items():
        assert (rows[offer_id].state.value, answer) in [("accepted", "accepted"), ("expired", "expired")]
    assert sum(map(int, silence_1 + silence_2)) == list(said.values()).count("expired")
    followed = Counter(
        one.request_id
        for one in database.read(lambda tx: list(events.read(tx.connection, "street")))
        if one.kind == "moved"
    )
    assert set(followed.values()) == {1}
    assert len(followed) == 50


def test_the_same_key_at_once_makes_one_request(street: Any, race: Race, database: Database) -> None:
    """Four workers take the same twenty-five orders under the same keys: each gets the one request's number."""
    keys = [f"order {number}" for number in range(25)]

    said = race(*({"job": "take", "things": keys} for _ in range(WORKERS)))

    assert all(len(set(numbers)) == 1 for numbers in zip(*said, strict=True))
    assert sorted(int(number) for number in said[0]) == list(range(1, 26))
    assert database.read(lambda tx: len(requests.find(tx.connection, "street"))) == 25


def test_every_event_of_racing_workers_is_in_one_chain(street: Any, race: Race, database: Database) -> None:
    """Four workers write to the log at once: no fork, no gap, nothing lost."""
    race(*({"job": "take", "things": [f"{number} {n}" for n in range(10)]} for number in range(WORKERS)))

    assert database.read(lambda tx: events.verify_chain(tx.connection, "street")) == (40, [])


def test_workers_that_count_and_then_write_are_stopped_by_the_constraint(
    street: Any, database: Database, address: str
) -> None:
    """Two workers that both saw a free slot, the classic mistake: the second one's write is refused."""
    responders = [street.responder(f"V{number}") for number in range(2)]
    request_id = street.request()
    first, second = asked(street, request_id, responders)
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    holders = text("SELECT count(*) FROM offer WHERE state = 'accepted'")
    claim = text("UPDATE offer SET state = 'accepted', slot_no = 1 WHERE id = :id")

    with engine.connect() as one, engine.connect() as two:
        seen = [one.scalar(holders), two.scalar(holders)]
        one.execute(claim, {"id": first})
        with pytest.raises(Exception, match=r"(?i)unique"):
            two.execute(claim, {"id": second})
    engine.dispose()

    assert seen == [0, 0]
    assert database.read(lambda tx: tx.connection.scalar(holders)) == 1


def _all(tx: Any) -> list[str]:
    return list(tx.connection.scalars(select(request.c.id)))
