"""A desk that only ever used its own functions keeps every promise; each way of breaking one is seen and named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.asking import Chosen, ask
from dispatch.desk.audit import audit_anchor, audit_verify, read_anchor
from dispatch.desk.checking.breaks import KINDS, Break
from dispatch.desk.closing import cancel, finish, hand_over, merge, promote, rate, start_work, triage, unable
from dispatch.desk.editing import log_afterwards
from dispatch.desk.intake import take_request
from dispatch.desk.replies import give_back, reply_on_behalf
from dispatch.desk.silence import expire_offers
from dispatch.desk.verifying import note_tick, verify
from dispatch.errors import NotFound, Refused
from dispatch.i18n import say
from dispatch.model.actor import Actor, Role
from dispatch.model.request import Order, Private
from dispatch.model.responder import ResponderId
from dispatch.model.rules import Rules
from dispatch.store import requests
from dispatch.store.engine import Database, Transaction
from dispatch.store.guards import GUARDS
from tests.conftest import NINE, Street
from tests.conftest import _build as build_street
from tests.desk.conftest import Desk
from tests.store.scratch import take_out


@pytest.fixture(scope="module")
def made(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Street:
    """Make the morning once; each test has a copy of its file."""
    path = tmp_path_factory.mktemp("morning") / "morning.db"
    shutil.copy(sqlite_file, path)
    street = build_street(Database(path, clock=StoppedClock(NINE)))
    _make_morning(Desk(street, Actor(name="小李"), Rules()))
    street.database.close()
    return street


@pytest.fixture
def morning(made: Street, database: Database, actor: Actor) -> Desk:
    """Eighteen requests, one in each state and in each way to get there, made by the desk's own functions."""
    shutil.copy(str(made.database.path), str(database.path))
    return Desk(replace(made, database=database), actor, Rules())


def _make_morning(desk: Desk) -> None:
    people = [desk.street.responder(code, name=f"接单人{code}").id for code in ("V1", "V2", "V3")]
    for number in range(1, 19):
        notes = "煤气漏了" if number == 13 else f"第{number}单的话，只说给网格员听"
        person = Private(name=f"居民{number:02}号", phone=f"+9991391{number:06}", exact_address=f"8号楼2单元{number:02}01", notes=notes)
        if number == 14:
            order = Order(service="drain", place="8-2", person=person)
            desk.do(log_afterwards, order, ["V1", "V2"], NINE - timedelta(hours=1))
            continue
        headcount = 2 if number in (4, 15) else 1
        desk.do(take_request, Order(service="drain", place="8-2", person=person, headcount=headcount))
        if number not in (1, 13):
            desk.do(triage, number)
    for number in (3, 5, 6, 7, 16, 17, 18):
        _ask(desk, number, people[:1])
    for number in (4, 15):
        _ask(desk, number, people[:2])
    for number in (4, 5, 6, 7, 15, 18):
        desk.do(reply_on_behalf, number, "V1", accepts=True)
    desk.do(reply_on_behalf, 4, "V2", accepts=True)
    desk.do(reply_on_behalf, 16, "V1", accepts=False)
    _ask(desk, 16, people[1:2])
    desk.do(start_work, 5)
    for number in (6, 7):
        desk.do(finish, number)
    desk.do(rate, 7, 5)
    desk.do(give_back, 18, "V1")
    desk.do(cancel, 8)
    desk.do(unable, 9, "没有配件")
    desk.do(promote, 10)
    desk.do(hand_over, 11, "自来水公司")
    desk.do(merge, 12, 2, sure=True)


def _ask(desk: Desk, number: int, people: list[ResponderId]) -> None:
    request_id = desk.request(number).id
    made = desk.do(_asked, [Chosen(request_id=request_id, responder_id=one, terms={}) for one in people])
    assert made == len(people)


def _asked(tx: Transaction, actor: Actor, rules: Rules, chosen: list[Chosen]) -> int:
    return len(ask(tx, actor, rules, chosen, "by-hand"))


def breaks_of(desk: Desk, **said: object) -> list[Break]:
    """Verify."""
    return desk.look(lambda tx: verify(tx, desk.actor, desk.rules, **said))  # type: ignore[arg-type]


def kinds(desk: Desk, **said: object) -> set[str]:
    """Verify, and give the kinds of break found."""
    return {one.kind for one in breaks_of(desk, **said)}


