"""What a helper reads of the line that was typed: what is left when what the request says by itself is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from dispatch.desk.typed_line.line import LineGuess, parse_line
from dispatch.errors import DispatchError
from dispatch.model.community import Community, Places
from dispatch.model.request import Private, Request
from dispatch.model.service import Service
from dispatch.store import events, private
from dispatch.store.engine import Transaction

_NUMBER: Final = re.compile(r"\d+")
_SHORTEST: Final = 2
"""Characters of a stretch that is looked for in words that were corrected: a single one may stand anywhere."""

_Window = tuple[datetime, datetime] | None
_ENDS: Final = " ,，。.、;；:：-·"


def note_for_helper(
    tx: Transaction,
    community: Community,
    places: Places,
    services: Iterable[Service],
    request: Request,
    resident: Private,
) -> str:
    """Return the notes without what was read out of the typed line: where, who, phone, when, how many.

    That is said by itself, as it holds now: after a correction the line would contradict it. A note that is no
    typed line (it does not name the door the request was taken for) stays as it is.

    Args:
        resident: Whose need it is, the notes as they stand.
    """
    first, *added = resident.notes.split("\n")
    if not first:
        return resident.notes
    taken, window = _as_taken(tx, request, resident)
    line = taken.notes.split("\n")[0]
    guess = _read(line, community, places, services, request)
    if guess is None or not _is_the_line_of(guess, taken, window):
        return resident.notes
    if first == line:
        first = guess.note
    else:
        for stretch in guess.read:
            first = first.replace(stretch, " ") if len(stretch) >= _SHORTEST else first
    return "\n".join(part for part in (first.strip(_ENDS), *added) if part)


def _as_taken(tx: Transaction, request: Request, resident: Private) -> tuple[Private, _Window]:
    """Return the private part and the window as they were before the first corrections of them."""
    taken, window = None, request.window
    edits = [one for one in events.read(tx.connection, tx.community, request_id=request.id) if one.kind == "edited"]
    if edits:
        was = [datetime.fromisoformat(moment) for moment in edits[0].params.get("window") or ()]
        window = (was[0], was[1]) if was else None
    kept = next((str(one.params["kept"]) for one in edits if one.params.get("kept")), None)
    if kept is not None:
        taken = private.look_up(tx.connection, [kept]).get(kept)
    return taken or resident, window


def _read(
    line: str, community: Community, places: Places, services: Iterable[Service], request: Request
) -> LineGuess | None:
    try:
        return parse_line(
            line, places, services, community.phone_region, now=request.received_at, zone=community.zone
        )
    except DispatchError:
        return None


def _is_the_line_of(guess: LineGuess, taken: Private, window: _Window) -> bool:
    """Say whether a request was taken as a text says: at that door, and all else of it that the text names."""
    named = set(_NUMBER.findall(guess.address.exact_address))
    return (
        bool(named)
        and named <= set(_NUMBER.findall(taken.exact_address))
        and guess.name in ("", taken.name)
        and guess.phone in ("", taken.phone)
        and guess.window in (None, window)
    )
