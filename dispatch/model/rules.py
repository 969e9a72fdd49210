"""The numbers a community may choose: how long to wait, how far to reach, when to rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from dispatch.model.service import Urgency

VERSION = "1"
"""Recorded with every event: which rules were in force."""

_OFFER_MINUTES = MappingProxyType({Urgency.URGENT: 10, Urgency.NORMAL: 30, Urgency.LOW: 120})
_PAPER_MINUTES = MappingProxyType({Urgency.URGENT: 60, Urgency.NORMAL: 240, Urgency.LOW: 480})
_REACH_METRES = 1500
_TARGETS = MappingProxyType({Urgency.URGENT: 99, Urgency.NORMAL: 94, Urgency.LOW: 40})
_PROMISE_MINUTES = MappingProxyType({Urgency.URGENT: 30, Urgency.NORMAL: 120, Urgency.LOW: 360})


RINGS = ("unit", "building", "micro_grid", "grid")
"""The circles in which people may be asked one after the other, from within outwards."""


class PolicyName(StrEnum):
    """The ways of asking that a community may choose from; ``policy.policies`` has them."""

    PHASED = "phased"
    ONE_AT_A_TIME = "one-at-a-time"
    NEAREST = "nearest"
    IN_LIST_ORDER = "in-list-order"
    BLAST = "blast"


OWN_CHOICE = frozenset({PolicyName.NEAREST, PolicyName.IN_LIST_ORDER, PolicyName.BLAST})
"""Those that choose for themselves and do without the matcher's choice, whatever channel people are asked by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the desk and the simulator both go by.

    Args:
        policy: Whom to ask, how many at once and when again, by name.
        targets: How sure, in percent, that enough say yes in the last phase there is time for, by class.
        promise_minutes: Within how long somebody should be there where no time was agreed, by class.
        rings: Which circles are asked one after the other, from within outwards: unit, building, micro_grid, grid;
            whoever lives outside them all comes last. Empty asks all at once; urgent requests always do.
        batch_minutes: How long a request that is not urgent may wait to be matched together with others, at
            most a twentieth of the time there is; 0 matches at once.
        answer_days: Over how many days answers count for how likely somebody says yes.
        offer_minutes: How long an offer stands, by class.
        paper_minutes: The same for offers on the printed phone list, which is rung through and keyed back.
        check_minutes: How soon an open request is looked at again.
        reach_metres: How far a responder goes who has not said.
        rest_minutes: How long after a finished job before being asked again.
        quiet_hours: Stretches of the day in which nobody is asked by what rings or buzzes, unless a life may depend
            on it: "21:30-07:30"; empty for none.
        most_headcount: The most people one request may need.
        rating_days: How long a finished request may be rated or reopened.
        repeat_hours: Within how many hours the same need at the same door counts as a repeat.
        code_days: For how long a responder's code is not used again.
        disclosure_hours: How long after the work is done its helper still sees name, phone and door.
        load_days: Over how many days the work already done counts as load.
        solve_seconds: How long a round waits for the best plan before it asks the nearest first.
        solve_megabytes: How much memory finding it may take, where the computer can hold it to that; 0 for any amount.
        continuity_days: For how long who helped a household is remembered when its next helper is chosen; 0 for never.
        blind_resends: How often a message is sent again when nobody knows whether it went.
        send_attempts: How often a message is tried before the next channel.
        lease_seconds: How long a worker may hold a message before another may take it.
        channels: How responders are reached who have not said how, first choice first.
        resident_channels: How residents hear from us, first choice first.
        owner: In whose hands a request is put that needs a person; empty means whoever acts.
    """

    policy: PolicyName = PolicyName.PHASED
    targets: Mapping[Urgency, int] = field(default_factory=lambda: _TARGETS)
    promise_minutes: Mapping[Urgency, int] = field(default_factory=lambda: _PROMISE_MINUTES)
    rings: tuple[str, ...] = ()
    batch_minutes: int = 0
    answer_days: int = 180
    offer_minutes: Mapping[Urgency, int] = field(default_factory=lambda: _OFFER_MINUTES)
    paper_minutes: Mapping[Urgency, int] = field(default_factory=lambda: _PAPER_MINUTES)
    check_minutes: int = 30
    reach_metres: int = _REACH_METRES
    rest_minutes: int = 60
    quiet_hours: str = "21:30-07:30"
    most_headcount: int = 20
    rating_days: int = 7
    repeat_hours: int = 72
    code_days: int = 30
    disclosure_hours: int = 24
    load_days: int = 28
    solve_seconds: int = 30
    solve_megabytes: int = 4096
    continuity_days: int = 180
    blind_resends: int = 1
    send_attempts: int = 5
    lease_seconds: int = 60
    channels: tuple[str, ...] = ("phone-list",)
    resident_channels: tuple[str, ...] = ("phone-list",)
    owner: str = ""