@contextmanager
def behind_the_counter(desk: Desk) -> Iterator[sqlite3.Connection]:
    """Open the file as somebody with a database tool would: no foreign keys, no checks."""
    desk.street.database.close()
    with closing(sqlite3.connect(str(desk.street.database.path))) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        yield connection


def test_a_desk_that_used_only_its_own_functions_breaks_nothing(morning: Desk) -> None:
    """Every state and every way there, and not one complaint."""
    assert breaks_of(morning) == []


def test_a_database_without_a_community_breaks_nothing(desk: Desk) -> None:
    """Nothing was promised to anybody yet."""
    with behind_the_counter(desk) as raw:
        for table in ("service", "place", "community"):
            raw.execute(f"DELETE FROM {table}")

    assert breaks_of(desk) == []


def test_silence_is_followed_and_nothing_is_broken(morning: Desk, clock: StoppedClock) -> None:
    """An hour later the offers nobody answered have ended, and every promise still holds."""
    clock.at += timedelta(days=1)
    assert morning.do(expire_offers) == 4
    morning.street.database.write(lambda tx: note_tick(tx, morning.actor))

    found = kinds(morning)

    assert found <= {"overdue", "message-overdue"}  # nobody matched or sent meanwhile
    assert "deadline-passed" not in found


def test_what_is_late_counts_only_against_a_round_that_ran(morning: Desk, clock: StoppedClock) -> None:
    """Where nobody worked overnight nothing is late; once somebody worked and left it, it is."""
    clock.at += timedelta(days=1)
    assert kinds(morning) == set()
    morning.street.database.write(lambda tx: note_tick(tx, morning.actor))

    assert kinds(morning) == {"overdue", "deadline-passed", "message-overdue"}
    late = sorted(one.number or 0 for one in breaks_of(morning) if one.kind == "overdue")
    assert late == [1, 2, 18]
    late = sorted(one.number or 0 for one in breaks_of(morning) if one.kind == "deadline-passed")
    assert late == [3, 15, 16, 17]


def test_the_worker_of_one_grid_does_not_speak_for_all(morning: Desk, clock: StoppedClock) -> None:
    """Its ticks make nothing late elsewhere."""
    clock.at += timedelta(days=1)

    morning.street.database.write(lambda tx: note_tick(tx, Actor(name="x", grid="G1")))

    assert kinds(morning) == set()


R = "(SELECT id FROM request WHERE number = {})"
O = "(SELECT id FROM offer WHERE request_id = (SELECT id FROM request WHERE number = {}) LIMIT 1)"  # noqa: E741
LATE = f"INSERT INTO about VALUES ('last_tick', '{(NINE + timedelta(days=2)).strftime('%Y-%m-%dT%H:%M:%S.%fZ')}')"
EARLY = "'2026-11-22T00:00:00.000000Z'"


@dataclass(frozen=True)
class Deed:
    """Something done with a database tool.

    Args:
        also: Kinds of break that come with it.
        without: The guard that must be taken out first.
        number: The request that must be named.
    """

    statements: tuple[str, ...]
    number: int | None = None
    also: set[str] = field(default_factory=set)
    without: str | None = None


def inbound(number: int, message: int, outcome: str = "accepted", body: str = "") -> str:
    """Write a statement that keeps an answer."""
    return (
        "INSERT INTO inbound (channel, provider_msg_id, body, received_at, outcome, offer_id)"
        f" VALUES ('sms', '{message}', '{body}', {EARLY}, '{outcome}', {O.format(number)})"
    )


