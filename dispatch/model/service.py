"""What may be asked for: a service, the skills it takes, its class, and who is asked first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NewType

ServiceId = NewType("ServiceId", str)

EMERGENCY: Final = "emergency"
"""The code of a need that is an emergency and of which nothing else is known yet; see ``emergency_service``."""


class Urgency(StrEnum):
    """The class of a request. Strict: no number of lower ones outweighs one above."""

    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class Pool(StrEnum):
    """Which people are asked before all others (邻里微帮, 企业微帮, 互助微帮, 物业)."""

    NEIGHBOURS = "neighbours"
    COMPANIES = "companies"
    ONCE_HELPED = "once_helped"
    PROPERTY = "property"


class SmallKind(StrEnum):
    """五小: what sort of small matter it is."""

    MATTER = "matter"
    PROBLEM = "problem"
    QUARREL = "quarrel"
    APPEAL = "appeal"
    HARDSHIP = "hardship"


class Origin(StrEnum):
    """Where a catalogue entry comes from."""

    ARTICLE = "article"
    DEFAULT = "default"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One entry of the catalogue.

    Args:
        code: What files and commands call it, in lower case: "drain".
        skills: The least level (1 to 5) of each skill needed; empty means anybody.
        licence: A licence the responder must hold on the day, such as "electrician".
        urgency: The class a request gets when nobody says another.
        pool: Who is asked first.
        minutes: How long it usually takes.
        confidential: Messages before acceptance say nothing of the need.
        proximity: Whether being near matters; without it, distance costs nothing and reach does not bind.
        adults_only: Never offered to a minor.
        small_kind: Which of the 五小 it usually is.
        origin: From the article, an editable default, or the community's own.
        words: Words by which a typed line is recognised, longest first when they overlap.
    """

    id: ServiceId
    community: str
    code: str
    name_zh: str
    name_en: str
    skills: Mapping[str, int] = field(default_factory=dict)
    licence: str | None = None
    urgency: Urgency = Urgency.NORMAL
    pool: Pool = Pool.NEIGHBOURS
    minutes: int = 30
    confidential: bool = False
    proximity: bool = True
    adults_only: bool = False
    small_kind: SmallKind = SmallKind.MATTER
    origin: Origin = Origin.OWN
    words: tuple[str, ...] = ()


def emergency_service(id: ServiceId, community: str) -> Service:
    """Return the entry that every community has and none of its files names: a person is at once asked to look.

    It is no service that anybody is matched to: it is not offered as a choice, not recognised in a line, and a
    request must be for another one before somebody can be asked for it.
    """
    return Service(
        id=id,
        community=community,
        code=EMERGENCY,
        name_zh="紧急求助",
        name_en="emergency",
        urgency=Urgency.URGENT,
        confidential=True,
        origin=Origin.DEFAULT,
    )
