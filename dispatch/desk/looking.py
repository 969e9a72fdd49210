"""What a plugin's command may look at, as plain rows: with the rights of whoever typed it."""

from __future__ import annotations

from typing import Final

from dispatch.desk.authorize import authorize
from dispatch.desk.exporting.export_rows import request_rows, responder_rows
from dispatch.desk.exporting.tables_out import REQUEST_FIELDS, RESPONDER_FIELDS, plain_rows
from dispatch.desk.moves import scope
from dispatch.desk.snapshot import take_snapshot
from dispatch.i18n import Language
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.plugins.exporters import Row
from dispatch.solver.problem import Problem
from dispatch.store import people, requests
from dispatch.store.engine import Transaction

PRIVATE_REQUEST_FIELDS: Final = frozenset({"name", "phone", "address", "note", "helper", "helper_phone", "result"})
PRIVATE_RESPONDER_FIELDS: Final = frozenset({"name", "phone", "address", "notes"})


def look_at_requests(tx: Transaction, actor: Actor, *, private: bool, language: Language) -> list[Row]:
    """Return the requests within the actor's reach, by number.

    Args:
        private: Also the private fields, as an export has them; for those who may export.

    Raises:
        Refused: The actor may not.
    """
    authorize(actor, "export" if private else "list")
    within = scope(tx, actor)
    found = [one for one in requests.find(tx.connection, tx.community) if within is None or one.place_id in within]
    rows, _ = request_rows(tx, found, language, with_confidential=False)
    return plain_rows(rows, [name for name in REQUEST_FIELDS if private or name not in PRIVATE_REQUEST_FIELDS])


def look_at_responders(tx: Transaction, actor: Actor, *, private: bool, language: Language) -> list[Row]:
    """Return the active responders within the actor's reach, by code; otherwise as ``look_at_requests``."""
    authorize(actor, "export" if private else "list")
    within = scope(tx, actor)
    found = people.responders_of(tx.connection, tx.community, active_only=True)
    rows = responder_rows(tx, [one for one in found if within is None or one.place_id in within], language)
    return plain_rows(rows, [name for name in RESPONDER_FIELDS if private or name not in PRIVATE_RESPONDER_FIELDS])


def note_look(tx: Transaction, actor: Actor, what: str, rows: int) -> None:
    """Leave in the log that private fields were looked at, like an export.

    Args:
        what: "requests" or "responders".
    """
    authorize(actor, "export")
    tx.record(actor, "exported", what=what, rows=rows)


def look_at_problem(tx: Transaction, actor: Actor, rules: Rules) -> Problem:
    """Return what the next round would be given to solve, within the actor's reach.

    Raises:
        Refused: The actor may not.
    """
    authorize(actor, "explain")
    return take_snapshot(tx, rules, within=scope(tx, actor)).problem