DEEDS = {
    "numbers-lost": Deed(
        (f"DELETE FROM request_slot WHERE request_id = {R.format(2)}", "DELETE FROM request WHERE number = 2"),
        also={"request-gone", "nobodys-people"},
    ),
    "request-gone": Deed(("DELETE FROM request WHERE number = 18",), also={"numbers-lost", "nobodys-people"}),
    "content-gone": Deed(("DELETE FROM person_private WHERE name = '居民01号'",), 1),
    "person-gone": Deed(("DELETE FROM person_private WHERE name = '接单人V3'",)),
    "no-slots": Deed((f"UPDATE request_slot SET retired = 1 WHERE request_id = {R.format(1)}",), 1),
    "key-twice": Deed(
        ("UPDATE request SET idem_key = 'same' WHERE number IN (1, 2)",),
        1,
        {"guard-gone"},
        "uq_request_idem_key",
    ),
    "number-twice": Deed(
        ("UPDATE request SET number = 2 WHERE number = 1",),
        2,
        {"guard-gone", "numbers-lost"},
        "uq_request_community_number",
    ),
    "forgotten": Deed(("UPDATE request SET next_check_at = NULL WHERE number = 1",), 1),
    "nobody-named": Deed(("UPDATE request SET owner = '' WHERE number = 13",), 13),
    "waiting-while-asked": Deed(
        ("UPDATE request SET state = 'triaged' WHERE number = 3",), 3, {"request-unexplained"}
    ),
    "asking-nobody": Deed(
        (f"UPDATE offer SET state = 'withdrawn', ended_at = {EARLY} WHERE id = {O.format(3)}",),
        3,
        {"offer-unexplained", "asks-in-vain"},
    ),
    "silence-unfollowed": Deed(
        (f"UPDATE offer SET state = 'expired', ended_at = {EARLY} WHERE id = {O.format(3)}",),
        3,
        {"offer-unexplained", "asks-in-vain"},
    ),
    "arranged-short": Deed(
        (f"UPDATE offer SET state = 'released', ended_at = {EARLY} WHERE id = {O.format(4)}",),
        4,
        {"offer-unexplained"},
    ),
    "asked-beyond-need": Deed(
        ("UPDATE request SET state = 'arranged' WHERE number = 15",), 15, {"request-unexplained", "arranged-short"}
    ),
    "held-after-the-end": Deed(
        ("UPDATE request SET state = 'cancelled', next_check_at = NULL WHERE number = 4",), 4, {"request-unexplained"}
    ),
    "overdue": Deed(
        (LATE, f"UPDATE request SET next_check_at = {EARLY} WHERE number = 1"), 1, {"deadline-passed", "message-overdue"}
    ),
    "slot-twice": Deed(
        (f"UPDATE offer SET slot_no = 1 WHERE request_id = {R.format(4)}",),
        4,
        {"guard-gone", "arranged-short"},
        "uq_offer_one_holder_a_slot",
    ),
    "slot-beyond": Deed((f"UPDATE offer SET slot_no = 9 WHERE id = {O.format(5)}",), 5, {"arranged-short"}),
    "slot-retired": Deed(
        (f"UPDATE request_slot SET retired = 1 WHERE slot_no = 1 AND request_id = {R.format(4)}",), 4
    ),
    "slot-unlike-state": Deed(
        (f"UPDATE offer SET slot_no = NULL WHERE id = {O.format(5)}",), 5, {"arranged-short"}
    ),
    "seat-twice": Deed(
        ("UPDATE offer SET seat_no = 1 WHERE state IN ('offered', 'accepted')",),
        None,
        {"guard-gone"},
        "uq_offer_one_offer_a_seat",
    ),
    "seat-beyond": Deed((f"UPDATE offer SET seat_no = 99 WHERE id = {O.format(3)}",), 3),
    "pair-twice": Deed(
        (
            "UPDATE offer SET responder_id = (SELECT id FROM responder WHERE code = 'V1'), seat_no = 20"
            f" WHERE state = 'accepted' AND request_id = {R.format(4)}"
            " AND responder_id = (SELECT id FROM responder WHERE code = 'V2')",
        ),
        4,
        {"guard-gone"},
        "uq_offer_one_offer_a_pair",
    ),
    "wave-twice": Deed(
        (f"INSERT INTO wave SELECT * FROM wave WHERE request_id = {R.format(3)}",), 3, {"guard-gone"}, "pk_wave"
    ),
    "wave-gap": Deed(
        (
            f"UPDATE wave SET wave_no = 5 WHERE request_id = {R.format(3)}",
            f"UPDATE offer SET wave_no = 5 WHERE request_id = {R.format(3)}",
        ),
        3,
    ),
    "wave-for-nobody": Deed((f"INSERT INTO wave VALUES ({R.format(3)}, 2, {EARLY}, 'p')",), 3),
    "wave-undecided": Deed(
        (f"UPDATE offer SET wave_no = 9 WHERE id = {O.format(3)}",), 3, {"wave-for-nobody"}
    ),
    "never-handed-over": Deed(
        (f"UPDATE delivery SET state = 'dropped' WHERE kind = 'offer' AND offer_id = {O.format(3)}",), 3
    ),
    "message-overdue": Deed(
        (LATE, f"UPDATE delivery SET next_at = {EARLY} WHERE offer_id = {O.format(3)}"), 3, {"overdue", "deadline-passed"}
    ),
    "message-twice": Deed(
        (
            "INSERT INTO delivery (id, offer_id, request_id, recipient, kind, channel, state, next_at)"
            f" SELECT 'other', offer_id, request_id, recipient, kind, channel, state, next_at FROM delivery"
            f" WHERE kind = 'offer' AND offer_id = {O.format(3)}",
        ),
        3,
        {"guard-gone"},
        "uq_delivery_offer_id_kind_channel",
    ),
    "sent-too-often": Deed((f"UPDATE delivery SET unknowns = 3 WHERE offer_id = {O.format(3)}",), 3),
    "asks-in-vain": Deed(
        (f"UPDATE delivery SET state = 'ready' WHERE kind = 'offer' AND request_id = {R.format(4)}",), 4
    ),
    "code-twice": Deed(
        ("UPDATE offer SET code = '1234' WHERE responder_id = (SELECT id FROM responder WHERE code = 'V1')",),
        None,
        {"guard-gone"},
        "uq_offer_responder_id_code",
    ),
    "end-unlike-state": Deed((f"UPDATE offer SET ended_at = {EARLY} WHERE id = {O.format(3)}",), 3),
    "yes-twice": Deed((inbound(5, 1), inbound(5, 2)), 5),
    "yes-without-effect": Deed((inbound(3, 1),), 3),
    "deadline-passed": Deed(
        (LATE, f"UPDATE offer SET deadline_at = {EARLY} WHERE id = {O.format(3)}"), 3, {"overdue", "message-overdue"}
    ),
    "event-edited": Deed(
        ("UPDATE event SET actor = 'nobody' WHERE seq = 3",), None, {"guard-gone"}, "event_is_not_edited"
    ),
    "event-not-linked": Deed(
        (f"DELETE FROM event WHERE request_id = {R.format(16)} AND kind = 'declined'",),
        None,
        {"guard-gone", "offer-unexplained"},
        "event_is_not_deleted",
    ),
    "request-unexplained": Deed(("UPDATE request SET state = 'triaged' WHERE number = 1",), 1),
    "offer-unexplained": Deed(
        (f"UPDATE offer SET state = 'declined' WHERE state = 'released' AND request_id = {R.format(18)}",),
        18,
        {"slot-unlike-state"},
    ),
    "offer-gone": Deed(
        (
            f"DELETE FROM delivery WHERE offer_id IN (SELECT id FROM offer WHERE request_id = {R.format(18)})",
            f"DELETE FROM offer WHERE request_id = {R.format(18)}",
        ),
        None,
        {"wave-for-nobody"},
    ),
    "guard-gone": Deed((), None, set(), "uq_offer_one_holder_a_slot"),
    "minor-alone": Deed(("UPDATE responder SET is_adult = 0 WHERE code = 'V1'",), 3),
    "sent-together": Deed(
        ("INSERT INTO apart SELECT min(id), max(id) FROM responder WHERE code IN ('V1', 'V2')",), 4
    ),
    "sent-all-the-same": Deed(
        (
            "INSERT INTO barred (id, responder_id, person_id, since) SELECT 'b', r.id, q.person_id, "
            "'2026-01-01T00:00:00.000000Z' FROM responder r, request q WHERE r.code = 'V1' AND q.number = 3",
        ),
        3,
    ),
    "private-outside": Deed(("UPDATE delivery SET note = '居民03号不在家' WHERE state = 'ready'",), 3),
    "nobodys-people": Deed(("INSERT INTO person_private (person_id, name) VALUES ('x', '某某')",)),
}


