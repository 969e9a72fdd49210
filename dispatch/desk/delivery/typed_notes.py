"""What a helper reads of the line that was typed: what is left when what the request says by itself is taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from dispatch.desk.typed_line.line import LineGuess, parse_line
from dispatch.errors import DispatchError
from dispatch.model.community import Community, Places
from dispatch.model.request import Private, Request
from dispatch.model.service import Service
from dispatch.store import events, private
from dispatch.store.engine import Transaction
from dispatch.store.events import Event

_PHONE: Final = re.compile(r"\+?\d(?:[\s-]?\d){6,}")
_NUMBER: Final = re.compile(r"\d+")
_BETWEEN: Final = re.compile(r"(\s*[\s，,;；。]\s*)")
_DOOR: Final = re.compile(r"(?:\d+(?:号楼|号|栋|幢|楼|单元|层|室|门|[-/])?)+")
_SHORTEST: Final = 2
"""Characters of a stretch that is looked for in words that were corrected: a single one may stand anywhere."""

_Window = tuple[datetime, datetime] | None
_ENDS: Final = " ,，。.、;；:：-·"


def unsaid(resident: Private) -> str:
    """Return what typed text says beside the name, the phone and the door, which a message names by themselves."""
    return _without_door(_PHONE.sub(" ", resident.notes), resident)


def _without_door(text: str, resident: Private) -> str:
    """Return what typed text says beside the resident's name and door."""
    if resident.exact_address:
        text = text.replace(resident.exact_address, " ")
    numbers = set(_NUMBER.findall(resident.exact_address))
    parts = [*_BETWEEN.split(text), ""]
    return "".join(
        piece + between
        for piece, between in zip(parts[::2], parts[1::2], strict=True)
        if piece not in ("", resident.name)
        and not (_DOOR.fullmatch(piece) and numbers.issuperset(_NUMBER.findall(piece)))
    ).strip()


def note_for_helper(
    tx: Transaction,
    community: Community,
    places: Places,
    services: Iterable[Service],
    request: Request,
    resident: Private,
) -> str:
    """Return the notes without what was read out of the typed line: where, who, phone, when, how many.

    That is said by itself, as it holds now: after a correction the line would contradict it. Of a note that is no
    typed line (it does not name the door the request was taken for) only a former door or name is taken away.

    Args:
        resident: Whose need it is, the notes as they stand.
    """
    edits = [one for one in events.read(tx.connection, tx.community, request_id=request.id) if one.kind == "edited"]
    former = _former(tx, edits)
    note = _without_what_was_read(community, places, services, request, resident, edits, former)
    for one in former:
        note = _without_door(note, one)
    return note


def _without_what_was_read(
    community: Community,
    places: Places,
    services: Iterable[Service],
    request: Request,
    resident: Private,
    edits: Sequence[Event],
    former: Sequence[Private],
) -> str:
    first, *added = resident.notes.split("\n")
    if not first:
        return resident.notes
    taken = former[0] if former else resident
    window = _window_as_taken(request, edits)
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


def _former(tx: Transaction, edits: Iterable[Event]) -> list[Private]:
    """Return the private part as it was before each correction of it, the first as it was taken."""
    kept = [str(one.params["kept"]) for one in edits if one.params.get("kept")]
    known = private.look_up(tx.connection, kept)
    return [known[one] for one in kept if one in known]


def _window_as_taken(request: Request, edits: Sequence[Event]) -> _Window:
    if not edits:
        return request.window
    was = [datetime.fromisoformat(moment) for moment in edits[0].params.get("window") or ()]
    return (was[0], was[1]) if was else None


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
