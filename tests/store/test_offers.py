"""Waves, offers and seats move by compare-and-set: whoever looked at what has changed since is told, and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dispatch.errors import Conflict, Refused
from dispatch.model.assignment import Wave
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.store import offers, people, requests
from dispatch.store.engine import Database


def test_a_wave_is_decided_once(street: Any, database: Database) -> None:
    """The second to write the same number is told that it was not first, and can go on."""
    request_id = street.request()
    wave = database.read(lambda tx: Wave(request_id, 1, tx.now, "p"))

    assert database.write(lambda tx: offers.open_wave(tx.connection, wave))
    assert not database.write(lambda tx: offers.open_wave(tx.connection, wave))
    assert database.write(lambda tx: offers.open_wave(tx.connection, replace(wave, wave_no=2)))

    other = street.request()
    following = database.read(lambda tx: offers.next_wave(tx.connection, [request_id, other]))
    assert following == {request_id: 3, other: 1}


@pytest.mark.parametrize("stale", ["state", "fence"])
def test_an_offer_that_moved_meanwhile_is_not_moved_again(street: Any, database: Database, stale: str) -> None:
    """Neither from the state it has left, nor by whoever read it before its last change."""
    offer_id = street.offer(street.request(), street.responder("V1"))
    was = database.read(lambda tx: offers.with_id(tx.connection, offer_id))
    database.write(lambda tx: offers.change(tx.connection, was, OfferState.ACCEPTED, slot_no=1))
    now = database.read(lambda tx: offers.with_id(tx.connection, offer_id))
    assert (now.state, now.fence) == (OfferState.ACCEPTED, was.fence + 1)

    old = replace(now, state=OfferState.OFFERED) if stale == "state" else replace(now, fence=was.fence)
    with pytest.raises(Conflict, match="somebody else just answered"):
        database.write(lambda tx: offers.change(tx.connection, old, OfferState.DONE))

    assert database.read(lambda tx: offers.with_id(tx.connection, offer_id)) == now


@pytest.mark.parametrize("stale", ["state", "version"])
def test_a_request_that_changed_meanwhile_is_not_changed_again(street: Any, database: Database, stale: str) -> None:
    """The second to act on what both had read hears that somebody else was first."""
    request_id = street.request()

    def read() -> Any:
        return database.read(lambda tx: requests.with_ids(tx.connection, [request_id])[request_id])

    was = read()
    database.write(lambda tx: requests.change(tx.connection, was, state="needs_person", owner="小李", reason="x"))
    now = read()

    old = replace(now, state=RequestState.ASKING) if stale == "state" else replace(now, version=was.version)
    with pytest.raises(Conflict, match="somebody else just changed request 1"):
        database.write(lambda tx: requests.change(tx.connection, old, owner="老张"))

    assert read() == now
    assert now.version == was.version + 1


def test_a_responder_that_changed_meanwhile_is_not_changed_again(street: Any, database: Database) -> None:
    """Two windows with the same person open: the second to save is told."""
    was = street.responder("V1")
    database.write(lambda tx: people.change(tx.connection, was, replace(was, is_paid=True)))

    with pytest.raises(Conflict, match="somebody else just changed responder V1"):
        database.write(lambda tx: people.change(tx.connection, was, replace(was, is_paid=False)))

    assert database.read(lambda tx: people.with_code(tx.connection, "street", "V1")).is_paid


def test_free_seats_are_those_nobody_holds_and_nobody_retired(street: Any, database: Database) -> None:
    """Asked, accepted and begun work each hold one; ended work frees it; a lowered capacity retires free ones first."""
    responder = street.responder("V1", capacity=4)
    held = [street.offer(street.request(), responder) for _ in range(3)]
    street.move(held[0], OfferState.DECLINED)
    street.move(held[1], OfferState.ACCEPTED, slot_no=1)

    def free() -> list[int]:
        return database.read(lambda tx: offers.free_seats(tx.connection, [responder.id]).get(responder.id, []))

    assert free() == [1, 4]
    database.write(lambda tx: people.set_capacity(tx.connection, responder.id, 3))
    assert free() == [1]
    database.write(lambda tx: people.set_capacity(tx.connection, responder.id, 1))
    assert free() == []
    assert database.read(lambda tx: offers.seats_held(tx.connection, "street")) == {responder.id: 2}
    database.write(lambda tx: people.set_capacity(tx.connection, responder.id, 5))
    assert free() == [1, 4, 5]


def test_free_slots_are_those_nobody_holds_and_nobody_retired(street: Any, database: Database) -> None:
    """Accepted, begun and finished work each hold one; what was given back is free again."""
    request_id = street.request(headcount=4)
    people_ = [street.responder(f"V{number}") for number in range(3)]
    held = [street.offer(request_id, one, OfferState.ACCEPTED, slot_no=number) for number, one in enumerate(people_, start=1)]
    street.move(held[0], OfferState.RELEASED)
    street.move(held[1], OfferState.DONE)

    def free() -> list[int]:
        return database.read(lambda tx: offers.free_slots(tx.connection, request_id))

    assert free() == [1, 4]
    assert database.read(lambda tx: offers.free_slot_counts(tx.connection, [request_id])) == {request_id: 2}
    database.write(lambda tx: requests.set_slots(tx.connection, request_id, keep=[1, 5], retire=[4]))
    assert free() == [1, 5]


def test_somebody_without_any_seat_has_done_nothing(street: Any, database: Database) -> None:
    """What is recorded afterwards needs a seat to stand on, and says how to give one."""
    with_seats, without = street.responder("V1", capacity=2), street.responder("V2", capacity=0)

    assert database.read(lambda tx: offers.any_seats(tx.connection, [with_seats.id])) == {with_seats.id: 1}
    with pytest.raises(Refused, match="has no seat"):
        database.read(lambda tx: offers.any_seats(tx.connection, [without.id]))
