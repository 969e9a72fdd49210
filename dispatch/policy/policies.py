"""The ways of asking that a community may choose from: each takes one request's question and says whom to ask now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from dispatch.model.rules import PolicyName
from dispatch.policy.phases import NOBODY_WAITING, Askable, Phase, Waiting, plan_phase
from dispatch.policy.reply_times import Floats, ReplyTimes

PATIENCE_MINUTES: Final = 10.0
"""How long one who is asked alone is waited for."""
BLAST: Final = 10
"""So many are asked at once by whoever asks everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request, and who could be asked for it.

    Args:
        worth: Of being helped in time, in alerts (``phases.worth_of``).
        slots: How many must still say yes, at least 1.
        slack_minutes: Until somebody must be there.
        could: Those who could be asked and have not been, in the order of the list of people.
        metres: How far away each of them is, as the crow flies.
        waiting: Those who were asked and have not answered.
        times: How soon people answer.
        minute_price: Of each minute of waiting, in alerts.
    """

    worth: float
    slots: int
    slack_minutes: float
    could: Askable
    metres: Floats
    waiting: Waiting = NOBODY_WAITING
    times: ReplyTimes = field(default_factory=ReplyTimes)
    minute_price: float = 0.0


Policy: TypeAlias = Callable[[Question], Phase]


def phased(one: Question) -> Phase:
    """Ask as many at once as pays, and more when a phase is over."""
    return plan_phase(
        one.worth, one.slots, one.slack_minutes, one.could, one.waiting, one.times, one.minute_price
    )


def one_at_a_time(one: Question) -> Phase:
    """Ask whoever is likeliest to say yes for the price, one for each open slot, and the next after ten minutes."""
    return _some(one, np.argsort(np.log1p(-one.could.chance) / one.could.price, kind="stable"))


def nearest(one: Question) -> Phase:
    """Ask the nearest, one for each open slot, and the next after ten minutes."""
    return _some(one, np.argsort(one.metres, kind="stable"))


def in_list_order(one: Question) -> Phase:
    """Ask down the list of people, one for each open slot, and the next after ten minutes."""
    return _some(one, np.arange(len(one.metres)))


def blast(one: Question) -> Phase:
    """Ask the ten nearest at once, and the next ten when the time to answer is over."""
    return _some(one, np.argsort(one.metres, kind="stable"), BLAST, one.times.silent_after_minutes)


def _some(one: Question, order: np.ndarray, many: int = 1, minutes: float = PATIENCE_MINUTES) -> Phase:
    is_late = one.waiting.asked_minutes >= minutes - 1e-9
    missing = max(0, one.slots * many - int((~is_late).sum()))
    asked = order[:missing]
    missed = float(np.prod(1.0 - one.could.chance[asked]) * np.prod(1.0 - one.waiting.chance))
    return Phase(tuple(int(at) for at in asked), minutes, 1.0 - missed, 0.0)


POLICIES: Final[Mapping[PolicyName, Policy]] = MappingProxyType(
    {
        PolicyName.PHASED: phased,
        PolicyName.ONE_AT_A_TIME: one_at_a_time,
        PolicyName.NEAREST: nearest,
        PolicyName.IN_LIST_ORDER: in_list_order,
        PolicyName.BLAST: blast,
    }
)
