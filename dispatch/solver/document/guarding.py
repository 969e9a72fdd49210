"""A case with teams or rules solved in a process of its own; the cheapest at once, marked as such, where that fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dispatch.i18n import Sentence, sentence
from dispatch.solver.aside import aside
from dispatch.solver.case import Answer, Case, values_of
from dispatch.solver.case_check import unlawful
from dispatch.solver.document.branching import solve_by_the_clock, without_impossible
from dispatch.solver.document.clocks import impossible_for
from dispatch.solver.document.reading import Asked, Person
from dispatch.solver.guarded import NoAnswer
from dispatch.solver.teams.first import first_plan
from dispatch.solver.teams.honest import floors

GRACE_SECONDS: Final = 5
"""How long after the time limit the process is ended: it looks at the clock between steps, not in them."""
MOST_SECONDS: Final = 3600
"""How long it has where nobody set a limit: whoever waits longer wants to be told."""


def solve_guarded(
    case: Case,
    requests: Sequence[Asked],
    people: Sequence[Person],
    *,
    seconds: float | None,
    command: Sequence[str] | None = None,
) -> tuple[Answer, Sentence | None]:
    """Find the best plan as ``solve_by_the_clock`` does, whatever becomes of the engines.

    Args:
        seconds: After how long the best plan found is given; none is ``MOST_SECONDS``.
        command: What is run instead of our own process, for tests.

    Returns:
        The plan, once it has been checked here against the rules; else the greedy one (request by request
        the cheapest who are left) with bounds that no plan comes below, and what went wrong.
    """
    try:
        return ask(case, requests, people, seconds=seconds, command=command), None
    except NoAnswer as fault:
        pairs = without_impossible(case, first_plan(case), impossible_for(requests, people))
        values = values_of(case, pairs)
        bounds = tuple(map(min, values, floors(case)))
        return Answer(pairs=pairs, values=values, bounds=bounds), fault.why


def ask(
    case: Case,
    requests: Sequence[Asked],
    people: Sequence[Person],
    *,
    seconds: float | None,
    command: Sequence[str] | None = None,
) -> Answer:
    """Have another process find the best plan.

    Args:
        seconds, command: As ``solve_guarded`` takes them.

    Raises:
        NoAnswer: It came to nothing, or to what is no plan.
    """
    seconds = MOST_SECONDS if seconds is None else seconds
    given = aside(
        f"{__name__}:plan", (case, requests, people, seconds), seconds=seconds + GRACE_SECONDS, command=command
    )
    return _checked(case, given, requests, people)


def plan(
    case: Case, requests: Sequence[Asked], people: Sequence[Person], seconds: float | None
) -> dict[str, list[int]]:
    """Find the best plan, over there."""
    answer = solve_by_the_clock(case, impossible_for(requests, people), seconds=seconds)
    return {"pairs": answer.pairs.tolist(), "bounds": list(answer.bounds)}


def _checked(case: Case, given: Any, requests: Sequence[Asked], people: Sequence[Person]) -> Answer:
    """Return what was given as an answer.

    Raises:
        NoAnswer: It is none, breaks a rule, or claims a bound that its own plan refutes.
    """
    try:
        pairs, bounds = given["pairs"], tuple(given["bounds"])
        is_plan = all(type(one) is int and 0 <= one < len(case.rows) for one in pairs)
        is_plan = is_plan and len(bounds) == len(case.aims) and all(type(one) is int for one in bounds)
    except (KeyError, TypeError):
        is_plan = False
    if not is_plan:
        raise NoAnswer(sentence("the solver's answer is no plan"))
    sent = np.array(pairs, dtype=np.int64)
    broken = next(unlawful(case, sorted(pairs)), None)
    if broken is not None or len(set(pairs)) < len(pairs):
        rule = "pairs" if broken is None else broken.promise
        raise NoAnswer(sentence("the solver's plan breaks a rule ({rule})", rule=rule))
    if len(without_impossible(case, sent, impossible_for(requests, people))) < len(sent):
        raise NoAnswer(sentence("the solver's plan breaks a rule ({rule})", rule="clash"))
    values = values_of(case, sent)
    if any(bound > value for bound, value in zip(bounds, values, strict=True)):
        raise NoAnswer(sentence("the solver's plan breaks a rule ({rule})", rule="bound"))
    return Answer(pairs=sent, values=values, bounds=bounds)