@pytest.mark.parametrize("kind", DEEDS)
def test_each_way_of_breaking_a_promise_is_seen_and_named(morning: Desk, kind: str) -> None:
    """The break is found under its own name, with its request, can be said, and nothing else is accused."""
    deed = DEEDS[kind]
    if deed.without is not None:
        take_out(morning.street.database, [one for one in GUARDS if one.name == deed.without])
    with behind_the_counter(morning) as raw:
        for statement in deed.statements:
            raw.execute(statement)

    found = breaks_of(morning)

    assert kind in {one.kind for one in found}
    assert {one.kind for one in found} <= {kind} | deed.also
    if deed.number is not None:
        assert deed.number in {one.number for one in found if one.kind == kind}
    promise, _ = KINDS[kind]
    assert {one.promise for one in found if one.kind == kind} == {promise} or kind == "guard-gone"
    for one in found:
        assert "{" not in say(one.what, "zh") + say(one.what, "en")
        assert one.to_json()["promise"] == one.promise


def test_an_event_that_cannot_have_happened_is_named(morning: Desk) -> None:
    """A log whose chain is whole can still tell a story that the table of states does not allow."""
    request_id = morning.request(1).id

    morning.street.database.write(
        lambda tx: tx.record(morning.actor, "moved", request_id, was="rated", now="asking", reason=None)
    )

    assert kinds(morning) == {"event-out-of-order", "request-unexplained"}


