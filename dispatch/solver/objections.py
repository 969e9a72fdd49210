"""What each rule says against sending one helper to one need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dispatch.i18n import Sentence
from dispatch.solver.boards import Layout
from dispatch.solver.openings import NEVER, on_the_hour


def named(layout: Layout, column: int, **numbers: int) -> dict[str, object]:
    """Return what a sentence about a helper takes: the code, and numbers."""
    return {"code": layout.candidates.pairings.helpers[column].code, **numbers}


def _lacks_skill(layout: Layout, row: int, column: int) -> Sentence:
    pairings = layout.candidates.pairings
    has = pairings.helpers[column].skills
    wanted = sorted(pairings.needs[row].skills.items())
    name, level = next((name, level) for name, level in wanted if has.get(name, 0) < level)
    if name not in has:
        return Sentence(
            "{code} does not have the skill {skill}, and level {level} is needed",
            {"code": pairings.helpers[column].code, "skill": name, "level": level},
        )
    return Sentence(
        "{code} has the skill {skill} at level {has}, and level {level} is needed",
        {"code": pairings.helpers[column].code, "skill": name, "has": has[name], "level": level},
    )


def _lacks_licence(layout: Layout, row: int, column: int) -> Sentence:
    pairings = layout.candidates.pairings
    return Sentence(
        "{code} holds no licence {licence} that is in force",
        {"code": pairings.helpers[column].code, "licence": pairings.needs[row].licence},
    )


def _out_of_reach(layout: Layout, row: int, column: int) -> Sentence:
    pairings = layout.candidates.pairings
    numbers = {"metres": int(pairings.metres[row, column]), "reach": int(pairings.reach[column])}
    return Sentence("{code} goes {reach} m at most, and it is {metres} m away", named(layout, column, **numbers))


def _is_minor(layout: Layout, row: int, column: int) -> Sentence:
    if layout.candidates.pairings.needs[row].adults_only:
        return Sentence("{code} is a minor, and this is for adults only", named(layout, column))
    return Sentence("{code} is a minor and goes only where an adult has accepted to go too", named(layout, column))


def _climbs(layout: Layout, row: int, column: int) -> Sentence:
    floor = layout.candidates.pairings.needs[row].spot.floor
    if floor is None:
        return Sentence(
            "{code} does not climb stairs; on which floor the door is nobody knows, so it counts as a climb",
            named(layout, column),
        )
    return Sentence(
        "{code} does not climb stairs, and the door is on floor {floor} without a lift",
        named(layout, column, floor=floor),
    )


def _is_spent(layout: Layout, row: int, column: int) -> Sentence:
    cap = layout.candidates.pairings.helpers[column].monthly_cap or 0
    return Sentence(
        "{code} has taken on {cap} requests this month, as many as they wished", named(layout, column, cap=cap)
    )


def _not_at_this_hour(layout: Layout, row: int, column: int) -> Sentence:
    asked_in = int(layout.candidates.asked_in(row)[column])
    if asked_in >= NEVER:
        return Sentence("{code} is not free when the work may begin", named(layout, column))
    return Sentence(
        "{code} may be asked from {moment} on",
        {**named(layout, column), "moment": _moment(layout, asked_in)},
    )


def _rests(layout: Layout, row: int, column: int) -> Sentence:
    rested_in = int(layout.candidates.pairings.rested_in[column])
    if rested_in >= NEVER:
        return Sentence("{code} rests until further notice", named(layout, column))
    return Sentence("{code} rests until {moment}", {**named(layout, column), "moment": _moment(layout, rested_in)})


def no_hand_free(layout: Layout, row: int, column: int) -> Sentence:
    """Say that somebody's hands are full, and of what."""
    busy_with = layout.candidates.pairings.helpers[column].busy_with
    if not busy_with:
        return Sentence("{code} has no hand free", named(layout, column))
    told = {**named(layout, column), "numbers": busy_with}
    return Sentence("{code} has no hand free: requests {numbers}", told)


def _moment(layout: Layout, minutes: int) -> str:
    return on_the_hour(layout.candidates.pairings.on_the_wall, minutes).strftime("%Y-%m-%d %H:%M")


RULE_SPEAKS: Final[dict[str, Callable[[Layout, int, int], Sentence]]] = {
    "skill": _lacks_skill,
    "licence": _lacks_licence,
    "minor": _is_minor,
    "reach": _out_of_reach,
    "stairs": _climbs,
    "wrong-number": lambda layout, row, column: Sentence(
        "the phone number of {code} is wrong, so {code} cannot be asked until it is corrected", named(layout, column)
    ),
    "hours": _not_at_this_hour,
    "rest": _rests,
    "monthly-cap": _is_spent,
    "capacity": no_hand_free,
    "apart": lambda layout, row, column: Sentence(
        "somebody goes or is asked already with whom {code} is never sent", named(layout, column)
    ),
    "asked-before": lambda layout, row, column: Sentence("{code} was asked for it before", named(layout, column)),
    "unavailable": lambda layout, row, column: Sentence("{code} is not available for it", named(layout, column)),
}
"""By the name of the filter."""
