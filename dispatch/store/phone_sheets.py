"""Printed phone lists: which call stood on which row, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from dispatch.model.message import MessageKind
from dispatch.store.outbox import PHONE_LIST, Delivery, of_kind, to_model
from dispatch.store.tables import community as community_table
from dispatch.store.tables import delivery, offer, phone_sheet, request

NO_ANSWER: Final = "n"
"""The one result after which the same call stands on the next sheet again."""

_LIVE_OFFER: Final = {
    MessageKind.OFFER: ("offered",),
    MessageKind.DETAILS: ("accepted", "doing"),
    MessageKind.WHO_COMES: ("accepted", "doing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSheet:
    """One row of one printed sheet.

    Args:
        delivery: The call that stood there.
        result: a accepted or told, d declined, n no answer, x wrong number; none until it is keyed back.
    """

    sheet_no: int
    row_no: int
    printed_at: datetime
    result: str | None
    delivery: Delivery

    @property
    def request_id(self) -> str:
        """The request that the call is about."""
        return self.delivery.request_id

    @property
    def offer_id(self) -> str | None:
        """The offer that the call is about, where it is one."""
        return self.delivery.offer_id

    @property
    def kind(self) -> MessageKind:
        """What the call is for."""
        return self.delivery.kind


def open_calls(connection: Connection, community: str, since: datetime) -> list[Delivery]:
    """Return the calls on the phone list that may still have to be made, oldest first.

    Left out are those whose offer has ended and those that somebody answered; the
    caller looks whether the others are still needed.

    Args:
        since: Calls put on the list before then are no longer made.
    """
    answered = select(phone_sheet.c.row_no).where(
        phone_sheet.c.delivery_id == delivery.c.id, phone_sheet.c.result != NO_ANSWER
    )
    live = [
        and_(of_kind(kind), offer.c.state.in_(states)) for kind, states in _LIVE_OFFER.items()
    ]
    others = ~or_(*(of_kind(kind) for kind in _LIVE_OFFER))
    rows = connection.execute(
        select(delivery)
        .join(request, request.c.id == delivery.c.request_id)
        .outerjoin(offer, offer.c.id == delivery.c.offer_id)
        .where(
            request.c.community == community,
            delivery.c.channel == PHONE_LIST,
            delivery.c.state == "sent",
            delivery.c.next_at >= since,
            or_(*live, others, delivery.c.offer_id.is_(None)),
            ~answered.exists(),
        )
        .order_by(delivery.c.next_at, delivery.c.id)
    ).mappings()
    return [to_model(row) for row in rows]


def times_unreached(connection: Connection, delivery_ids: Iterable[str]) -> dict[str, int]:
    """Return how often nobody picked up at each call; those never tried in vain are absent."""
    wanted = sorted(set(delivery_ids))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(phone_sheet.c.delivery_id, func.count())
            .where(
                phone_sheet.c.delivery_id.in_(wanted[start : start + 500]),
                phone_sheet.c.result == NO_ANSWER,
            )
            .group_by(phone_sheet.c.delivery_id)
        )
        found.update((row[0], row[1]) for row in rows)
    return found


def not_keyed_back(connection: Connection, community: str, delivery_ids: Iterable[str]) -> dict[str, int]:
    """Return the last sheet of each call, by the call; those whose last sheet says what came of it are absent."""
    wanted = sorted(set(delivery_ids))
    last: dict[str, tuple[int, str | None]] = {}
    for start in range(0, len(wanted), 500):
        rows = connection.execute(
            select(phone_sheet.c.delivery_id, phone_sheet.c.sheet_no, phone_sheet.c.result)
            .where(
                phone_sheet.c.community == community,
                phone_sheet.c.delivery_id.in_(wanted[start : start + 500]),
            )
            .order_by(phone_sheet.c.sheet_no)
        )
        last.update((row[0], (row[1], row[2])) for row in rows)
    return {delivery_id: sheet_no for delivery_id, (sheet_no, result) in last.items() if result is None}


def newest_sheet(connection: Connection, community: str) -> int | None:
    """Return the number of the sheet that was printed last; none where none was."""
    found = connection.scalar(select(community_table.c.last_sheet).where(community_table.c.code == community))
    return int(found) if found else None


def number_sheet(
    connection: Connection, community: str, printed_at: datetime, delivery_ids: Sequence[str]
) -> int:
    """Write a new sheet with these calls on rows 1, 2, … and return its number; other printers wait."""
    sheet_no = int(
        connection.execute(
            update(community_table)
            .where(community_table.c.code == community)
            .values(last_sheet=community_table.c.last_sheet + 1)
            .returning(community_table.c.last_sheet)
        ).scalar_one()
    )
    connection.execute(
        phone_sheet.insert(),
        [
            {
                "community": community,
                "sheet_no": sheet_no,
                "row_no": row_no,
                "delivery_id": delivery_id,
                "printed_at": printed_at,
            }
            for row_no, delivery_id in enumerate(delivery_ids, start=1)
        ],
    )
    return sheet_no


def rows_of(connection: Connection, community: str, sheet_no: int) -> list[OnSheet]:
    """Return the rows of a sheet in order; none where no such sheet was printed."""
    query = _printed(community, sheet_no).order_by(phone_sheet.c.row_no)
    return [_to_row(row) for row in connection.execute(query).mappings()]


def delivery_on_sheet(connection: Connection, community: str, sheet_no: int, row_no: int) -> OnSheet | None:
    """Return what stood on one row of a printed sheet, if there is such a row."""
    query = _printed(community, sheet_no).where(phone_sheet.c.row_no == row_no)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _to_row(row)


def key_back(connection: Connection, community: str, sheet_no: int, row_no: int, result: str | None) -> None:
    """Write down what came of a call: a accepted or told, d declined, n no answer, x wrong number; none: not yet."""
    connection.execute(
        update(phone_sheet)
        .where(
            phone_sheet.c.community == community,
            phone_sheet.c.sheet_no == sheet_no,
            phone_sheet.c.row_no == row_no,
        )
        .values(result=result)
    )


def rows_about(connection: Connection, community: str, offer_ids: Iterable[str]) -> list[tuple[int, int]]:
    """Return on which sheets and rows calls about these offers stand that nobody keyed back, in order."""
    rows = connection.execute(
        select(phone_sheet.c.sheet_no, phone_sheet.c.row_no)
        .join(delivery, delivery.c.id == phone_sheet.c.delivery_id)
        .where(phone_sheet.c.community == community, delivery.c.offer_id.in_(sorted(set(offer_ids))))
        .where(phone_sheet.c.result.is_(None))
        .order_by(phone_sheet.c.sheet_no, phone_sheet.c.row_no)
    )
    return [(row[0], row[1]) for row in rows]


def _printed(community: str, sheet_no: int) -> Select[Any]:
    return (
        select(
            phone_sheet.c.sheet_no,
            phone_sheet.c.row_no,
            phone_sheet.c.printed_at,
            phone_sheet.c.result,
            delivery,
        )
        .join(delivery, delivery.c.id == phone_sheet.c.delivery_id)
        .where(phone_sheet.c.community == community, phone_sheet.c.sheet_no == sheet_no)
    )


def _to_row(row: Any) -> OnSheet:
    return OnSheet(
        sheet_no=row["sheet_no"],
        row_no=row["row_no"],
        printed_at=row["printed_at"],
        result=row["result"],
        delivery=to_model(row),
    )
