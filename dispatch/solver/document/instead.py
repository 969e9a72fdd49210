"""Why not that one: what sending somebody to a request would change, level by level, and who would move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dispatch.i18n import sentence
from dispatch.solver.case import Answer, Case, Cover
from dispatch.solver.document.clocks import may_clash
from dispatch.solver.document.pairing import FILTERS, Pairing
from dispatch.solver.guarded import NoAnswer
from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan
from dispatch.solver.paths.questions import Questions

Sent = Mapping[int, Sequence[int]]
"""By row of a request, the columns of those who go."""


def why_not(
    pairing: Pairing,
    asked: str,
    person: str,
    *,
    plan: Questions | None,
    case: Case | None,
    sent: Sent,
    values: Sequence[int],
    solve: Callable[[Case], Answer],
) -> dict[str, Any]:
    """Say why a plan does not send somebody to a request.

    Args:
        asked, person: Ids that the problem has.
        plan: The plan over the map, where it is one.
        case: Else the case, with all pairs.
        sent: Whom the plan sends.
        values: What it comes to.
        solve: Finds the best plan of a case; may raise ``NoAnswer``, or give one that is not proved.

    Returns:
        ``reason``: the first filter against the pair, or "too-few" where no team has it. Else ``more``: by level,
        the best plan that has the pair minus this one; and ``moves``: whom the requests that change hands
        would then have, the one asked about first. Read off the plan's prices where each request takes one person
        and nothing ties requests together; else found by solving once more, and ``fault`` stands in their place
        where that came to nothing.
    """
    document = pairing.document
    row = next(at for at, one in enumerate(document.requests) if one.id == asked)
    column = pairing.column_of[person]
    told: dict[str, Any] = {"request": asked, "responder": person}
    against = pairing.row(row).against[:, column]
    if against.any():
        return {**told, "reason": FILTERS[int(against.argmax())]}
    if column in sent.get(row, ()):
        return {**told, "more": dict.fromkeys(_names(plan, case), 0), "moves": []}
    if plan is None and case is not None and case.is_flow and not may_clash(document.requests, case.capacity):
        plan = Plan(case.rows, case.columns, case.aims, case.capacity, requests=len(case.headcount))
    if plan is not None:
        chain = plan.chain_of_sending(row, column)
        if chain is None:
            return {**told, "reason": "too-few"}
        more: Sequence[int] = chain.price
        then = {move.request: [] if move.joined is None else [move.joined] for move in chain.moves}
    else:
        assert case is not None
        try:
            found = _forced(case, solve, row, column)
        except NoAnswer as fault:
            return {**told, "fault": fault.why}
        if found is None:
            return {**told, "reason": "too-few"}
        forced, then = found
        more = [one - other for one, other in zip(forced, values, strict=True)]
        in_turn = (row, *sorted({*then, *sent} - {row}))
        then = {at: then.get(at, []) for at in in_turn if then.get(at, []) != [*sent.get(at, ())]}
    moves = [
        {"request": document.requests[at].id, "responders": [document.responders[one].id for one in those]}
        for at, those in then.items()
    ]
    return {**told, "more": dict(zip(_names(plan, case), map(int, more), strict=True)), "moves": moves}


def _names(plan: Questions | None, case: Case | None) -> list[str]:
    aims = case.aims if case is not None else plan.aims if plan is not None else ()
    return [aim.name for aim in aims]


def _forced(
    case: Case, solve: Callable[[Case], Answer], row: int, column: int
) -> tuple[Sequence[int], dict[int, list[int]]] | None:
    """Solve among the plans that serve a request with somebody among those who go; none where there is no such plan.

    Raises:
        NoAnswer: That took too long, or the solver failed.
    """
    first = np.zeros(len(case.headcount), dtype=np.int64)
    first[row] = 1
    held = replace(
        case,
        aims=[Aim("served", left_out=first), *case.aims],
        covers=[*case.covers, Cover(row, frozenset({column}))],
    )
    answer = solve(held)
    if answer.status != "optimal":
        raise NoAnswer(sentence("what would change was not found out in time"))
    if answer.values[0]:
        return None
    then: dict[int, list[int]] = {}
    for at in answer.pairs.tolist():
        then.setdefault(int(case.rows[at]), []).append(int(case.columns[at]))
    return answer.values[1:], {at: sorted(those) for at, those in then.items()}
