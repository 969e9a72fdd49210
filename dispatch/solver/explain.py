"""Why this one, why not that one, why nobody and the nearest remedy, in sentences with checkable numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from dispatch.i18n import Sentence
from dispatch.model.service import Pool
from dispatch.solver.boards import Layout, lay_out
from dispatch.solver.candidates import FILTERS
from dispatch.solver.counting import ELSEWHERE, read_out
from dispatch.solver.instead import look_for_rivals, look_instead
from dispatch.solver.objections import RULE_SPEAKS, named, no_hand_free
from dispatch.solver.paths.questions import Move
from dispatch.solver.problem import ExtraTerm, FirstAsked, Need, Problem, Solution
from dispatch.solver.remedies import nearest_remedy

MOST_OTHERS = 3
"""How many others an explanation names: enough to answer "why not her", few enough to be read aloud."""


_ASKED_FIRST: Final = {
    Pool.NEIGHBOURS: Sentence("neighbours"),
    Pool.COMPANIES: Sentence("shops and companies"),
    Pool.ONCE_HELPED: Sentence("people who were helped before"),
    Pool.PROPERTY: Sentence("property staff"),
}


def objection(
    problem: Problem, need_id: str, helper_id: str, *, ignore_asked: bool = False
) -> tuple[Mapping[str, int], Sentence | None]:
    """Say what sending one helper to one need costs, and the first rule that speaks against it.

    Args:
        ignore_asked: Let pass who was asked before.

    Returns:
        Metre-equivalents by the name of the reason, and None where no rule speaks against it.
    """
    layout = lay_out(problem, {})
    row, column = layout.candidates.pairings.pair(need_id, helper_id)
    against = layout.candidates.turned_away[:, row, column].copy()
    if ignore_asked:
        against[FILTERS.index("asked-before")] = False
    reason = FILTERS[int(against.argmax())] if against.any() else None
    why_not = None if reason is None else RULE_SPEAKS[reason](layout, row, column)
    return layout.prices.of(row, column), why_not


def explain_choice(
    problem: Problem,
    solution: Solution,
    need_id: str,
    helper_id: str,
    terms: Mapping[str, int] | None = None,
) -> tuple[Sentence, ...]:
    """Say why one helper was chosen: what the cost is made of, and why not who would have cost less.

    Args:
        solution: Says who is asked first, and who goes elsewhere.
        terms: As they were when the offer was made; without them, as they are in the problem.
    """
    layout = lay_out(problem, solution.first_asked)
    row, column = layout.candidates.pairings.pair(need_id, helper_id)
    terms = layout.prices.of(row, column) if terms is None else terms
    team = {one.helper for one in solution.assignments if one.need == need_id}
    # A helper who was asked earlier is not of the team that the solution would ask next.
    asked = team if helper_id in team else {helper_id}
    could = {*np.flatnonzero(layout.candidates.eligible[row]).tolist(), column}
    others = [one for one in could if layout.candidates.pairings.helpers[one].id not in asked]
    return (
        Sentence("{code} was chosen out of {count} who could go", named(layout, column, count=len(could))),
        *_skipped(layout, row, column),
        *read_terms(terms, problem.extra),
        Sentence(
            "requests {code} has in hand or has done of late: {count}",
            named(layout, column, count=_load(layout, column)),
        ),
        *_cheaper(layout, solution, row, column, sum(terms.values()), others),
        *_next(layout, row, others),
    )


def read_terms(terms: Mapping[str, int], extra: Iterable[ExtraTerm] = ()) -> tuple[Sentence, ...]:
    """Read out what a cost is made of, and the total.

    Args:
        extra: Terms beyond our own, for what people call them.
    """
    if not any(terms.values()):
        return (Sentence("it costs no way and nothing else"),)
    read = [_TERM_SAYS[name](terms[name]) for name in _TERM_SAYS if terms.get(name)]
    labels = {one.name: one.label for one in extra}
    for name, value in terms.items():
        if name in _TERM_SAYS or not value:
            continue
        told = {"name": labels.get(name, name), "metres": abs(value)}
        read.append(
            Sentence("{name}: counts like {metres} m", told)
            if value > 0
            else Sentence("{name}: counts like {metres} m less", told)
        )
    return (*read, Sentence("all in all: {metres} m", {"metres": sum(terms.values())}))


def explain_not(problem: Problem, solution: Solution, need_id: str, helper_id: str) -> tuple[Sentence, ...]:
    """Say why one helper was not chosen: the first rule against it, or what it would do to the whole plan.

    What it would do is read off the plan, and where needs for several people are
    in play found by solving again with the pair held fast. It is told at the first
    level that gets worse, with whom it would move.

    Args:
        solution: The best plan of the problem.
    """
    layout = lay_out(problem, solution.first_asked)
    row, column = layout.candidates.pairings.pair(need_id, helper_id)
    if any((one.need, one.helper) == (need_id, helper_id) for one in solution.assignments):
        return (Sentence("{code} is the one who is asked", named(layout, column)),)
    reason = layout.candidates.first_against(row, column)
    if reason is not None:
        return (RULE_SPEAKS[reason](layout, row, column),)
    found = look_instead(layout, row, column)
    if found is not None:
        return (_price(layout, found.more, column), *_read_moves(layout, found.moves[1:]))
    # OR-Tools takes as long to load as all the rest of a command; only this answer needs it.
    from dispatch.solver.exact import solve_forcing

    instead = solve_forcing(problem, solution.first_asked, need_id, helper_id)
    if instead is None:
        return (_too_few(layout, row),)
    before = {level.name: level.value for level in solution.levels}
    more = {level.name: level.value - before[level.name] for level in instead.levels}
    return (_price(layout, more, column), *_moves(layout, solution, instead, need_id))


def explain_not_from_nothing(
    problem: Problem, first_asked: FirstAsked, need_id: str, helper_id: str
) -> list[dict[str, object]]:
    """Solve a problem and say why one helper was not chosen: plain data, to be said by another process."""
    from dispatch.solver.exact import solve

    told = explain_not(problem, solve(problem, first_asked), need_id, helper_id)
    return [one.to_json() for one in told]


def explain_nobody(problem: Problem, need_id: str) -> tuple[tuple[Sentence, ...], Sentence | None]:
    """Say how many each rule turns away from a need, in the order of the rules, and the nearest remedy.

    Of those who only have no hand free, the ones who would cost least are named, with what their hands are full of.
    """
    layout = lay_out(problem, {})
    row = layout.candidates.pairings.row_of[need_id]
    need = layout.candidates.pairings.needs[row]
    could = int(layout.together[row])
    told = [Sentence("people on the list: {count}", {"count": len(problem.helpers)})]
    told += read_out(need, (one for one in layout.candidates.why(row) if one.reason != ELSEWHERE))
    full = layout.candidates.only_against(row, "capacity")
    full = full[np.argsort(layout.prices.total[row, full], kind="stable")][:MOST_OTHERS]
    busy = [one for one in full.tolist() if layout.candidates.pairings.helpers[one].busy_with]
    told += (no_hand_free(layout, row, one) for one in busy)
    if could >= need.slots:
        return (*told, Sentence("could go: {count}", {"count": could})), None
    return tuple(told), nearest_remedy(layout, row)


def explain_rivals(problem: Problem, need_id: str) -> tuple[Sentence, ...]:
    """Name the needs that compete for the same few helpers, where those are too few for all of them.

    Returns:
        Nothing where somebody has a seat to spare, or where needs for several people are in play.
    """
    layout = lay_out(problem, {})
    pairings = layout.candidates.pairings
    found = look_for_rivals(layout, pairings.row_of[need_id])
    if found is None:
        return ()
    rows, columns, seats = found
    codes = sorted(pairings.helpers[one].code for one in columns)
    shown = {
        "numbers": tuple(sorted(pairings.needs[one].number for one in rows)),
        "codes": tuple(codes[:MOST_OTHERS]),
        "count": len(codes),
        "seats": seats,
    }
    said = (
        "requests {numbers} need the same people ({codes}), who can take {seats} of them"
        if len(codes) <= MOST_OTHERS
        else "requests {numbers} need the same {count} people ({codes} …), who can take {seats} of them"
    )
    return (Sentence(said, shown),)


def _skipped(layout: Layout, row: int, column: int) -> Iterator[Sentence]:
    could = layout.candidates.eligible[row]
    if layout.outside[row, column] and layout.outside[row][could].all():
        yield Sentence("nobody of those who are asked first could go, so everybody else is asked")


def _cheaper(
    layout: Layout, solution: Solution, row: int, column: int, cost: int, others: Iterable[int]
) -> Iterator[Sentence]:
    """Answer for those who would have cost less."""
    costs = layout.prices.total[row]
    elsewhere = {one.helper: one.need for one in solution.assignments}
    pairings = layout.candidates.pairings
    for other in sorted((one for one in others if costs[one] < cost), key=lambda one: int(costs[one]))[:MOST_OTHERS]:
        told = named(layout, other, metres=int(costs[other]))
        need_id = elsewhere.get(pairings.helpers[other].id)
        if layout.outside[row, other] > layout.outside[row, column]:
            told["first"] = _ASKED_FIRST[pairings.needs[row].pool]
            yield Sentence("{code} would count {metres} m, but for such a need {first} are asked first", told)
        elif _load(layout, other) > _load(layout, column):
            told["count"] = _load(layout, other)
            yield Sentence("{code} would count {metres} m, and has done more of late: {count}", told)
        elif need_id is not None and need_id != pairings.needs[row].id:
            told["number"] = pairings.needs[pairings.row_of[need_id]].number
            yield Sentence("{code} would count {metres} m, and is needed for request {number}", told)


def _next(layout: Layout, row: int, others: Iterable[int]) -> Iterator[Sentence]:
    """Name who would be asked next, if this need were the only one."""
    ranked = sorted(
        others,
        key=lambda one: (
            bool(layout.outside[row, one]),
            _load(layout, one),
            int(layout.prices.total[row, one]),
            one,
        ),
    )
    if ranked:
        codes = tuple(layout.candidates.pairings.helpers[one].code for one in ranked[:MOST_OTHERS])
        yield Sentence("next in line: {codes}", {"codes": codes})


def _price(layout: Layout, more_at: Mapping[str, int], column: int) -> Sentence:
    """Tell the first level at which the other plan is worse."""
    for name, more in more_at.items():
        if name not in _WORSE:
            continue
        if more < 0:
            return Sentence("asking {code} may be as good: no plan was proved best in time", named(layout, column))
        if more:
            return _WORSE[name](named(layout, column, more=more))
    return Sentence("{code} would do just as well: a fixed lot decided", named(layout, column))


def _read_moves(layout: Layout, moves: Sequence[Move]) -> Iterator[Sentence]:
    """Tell who makes room, one after the other, as far as can be followed by ear."""
    pairings = layout.candidates.pairings
    for row, _, joined in moves[:MOST_OTHERS]:
        codes = () if joined is None else (pairings.helpers[joined].code,)
        yield _goes_to(pairings.needs[row], codes)
    if len(moves) > MOST_OTHERS:
        yield Sentence("requests that would also change hands: {count}", {"count": len(moves) - MOST_OTHERS})


def _moves(layout: Layout, solution: Solution, instead: Solution, need_id: str) -> Iterator[Sentence]:
    """Tell which other requests the other plan would give to somebody else, or to nobody."""
    pairings = layout.candidates.pairings
    before, after = _sent(solution), _sent(instead)
    changed = [one for one in pairings.needs if one.id != need_id and before.get(one.id) != after.get(one.id)]
    for need in changed[:MOST_OTHERS]:
        yield _goes_to(
            need, tuple(pairings.helpers[pairings.column_of[one]].code for one in sorted(after.get(need.id, ())))
        )


def _goes_to(need: Need, codes: tuple[str, ...]) -> Sentence:
    if codes:
        return Sentence("request {number} would then go to {codes}", {"number": need.number, "codes": codes})
    return Sentence("request {number} would then be left out", {"number": need.number})


def _sent(solution: Solution) -> dict[str, set[str]]:
    sent: dict[str, set[str]] = {}
    for one in solution.assignments:
        sent.setdefault(one.need, set()).add(one.helper)
    return sent


def _too_few(layout: Layout, row: int) -> Sentence:
    return Sentence(
        "{needed} people are needed at once, and {count} could go",
        {"needed": int(layout.slots[row]), "count": int(layout.together[row])},
    )


def _load(layout: Layout, column: int) -> int:
    return int(layout.candidates.pairings.load[column])


_TERM_SAYS: Final[dict[str, Callable[[int], Sentence]]] = {
    "distance": lambda metres: Sentence("the way: {metres} m", {"metres": metres}),
    "stairs": lambda metres: Sentence("the stairs: like {metres} m", {"metres": metres}),
    "skill": lambda metres: Sentence("more skill than it takes: like {metres} m", {"metres": metres}),
    "bond": lambda metres: Sentence("looks in on this household: {metres} m less", {"metres": -metres}),
    "paid": lambda metres: Sentence("costs the resident money: like {metres} m", {"metres": metres}),
}

_WORSE: Final[dict[str, Callable[[dict[str, object]], Sentence]]] = {
    "unserved_urgent": lambda told: Sentence(
        "asking {code} instead would leave out urgent requests: {more} more", told
    ),
    "unserved_normal": lambda told: Sentence("asking {code} instead would leave out requests: {more} more", told),
    "unserved_low": lambda told: Sentence(
        "asking {code} instead would leave out requests that can wait: {more} more", told
    ),
    "waiting": lambda told: Sentence(
        "asking {code} instead would leave out who has waited longer, by {more} minutes", told
    ),
    "pool": lambda told: Sentence("others come before {code}: asking {code} now would be jumping the queue", told),
    "load": lambda told: Sentence(
        "asking {code} instead would share the work less evenly, by {more} in the sum of squares", told
    ),
    "cost": lambda told: Sentence("asking {code} instead would cost {more} m more", told),
}
