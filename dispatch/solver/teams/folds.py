"""Levels next to each other as one objective, as far as floating point bears it."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from dispatch.solver.case import Case
from dispatch.solver.paths.levels import Aim, Numbers
from dispatch.solver.teams.honest import teams_alone
from dispatch.solver.teams.program import Program, Scope

MOST: Final = 2**36
"""How far apart two plans may lie in a folded objective: adding up so much loses less than 0.01 in floating point."""


class Fold(NamedTuple):
    """Levels that are solved together.

    Args:
        levels: Which ones, the strictest first.
        weights: What one of each counts: more than all that the levels below it can differ by.
        highs: By level, what no plan of the scope goes above.
        cost: (N,) the objective.
        offset: What is counted in any case.
    """

    levels: range
    weights: tuple[int, ...]
    highs: tuple[int, ...]
    cost: Numbers
    offset: int

    def value(self, values: tuple[int, ...]) -> int:
        """Return what the levels of a plan come to together."""
        return sum(weight * values[level] for weight, level in zip(self.weights, self.levels, strict=True))

    def first_bound(self, bound: int) -> int:
        """Return what follows from a bound of the whole for its first level."""
        below = sum(weight * high for weight, high in zip(self.weights[1:], self.highs[1:], strict=True))
        return -(-(bound - below) // self.weights[0])


def fold_from(program: Program, scope: Scope, first: int, *, alone: bool) -> Fold:
    """Fold as many levels as go together, from one on.

    Levels that ask only who is served are not folded with those that ask how: the former settle
    much of what the latter can come to.

    Args:
        alone: Only this one.
    """
    aims = program.case.aims
    ranges = [_range(program, scope, aims[first])]
    for aim in aims[first + 1 :]:
        if alone or is_service(aim) != is_service(aims[first]):
            break
        ranges.append(_range(program, scope, aim))
        if sum(weight * (high - low) for weight, (low, high) in zip(_weights(ranges), ranges, strict=True)) > MOST:
            ranges.pop()
            break
    weights = _weights(ranges)
    whole, offset = np.zeros(program.size, dtype=np.int64), 0
    for weight, aim in zip(weights, aims[first:], strict=False):
        cost, more = program.objective(aim)
        whole, offset = whole + weight * cost, offset + weight * more
    return Fold(range(first, first + len(ranges)), tuple(weights), tuple(high for _, high in ranges), whole, offset)


def check_size(case: Case) -> None:
    """Refuse numbers that floating point does not hold.

    Raises:
        OverflowError: What a level can come to is beyond 2^53; names the level.
    """
    held = np.bincount(case.columns, minlength=len(case.capacity)).astype(np.float64)
    for aim in case.aims:
        parts = [one for one in (aim.left_out, aim.pair) if one is not None]
        most = sum(float(np.abs(one.astype(np.float64)).sum()) for one in parts)
        most += 0.0 if aim.first_seat is None else float((np.abs(aim.first_seat.astype(np.float64)) * held).sum())
        most += 0.0 if aim.next_seat is None else float((aim.next_seat.astype(np.float64) * held * held).sum())
        if most > 2**53:
            raise OverflowError(f"level {aim.name}: numbers too large for exact arithmetic")


def is_service(aim: Aim) -> bool:
    """Say whether a level asks only which requests are left out."""
    return aim.pair is None and aim.first_seat is None and aim.next_seat is None


def _weights(ranges: list[tuple[int, int]]) -> list[int]:
    weights = [1]
    for low, high in reversed(ranges[1:]):
        weights.append(weights[-1] * (high - low + 1))
    return weights[::-1]


def _range(program: Program, scope: Scope, aim: Aim) -> tuple[int, int]:
    """Return what no plan comes below and what none goes above, each request and each responder by itself."""
    case, pairs = program.case, program.pairs
    served = slice(pairs, pairs + len(case.headcount))
    must, may = scope.lower[served] > 0, scope.upper[served] > 0
    is_open = scope.upper[:pairs] > 0
    low, high = (np.zeros(len(must), dtype=np.int64) for _ in range(2))
    if aim.pair is not None:
        low, high = teams_alone(case.rows[is_open], aim.pair[is_open], case.headcount)
    none = np.zeros(len(must), dtype=np.int64) if aim.left_out is None else aim.left_out
    lowest = np.where(must, low, np.where(may, np.minimum(low, none), none)).tolist()
    highest = np.where(must, high, np.where(may, np.maximum(high, none), none)).tolist()
    if aim.first_seat is not None or aim.next_seat is not None:
        zero = np.zeros(len(case.capacity), dtype=np.int64)
        first, more = (zero if one is None else one for one in (aim.first_seat, aim.next_seat))
        most = np.bincount(case.columns[is_open], minlength=len(zero))
        most = np.where(program.has_units, most, np.minimum(most, case.capacity))
        lowest += np.minimum(first * most, 0).tolist()
        highest += np.maximum(first * most + more * (most * (most - 1) // 2), 0).tolist()
    return sum(lowest), sum(highest)
