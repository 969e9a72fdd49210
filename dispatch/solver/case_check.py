"""An independent referee for cases: is a plan allowed, what does it come to, and can its bounds be true.

It reads the case one pair at a time in Python's own integers, and shares
nothing with the engines but the names.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from dispatch.solver.case import Answer, Case
from dispatch.solver.check import Break, Vector


def breaks(case: Case, answer: Answer) -> tuple[Break, ...]:
    """Return every promise that an answer breaks; none means that it keeps them all.

    That a plan which calls itself optimal is so is proved here for cases that are
    flows, by looking for a better one.
    """
    pairs = answer.pairs.tolist()
    found = list(unlawful(case, pairs))
    if found:
        return tuple(found)
    values = values_by_hand(case, pairs)
    if answer.values != values:
        found.append(Break("values", "levels", answer.values, values))
    if len(answer.bounds) != len(values):
        found.append(Break("bound", "levels", len(answer.bounds), len(values)))
    found += [
        Break("bound", aim.name, bound, value)
        for aim, bound, value in zip(case.aims, answer.bounds, values, strict=False)
        if bound > value
    ]
    if not found and answer.status == "optimal" and case.is_flow and not is_cheapest(case, pairs):
        found.append(Break("bound", "whole plan", "optimal", "a better plan exists"))
    return tuple(found)


def unlawful(case: Case, pairs: Sequence[int]) -> Iterator[Break]:
    """Yield every rule of a case that a plan breaks.

    Args:
        pairs: The pairs that are sent, by their position in the case.
    """
    if any(not 0 <= at < len(case.rows) for at in pairs) or any(a >= b for a, b in pairwise(pairs)):
        yield Break("pairs", "plan", "positions in order, each once", list(pairs))
        return
    sent: dict[int, set[int]] = defaultdict(set)
    held: dict[int, set[int]] = defaultdict(set)
    work: Counter[int] = Counter()
    chosen = np.array(pairs, dtype=np.int64)
    theirs = (case.rows[chosen].tolist(), case.columns[chosen].tolist(), case.units[chosen].tolist())
    for row, column, units in zip(*theirs, strict=True):
        sent[row].add(column)
        held[column].add(row)
        work[column] += units
    for column, amount in work.items():
        if amount > case.capacity[column]:
            yield Break("capacity", f"responder {column}", amount, int(case.capacity[column]))
    yield from _teams(case, sent)
    yield from _clashes(case, held)


def _teams(case: Case, sent: Mapping[int, set[int]]) -> Iterator[Break]:
    apart = {frozenset(both) for both in case.apart}
    for row, those in sent.items():
        if len(those) != case.headcount[row]:
            yield Break("all or nothing", f"request {row}", len(those), int(case.headcount[row]))
        for both in _twos(those):
            if both in apart:
                yield Break("apart", f"request {row}", sorted(both), "one of them")
    for cover in case.covers:
        those = sent.get(cover.row, set())
        if those and len(those & cover.columns) < cover.least:
            yield Break("cover", f"request {cover.row}", len(those & cover.columns), cover.least)


def _clashes(case: Case, held: Mapping[int, set[int]]) -> Iterator[Break]:
    clashes = {responder: {frozenset(both) for both in some} for responder, some in case.clashes.items()}
    for column, tasks in held.items():
        for both in _twos(tasks):
            if both in clashes.get(None, ()) or both in clashes.get(column, ()):
                yield Break("clash", f"responder {column}", sorted(both), "one of them")


def _twos(some: set[int]) -> Iterator[frozenset[int]]:
    ordered = sorted(some)
    return (frozenset((a, b)) for at, a in enumerate(ordered) for b in ordered[at + 1 :])


def values_by_hand(case: Case, pairs: Sequence[int]) -> Vector:
    """Return what a plan comes to, level by level, counted seat by seat."""
    rows, columns = case.rows.tolist(), case.columns.tolist()
    served = {rows[at] for at in pairs}
    held = Counter(columns[at] for at in pairs)
    values = []
    for aim in case.aims:
        value = 0
        if aim.left_out is not None:
            value += sum(one for row, one in enumerate(aim.left_out.tolist()) if row not in served)
        if aim.pair is not None:
            value += sum(int(aim.pair[at]) for at in pairs)
        for column, seats in held.items():
            value += sum(_seat(aim.first_seat, column) + nth * _seat(aim.next_seat, column) for nth in range(seats))
        values.append(value)
    return tuple(values)


def _seat(numbers: object, column: int) -> int:
    return 0 if numbers is None else int(numbers[column])  # type: ignore[index]  # an array, read one at a time


def is_cheapest(case: Case, pairs: Sequence[int]) -> bool:
    """Say whether no circle of changes makes the plan of a flow case better.

    Source: a flow is cheapest exactly if its residual network has no circle of
    negative cost (Klein 1967), which holds for costs of any ordered group and so
    for levels compared as tuples.
    """
    arcs = list(_residual(case, set(pairs)))
    nodes = {end for tail, head, _ in arcs for end in (tail, head)}
    reached: dict[tuple[str, int], Vector] = dict.fromkeys(nodes, (0,) * len(case.aims))
    for _ in range(len(nodes) + 1):
        improved = False
        for tail, head, cost in arcs:
            step = tuple(map(sum, zip(reached[tail], cost, strict=True)))
            if step < reached[head]:
                reached[head] = step
                improved = True
        if not improved:
            return True
    return False


def _residual(case: Case, pairs: set[int]) -> Iterator[tuple[tuple[str, int], tuple[str, int], Vector]]:
    """Yield where one more request could go, and where one could be taken back."""
    sink = ("sink", 0)
    held: Counter[int] = Counter()
    served = set()
    for at, (row, column) in enumerate(zip(case.rows.tolist(), case.columns.tolist(), strict=True)):
        cost = tuple(0 if aim.pair is None else int(aim.pair[at]) for aim in case.aims)
        tail, head = ("request", row), ("responder", column)
        if at in pairs:
            held[column] += 1
            served.add(row)
            yield head, tail, tuple(-one for one in cost)
        elif case.capacity[column] > 0:
            yield tail, head, cost
    for row in range(len(case.headcount)):
        cost = tuple(0 if aim.left_out is None else int(aim.left_out[row]) for aim in case.aims)
        if row in served:
            yield ("request", row), sink, cost
        else:
            yield sink, ("request", row), tuple(-one for one in cost)
    for column in range(len(case.capacity)):
        seats = held[column]
        if seats < case.capacity[column]:
            yield ("responder", column), sink, _nth_seat(case, column, seats)
        if seats:
            yield sink, ("responder", column), tuple(-one for one in _nth_seat(case, column, seats - 1))


def _nth_seat(case: Case, column: int, nth: int) -> Vector:
    return tuple(_seat(aim.first_seat, column) + nth * _seat(aim.next_seat, column) for aim in case.aims)