def test_what_the_log_does_not_know_is_named(morning: Desk) -> None:
    """A request or an offer that was written past the desk has no story."""
    request_id = morning.street.request()
    morning.street.offer(request_id, morning.street.responder("V9"))

    assert kinds(morning) == {"request-unrecorded", "offer-unrecorded", "never-handed-over"}
    assert {one.number for one in breaks_of(morning)} == {19}


def test_a_state_is_said_as_people_say_it(morning: Desk) -> None:
    """Not by its code."""
    with behind_the_counter(morning) as raw:
        raw.execute("UPDATE request SET state = 'triaged' WHERE number = 1")

    (found,) = breaks_of(morning)

    assert say(found.what, "en") == "request 1 is waiting to be matched, but the log says received"
    assert say(found.what, "zh") == "1号单是“待派单”，记录里却是“已下单”"


def test_every_kind_of_break_is_tried_here() -> None:
    """A kind without a test may have stopped working long ago."""
    elsewhere = {"event-out-of-order", "request-unrecorded", "offer-unrecorded", "tail-missing", "anchor-differs"}

    assert set(DEEDS) | elsewhere == set(KINDS)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("delivery", "note", "rang +9991391000003, no answer"),
        ("delivery", "note", "rang 999 1391-0000 03"),
        ("delivery", "note", "rang 1391000003"),
        ("delivery", "reference", "8号楼2单元0301"),
        ("delivery", "note", "第3单的话，只说给网格员听"),
        ("inbound", "body", "居民03号说好"),
        ("inbound", "provider_msg_id", "9991391000003-1"),
        ("request", "idem_key", "居民03号 2026-11-23"),
        ("request", "reason", "接单人V1"),
    ],
)
def test_private_words_are_found_wherever_they_are_kept(morning: Desk, table: str, column: str, value: str) -> None:
    """Names, phones however written, addresses, typed words: outside their one home each is a break."""
    with behind_the_counter(morning) as raw:
        if table == "inbound":
            raw.execute(inbound(3, 7, "unclear"))
        raw.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = (SELECT max(rowid) FROM {table})", [value])

    (found,) = [one for one in breaks_of(morning) if one.kind == "private-outside"]

    assert found.what.params["table"] == table
    assert found.what.params["column"] == column
    assert value not in str(found.to_json())


def test_private_words_in_an_event_are_found(morning: Desk) -> None:
    """The log is for ever, so nothing private may get into it, however deep in its params."""
    request_id = morning.request(3).id

    morning.street.database.write(
        lambda tx: tx.record(morning.actor, "noted", request_id, deep={"who": ["", "找居民03号"], "n": 1})
    )

    (found,) = breaks_of(morning)
    assert (found.kind, found.number, found.promise) == ("private-outside", 3, "P16")


def test_an_erased_person_is_no_break(morning: Desk) -> None:
    """Whoever was forgotten on purpose is known to have been, and the chain still holds."""
    person_id = morning.request(1).person_id

    with behind_the_counter(morning) as raw:
        raw.execute("DELETE FROM person_private WHERE person_id = ?", [person_id])
    assert kinds(morning) == {"content-gone"}
    morning.street.database.write(lambda tx: tx.record(morning.actor, "erased", person=person_id))

    assert kinds(morning) == set()


