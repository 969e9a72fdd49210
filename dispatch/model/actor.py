"""Who acts: a name, a role, and how far it reaches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is allowed to be, least first."""

    RESIDENT = "resident"
    RESPONDER = "responder"
    GRID_WORKER = "grid_worker"
    PLANNER = "planner"
    ADMIN = "admin"
    OPERATOR = "operator"


LONGEST_NAME = 64
"""Characters of a name to act or to own under."""


def is_name(text: str) -> bool:
    """Return whether a text may stand in the log as somebody's name: short, readable, and no phone in it.

    The log is for ever and names whoever acts; it must not be where a number ends up.
    """
    digits = sum(one.isdigit() for one in text)
    return 0 < len(text.strip()) <= LONGEST_NAME and text.isprintable() and digits < 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody in whose name something is done.

    Args:
        name: Recorded with every change.
        grid: Code of the place within which a grid worker works; none means the whole community.
        reference: The request's number a resident, or the responder's code a responder, may act on.
        on_behalf_of: Whom they act for, where it is somebody else: a responder's code, or "resident".
    """

    name: str
    role: Role = Role.GRID_WORKER
    grid: str | None = None
    reference: str | None = None
    on_behalf_of: str | None = None
