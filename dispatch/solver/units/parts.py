"""A case as connected parts: plans of different parts do not touch, so each is solved by itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dispatch.solver.case import Case
from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.task import Level, Task


class Part(NamedTuple):
    """Requests and responders that open pairs connect.

    Args:
        pairs: (P,) positions in the case, ordered by responder.
        levels: By aim, what is counted of these.
        task: The part with its strictest level.
    """

    pairs: Numbers
    levels: tuple[Level, ...]
    task: Task


def open_pairs(case: Case) -> Numbers:
    """Return the pairs that any plan can hold, by their position, ordered by responder and request."""
    at = np.flatnonzero(case.units <= case.capacity[case.columns])
    return at[np.lexsort((case.rows[at], case.columns[at]))]


def split(case: Case) -> list[Part]:
    """Return the connected parts, the largest last."""
    pairs = open_pairs(case)
    rows, columns = case.rows[pairs], case.columns[pairs]
    label = _labels(rows, columns, len(case.headcount), len(case.capacity))
    of_pair = label[rows]
    order = np.argsort(of_pair, kind="stable")
    starts = np.flatnonzero(np.diff(of_pair[order], prepend=-1))
    groups = np.split(pairs[order], starts[1:]) if len(pairs) else []
    return sorted((_part(case, group) for group in groups), key=lambda part: len(part.pairs))


def _labels(rows: Numbers, columns: Numbers, requests: int, responders: int) -> Numbers:
    """Return (R + M,) a number of each connected part: the least node in it."""
    label = np.arange(requests + responders)
    one, other = rows, columns + requests
    while True:
        low = np.minimum(label[one], label[other])
        before = label.copy()
        np.minimum.at(label, one, low)
        np.minimum.at(label, other, low)
        label = label[label]
        if (label == before).all():
            return label


def _part(case: Case, pairs: Numbers) -> Part:
    rows, row = np.unique(case.rows[pairs], return_inverse=True)
    columns, column = np.unique(case.columns[pairs], return_inverse=True)
    units, capacity = case.units[pairs].astype(np.int64), case.capacity[columns].astype(np.int64)
    # In the largest units that divide all of a responder's, tables are smaller.
    share = np.zeros(len(columns), dtype=np.int64)
    np.gcd.at(share, column, units)
    share = np.maximum(1, share)

    def of(part: npt.NDArray[np.int64] | None, at: Numbers) -> Numbers:
        return np.zeros(len(at), dtype=np.int64) if part is None else part[at].astype(np.int64)

    levels = tuple(
        Level(of(aim.pair, pairs), of(aim.left_out, rows), of(aim.first_seat, columns), of(aim.next_seat, columns))
        for aim in case.aims
    )
    nothing = Level(*(np.zeros(len(at), dtype=np.int64) for at in (pairs, rows, columns, columns)))
    task = Task(
        origin=np.arange(len(pairs)),
        row=row,
        column=column,
        units=units // share[column],
        capacity=capacity // share,
        may_stay=np.ones(len(rows), dtype=bool),
        level=levels[0] if levels else nothing,
    )
    return Part(pairs, levels, task)
