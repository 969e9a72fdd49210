"""Whether it is clear what a request needs and where: an emergency is kept at once, and may say neither."""

from __future__ import annotations

from dispatch.errors import NotAllowedNow
from dispatch.model.community import PlaceKind
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Request
from dispatch.model.service import EMERGENCY
from dispatch.store import community as towns
from dispatch.store import private
from dispatch.store.engine import Transaction


def is_clear(tx: Transaction, request: Request) -> bool:
    """Return whether a request says both what it needs and where."""
    return _is_what_clear(tx, request) and _is_where_clear(tx, request)


def check_clear(tx: Transaction, request: Request) -> None:
    """Raise unless people can be asked for a request, as far as what it needs and where it is go.

    Raises:
        NotAllowedNow: It was kept as an emergency, and one of the two is still open.
    """
    if not _is_what_clear(tx, request):
        raise NotAllowedNow(
            "what request {number} needs is not clear yet, so nobody can be asked for it",
            number=request.number,
            hint="say what would help: dispatch request edit {number} --service CODE",
        )
    if request.state is RequestState.NEEDS_PERSON and not _is_where_clear(tx, request):
        raise NotAllowedNow(
            "where request {number} is, is not clear yet, so nobody can be sent there",
            number=request.number,
            hint="say where: dispatch request edit {number} --place PLACE",
        )


def _is_what_clear(tx: Transaction, request: Request) -> bool:
    return towns.service_code(tx.connection, request.service_id) != EMERGENCY


def _is_where_clear(tx: Transaction, request: Request) -> bool:
    """Return whether somebody could be sent: not to the whole of a grid that nobody has named."""
    place = towns.places_of(tx.connection, tx.community)[request.place_id]
    if place.kind in (PlaceKind.BUILDING, PlaceKind.UNIT):
        return True
    kept = private.look_up(tx.connection, [request.person_id]).get(request.person_id)
    return kept is not None and bool(kept.exact_address)
