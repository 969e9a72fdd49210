"""Small random cases of every kind, and all their plans by enumeration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from random import Random

import numpy as np
import pytest

from dispatch.solver.case import Case, Cover
from dispatch.solver.case_check import values_by_hand
from dispatch.solver.paths.levels import Aim

KINDS = ("flow", "headcount", "covers", "apart", "clash of one", "clash of all", "units", "everything")
"""Which rules a random case has; the aims are always several, with requests, pairs and seats."""


@pytest.fixture
def make_case() -> Callable[..., Case]:
    """Give a maker of small random cases."""
    return _random_case


@pytest.fixture
def make_street() -> Callable[[int], Case]:
    """Give a maker of cases too large to enumerate: requests along a street, teams, and too few people in places."""
    return _street


@pytest.fixture
def every_plan() -> Callable[[Case], list[tuple[tuple[int, ...], tuple[int, ...]]]]:
    """Give a function that lists every legal plan of a case with its values, the best first."""
    return lambda case: sorted((values_by_hand(case, pairs), pairs) for pairs in _legal(case))


@pytest.fixture
def is_true() -> Callable[..., bool]:
    """Give a function that holds bounds against all plans, by what ``Answer.bounds`` says of them."""
    return _is_true


def _is_true(bounds: tuple[int, ...], values: tuple[int, ...], plans: list[tuple[tuple[int, ...], tuple[int, ...]]]) -> bool:
    return all(
        bound <= min(other[level] for other, _ in plans if other[:level] <= values[:level])
        for level, bound in enumerate(bounds)
    )


def _random_case(seed: int, kind: str, *, requests: int = 4, responders: int = 4) -> Case:
    random = Random(f"{kind} {seed}")
    has = {kind} if kind != "everything" else {*KINDS}
    rows_, columns_ = random.randint(1, requests), random.randint(1, responders)
    density = random.choice((0.4, 0.7, 0.9))
    pairs = [(i, j) for i in range(rows_) for j in range(columns_) if random.random() < density]
    random.shuffle(pairs)
    teams = has & {"headcount", "covers", "apart"}
    everybody = range(columns_)
    twos = list(combinations(range(rows_), 2))
    clashes: dict[int | None, frozenset[tuple[int, int]]] = {}
    if "clash of one" in has:
        clashes |= {j: frozenset(_some(random, twos)) for j in everybody if random.random() < 0.6}
    if "clash of all" in has:
        clashes[None] = frozenset(_some(random, twos))
    covers = [
        Cover(i, frozenset(j for j in everybody if random.random() < 0.5), random.randint(0, 2))
        for i in range(rows_)
        if "covers" in has and random.random() < 0.8
    ]
    return Case(
        rows=_numbers(i for i, _ in pairs),
        columns=_numbers(j for _, j in pairs),
        aims=_aims(random, rows_, columns_, len(pairs)),
        headcount=_numbers(random.choice((1, 2, 3)) if teams else 1 for _ in range(rows_)),
        capacity=_numbers(random.randint(0, 5 if "units" in has else 3) for _ in everybody),
        units=_numbers(random.randint(0, 3) if "units" in has else 1 for _ in pairs),
        apart=frozenset(_some(random, list(combinations(everybody, 2)))) if "apart" in has else frozenset(),
        clashes=clashes,
        covers=covers,
    )


def _street(seed: int) -> Case:
    random = Random(f"street {seed}")
    rows_ = random.randint(15, 50)
    columns_ = int(rows_ * random.uniform(1, 2.5))
    width = random.choice((4, 6, 8))
    pairs = [(i, j) for i in range(rows_) for j in range(columns_) if abs(i * columns_ / rows_ - j) < width and random.random() < 0.7]
    able = {kind: frozenset(j for j in range(columns_) if random.random() < 0.35) for kind in "abc"}
    headcount = [random.choice((1, 2, 3)) for _ in range(rows_)]
    load = _numbers(random.randint(0, 3) for _ in range(columns_))
    return Case(
        rows=_numbers(i for i, _ in pairs),
        columns=_numbers(j for _, j in pairs),
        aims=[
            Aim("urgent", left_out=_numbers(int(random.random() < 0.3) for _ in range(rows_))),
            Aim("waiting", left_out=_numbers(random.randint(0, 2) for _ in range(rows_))),
            Aim("load", first_seat=2 * load + 1, next_seat=np.full(columns_, 2)),
            Aim("cost", pair=_numbers(random.randint(0, 30) for _ in pairs)),
        ],
        headcount=_numbers(headcount),
        capacity=_numbers(random.choice((1, 1, 2, 3)) for _ in range(columns_)),
        units=_numbers(1 for _ in pairs),
        apart=frozenset((j, j + 1) for j in range(columns_ - 1) if random.random() < 0.2),
        clashes={None: frozenset((i, k) for i in range(rows_) for k in range(i + 1, min(rows_, i + 6)) if random.random() < 0.2)},
        covers=[Cover(i, some, 1) for i in range(rows_) if headcount[i] > 1 for some in able.values() if random.random() < 0.6],
    )


def _aims(random: Random, rows: int, columns: int, pairs: int) -> list[Aim]:
    load = _numbers(random.randint(0, 4) for _ in range(columns))
    cost = _numbers(random.randint(-3, 9) for _ in range(pairs))
    every = [
        Aim("unserved", left_out=_numbers(random.choice((0, 1, 2)) for _ in range(rows))),
        Aim("waiting", left_out=_numbers(random.randint(0, 5) for _ in range(rows))),
        Aim("load", first_seat=2 * load + 1, next_seat=np.full(columns, 2)),
        Aim("mixed", left_out=_numbers(random.randint(-2, 6) for _ in range(rows)), pair=cost, next_seat=load),
        Aim("cost", pair=_numbers(random.randint(-3, 9) for _ in range(pairs))),
        Aim("bonus", first_seat=_numbers(random.randint(-3, 2) for _ in range(columns)), next_seat=load % 2),
        Aim("nothing"),
    ]
    return random.choice((every, every[:1] + every[2:3] + every[4:5], every[:1] + every[5:6] + every[4:5], every[3:], every[:2] + every[3:5]))


def _legal(case: Case) -> Iterator[tuple[int, ...]]:
    """Yield every legal plan, request by request."""
    columns, units = case.columns.tolist(), case.units.tolist()
    apart = {frozenset(both) for both in case.apart}
    clashes = {who: {frozenset(both) for both in some} for who, some in case.clashes.items()}
    teams = []
    for row, takes in enumerate(case.headcount.tolist()):
        mine = np.flatnonzero(case.rows == row).tolist()
        teams.append([(), *(team for team in combinations(mine, takes) if _goes(case, row, team, apart, columns))])

    def further(row: int, sent: tuple[int, ...], room: tuple[int, ...], held: tuple[tuple[int, ...], ...]) -> Iterator[tuple[int, ...]]:
        if row == len(teams):
            yield tuple(sorted(sent))
            return
        for team in teams[row]:
            left, holds = list(room), list(held)
            for pair in team:
                j = columns[pair]
                left[j] -= units[pair]
                if left[j] < 0 or any(frozenset((row, one)) in clashes.get(who, ()) for who in (None, j) for one in held[j]):
                    break
                holds[j] = (*held[j], row)
            else:
                yield from further(row + 1, sent + team, tuple(left), tuple(holds))

    yield from further(0, (), tuple(case.capacity.tolist()), ((),) * len(case.capacity))


def _goes(case: Case, row: int, team: tuple[int, ...], apart: set[frozenset[int]], columns: list[int]) -> bool:
    those = {columns[pair] for pair in team}
    return not any(frozenset(both) in apart for both in combinations(those, 2)) and all(
        len(those & cover.columns) >= cover.least for cover in case.covers if cover.row == row
    )


def _some(random: Random, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [pair if random.random() < 0.5 else pair[::-1] for pair in pairs if random.random() < 0.4]


def _numbers(values: object) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)
