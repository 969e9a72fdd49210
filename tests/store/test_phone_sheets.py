"""Printed phone lists: numbered once, looked up by sheet and row, closed by what is keyed back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.model.lifecycle import OfferState
from dispatch.model.message import DeliveryState, MessageKind
from dispatch.store import claims, outbox, phone_sheets
from dispatch.store.engine import Database, Transaction
from dispatch.store.outbox import Outgoing


def call(street, *, state: OfferState = OfferState.OFFERED) -> tuple[str, str]:
    """Put one call on the phone list; return the offer and the delivery."""
    request_id = street.request()
    offer_id = street.offer(request_id, street.responder(f"V{request_id[-12:]}"), state)
    kind = MessageKind.OFFER if state is OfferState.OFFERED else MessageKind.DETAILS

    def work(tx: Transaction) -> str:
        outgoing = Outgoing(
            request_id=request_id,
            offer_id=offer_id,
            recipient="responder",
            kind=kind,
            channel=outbox.PHONE_LIST,
        )
        outbox.enqueue(tx.connection, tx.now, [outgoing])
        (claimed,) = claims.claim(
            tx.connection,
            "street",
            tx.now,
            tx.now + timedelta(minutes=1),
            channel=outbox.PHONE_LIST,
            due_by=tx.now,
            limit=1,
        )
        claims.record_receipt(tx.connection, claimed, tx.now, state=DeliveryState.SENT)
        return claimed.id

    return offer_id, street.database.write(work)


def open_ids(database: Database) -> list[str]:
    """The calls that may still have to be made."""
    return database.read(
        lambda tx: [one.id for one in phone_sheets.open_calls(tx.connection, "street", tx.now - timedelta(days=8))]
    )


def test_sheets_and_rows_are_numbered_from_one(database, street):
    """Each sheet has the next number, each row its place; what stood there is found again."""
    calls = [call(street)[1] for _ in range(3)]
    number = [
        database.write(lambda tx, ids=ids: phone_sheets.number_sheet(tx.connection, "street", tx.now, ids))
        for ids in (calls[:2], calls)
    ]

    assert number == [1, 2]
    found = database.read(lambda tx: phone_sheets.delivery_on_sheet(tx.connection, "street", 2, 3))
    assert found is not None
    assert (found.sheet_no, found.row_no, found.delivery.id, found.result) == (2, 3, calls[2], None)
    assert [
        row.delivery.id for row in database.read(lambda tx: phone_sheets.rows_of(tx.connection, "street", 1))
    ] == calls[:2]


@pytest.mark.parametrize(("sheet_no", "row_no"), [(1, 2), (2, 1), (0, 0)])
def test_a_row_that_was_never_printed_is_none(database, street, sheet_no, row_no):
    """A slip of the finger finds nothing, rather than somebody else's call."""
    _, delivery_id = call(street)
    database.write(lambda tx: phone_sheets.number_sheet(tx.connection, "street", tx.now, [delivery_id]))

    assert database.read(lambda tx: phone_sheets.delivery_on_sheet(tx.connection, "street", sheet_no, row_no)) is None


@pytest.mark.parametrize("result", ["a", "d", "x"])
def test_an_answered_call_is_no_longer_open(database, street, result):
    """Told, declined or a wrong number: it stands on no further sheet."""
    _, delivery_id = call(street, state=OfferState.ACCEPTED)
    database.write(lambda tx: phone_sheets.number_sheet(tx.connection, "street", tx.now, [delivery_id]))
    assert open_ids(database) == [delivery_id]
    database.write(lambda tx: phone_sheets.key_back(tx.connection, "street", 1, 1, result))

    assert open_ids(database) == []


def test_a_call_that_nobody_picked_up_stays_open_and_is_counted(database, street):
    """It is tried again from the next sheet."""
    _, delivery_id = call(street, state=OfferState.ACCEPTED)
    for sheet_no in (1, 2):
        database.write(lambda tx: phone_sheets.number_sheet(tx.connection, "street", tx.now, [delivery_id]))
        database.write(lambda tx, no=sheet_no: phone_sheets.key_back(tx.connection, "street", no, 1, "n"))

    assert open_ids(database) == [delivery_id]
    assert database.read(lambda tx: phone_sheets.times_unreached(tx.connection, [delivery_id])) == {delivery_id: 2}


def test_a_call_whose_offer_has_ended_is_not_made(database, street):
    """Nobody is rung for what somebody else has taken."""
    offer_id, delivery_id = call(street)
    assert open_ids(database) == [delivery_id]
    street.move(offer_id, OfferState.WITHDRAWN)

    assert open_ids(database) == []
