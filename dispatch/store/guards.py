"""Which constraint holds which promise, and whether a database still has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, text

Kind = Literal["index", "constraint", "trigger"]


@dataclass(frozen=True, slots=True)
class Guard:
    """One thing in the database that refuses what a promise forbids.

    Args:
        promise: Its number: "P4".
        name: As the database calls it, the same on SQLite and PostgreSQL.
        only_on: The one kind of database that has it, where not both do.
    """

    promise: str
    kind: Kind
    table: str
    name: str
    only_on: str | None = None


GUARDS: Final = (
    Guard("P1", "constraint", "request_slot", "fk_request_slot_request_id"),
    Guard("P1", "constraint", "request", "uq_request_community_number"),
    Guard("P2", "constraint", "request", "uq_request_idem_key"),
    Guard("P3", "constraint", "request", "ck_request_known_state"),
    Guard("P3", "constraint", "request", "ck_request_nothing_is_forgotten"),
    Guard("P3", "constraint", "request", "ck_request_a_named_person_has_it"),
    Guard("P3", "constraint", "request", "ck_request_merged_says_into_which"),
    Guard("P3", "constraint", "request", "ck_request_not_merged_into_itself"),
    Guard("P3", "constraint", "request", "ck_request_says_to_whom_or_why"),
    Guard("P3", "constraint", "request", "ck_request_rated_with_one_to_five"),
    Guard("P4", "constraint", "request_slot", "pk_request_slot"),
    Guard("P4", "constraint", "request_slot", "ck_request_slot_counts_from_one"),
    Guard("P4", "index", "offer", "uq_offer_one_holder_a_slot"),
    Guard("P4", "constraint", "offer", "fk_offer_request_id_slot_no"),
    Guard("P4", "constraint", "offer", "ck_offer_known_state"),
    Guard("P4", "constraint", "offer", "ck_offer_a_slot_is_held_once_accepted"),
    Guard("P4", "trigger", "offer", "offer_takes_no_retired_slot"),
    Guard("P4", "trigger", "offer", "offer_starts_on_no_retired_slot", only_on="sqlite"),
    Guard("P5", "constraint", "responder_seat", "pk_responder_seat"),
    Guard("P5", "constraint", "responder_seat", "ck_responder_seat_counts_from_one"),
    Guard("P5", "index", "offer", "uq_offer_one_offer_a_seat"),
    Guard("P5", "constraint", "offer", "fk_offer_responder_id_seat_no"),
    Guard("P5", "trigger", "offer", "offer_takes_no_retired_seat"),
    Guard("P5", "trigger", "offer", "offer_moves_to_no_retired_seat", only_on="sqlite"),
    Guard("P6", "constraint", "wave", "pk_wave"),
    Guard("P6", "constraint", "wave", "ck_wave_counts_from_one"),
    Guard("P6", "constraint", "offer", "fk_offer_request_id_wave_no"),
    Guard("P6", "index", "offer", "uq_offer_one_offer_a_pair"),
    Guard("P8", "constraint", "delivery", "uq_delivery_offer_id_kind_channel"),
    Guard("P8", "index", "delivery", "uq_delivery_once_an_occasion"),
    Guard("P8", "constraint", "delivery", "ck_delivery_leased_while_sending"),
    Guard("P9", "constraint", "inbound", "pk_inbound"),
    Guard("P9", "constraint", "offer", "uq_offer_responder_id_code"),
    Guard("P15", "constraint", "event", "uq_event_community_prev_hash"),
    Guard("P15", "trigger", "event", "event_is_not_edited"),
    Guard("P15", "trigger", "event", "event_is_not_deleted", only_on="sqlite"),
    Guard("P15", "trigger", "event", "event_is_not_replaced", only_on="sqlite"),
    Guard("P15", "trigger", "event", "event_is_not_truncated", only_on="postgresql"),
)
"""Every constraint without which a promise would rest on our code alone.

P10 (a timeout re-dispatches once) needs none of its own: the holder of a slot and
the number of a wave are each unique already.
"""

_POSTGRESQL = (
    """SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.convalidated AND pg_table_is_visible(c.oid)""",
    """SELECT c.relname, i.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
    JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indisvalid AND pg_table_is_visible(c.oid)""",
    """SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE t.tgenabled <> 'D' AND pg_table_is_visible(c.oid)""",
)
_NAMED = re.compile(r'CONSTRAINT\s+"?(\w+)"?', re.IGNORECASE)


def guards_of(dialect: str) -> list[Guard]:
    """Return the guards that a kind of database ("sqlite", "postgresql") has."""
    return [one for one in GUARDS if one.only_on in (None, dialect)]


def missing_guards(connection: Connection) -> list[Guard]:
    """Return the guards that are not in this database any more, or are switched off."""
    dialect = connection.dialect.name
    there = _named_on_sqlite(connection) if dialect == "sqlite" else _named_on_postgresql(connection)
    return [one for one in guards_of(dialect) if (one.table, one.name) not in there]


def _named_on_sqlite(connection: Connection) -> set[tuple[str, str]]:
    rows = connection.execute(text("SELECT type, tbl_name, name, sql FROM sqlite_master"))
    there = set()
    for kind, table, name, sql in rows:
        there.add((table, name))
        if kind == "table":
            there |= {(table, constraint) for constraint in _NAMED.findall(sql)}
    return there


def _named_on_postgresql(connection: Connection) -> set[tuple[str, str]]:
    return {(row[0], row[1]) for query in _POSTGRESQL for row in connection.execute(text(query))}
