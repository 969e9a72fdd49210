"""Units against enumeration, against published optima, and every bound against the values it stands below."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pytest

from dispatch.solver.case import Case, values_of
from dispatch.solver.paths.levels import Aim
from dispatch.solver.units import beams, knapsacks, level, programs, search
from dispatch.solver.units.bounds import SCALE, Prices, Pricing, strongest
from dispatch.solver.units.parts import split
from dispatch.solver.units.plan import solve_units

sys.path.append(str(Path(__file__).parents[2] / "bench"))
from _gap_cases import drawn, in_library, published

SHAPES = ("cost", "classes", "waiting", "load", "load_first", "profit", "many", "none")


def case_of(seed, shape):
    """A small random case: tight, loose or hopeless, with holes, zeros and the odd request too large for anybody."""
    random = Random(seed)
    requests, responders = random.randint(1, 6), random.randint(1, 4)
    density = random.choice((0.4, 0.8, 1.0))
    pairs = [(row, column) for row in range(requests) for column in range(responders) if random.random() < density]
    random.shuffle(pairs)
    most = random.choice((1, 4, 9))
    units = [random.choice((0, random.randint(1, most), random.randint(1, most), 3 * most)) for _ in pairs]
    capacity = [random.choice((0, random.randint(0, 2 * most), random.randint(most, 3 * most))) for _ in range(responders)]

    def numbers(many, low, high):
        return np.array([random.randint(low, high) for _ in range(many)], dtype=np.int64)

    unserved = Aim("unserved", left_out=np.ones(requests, dtype=np.int64))
    classes = [Aim("urgent", left_out=numbers(requests, 0, 1)), Aim("normal", left_out=numbers(requests, 0, 3))]
    waiting = Aim("waiting", pair=numbers(len(pairs), 0, 3), left_out=numbers(requests, 0, 5))
    load = Aim("load", first_seat=2 * numbers(responders, 0, 4) + 1, next_seat=np.full(responders, 2, dtype=np.int64))
    cost = Aim("cost", pair=numbers(len(pairs), -3, 9))
    aims = {
        "cost": [unserved, cost],
        "classes": [*classes, cost],
        "waiting": [unserved, waiting, cost],
        "load": [unserved, load, cost],
        "load_first": [load._replace(first_seat=-load.first_seat), cost],
        "profit": [Aim("profit", pair=-numbers(len(pairs), 0, 20))],
        "many": [*classes, waiting, load, cost],
        "none": [],
    }[shape]
    return Case(
        rows=np.array([row for row, _ in pairs], dtype=np.int64),
        columns=np.array([column for _, column in pairs], dtype=np.int64),
        aims=aims,
        headcount=np.ones(requests, dtype=np.int64),
        capacity=np.array(capacity, dtype=np.int64),
        units=np.array(units, dtype=np.int64),
    )


def choices(rows, requests):
    """Every way to give each request one of its pairs or none, as positions of pairs."""
    by_row = [[-1, *np.flatnonzero(rows == row).tolist()] for row in range(requests)]
    for choice in product(*by_row):
        yield np.array(sorted(at for at in choice if at >= 0), dtype=np.int64)


def plans(case):
    return [pairs for pairs in choices(case.rows, len(case.headcount)) if is_plan(case, pairs)]


def is_plan(case, pairs):
    used = [0] * len(case.capacity)
    for at in pairs.tolist():
        used[case.columns[at]] += int(case.units[at])
    return len(set(case.rows[pairs].tolist())) == len(pairs) and all(
        one <= most for one, most in zip(used, case.capacity.tolist(), strict=True)
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_every_small_case_is_solved_as_enumeration_solves_it(shape):
    """Values, level by level, are the best of all plans; the plan keeps to the capacities; all is proved."""
    for seed in range(60):
        case = case_of(seed, shape)

        answer = solve_units(case, seconds=None)

        best = min(values_of(case, pairs) for pairs in plans(case))
        assert (seed, answer.values) == (seed, best)
        assert answer.values == values_of(case, answer.pairs)
        assert answer.bounds == answer.values and answer.status == "optimal"
        assert is_plan(case, answer.pairs)


def joined(one, other):
    """Two cases side by side that have nothing to do with each other."""
    return replace(
        one,
        rows=np.append(one.rows, other.rows + len(one.headcount)),
        columns=np.append(one.columns, other.columns + len(one.capacity)),
        aims=[
            Aim(a.name, *(None if x is None else np.append(x, y) for x, y in zip(a[1:5], b[1:5], strict=True)))
            for a, b in zip(one.aims, other.aims, strict=True)
        ],
        headcount=np.append(one.headcount, other.headcount),
        capacity=np.append(one.capacity, other.capacity),
        units=np.append(one.units, other.units),
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_bounds_hold_when_there_was_no_time(shape, monkeypatch):
    """With no time at all there is still a plan, and no plan that is as good at the levels above is below a bound."""
    monkeypatch.setattr(level.LevelSearch, "_by_breadth", lambda *rest: False)
    for seed in range(60):
        case = case_of(seed + 1000, shape)
        other = case_of(seed + 2000, shape)
        if len(plans(case)) * len(plans(other)) < 2_000:
            case = joined(case, other)

        answer = solve_units(case, seconds=0)

        assert is_plan(case, answer.pairs) and answer.values == values_of(case, answer.pairs)
        for pairs in plans(case):
            values = values_of(case, pairs)
            for at, bound in enumerate(answer.bounds):
                if all(one <= most for one, most in zip(values[:at], answer.values[:at], strict=True)):
                    assert (seed, at, values[at] >= bound) == (seed, at, True)


def test_what_prices_prove_holds_for_every_plan():
    """At any prices at all, the bound, that of each pair and that of each request left out are true."""
    for seed in range(200):
        random = Random(seed)
        case = case_of(seed, random.choice(("cost", "profit", "load_first", "waiting")))
        for part in split(case):
            task = replace(part.task, level=part.levels[random.choice((0, -1))])
            prices = Prices(
                np.array([random.randint(-3000, 12000) for _ in task.may_stay], dtype=np.int64),
                np.array([random.randint(-2000, 9000) for _ in task.capacity], dtype=np.int64),
                (),
            )
            relaxed = Pricing(task, ()).relax(prices, consequences=True)
            bound = strongest(task, relaxed)
            for chosen in choices(task.row, len(task.may_stay)):
                if not task.is_plan(chosen):
                    continue
                value = SCALE * task.value(chosen)
                served = set(task.row[chosen].tolist())
                assert value >= relaxed.value and value >= bound
                assert all(value >= relaxed.pair[at] for at in chosen.tolist())
                assert all(value >= relaxed.out[row] for row in range(len(task.may_stay)) if row not in served)


@pytest.mark.parametrize("cells", [knapsacks.MOST_CELLS, 0])
def test_the_best_loads_are_those_of_enumeration(monkeypatch, cells):
    """Knapsacks are exact, or bounded from below where tables would be too large; so is what follows for each item."""
    monkeypatch.setattr(knapsacks, "MOST_CELLS", cells)
    for seed in range(100):
        random = Random(seed)
        capacity = np.array([random.randint(0, 12) for _ in range(3)], dtype=np.int64)
        columns = np.array(sorted(random.randrange(3) for _ in range(12)), dtype=np.int64)
        units = np.array([random.randint(0, int(capacity[column])) for column in columns], dtype=np.int64)
        prices = np.array([random.randint(-9, 4) for _ in columns], dtype=np.int64)

        loads = knapsacks.best_loads(columns, prices, units, capacity, consequences=True)

        for column in range(3):
            items = np.flatnonzero(columns == column)
            all_ = [
                (int(prices[items[chosen]].sum()), set(items[chosen].tolist()))
                for chosen in subsets(len(items))
                if units[items[chosen]].sum() <= capacity[column]
            ]
            best = min(value for value, _ in all_)
            says = int(loads.value[column])
            assert says == best if cells else says <= best
            is_tight = units[items][prices[items] < 0].sum() > capacity[column]
            for item in items.tolist():
                without = min(value for value, inside in all_ if item not in inside)
                including = min(value for value, inside in all_ if item in inside)
                assert says + loads.without[item] <= without and says + loads.including[item] <= including
                if cells and is_tight:
                    assert says + loads.without[item] == without and says + loads.including[item] == including
            if cells:
                inside = items[loads.taken[items]]
                assert prices[inside].sum() == best and units[inside].sum() <= capacity[column]


def subsets(many):
    return [np.array([at for at in range(many) if mask >> at & 1], dtype=np.int64) for mask in range(2**many)]


def test_a_search_that_drops_nothing_finds_the_best():
    """By breadth, the plan found has the least loss; where partial plans are dropped, it says so."""
    for seed in range(200):
        random = Random(seed)
        many, requests = random.randint(1, 3), random.randint(1, 5)
        losses = beams.Losses(
            np.array([[random.choice((0, random.randint(0, 9), beams.FAR)) for _ in range(requests)] for _ in range(many + 1)]),
            np.array([[random.randint(0, 5) for _ in range(requests)] for _ in range(many)] + [[0] * requests]),
            np.array([random.randint(0, 2) for _ in range(many)]),
            np.array([random.randint(0, 9) for _ in range(many)]),
        )
        among, room = np.arange(many + 1), np.append(losses.capacity, 0)

        def loss_of(place, losses=losses, room=room, many=many):
            left = room.copy()
            for request, at in enumerate(place):
                left[at] -= losses.units[at, request]
            if left.min() < 0:
                return beams.FAR
            return sum(int(losses.loss[at, request]) for request, at in enumerate(place)) + int(left[:many] @ losses.idle)

        best = min(loss_of(place) for place in product(range(many + 1), repeat=requests))

        found = beams.settle(losses, np.arange(requests), among, room, beams.FAR, width=10_000)

        assert found.is_complete and (found.place is None) == (best >= beams.FAR)
        assert found.place is None or found.loss == best == loss_of(found.place.tolist())
        below = beams.settle(losses, np.arange(requests), among, room, best, width=10_000)
        assert below.place is None and below.is_complete
        narrow = beams.settle(losses, np.arange(requests), among, room, beams.FAR, width=1)
        assert not narrow.is_complete or min(narrow.loss, beams.FAR) == min(best, beams.FAR)


@pytest.mark.parametrize("turned_off", ["_by_breadth", "_by_branching", "_play", "_mix"])
def test_each_way_of_searching_can_be_missing(monkeypatch, turned_off):
    """Breadth, branching, neighbourhoods and crowds agree with enumeration also where one of them does nothing."""
    monkeypatch.setattr(level, "SMALL", 0)
    monkeypatch.setattr(level.LevelSearch, turned_off, lambda *rest, **named: False)
    for seed in range(60):
        case = case_of(seed, "cost" if seed % 2 else "classes")

        answer = solve_units(case, seconds=None)

        assert answer.values == answer.bounds == min(values_of(case, pairs) for pairs in plans(case))


def test_the_engine_for_large_numbers_agrees():
    """CP-SAT, asked where numbers are too large for HiGHS's tolerances, proves the same."""
    for seed in range(12):
        case = case_of(seed, SHAPES[seed % 6])
        large = replace(
            case,
            aims=[Aim(*(one * 10**7 if isinstance(one, np.ndarray) else one for one in aim)) for aim in case.aims],
        )

        small = solve_units(case, seconds=None)

        assert solve_units(large, seconds=None).values == tuple(10**7 * one for one in small.values)


