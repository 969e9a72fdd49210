"""The nearest fix for a request left out: which one thing, changed, brings somebody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from dispatch.i18n import Sentence
from dispatch.solver.boards import Layout
from dispatch.solver.counting import skills_of
from dispatch.solver.openings import NEVER, on_the_hour
from dispatch.solver.pairings import Numbers, may_have_to_climb
from dispatch.solver.problem import Helper, Need


def nearest_remedy(layout: Layout, row: int) -> Sentence | None:
    """Return the nearest fix for a need that is left out, or None where we know of none.

    Fixes are tried from the one that costs least to the one that costs most: wait
    for somebody, free somebody, find out somebody's right number or the door's floor, let somebody go
    further, take on one more or begin at another hour, ask somebody again, ask for fewer people, get a licence, find
    somebody new. A
    fix counts when one change is enough to bring one more person.
    """
    for fix in _FIXES:
        remedy = fix(layout, row)
        if remedy is not None:
            return remedy
    return None


def _later(layout: Layout, row: int) -> Sentence | None:
    """Wait until somebody is rested and may be asked."""
    columns = layout.candidates.only_against(row, "hours", "rest")
    asked_in = layout.candidates.asked_in(row)
    chosen = _least(layout, row, columns[asked_in[columns] < NEVER], asked_in)
    if chosen is None:
        return None
    return Sentence(
        "ask {code} from {moment} on",
        {"code": _helper(layout, chosen).code, "moment": _moment(layout, int(asked_in[chosen]))},
    )


def _free_seat(layout: Layout, row: int) -> Sentence | None:
    """Free somebody whose hands are full."""
    columns = layout.candidates.only_against(row, "capacity")
    chosen = _least(layout, row, columns, layout.prices.total[row])
    if chosen is None:
        return None
    return Sentence("wait until {code} has a hand free", {"code": _helper(layout, chosen).code})


def _right_number(layout: Layout, row: int) -> Sentence | None:
    """Find out the right number of somebody: asked before or not, they have never been reached."""
    columns = layout.candidates.only_against(row, "wrong-number", "asked-before")
    columns = columns[layout.candidates.pairings.has_wrong_number[columns]]
    chosen = _least(layout, row, columns, layout.prices.total[row])
    if chosen is None:
        return None
    return Sentence(
        "find out the right phone number of {code}, who could go", {"code": _helper(layout, chosen).code}
    )


def _further(layout: Layout, row: int) -> Sentence | None:
    """Let somebody go further."""
    columns = layout.candidates.only_against(row, "reach")
    pairings = layout.candidates.pairings
    missing = pairings.metres[row] - pairings.reach
    chosen = _least(layout, row, columns, missing)
    if chosen is None:
        return None
    return Sentence(
        "ask {code} to go {metres} m further than usual",
        {
            "code": _helper(layout, chosen).code,
            "metres": int(missing[chosen]),
            "reach": int(pairings.metres[row, chosen]),
        },
    )


def _one_more(layout: Layout, row: int) -> Sentence | None:
    """Ask somebody to take on more this month than they wished."""
    columns = layout.candidates.only_against(row, "monthly-cap")
    chosen = _least(layout, row, columns, layout.prices.total[row])
    if chosen is None:
        return None
    one = _helper(layout, chosen)
    return Sentence(
        "ask {code} to take on one more this month than the {cap} they wished for",
        {"code": one.code, "cap": one.monthly_cap or 0},
    )


def _which_floor(layout: Layout, row: int) -> Sentence | None:
    """Find out on which floor the door is: somebody who does not climb could go to the ground floor."""
    columns = layout.candidates.only_against(row, "stairs")
    if not may_have_to_climb(_need(layout, row).spot):
        return None
    chosen = _least(layout, row, columns, layout.prices.total[row])
    if chosen is None:
        return None
    return Sentence(
        "find out on which floor the door is: {code} could go to the ground floor",
        {"code": _helper(layout, chosen).code},
    )


def _other_hour(layout: Layout, row: int) -> Sentence | None:
    """Begin the work when somebody works."""
    columns = layout.candidates.only_against(row, "hours", "rest")
    free_in = layout.candidates.pairings.free_for(row)
    chosen = _least(layout, row, columns[free_in[columns] < NEVER], free_in)
    if chosen is None:
        return None
    return Sentence(
        "agree on another time: {code} could come from {moment} on",
        {"code": _helper(layout, chosen).code, "moment": _moment(layout, int(free_in[chosen]))},
    )


def _again(layout: Layout, row: int) -> Sentence | None:
    """Ask somebody again who was asked before."""
    columns = layout.candidates.only_against(row, "asked-before")
    chosen = _least(layout, row, columns, layout.prices.total[row])
    if chosen is None:
        return None
    return Sentence(
        "everybody who could go was asked already ({count}): ask {code} again by hand",
        {"count": len(columns), "code": _helper(layout, chosen).code},
    )


def _fewer(layout: Layout, row: int) -> Sentence | None:
    """Ask for fewer people."""
    could, slots = int(layout.together[row]), int(layout.slots[row])
    if not 0 < could < slots:
        return None
    return Sentence(
        "{needed} people are needed at once and {count} could go: ask for fewer, or find more",
        {"needed": slots, "count": could},
    )


def _wait_for_others(layout: Layout, row: int) -> Sentence | None:
    """Wait until other requests are done with those who could go."""
    if layout.together[row] < layout.slots[row]:
        return None
    return Sentence(
        "everybody who could go is needed for other requests ({count}): it is matched again when one is free",
        {"count": int(layout.could[row])},
    )


def _licensed(layout: Layout, row: int) -> Sentence | None:
    """Get somebody the licence."""
    columns = layout.candidates.only_against(row, "licence")
    chosen = _least(layout, row, columns, layout.prices.total[row])
    if chosen is None:
        return None
    return Sentence(
        "{code} could go with a licence that is in force: {licence}",
        {"code": _helper(layout, chosen).code, "licence": _need(layout, row).licence},
    )


def _recruit(layout: Layout, row: int) -> Sentence | None:
    """Find somebody new."""
    need = _need(layout, row)
    if need.skills:
        return Sentence("find somebody new with {skills}", {"skills": skills_of(need)})
    if need.licence is not None:
        return Sentence("find somebody new with the licence {licence}", {"licence": need.licence})
    return Sentence("find somebody new who lives near")


_FIXES: Final[tuple[Callable[[Layout, int], Sentence | None], ...]] = (
    _later,
    _free_seat,
    _wait_for_others,
    _right_number,
    _which_floor,
    _further,
    _one_more,
    _other_hour,
    _again,
    _fewer,
    _licensed,
    _recruit,
)


def _least(layout: Layout, row: int, columns: Numbers, by: Numbers) -> int | None:
    """Choose the column with the least value, the cheaper one among equals, then the first by id."""
    if len(columns) == 0:
        return None
    order = np.lexsort((columns, layout.prices.total[row, columns], by[columns]))
    return int(columns[order[0]])


def _moment(layout: Layout, minutes: int) -> str:
    return on_the_hour(layout.candidates.pairings.on_the_wall, minutes).strftime("%Y-%m-%d %H:%M")


def _helper(layout: Layout, column: int) -> Helper:
    return layout.candidates.pairings.helpers[column]


def _need(layout: Layout, row: int) -> Need:
    return layout.candidates.pairings.needs[row]
