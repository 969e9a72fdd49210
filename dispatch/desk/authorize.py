"""Who may do what: one table, asked first by every function of the desk.

Denied by default. What an actor may not see is "not found", never "forbidden",
so that nothing is learned by asking.
"""

from __future__ import annotations

from typing import Final

from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor, Role
from dispatch.model.responder import no_responder

_SEE: Final = frozenset({"see", "list", "explain", "today", "board"})
_DESK: Final = _SEE | {
    "take",
    "log",
    "edit",
    "triage",
    "cancel",
    "merge",
    "unable",
    "hand_over",
    "promote",
    "undo",
    "offer",
    "round",
    "deliver",
    "reply",
    "start",
    "done",
    "rate",
    "release",
    "phones",
    "export",
    "import",
    "responder_edit",
    "block",
    "verify",
    "audit",
}

MAY: Final[dict[Role, frozenset[str]]] = {
    Role.RESIDENT: frozenset({"see", "cancel", "rate"}),
    Role.RESPONDER: frozenset({"reply"}),
    Role.GRID_WORKER: frozenset(_DESK),
    Role.PLANNER: frozenset({"list", "explain", "board", "verify", "audit"}),
    Role.ADMIN: frozenset(_DESK | {"load", "dump"}),
    Role.OPERATOR: frozenset({"load", "dump", "verify", "audit", "deliver"}),
}
"""What each role may do."""

_WHOLE_COMMUNITY: Final = frozenset({"load", "dump", "verify", "audit", "export"})
"""What touches everything, so that a grid worker of one grid may not."""


def authorize(
    actor: Actor, action: str, *, number: int | None = None, responder: str | None = None, within: bool = True
) -> None:
    """Raise unless *actor* may do *action* on an object.

    Args:
        actor: Who asks.
        action: One of the verbs of ``MAY``.
        number: The request's number, where the object is one.
        responder: The responder's code, where the object is one.
        within: Whether the object lies within the actor's grid.

    Raises:
        Refused: The role does not include the action at all.
        NotFound: The role does, but not for this object.
    """
    if action in _WHOLE_COMMUNITY and actor.role is Role.GRID_WORKER and actor.grid is None:
        return _allowed_by_role(actor, action, also=_WHOLE_COMMUNITY)
    _allowed_by_role(actor, action)
    own = True
    if actor.role is Role.RESIDENT:
        own = number is not None and actor.reference == str(number)
    elif actor.role is Role.RESPONDER:
        own = responder is not None and actor.reference == responder
    elif actor.role is Role.GRID_WORKER and actor.grid is not None:
        own = within and action not in _WHOLE_COMMUNITY
    if own:
        return None
    if number is not None:
        raise NotFound("there is no request {number}", number=number)
    if responder is not None:
        raise no_responder(responder)
    raise NotFound("{name} may do this for {grid} only", name=actor.name, grid=actor.grid or actor.reference or "")


def _allowed_by_role(actor: Actor, action: str, also: frozenset[str] = frozenset()) -> None:
    if action not in MAY[actor.role] | also:
        raise Refused(
            "{name} ({role}) may not do this",
            name=actor.name,
            role=actor.role.value,
            hint="ask somebody who may, or act as them: --as NAME",
        )