def test_the_same_case_gets_the_same_answer():
    """Nothing is left to chance."""
    case = drawn("d", 5, 20, 1)

    first, second = solve_units(case, seconds=None), solve_units(case, seconds=None)

    assert first.pairs.tolist() == second.pairs.tolist() and first.bounds == second.bounds == first.values


def test_neighbourhoods_are_drawn_alike_every_time():
    """Two searches that stop early stop at the same plan."""

    def plan():
        (part,) = split(drawn("d", 10, 50, 1))
        task = replace(part.task, level=part.levels[1], may_stay=np.zeros(50, dtype=bool))
        here = search.Search(task, programs.linear_prices(task))
        start, _ = here.from_nothing(100)
        return here.improve(start, tries=60, is_over=lambda: False, goal=0).tolist()

    assert plan() == plan()


def small_tasks(shape):
    for seed in range(40):
        for part in split(case_of(seed, shape)):
            task = replace(part.task, level=part.levels[-1])
            all_ = [chosen for chosen in choices(task.row, len(task.may_stay)) if task.is_plan(chosen)]
            yield task, min(task.value(chosen) for chosen in all_)


@pytest.mark.parametrize("shape", ["profit", "load_first", "waiting"])
def test_each_engine_alone_proves_the_best(shape):
    """HiGHS and CP-SAT find, of every small task, what enumeration finds, and say that it is the best."""
    for task, best in small_tasks(shape):
        for found in (programs.solve_whole(task, nodes=10_000), programs.solve_exactly(task, effort=100)):
            assert found.is_closed and found.chosen is not None and task.value(found.chosen) == best


