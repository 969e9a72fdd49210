"""What a constraint cannot say: events are never edited, retired seats and slots take nobody new."""

from __future__ import annotations

from typing import Final

_EDITED: Final = "the event log is append-only"
_SEAT: Final = "this seat is retired"
_SLOT: Final = "this slot is retired"

_SEAT_IS_RETIRED = (
    "EXISTS (SELECT 1 FROM responder_seat s WHERE s.responder_id = NEW.responder_id"
    " AND s.seat_no = NEW.seat_no AND s.retired)"
)
_SLOT_IS_RETIRED = (
    "EXISTS (SELECT 1 FROM request_slot s WHERE s.request_id = NEW.request_id"
    " AND s.slot_no = NEW.slot_no AND s.retired)"
)

# ruff: noqa: S608  the texts put in are this module's own

SQLITE: Final[tuple[str, ...]] = (
    f"CREATE TRIGGER event_is_not_edited BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, '{_EDITED}'); END",
    f"CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, '{_EDITED}'); END",
    # INSERT OR REPLACE removes the row in its way without firing the trigger on DELETE.
    "CREATE TRIGGER event_is_not_replaced BEFORE INSERT ON event"
    " WHEN EXISTS (SELECT 1 FROM event e WHERE e.seq = NEW.seq"
    " OR (e.community = NEW.community AND e.prev_hash = NEW.prev_hash))"
    f" BEGIN SELECT RAISE(ABORT, '{_EDITED}'); END",
    "CREATE TRIGGER offer_takes_no_retired_seat BEFORE INSERT ON offer"
    f" WHEN {_SEAT_IS_RETIRED} BEGIN SELECT RAISE(ABORT, '{_SEAT}'); END",
    "CREATE TRIGGER offer_moves_to_no_retired_seat BEFORE UPDATE OF responder_id, seat_no ON offer"
    f" WHEN {_SEAT_IS_RETIRED} BEGIN SELECT RAISE(ABORT, '{_SEAT}'); END",
    "CREATE TRIGGER offer_starts_on_no_retired_slot BEFORE INSERT ON offer"
    f" WHEN NEW.slot_no IS NOT NULL AND {_SLOT_IS_RETIRED} BEGIN SELECT RAISE(ABORT, '{_SLOT}'); END",
    "CREATE TRIGGER offer_takes_no_retired_slot BEFORE UPDATE OF request_id, slot_no ON offer"
    f" WHEN NEW.slot_no IS NOT NULL AND {_SLOT_IS_RETIRED} BEGIN SELECT RAISE(ABORT, '{_SLOT}'); END",
)


def _raise(name: str, condition: str, message: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
        " END IF; RETURN NEW; END $$"
    )


POSTGRESQL: Final[tuple[str, ...]] = (
    _raise("dispatch_event_is_not_edited", "true", _EDITED),
    "CREATE TRIGGER event_is_not_edited BEFORE UPDATE OR DELETE ON event"
    " FOR EACH ROW EXECUTE FUNCTION dispatch_event_is_not_edited()",
    "CREATE TRIGGER event_is_not_truncated BEFORE TRUNCATE ON event"
    " FOR EACH STATEMENT EXECUTE FUNCTION dispatch_event_is_not_edited()",
    _raise("dispatch_no_retired_seat", _SEAT_IS_RETIRED, _SEAT),
    "CREATE TRIGGER offer_takes_no_retired_seat BEFORE INSERT OR UPDATE OF responder_id, seat_no ON offer"
    " FOR EACH ROW EXECUTE FUNCTION dispatch_no_retired_seat()",
    _raise("dispatch_no_retired_slot", f"NEW.slot_no IS NOT NULL AND {_SLOT_IS_RETIRED}", _SLOT),
    "CREATE TRIGGER offer_takes_no_retired_slot BEFORE INSERT OR UPDATE OF request_id, slot_no ON offer"
    " FOR EACH ROW EXECUTE FUNCTION dispatch_no_retired_slot()",
)
