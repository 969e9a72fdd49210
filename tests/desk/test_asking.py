"""Whom a round asks again, by which code, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.closing import take_over
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.intake import take_request
from dispatch.desk.matching import run_round
from dispatch.desk.phone_list.phone_sheets import print_sheet
from dispatch.desk.replies import reply_from_phone, reply_from_sheet
from dispatch.desk.undoing import undo
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.request import Order
from dispatch.model.rules import Rules
from dispatch.plugins.phone_list import PhoneList
from dispatch.store import offers, outbox, requests
from dispatch.store.tables import offer
from tests.conftest import NINE, Street


def test_nobody_is_given_a_code_they_had_before(street: Street, actor: Actor, clock: StoppedClock) -> None:
    """A code lives in the database for ever: one from last year must not stand in the way of a round."""
    helper = street.responder("V1", capacity=5)
    old = street.request("listen", state=RequestState.ASKING)
    ended = street.offer(old, helper, OfferState.DECLINED, ended_at=NINE)
    street.move_request(old, RequestState.TRIAGED)
    street.move_request(old, RequestState.CANCELLED)

    def every_code_of_four_digits(tx: object) -> None:
        row = tx.connection.execute(offer.select().where(offer.c.id == ended)).mappings().one()  # type: ignore[attr-defined]
        tx.connection.execute(  # type: ignore[attr-defined]
            offer.insert(),
            [
                {**row, "id": f"{n:036}", "code": str(n), "offered_at": NINE - timedelta(days=300)}
                for n in range(1000, 10_000)
                if str(n) != row["code"]
            ],
        )

    street.database.write(every_code_of_four_digits)
    street.request("listen", state=RequestState.TRIAGED)
    clock.at += timedelta(days=60)
    done = run_round(street.database, actor, Rules())

    (made,) = [one for _, _, _, one in done.offered]
    assert made is not None
    assert len(made.code) == 5


def test_who_was_let_go_may_be_asked_again(street: Street, actor: Actor) -> None:
    """Taken back before it left, an offer is as if it had never been: the next round makes the same plan."""
    for code in ("V1", "V2", "V3"):
        street.responder(code)
    street.request("listen", state=RequestState.TRIAGED)
    first = run_round(street.database, actor, Rules())
    street.database.write(lambda tx: undo(tx, actor, Rules()))
    again = run_round(street.database, actor, Rules())

    assert [code for _, code, _, _ in again.offered] == [code for _, code, _, _ in first.offered]


def test_an_answer_is_due_before_the_work_can_no_longer_begin(street: Street, actor: Actor) -> None:
    """An offer ends with its window, however long offers stand otherwise."""
    street.responder("V1")
    ends = NINE + timedelta(minutes=20)
    street.request("listen", state=RequestState.TRIAGED, window_from=NINE, window_to=ends)
    done = run_round(street.database, actor, Rules())

    (made,) = [one for _, _, _, one in done.offered]
    assert made is not None
    assert made.deadline_at == ends


def test_a_window_that_is_over_needs_a_person(street: Street, actor: Actor, clock: StoppedClock) -> None:
    """Nobody is asked to come yesterday; somebody asks the resident when else it would suit."""
    street.responder("V1")
    ends = NINE + timedelta(minutes=20)
    request_id = street.request("listen", state=RequestState.TRIAGED, window_from=NINE, window_to=ends)
    clock.at += timedelta(hours=1)
    done = run_round(street.database, actor, Rules())
    request = street.database.read(lambda tx: requests.with_ids(tx.connection, [request_id])[request_id])

    assert done.offered == ()
    assert (request.state, request.reason, request.owner) == (RequestState.NEEDS_PERSON, "window-over", "小李")
    assert street.database.read(lambda tx: offers.of_requests(tx.connection, [request_id])) == []


def test_a_grid_worker_takes_requests_of_the_own_grid_only(street: Street) -> None:
    """A place in another grid is not there."""
    worker = Actor(name="小张", grid="G1")
    assert street.database.write(
        lambda tx: take_request(tx, worker, Rules(), Order(service="listen", place="8-1"))
    ).number

    with pytest.raises(NotFound, match="no place 9"):
        street.database.write(lambda tx: take_request(tx, worker, Rules(), Order(service="listen", place="9")))


@pytest.mark.parametrize("owner", ["", "  ", "王主任 13800000000", "x" * 65])
def test_a_request_is_put_into_the_hands_of_a_name_and_nothing_else(street: Street, actor: Actor, owner: str) -> None:
    """What stands beside a request on every page is no place for a phone number."""
    street.request("listen", state=RequestState.TRIAGED)

    with pytest.raises(Refused, match="must have a name"):
        street.database.write(lambda tx: take_over(tx, actor, Rules(), 1, owner))


def test_an_answer_is_taken_by_the_own_grid_only(street: Street, actor: Actor) -> None:
    """Another grid's worker keys back no row of it, and moves nothing by a phone of its people."""
    helper = street.responder("V1", phone="+9991390000001", place="8-1")
    request_id = street.request("listen", place="8-2", state=RequestState.ASKING)
    offer_id = street.offer(request_id, helper)
    outgoing = outbox.Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel="phone-list"
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [outgoing]))
    deliver(street.database, actor, Rules(), {"phone-list": PhoneList({})})
    sheet = street.database.write(lambda tx: print_sheet(tx, actor, Rules()))
    other = Actor(name="小张", grid="G2")
    assert sheet.number is not None

    with pytest.raises(NotFound, match="no row 1"):
        street.database.write(lambda tx: reply_from_sheet(tx, other, Rules(), 1, "1 a"))
    reply = street.database.write(lambda tx: reply_from_phone(tx, other, Rules(), "+9991390000001", "1"))
    assert reply.outcome.value == "unknown"
    now = street.database.read(lambda tx: offers.with_id(tx.connection, offer_id))
    assert now is not None
    assert now.state is OfferState.OFFERED
