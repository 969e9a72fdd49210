"""The database itself refuses what the promises forbid, whoever writes; and each refusal is the constraint's own.

Every attempt is made twice with raw statements: once as the database is, when it
must be refused, and once with nothing but the constraint in question taken out,
when it must go through. So each of these tests is known to be able to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Connection, Table, exc, text

from dispatch.store.engine import Database
from dispatch.store.guards import GUARDS, guards_of, missing_guards
from dispatch.store.tables import (
    community,
    delivery,
    event,
    inbound,
    offer,
    person_private,
    place,
    request,
    request_slot,
    responder,
    responder_seat,
    service,
    wave,
)
from tests.store.scratch import take_out

NOON: Final = datetime(2026, 11, 23, 4, tzinfo=UTC)
LATER: Final = NOON + timedelta(minutes=30)


@dataclass
class Rows:
    """Write rows with nothing of ours between the statement and the database."""

    connection: Connection

    def put(self, table: Table, **columns: Any) -> None:
        """Write one row."""
        self.connection.execute(table.insert().values(**columns))

    def town(self) -> None:
        """Two requests for two people each, two responders with two seats each, a wave for each request."""
        self.put(community, code="c", name_zh="丙", name_en="C", zone="Asia/Shanghai", phone_region="CN")
        self.put(place, id="place", community="c", code="c", kind="community", name="C")
        self.put(
            service,
            id="service",
            community="c",
            code="s",
            name_zh="丁",
            name_en="S",
            skills={},
            urgency="normal",
            pool="neighbours",
            minutes=30,
            confidential=False,
            proximity=True,
            adults_only=False,
            small_kind="matter",
            origin="own",
            words=[],
        )
        for number in (1, 2):
            self.request(number)
            for slot_no in (1, 2):
                self.put(request_slot, request_id=f"r{number}", slot_no=slot_no)
            self.put(wave, request_id=f"r{number}", wave_no=1, decided_at=NOON, policy="p")
            self.put(person_private, person_id=f"p{number}")
            self.put(
                responder,
                id=f"p{number}",
                community="c",
                code=f"P{number}",
                kind="volunteer",
                person_id=f"p{number}",
                place_id="place",
                skills=[],
                licences=[],
                hours=[],
            )
            for seat_no in (1, 2):
                self.put(responder_seat, responder_id=f"p{number}", seat_no=seat_no)
        self.event(1, "0", "1")

    def request(self, number: int, **said: Any) -> None:
        """Write a request."""
        columns = {
            "id": f"r{number}",
            "community": "c",
            "number": number,
            "idem_key": f"key{number}",
            "payload_hash": "h",
            "state": "asking",
            "next_check_at": LATER,
            "service_id": "service",
            "place_id": "place",
            "person_id": f"p{number}",
            "urgency": "normal",
            "source": "phone",
            "received_at": NOON,
            "taken_at": NOON,
        }
        self.put(request, **{**columns, **said})

    def offer(self, key: str, **said: Any) -> None:
        """Write an offer: request 1, responder 1, seat 1, wave 1, unless said otherwise."""
        columns = {
            "id": f"o{key}",
            "request_id": "r1",
            "wave_no": 1,
            "responder_id": "p1",
            "seat_no": 1,
            "state": "offered",
            "deadline_at": LATER,
            "code": f"code{key}",
            "offered_at": NOON,
            "terms": {},
        }
        self.put(offer, **{**columns, **said})

    def delivery(self, key: str, **said: Any) -> None:
        """Write a message."""
        columns = {
            "id": f"d{key}",
            "request_id": "r1",
            "recipient": "responder",
            "kind": "offer",
            "channel": "sms",
            "state": "ready",
            "next_at": NOON,
        }
        self.put(delivery, **{**columns, **said})

    def event(self, seq: int, before: str, mine: str) -> None:
        """Write an event."""
        self.put(
            event,
            seq=seq,
            community="c",
            at=NOON,
            actor="a",
            step="s",
            kind="k",
            params={},
            rules_version="1",
            prev_hash=before,
            hash=mine,
        )

    def run(self, statement: str) -> None:
        """Run a statement as it stands."""
        self.connection.execute(text(statement))


@dataclass(frozen=True)
class Attempt:
    """Something that must not be possible.

    Args:
        guards: Names of what refuses it; with all of them taken out it goes through.
        forbidden: The attempt.
        before: What happens first, allowed.
        only_on: The one kind of database on which it can be tried.
    """

    what: str
    guards: str
    forbidden: Callable[[Rows], object]
    before: Callable[[Rows], object] = lambda _rows: None
    only_on: str | None = None


ATTEMPTS: Final = (
    Attempt(
        "a slot of a request that is not there",
        "fk_request_slot_request_id",
        lambda rows: rows.put(request_slot, request_id="r9", slot_no=1),
    ),
    Attempt("two requests of one number", "uq_request_community_number", lambda rows: rows.request(1, id="r9", idem_key="x")),
    Attempt("a key used twice", "uq_request_idem_key", lambda rows: rows.request(9, idem_key="key1")),
    Attempt("a state nobody knows", "ck_request_known_state", lambda rows: rows.request(9, state="asleep")),
    *(
        Attempt(
            f"a request that is {state} and never looked at again",
            "ck_request_nothing_is_forgotten",
            lambda rows, state=state: rows.request(9, state=state, next_check_at=None, owner="小李", reason="x"),  # type: ignore[misc]
        )
        for state in ("received", "triaged", "asking", "arranged", "doing", "needs_person")
    ),
    Attempt(
        "a request in nobody's hands",
        "ck_request_a_named_person_has_it",
        lambda rows: rows.request(9, state="needs_person", reason="x"),
    ),
    Attempt(
        "a request in somebody's hands who is not told why",
        "ck_request_a_named_person_has_it",
        lambda rows: rows.request(9, state="needs_person", owner="小李"),
    ),
    Attempt(
        "a request merged into nothing",
        "ck_request_merged_says_into_which",
        lambda rows: rows.request(9, state="merged", next_check_at=None),
    ),
    Attempt(
        "an open request merged into another",
        "ck_request_merged_says_into_which",
        lambda rows: rows.request(9, merged_into="r1"),
    ),
    Attempt(
        "a request merged into itself",
        "ck_request_not_merged_into_itself",
        lambda rows: rows.run("UPDATE request SET state = 'merged', merged_into = 'r1' WHERE id = 'r1'"),
    ),
    Attempt(
        "a request handed over to nobody in particular",
        "ck_request_says_to_whom_or_why",
        lambda rows: rows.request(9, state="handed_over", next_check_at=None),
    ),
    Attempt(
        "a request that could not be done, nobody says why",
        "ck_request_says_to_whom_or_why",
        lambda rows: rows.request(9, state="unable", next_check_at=None),
    ),
    Attempt(
        "six stars",
        "ck_request_rated_with_one_to_five",
        lambda rows: rows.request(9, state="rated", next_check_at=None, rating=6),
    ),
    Attempt(
        "rated without a rating",
        "ck_request_rated_with_one_to_five",
        lambda rows: rows.request(9, state="rated", next_check_at=None),
    ),
    Attempt(
        "one slot counted twice",
        "pk_request_slot",
        lambda rows: rows.put(request_slot, request_id="r1", slot_no=1),
    ),
    Attempt(
        "a slot before the first",
        "ck_request_slot_counts_from_one",
        lambda rows: rows.put(request_slot, request_id="r1", slot_no=0),
    ),
    Attempt(
        "a second holder of a slot",
        "uq_offer_one_holder_a_slot",
        lambda rows: rows.offer("2", responder_id="p2", state="accepted", slot_no=1),
        lambda rows: rows.offer("1", state="accepted", slot_no=1),
    ),
    Attempt(
        "a second holder of a slot who is moved there",
        "uq_offer_one_holder_a_slot",
        lambda rows: rows.run("UPDATE offer SET state = 'accepted', slot_no = 1 WHERE id = 'o2'"),
        lambda rows: (rows.offer("1", state="doing", slot_no=1), rows.offer("2", responder_id="p2")),
    ),
    Attempt(
        "a second holder of a slot whose work is done",
        "uq_offer_one_holder_a_slot",
        lambda rows: rows.offer("2", responder_id="p2", state="done", slot_no=1),
        lambda rows: rows.offer("1", state="done", slot_no=1),
    ),
    Attempt(
        "a slot beyond the headcount",
        "fk_offer_request_id_slot_no",
        lambda rows: rows.offer("1", state="accepted", slot_no=3),
    ),
    Attempt(
        "an offer in a state nobody knows",
        "ck_offer_known_state",
        lambda rows: rows.offer("1", state="asleep", slot_no=1),
    ),
    *(
        Attempt(
            f"an offer that is {state} and holds a slot",
            "ck_offer_a_slot_is_held_once_accepted",
            lambda rows, state=state: rows.offer("1", state=state, slot_no=1),  # type: ignore[misc]
        )
        for state in ("offered", "declined", "expired", "withdrawn")
    ),
    *(
        Attempt(
            f"an offer that is {state} and holds no slot",
            "ck_offer_a_slot_is_held_once_accepted",
            lambda rows, state=state: rows.offer("1", state=state),  # type: ignore[misc]
        )
        for state in ("accepted", "doing", "done", "released", "cancelled")
    ),
    Attempt(
        "an assignment that starts on a retired slot",
        "offer_starts_on_no_retired_slot offer_takes_no_retired_slot",
        lambda rows: rows.offer("1", state="accepted", slot_no=2),
        lambda rows: rows.run("UPDATE request_slot SET retired = true WHERE request_id = 'r1' AND slot_no = 2"),
    ),
    Attempt(
        "an acceptance of a retired slot",
        "offer_takes_no_retired_slot",
        lambda rows: rows.run("UPDATE offer SET state = 'accepted', slot_no = 2 WHERE id = 'o1'"),
        lambda rows: (
            rows.offer("1"),
            rows.run("UPDATE request_slot SET retired = true WHERE request_id = 'r1' AND slot_no = 2"),
        ),
    ),
    Attempt(
        "one seat counted twice",
        "pk_responder_seat",
        lambda rows: rows.put(responder_seat, responder_id="p1", seat_no=1),
    ),
    Attempt(
        "a seat before the first",
        "ck_responder_seat_counts_from_one",
        lambda rows: rows.put(responder_seat, responder_id="p1", seat_no=0),
    ),
    *(
        Attempt(
            f"a second offer on a seat whose first is {state}",
            "uq_offer_one_offer_a_seat",
            lambda rows: rows.offer("2", request_id="r2"),
            lambda rows, state=state, slot_no=slot_no: rows.offer("1", state=state, slot_no=slot_no),  # type: ignore[misc]
        )
        for state, slot_no in (("offered", None), ("accepted", 1), ("doing", 1))
    ),
    Attempt("a seat beyond the capacity", "fk_offer_responder_id_seat_no", lambda rows: rows.offer("1", seat_no=3)),
    Attempt(
        "an offer on a retired seat",
        "offer_takes_no_retired_seat",
        lambda rows: rows.offer("1", seat_no=2),
        lambda rows: rows.run("UPDATE responder_seat SET retired = true WHERE responder_id = 'p1' AND seat_no = 2"),
    ),
    Attempt(
        "an offer moved to a retired seat",
        "offer_moves_to_no_retired_seat offer_takes_no_retired_seat",
        lambda rows: rows.run("UPDATE offer SET seat_no = 2 WHERE id = 'o1'"),
        lambda rows: (
            rows.offer("1"),
            rows.run("UPDATE responder_seat SET retired = true WHERE responder_id = 'p1' AND seat_no = 2"),
        ),
    ),
    Attempt(
        "a second decision on a wave",
        "pk_wave",
        lambda rows: rows.put(wave, request_id="r1", wave_no=1, decided_at=NOON, policy="q"),
    ),
    Attempt(
        "a wave before the first",
        "ck_wave_counts_from_one",
        lambda rows: rows.put(wave, request_id="r1", wave_no=0, decided_at=NOON, policy="q"),
    ),
    Attempt("an offer nobody decided on", "fk_offer_request_id_wave_no", lambda rows: rows.offer("1", wave_no=2)),
    *(
        Attempt(
            f"somebody asked again while their offer is {state}",
            "uq_offer_one_offer_a_pair",
            lambda rows: rows.offer("2", seat_no=2),
            lambda rows, state=state, slot_no=slot_no: rows.offer("1", state=state, slot_no=slot_no),  # type: ignore[misc]
        )
        for state, slot_no in (("offered", None), ("accepted", 1), ("doing", 1), ("done", 1))
    ),
    Attempt(
        "the same message twice on one channel",
        "uq_delivery_offer_id_kind_channel",
        lambda rows: rows.delivery("2", offer_id="o1"),
        lambda rows: (rows.offer("1"), rows.delivery("1", offer_id="o1")),
    ),
    Attempt(
        "a resident told twice of one occasion",
        "uq_delivery_once_an_occasion",
        lambda rows: rows.delivery("2", recipient="resident", kind="received"),
        lambda rows: rows.delivery("1", recipient="resident", kind="received"),
    ),
    Attempt("a message being sent for ever", "ck_delivery_leased_while_sending", lambda rows: rows.delivery("1", state="sending")),
    Attempt(
        "an answer that counts twice",
        "pk_inbound",
        lambda rows: rows.put(inbound, channel="sms", provider_msg_id="1", body="no", received_at=NOON, outcome="y"),
        lambda rows: rows.put(inbound, channel="sms", provider_msg_id="1", body="yes", received_at=NOON, outcome="x"),
    ),
    Attempt(
        "a code that names two offers of one responder",
        "uq_offer_responder_id_code",
        lambda rows: rows.offer("2", request_id="r2", code="code1", seat_no=2),
        lambda rows: rows.offer("1", state="expired"),
    ),
    Attempt(
        "a forked event log",
        "uq_event_community_prev_hash event_is_not_replaced",
        lambda rows: rows.event(2, "0", "2"),
    ),
    Attempt("an edited event", "event_is_not_edited", lambda rows: rows.run("UPDATE event SET actor = 'b'")),
    Attempt(
        "a deleted event", "event_is_not_deleted event_is_not_edited", lambda rows: rows.run("DELETE FROM event")
    ),
    Attempt(
        "a replaced event",
        "event_is_not_replaced",
        lambda rows: rows.run(
            "INSERT OR REPLACE INTO event SELECT seq, community, at, 'b', on_behalf_of, request_id, step, kind,"
            " params, rules_version, prev_hash, hash FROM event"
        ),
        only_on="sqlite",
    ),
    Attempt("an emptied event log", "event_is_not_truncated", lambda rows: rows.run("TRUNCATE event"), only_on="postgresql"),
)


def _cases() -> Iterator[Any]:
    for attempt in ATTEMPTS:
        yield pytest.param(attempt, id=attempt.what.replace(" ", "-"))


@pytest.mark.parametrize("attempt", list(_cases()))
def test_the_database_refuses_and_it_is_the_constraint_that_does(
    attempt: Attempt, database: Database, backend: str
) -> None:
    """What a promise forbids fails as raw statements do; without the one constraint the same statements pass."""
    if attempt.only_on not in (None, backend):
        return
    guards = [one for one in guards_of(backend) if one.name in attempt.guards.split()]
    with database.owner_connection() as connection:
        rows = Rows(connection)
        rows.town()
        attempt.before(rows)

    with pytest.raises(exc.IntegrityError), database.owner_connection() as connection:
        attempt.forbidden(Rows(connection))

    take_out(database, guards)
    with database.owner_connection() as connection:
        assert set(missing_guards(connection)) >= set(guards)
        attempt.forbidden(Rows(connection))


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_every_constraint_that_holds_a_promise_is_tried(backend: str) -> None:
    """A guard that no attempt runs against would be a promise on paper."""
    tried = {name for one in ATTEMPTS if one.only_on in (None, backend) for name in one.guards.split()}

    assert {one.name for one in guards_of(backend)} == tried & {one.name for one in guards_of(backend)}
    assert tried <= {one.name for one in GUARDS}


@pytest.mark.parametrize("promise", ["P1", "P2", "P3", "P4", "P5", "P6", "P8", "P9", "P15"])
def test_every_promise_of_the_schema_has_a_constraint(promise: str) -> None:
    """The promises that this issue makes are held by the database, not by our code alone."""
    assert any(one.promise == promise for one in GUARDS)


def test_a_fresh_database_misses_nothing(database: Database) -> None:
    """After the migrations every guard is in its place."""
    assert database.read(lambda tx: missing_guards(tx.connection)) == []


def test_lowered_slots_and_seats_keep_who_holds_them(database: Database) -> None:
    """Retiring a slot or a seat takes nothing from anybody, it only takes nobody new."""
    with database.owner_connection() as connection:
        rows = Rows(connection)
        rows.town()
        rows.offer("1", state="accepted", slot_no=2, seat_no=2)
        rows.run("UPDATE responder_seat SET retired = true WHERE seat_no = 2")
        rows.run("UPDATE request_slot SET retired = true WHERE slot_no = 2")
        rows.run("UPDATE offer SET state = 'doing' WHERE id = 'o1'")

        state = connection.execute(text("SELECT state FROM offer")).scalar_one()

    assert state == "doing"
