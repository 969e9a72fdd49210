"""A whole day at the desk runs alike on both kinds of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import StringIO

from dispatch.clock import StoppedClock
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import cancel, finish, hand_over, merge, rate
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.dumping import dump
from dispatch.desk.editing import Correction, edit_request, log_afterwards
from dispatch.desk.explaining import explain_request
from dispatch.desk.intake import take_request
from dispatch.desk.loading.town_files import read_town
from dispatch.desk.loading.town_in import load_town
from dispatch.desk.matching import run_round
from dispatch.desk.pages import board, list_requests, show_request, today
from dispatch.desk.phone_list.phone_sheets import print_sheet, reprint_sheet
from dispatch.desk.replies import give_back, reply_from_phone, reply_from_sheet, reply_on_behalf
from dispatch.desk.roster import Change, edit_responder, pause_responder
from dispatch.desk.undoing import undo
from dispatch.desk.verifying import verify
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order, Private
from dispatch.model.rules import Rules
from dispatch.plugins.phone_list import PhoneList
from dispatch.simulator.demand.jinsong import generate_jinsong
from dispatch.store import people, private
from dispatch.store.engine import Database

ACTOR, RULES = Actor(name="小李"), Rules()


def _order(place: str, service: str, door: str, **said: object) -> Order:
    person = Private(name="王阿姨", phone=f"+99917{abs(hash((place, door))) % 10**8:08d}", exact_address=door, notes=door)
    return replace(Order(service=service, place=place, person=person), **said)  # type: ignore[arg-type]


def test_a_day_from_the_first_order_to_the_last_rating(database: Database, clock: StoppedClock) -> None:
    """Taken, matched, rung through, keyed back, given back, done, rated, corrected, undone; and nothing is broken."""
    town = read_town(generate_jinsong(), "jinsong")
    database.write(lambda tx: load_town(tx, ACTOR, RULES, town))
    database.write(lambda tx: take_request(tx, ACTOR, RULES, _order("8-2", "drain", "8号楼2单元301")))
    database.write(lambda tx: take_request(tx, ACTOR, RULES, _order("3-1", "lamp", "")))
    database.write(lambda tx: take_request(tx, ACTOR, RULES, _order("5-1", "errand", "5号楼1单元201", headcount=2)))
    again = database.write(lambda tx: take_request(tx, ACTOR, RULES, _order("8-2", "drain", "8号楼2单元301")))
    assert again.repeats == (1,)
    database.write(lambda tx: merge(tx, ACTOR, RULES, 4, 1))
    database.write(lambda tx: edit_request(tx, ACTOR, RULES, 2, Correction(note="二楼也不亮")))
    assert database.write(lambda tx: undo(tx, ACTOR, RULES)).what == "edited"

    planned = run_round(database, ACTOR, RULES, dry_run=True)
    done = run_round(database, ACTOR, RULES)
    assert done.is_optimal
    assert [(n, code) for n, code, _, _ in done.offered] == [(n, code) for n, code, _, _ in planned.offered]
    assert sorted(n for n, _, _, _ in done.offered) == [1, 2, 3, 3]
    assert deliver(database, ACTOR, RULES, {"phone-list": PhoneList({})}).sent == 4
    sheet = database.write(lambda tx: print_sheet(tx, ACTOR, RULES))
    assert sheet.number == 1
    assert len(database.read(lambda tx: reprint_sheet(tx, ACTOR, RULES, 1)).rows) == 4
    letters = {row.number: "d" if row.number == 2 else "a" for row in sheet.rows}
    text = ", ".join(f"{row.no} {letters[row.number]}" for row in sheet.rows)
    database.write(lambda tx: reply_from_sheet(tx, ACTOR, RULES, 1, text))
    lanes = database.read(lambda tx: board(tx, ACTOR, RULES))
    assert [one.request.number for one in lanes["accepted"]] == [1, 3]

    deliver(database, ACTOR, RULES, {"phone-list": PhoneList({})})
    told = database.write(lambda tx: print_sheet(tx, ACTOR, RULES)).rows
    database.write(lambda tx: edit_request(tx, ACTOR, RULES, 1, Correction(note="有狗")))
    helper = next(code for n, code, _, _ in done.offered if n == 3)
    database.write(lambda tx: give_back(tx, ACTOR, RULES, 3, helper))
    deliver(database, ACTOR, RULES, {"phone-list": PhoneList({})})
    news = database.write(lambda tx: print_sheet(tx, ACTOR, RULES)).rows
    assert {row.purpose for row in told} == {"告知地址", "告知谁来"}
    assert {(row.number, row.purpose) for row in news} >= {(1, "告知更正"), (3, "告知另找人")}
    assert (1, "告知地址") not in {(row.number, row.purpose) for row in news}
    clock.at += timedelta(minutes=5)
    second = run_round(database, ACTOR, RULES)
    assert sorted(n for n, _, _, _ in second.offered) == [2, 3]
    for number, code, _, _ in second.offered:
        database.write(lambda tx, n=number, c=code: reply_on_behalf(tx, ACTOR, RULES, n, c, accepts=True))  # type: ignore[misc]
    deliver(database, ACTOR, RULES, {"phone-list": PhoneList({})})
    for number in (1, 2, 3):
        database.write(lambda tx, n=number: finish(tx, ACTOR, RULES, n))  # type: ignore[misc]
    database.write(lambda tx: rate(tx, ACTOR, RULES, 1, 5, "谢谢"))
    database.write(
        lambda tx: log_afterwards(tx, ACTOR, RULES, _order("6-1", "appliance", ""), ["V001"], clock.at)
    )
    database.write(lambda tx: take_request(tx, ACTOR, RULES, _order("7-1", "company", "7号楼1单元102")))
    clock.at += timedelta(hours=3)
    asked = next(
        code
        for code in ("P100", "P200", "V100", "V120")
        if not database.read(lambda tx, c=code: _speaks_against(tx, c))  # type: ignore[misc]
    )
    offer = database.write(lambda tx: offer_by_hand(tx, ACTOR, RULES, 6, asked))
    phone = database.read(lambda tx: _phone(tx, asked))
    reply = database.write(lambda tx: reply_from_phone(tx, ACTOR, RULES, phone, f"1 {offer.code}", message_id="m"))
    assert reply.outcome.value == "accepted"
    database.write(lambda tx: cancel(tx, ACTOR, RULES, 6))
    database.write(lambda tx: edit_responder(tx, ACTOR, RULES, "V010", Change(capacity=0)))
    database.write(lambda tx: undo(tx, ACTOR, RULES))
    database.write(lambda tx: pause_responder(tx, ACTOR, RULES, "V011", clock.at + timedelta(days=3)))

    deliver(database, ACTOR, RULES, {"phone-list": PhoneList({})})

    assert database.read(lambda tx: verify(tx, ACTOR, RULES)) == []
    assert database.read(lambda tx: show_request(tx, ACTOR, 1)).line.request.state is RequestState.RATED
    database.write(lambda tx: take_request(tx, ACTOR, RULES, _order("2-1", "drain", "2号楼1单元301")))
    run_round(database, ACTOR, RULES)
    database.write(lambda tx: hand_over(tx, ACTOR, RULES, 7, "自来水公司"))
    deliver(database, ACTOR, RULES, {"phone-list": PhoneList({})})
    (ended,) = [row for row in database.write(lambda tx: print_sheet(tx, ACTOR, RULES)).rows if row.number == 7]
    assert (ended.purpose, "自来水公司" in ended.what) == ("告知结果", True)
    assert database.read(lambda tx: verify(tx, ACTOR, RULES)) == []
    assert len(database.read(lambda tx: list_requests(tx, ACTOR, list(RequestState)))) == 7
    assert database.read(lambda tx: today(tx, ACTOR, RULES)).satisfied == (1, 1)
    assert database.read(lambda tx: explain_request(tx, ACTOR, RULES, 2)).sentences
    out = StringIO()
    assert database.read(lambda tx: dump(tx, ACTOR, out))["request"] == 7


def _speaks_against(tx: object, code: str) -> bool:
    from dispatch.desk.by_hand import _terms_by_hand
    from dispatch.desk.snapshot import take_snapshot
    from dispatch.errors import DispatchError
    from dispatch.store import requests

    request = requests.with_number(tx.connection, tx.community, 6)  # type: ignore[attr-defined]
    responder = people.with_code(tx.connection, tx.community, code)  # type: ignore[attr-defined]
    try:
        _terms_by_hand(tx, take_snapshot(tx, RULES, only=request), responder, again=False)  # type: ignore[arg-type]
    except DispatchError:
        return True
    return False


def _phone(tx: object, code: str) -> str:
    responder = people.with_code(tx.connection, tx.community, code)  # type: ignore[attr-defined]
    return private.look_up(tx.connection, [responder.person_id])[responder.person_id].phone  # type: ignore[attr-defined]
