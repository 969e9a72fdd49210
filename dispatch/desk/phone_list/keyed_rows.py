"""Whom the rows of a printed sheet were about, by the names that stand on the paper."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dispatch.desk.delivery.letters import read_letters
from dispatch.model.message import MessageKind
from dispatch.store import phone_sheets
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