def test_numbers_lost_in_a_restore_are_accounted_for(morning: Desk) -> None:
    """What a copy did not hold was said when it was brought back, and is not found missing for ever."""
    morning.street.database.write(lambda tx: requests.take_numbers(tx.connection, "street", 2))
    assert kinds(morning) == {"numbers-lost"}

    morning.street.database.write(lambda tx: tx.record(morning.actor, "restored", lost_from=19, lost_to=20))

    assert kinds(morning) == set()


def test_an_anchor_tells_a_missing_tail(morning: Desk) -> None:
    """A log whose end was cut off is whole in itself, and still found out by a line kept elsewhere."""
    anchor = morning.look(lambda tx: audit_anchor(tx, morning.actor))
    assert kinds(morning, anchor=anchor.line) == set()
    take_out(morning.street.database, [one for one in GUARDS if one.name == "event_is_not_deleted"])
    with behind_the_counter(morning) as raw:
        raw.execute("DELETE FROM event WHERE seq > (SELECT max(seq) - 2 FROM event)")

    (tail,) = [one for one in breaks_of(morning, anchor=anchor.line) if one.kind == "tail-missing"]

    assert tail.what.params["wanted"] == anchor.events
    assert tail.what.params["events"] == anchor.events - 2
    assert "tail-missing" not in kinds(morning)


def test_an_anchor_tells_a_log_written_anew(morning: Desk) -> None:
    """Whoever rewrites the whole chain makes it whole, but not the one that was anchored."""
    anchor = morning.look(lambda tx: audit_anchor(tx, morning.actor))
    other = anchor.line[:-4] + ("0000" if anchor.line[-4:] != "0000" else "1111")

    assert kinds(morning, anchor=other) == {"anchor-differs"}
    morning.do(triage, 1)
    assert kinds(morning, anchor=anchor.line) == set()


def test_an_anchor_is_read_as_people_copy_it(morning: Desk) -> None:
    """Capitals, spaces for dashes, and blanks around it mean the same line; anything else is refused."""
    anchor = morning.look(lambda tx: audit_anchor(tx, morning.actor))
    code, count, day, head = anchor.line.split(" ")

    assert read_anchor(anchor.line) == anchor
    assert read_anchor(f"  {code} {count} {day}  {head.upper().replace('-', ' ')}\n") == anchor
    for line in ("", "street 12 2026-11-23", f"{code} {count} 2026-13-01 {head}", f"{code} {count} {day} {head[:-1]}"):
        with pytest.raises(Refused, match="is not a line of dispatch audit anchor"):
            read_anchor(line)
    with pytest.raises(Refused, match="which is not in this database"):
        morning.look(lambda tx: audit_verify(tx, morning.actor, anchor=anchor.line.replace("street", "elsewhere")))


def test_the_audit_counts_its_events_and_says_where_it_breaks(morning: Desk) -> None:
    """All events, and the row that was edited."""
    count, found = morning.look(lambda tx: audit_verify(tx, morning.actor))
    assert (count > 50, found) == (True, [])
    take_out(morning.street.database, [one for one in GUARDS if one.name == "event_is_not_edited"])
    with behind_the_counter(morning) as raw:
        raw.execute("UPDATE event SET actor = 'nobody' WHERE seq = 7")

    again, found = morning.look(lambda tx: audit_verify(tx, morning.actor))

    assert again == count
    assert [(one.kind, one.promise, say(one.what, "en")) for one in found] == [
        ("event-edited", "P15", "event 7 was edited")
    ]


@pytest.mark.parametrize("role", Role)
def test_only_those_who_answer_for_the_whole_may_verify(desk: Desk, role: Role) -> None:
    """A resident, a responder and the worker of one grid learn nothing of the rest."""
    whole = Actor(name="x", role=role)
    part = Actor(name="x", role=role, grid="G1", reference="1")
    allowed = role in (Role.GRID_WORKER, Role.PLANNER, Role.ADMIN, Role.OPERATOR)

    for function in (lambda tx, who: verify(tx, who, desk.rules), audit_verify, audit_anchor):
        if allowed:
            desk.look(lambda tx, function=function: function(tx, whole))
        else:
            with pytest.raises(Refused):
                desk.look(lambda tx, function=function: function(tx, whole))
        if role is Role.GRID_WORKER or not allowed:
            with pytest.raises((Refused, NotFound)):
                desk.look(lambda tx, function=function: function(tx, part))
