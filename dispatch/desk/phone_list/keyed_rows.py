"""What the rows of a printed sheet were about: whom, by the names on the paper, and which request and offer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dispatch.desk.delivery.letters import read_letters
from dispatch.desk.phone_list.filled_in import FilledIn
from dispatch.errors import Refused
from dispatch.model.message import MessageKind
from dispatch.model.request import RequestId
from dispatch.store import offers, phone_sheets, requests
from dispatch.store.engine import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Who was rung, and what for.

    Args:
        name: As the paper has it. Private.
        is_resident: Whether the resident was rung, and not a helper.
    """

    name: str
    is_resident: bool
    kind: MessageKind


def rung_on(tx: Transaction, sheet_no: int, rows: Collection[int]) -> dict[int, Rung]:
    """Return who stood on these rows of a sheet, by row; for whoever was let key them back."""
    stood = [one for one in phone_sheets.rows_of(tx.connection, tx.community, sheet_no) if one.row_no in rows]
    letters = read_letters(tx, [one.delivery for one in stood])
    return {
        one.row_no: Rung(name=letter.to.name, is_resident=one.delivery.recipient == "resident", kind=one.kind)
        for one, letter in zip(stood, letters, strict=True)
    }


def check_same_sheet(tx: Transaction, sheet_no: int, filled_in: FilledIn, rows: Sequence[phone_sheets.OnSheet]) -> None:
    """Raise where a table's rows are about other requests, or other offers, than those of the sheet.

    Raises:
        Refused: They are: what was filled in would be noted of somebody else.
    """
    stand_for = requests.with_ids(tx.connection, [row.request_id for row in rows])
    for row in rows:
        number, code = stand_for[RequestId(row.request_id)].number, 0
        if row.kind is MessageKind.OFFER and row.offer_id is not None:
            offer = offers.with_id(tx.connection, row.offer_id)
            code = int(offer.code) if offer is not None and offer.code else 0
        if (
            filled_in.requests.get(row.row_no, number) != number
            or filled_in.codes.get(row.row_no, code) != code
        ):
            raise Refused(
                "row {row} of the table is another call than row {row} of phone sheet {sheet}",
                row=row.row_no,
                sheet=sheet_no,
                hint="it is the table of another sheet: look for its number at the top, or in the file's name",
            )
