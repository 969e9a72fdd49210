"""How many each reason turned away, said in sentences; no arrays, so that the desk reads an answer out without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from dispatch.i18n import Sentence
from dispatch.solver.problem import Need, TurnedAway

TOO_FEW = "too-few"
"""They could go, but not as many as it takes."""
NOT_TOGETHER = "not-together"
"""As many could go as it takes, but some of them are never sent together."""
ELSEWHERE = "elsewhere"
"""They could go, and are needed for other requests."""


def read_out(need: Need, why: Iterable[TurnedAway]) -> tuple[Sentence, ...]:
    """Say how many each reason turned away from a need."""
    return tuple(_COUNTED[one.reason](need, one.turned_away) for one in why)


def skills_of(need: Need) -> tuple[Sentence, ...]:
    """Name the skills that a need takes, with their least levels."""
    return tuple(
        Sentence("{skill} level {level}", {"skill": skill, "level": level})
        for skill, level in sorted(need.skills.items())
    )


_COUNTED: Final[dict[str, Callable[[Need, int], Sentence]]] = {
    "skill": lambda need, count: Sentence(
        "without the skill ({skills}): {count}", {"skills": skills_of(need), "count": count}
    ),
    "licence": lambda need, count: Sentence(
        "without the licence {licence} in force: {count}", {"licence": need.licence, "count": count}
    ),
    "minor": lambda need, count: (
        Sentence("minors, and this is for adults only: {count}", {"count": count})
        if need.adults_only
        else Sentence("minors, who go only with an adult who has accepted: {count}", {"count": count})
    ),
    "reach": lambda need, count: Sentence("too far away: {count}", {"count": count}),
    "stairs": lambda need, count: Sentence(
        "do not climb stairs, and would or might have to: {count}", {"count": count}
    ),
    "wrong-number": lambda need, count: Sentence(
        "phone number found wrong: {count} (dispatch today says whose)", {"count": count}
    ),
    "hours": lambda need, count: Sentence("not at this hour: {count}", {"count": count}),
    "rest": lambda need, count: Sentence("resting: {count}", {"count": count}),
    "monthly-cap": lambda need, count: Sentence(
        "have taken on as many this month as they wished: {count}", {"count": count}
    ),
    "capacity": lambda need, count: Sentence("hands full: {count}", {"count": count}),
    "apart": lambda need, count: Sentence(
        "never sent with somebody who goes or is asked already: {count}", {"count": count}
    ),
    "asked-before": lambda need, count: Sentence("asked before: {count}", {"count": count}),
    "unavailable": lambda need, count: Sentence("not available: {count}", {"count": count}),
    TOO_FEW: lambda need, count: Sentence(
        "could go, too few for the {needed} who are needed at once: {count}",
        {"needed": need.slots, "count": count},
    ),
    NOT_TOGETHER: lambda need, count: Sentence(
        "could go, but not {needed} of them are ever sent together: {count}", {"needed": need.slots, "count": count}
    ),
    ELSEWHERE: lambda need, count: Sentence("could go, needed for other requests: {count}", {"count": count}),
}

REASONS: Final = frozenset(_COUNTED)
"""Every reason by which somebody may be turned away."""
