"""Where people leave traces: what is private of them, every other text that is kept, and what belongs to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Table, null, select

from dispatch.store.tables import (
    barred,
    community,
    delivery,
    delivery_report,
    event,
    household,
    inbound,
    offer,
    person_address,
    person_private,
    place,
    request,
    responder,
    service,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One value outside ``person_private``.

    Args:
        value: Text, or whatever an event's params hold.
        number: The request it belongs to, where it does.
    """

    table: str
    column: str
    value: Any
    number: int | None


def texts_outside(connection: Connection) -> Iterator[Kept]:
    """Yield every value that came from outside or from another system and is kept in the open."""
    for table, column, query in (
        ("event", "params", _of_event(event.c.params)),
        ("event", "on_behalf_of", _of_event(event.c.on_behalf_of)),
        ("inbound", "body", _of_inbound(inbound.c.body)),
        ("inbound", "provider_msg_id", _of_inbound(inbound.c.provider_msg_id)),
        ("delivery", "note", _of_delivery(delivery.c.note)),
        ("delivery", "reference", _of_delivery(delivery.c.reference)),
        ("delivery_report", "note", _of_report(delivery_report.c.note)),
        ("delivery_report", "reference", _of_report(delivery_report.c.reference)),
        ("request", "idem_key", select(request.c.number, request.c.idem_key)),
        ("request", "reason", select(request.c.number, request.c.reason)),
    ):
        for number, value in connection.execute(query.execution_options(yield_per=1000)):
            if value:
                yield Kept(table, column, value, number)


def _of_event(column: ColumnElement[Any]) -> Select[Any]:
    return select(request.c.number, column).select_from(event).outerjoin(request, request.c.id == event.c.request_id)


def _of_inbound(column: ColumnElement[Any]) -> Select[Any]:
    return (
        select(request.c.number, column)
        .select_from(inbound)
        .outerjoin(offer, offer.c.id == inbound.c.offer_id)
        .outerjoin(request, request.c.id == offer.c.request_id)
    )


def _of_delivery(column: ColumnElement[Any]) -> Select[Any]:
    return (
        select(request.c.number, column).select_from(delivery).outerjoin(request, request.c.id == delivery.c.request_id)
    )


def _of_report(column: ColumnElement[Any]) -> Select[Any]:
    return (
        select(request.c.number, column)
        .select_from(delivery_report)
        .outerjoin(delivery, delivery.c.id == delivery_report.c.delivery_id)
        .outerjoin(request, request.c.id == delivery.c.request_id)
    )


def private_values(connection: Connection) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, phone, exact address and typed words of each person; an address of a channel counts as such words."""
    columns = (person_private.c.name, person_private.c.phone, person_private.c.exact_address, person_private.c.notes)
    for row in connection.execute(select(*columns).execution_options(yield_per=1000)):
        yield tuple(row)
    for address in connection.scalars(select(person_address.c.address).execution_options(yield_per=1000)):
        yield "", "", "", address


def public_words(connection: Connection) -> set[str]:
    """Return what places, services and responders are called in the open."""
    columns = (
        community.c.code,
        community.c.name_zh,
        community.c.name_en,
        place.c.code,
        place.c.name,
        service.c.code,
        service.c.name_zh,
        service.c.name_en,
        household.c.code,
        responder.c.code,
    )
    words = {str(word) for column in columns for word in connection.scalars(select(column))}
    return words | {word for row in connection.scalars(select(service.c.words)) for word in row}


_OWNERS: Final[tuple[tuple[str, Table, ColumnElement[Any]], ...]] = (
    ("request", request, request.c.person_id),
    ("request", request, request.c.words_id),
    ("household", household, household.c.person_id),
    ("responder", responder, responder.c.person_id),
    ("inbound", inbound, inbound.c.words_id),
    ("barred", barred, barred.c.person_id),
)


def gone_people(connection: Connection) -> Iterator[tuple[str, int | None, str]]:
    """Yield what refers to somebody of whom nothing is kept: the table, the request's number, the person's id."""
    for name, table, person_id in _OWNERS:
        number = table.c.number if "number" in table.c else null()
        rows = connection.execute(
            select(number, person_id)
            .select_from(table)
            .outerjoin(person_private, person_private.c.person_id == person_id)
            .where(person_id.is_not(None), person_private.c.person_id.is_(None))
            .order_by(person_id)
        )
        for row in rows:
            yield name, row[0], row[1]


def nobodys_people(connection: Connection) -> set[str]:
    """Return the ids under which something is kept that no request, household, responder, answer or block refers to."""
    kept = set(connection.scalars(select(person_private.c.person_id)))
    kept.update(connection.scalars(select(person_address.c.person_id)))
    for _, table, person_id in _OWNERS:
        kept.difference_update(connection.scalars(select(person_id).select_from(table).where(person_id.is_not(None))))
    return kept


def states_of_requests(connection: Connection) -> Iterator[tuple[str, int, str]]:
    """Yield id, number and state of every request."""
    rows = connection.execute(select(request.c.id, request.c.number, request.c.state).execution_options(yield_per=1000))
    for row in rows:
        yield row[0], row[1], row[2]


def states_of_offers(connection: Connection) -> Iterator[tuple[str, int | None, str]]:
    """Yield id, the request's number and state of every offer."""
    rows = connection.execute(
        select(offer.c.id, request.c.number, offer.c.state)
        .outerjoin(request, request.c.id == offer.c.request_id)
        .execution_options(yield_per=1000)
    )
    for row in rows:
        yield row[0], row[1], row[2]
