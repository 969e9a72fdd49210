"""A matching as arrays: who may go to what at which price, and every rule that is more than that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Aim, Numbers


class Cover(NamedTuple):
    """So many of those who go to a request must be of a kind: leaders, people who know the resident, a skill.

    Args:
        row: The request.
        columns: The responders of that kind.
        least: How many of them at the least, if anybody goes.
    """

    row: int
    columns: frozenset[int]
    least: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """R requests (rows), M responders (columns) and A allowed pairs of them.

    Args:
        rows: (A,) the request of each pair; no pair twice.
        columns: (A,) the responder of each.
        aims: What is to be made small, the strictest first; ``pair`` of an aim is (A,), ``left_out`` (R,),
            counted once a request that nobody goes to.
        headcount: (R,) how many different people a request takes: all of them or nobody.
        capacity: (M,) units of work that a responder takes at the most.
        units: (A,) how many units the request takes of the responder.
        apart: Pairs of responders who are not sent to the same request.
        clashes: By responder, pairs of requests of which that one can do only one; ``None`` as responder holds
            for everybody.
        covers: What those who go to a request must have among them.
    """

    rows: Numbers
    columns: Numbers
    aims: Sequence[Aim]
    headcount: Numbers
    capacity: Numbers
    units: Numbers
    apart: frozenset[tuple[int, int]] = frozenset()
    clashes: Mapping[int | None, frozenset[tuple[int, int]]] = field(default_factory=dict)
    covers: Sequence[Cover] = ()

    @property
    def is_flow(self) -> bool:
        """Return whether nothing is asked that successive shortest paths do not answer."""
        return not (
            self.apart
            or any(self.clashes.values())
            or self.covers
            or (self.headcount != 1).any()
            or (self.units != 1).any()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A plan of a case.

    Args:
        pairs: Which of the case's pairs are sent, by their position, in order.
        values: By level, what the plan comes to. Seats count the growth of ``Aim.first_seat`` and ``next_seat``.
        bounds: By level, what no plan comes below that is as good at the levels above; equal to the values
            as far as the plan is proved best.
    """

    pairs: Numbers
    values: tuple[int, ...]
    bounds: tuple[int, ...]

    @property
    def status(self) -> Literal["optimal", "feasible"]:
        """Return whether the plan is proved best."""
        return "optimal" if self.values == self.bounds else "feasible"


def values_of(case: Case, pairs: Numbers) -> tuple[int, ...]:
    """Return what a plan comes to, level by level, in whole numbers of any size."""
    held = np.bincount(case.columns[pairs], minlength=len(case.capacity))
    served = np.bincount(case.rows[pairs], minlength=len(case.headcount)) > 0
    whole = []
    for aim in case.aims:
        value = 0
        if aim.left_out is not None:
            value += sum(aim.left_out[~served].tolist())
        if aim.pair is not None:
            value += sum(aim.pair[pairs].tolist())
        if aim.first_seat is not None:
            value += sum((held * aim.first_seat).tolist())
        if aim.next_seat is not None:
            value += sum((aim.next_seat * (held * (held - 1) // 2)).tolist())
        whole.append(value)
    return tuple(whole)