@pytest.mark.parametrize("shape", ["profit", "waiting"])
def test_the_bound_moves_up_no_further_than_the_best(shape):
    """From prices that prove next to nothing, branching moves the bound to the best value and stops there."""
    for task, best in small_tasks(shape):
        here = level.LevelSearch(task, np.zeros(0, dtype=np.int64), lambda: float("inf"))
        prices = Prices(np.full(len(task.may_stay), -5000), np.zeros_like(task.capacity), ())
        relaxed = here._see(prices)

        here._by_branching(relaxed, alone=True)

        assert here.value == here.bound == best


def test_nobody_is_sent_where_somebody_was_sent():
    """A request that two people are sent to makes no plan, nor does one left out that must be served."""
    (part,) = split(drawn("c", 2, 4, 1))
    task = replace(part.task, capacity=part.task.capacity * 9)

    assert task.is_plan(np.array([0, 1, 2, 3])) and task.is_plan(np.array([0]))
    assert not task.is_plan(np.array([0, 1, 2, 3, 4]))
    assert not replace(task, may_stay=np.zeros(4, dtype=bool)).is_plan(np.array([0]))


def test_costs_too_large_for_exact_sums_are_refused():
    """What does not fit into 64 bits with its thousandths is named before anything is solved."""
    case = drawn("c", 2, 4, 1)
    large = replace(case, aims=[case.aims[0], Aim("cost", pair=np.full(len(case.rows), 2**60, dtype=np.int64))])

    with pytest.raises(OverflowError, match="64 bits"):
        solve_units(large, seconds=None)


def test_rules_that_are_no_units_are_refused():
    """Requests for two people are another solver's."""
    case = case_of(3, "cost")

    with pytest.raises(ValueError, match="one person each"):
        solve_units(replace(case, headcount=case.headcount + 1), seconds=None)


@pytest.mark.parametrize(
    "name", ["c0515_1", "c0520_3", "c0525_2", "c0824_5", "c0832_1", "c0848_1", "a10100", "a20200", "b10100"]
)
def test_instances_of_the_library_are_proved(name, records):
    """The optimum published is found and proved."""
    answer = solve_units(in_library(name), seconds=None)

    assert answer.values == answer.bounds == (0, published()[name])
