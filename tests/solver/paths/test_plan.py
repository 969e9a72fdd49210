"""The plan against enumeration, against OR-Tools, and against solving afresh after every change."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from dispatch.solver.paths import levels
from dispatch.solver.paths import plan as plans
from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan

ENGINES = [False, *([True] if find_spec("numba") else [])]
"""CPython, and Numba where the extra [city] is installed."""


@pytest.mark.parametrize("compiled", ENGINES)
def test_a_plan_is_as_good_as_enumeration_finds(compiled, matching):
    """Level by level, on random matchings with capacities, left-out requests and growing loads."""
    for seed in range(400 if not compiled else 100):
        made = matching(seed)
        plan = made.plan(compiled)

        assert plan.values() == made.best(), seed
        assert plan.is_proved(), seed


@pytest.mark.parametrize("compiled", ENGINES)
def test_a_plan_stays_the_best_while_requests_and_responders_come_and_go(compiled, matching):
    """Each change leaves what enumeration finds, and prices that prove it."""
    for seed in range(120 if not compiled else 40):
        made = matching(seed)
        plan = made.plan(compiled)
        there, closed = set(range(made.requests)), set()
        for _ in range(8):
            made.change(plan, there, closed)

            assert plan.values() == made.best(there=there, closed=closed), seed
            assert plan.is_proved(), seed


@pytest.mark.parametrize("compiled", ENGINES)
def test_the_price_of_a_pair_is_what_forcing_it_costs(compiled, matching):
    """Level by level the difference to the best plan that has the pair, or nothing where no plan has it."""
    for seed in range(150 if not compiled else 50):
        made = matching(seed)
        plan = made.plan(compiled)
        best = made.best()
        for row, column in made.pairs:
            forced = made.best(forced=(row, column))
            price = plan.price_of_sending(row, column)

            wanted = None if forced is None else tuple(a - b for a, b in zip(forced, best, strict=True))
            assert price == wanted, (seed, row, column)


@pytest.mark.parametrize("compiled", ENGINES)
@pytest.mark.parametrize("share", [0.1, 0.7, 1.0])
def test_two_engines_find_the_same_cost(compiled, share):
    """On a larger matching with one level, OR-Tools' flow comes to the same sum, however many pairs are allowed."""
    random = np.random.default_rng(5)
    requests, responders = 300, 120
    allowed = random.random((requests, responders)) < share
    rows, columns = np.nonzero(allowed)
    cost, out = random.integers(0, 1000, len(rows)), random.integers(500, 4000, requests)
    capacity = random.integers(0, 4, responders)
    plan = Plan(rows, columns, [Aim("cost", left_out=out, pair=cost)], capacity, requests=requests, compiled=compiled)

    assert plan.values() == (_flow(requests, rows, columns, cost, out, capacity),)
    assert plan.is_proved()


@pytest.mark.parametrize("most", [1, 2])
def test_a_plan_begun_with_few_arcs_knows_the_others_when_things_change(most):
    """Where CPython looked at the cheapest arcs only, or at a matrix, changes and prices are those of all arcs."""
    random = np.random.default_rng(6)
    requests, responders = 60, 90
    rows, columns = np.repeat(np.arange(requests), responders), np.tile(np.arange(responders), requests)
    aims = [Aim("cost", left_out=random.integers(50, 300, requests), pair=random.integers(0, 60, len(rows)))]
    capacity = random.integers(0, most + 1, responders)

    def afresh(there, closed):
        kept = np.isin(rows, list(there)) & ~np.isin(columns, list(closed))
        few = [Aim("cost", left_out=np.where(np.isin(np.arange(requests), list(there)), aims[0].left_out, 0), pair=aims[0].pair[kept])]
        return Plan(rows[kept], columns[kept], few, capacity, requests=requests, compiled=False).values()

    plan = Plan(rows, columns, aims, capacity, requests=requests, compiled=False)
    there, closed = set(range(requests)), set()
    for _ in range(60):
        row, column = int(random.integers(requests)), int(random.integers(responders))
        (plan.take_out if row in there else plan.bring)(row)
        there ^= {row}
        (plan.open if column in closed else plan.close)(column)
        closed ^= {column}

        assert plan.values() == afresh(there, closed)
        assert plan.is_proved()


def _flow(requests, rows, columns, cost, out, capacity):
    solver, sink = SimpleMinCostFlow(), requests + len(capacity)
    for row, column, step in zip(rows.tolist(), columns.tolist(), cost.tolist(), strict=True):
        solver.add_arc_with_capacity_and_unit_cost(row, requests + column, 1, step)
    for row, step in enumerate(out.tolist()):
        solver.add_arc_with_capacity_and_unit_cost(row, sink, 1, step)
        solver.set_node_supply(row, 1)
    for column, seats in enumerate(capacity.tolist()):
        solver.add_arc_with_capacity_and_unit_cost(requests + column, sink, seats, 0)
    solver.set_node_supply(sink, -requests)
    assert solver.solve() == solver.OPTIMAL
    return solver.optimal_cost()


def test_levels_beyond_64_bits_stay_exact():
    """Numbers whose fold needs more than 64 bits are added and compared all the same."""
    huge = 2**61
    plan = Plan(
        [0, 0, 1],
        [0, 1, 0],
        [Aim("unserved", left_out=np.array([huge, huge])), Aim("cost", pair=np.array([huge, 7, 3]))],
        np.array([1, 1]),
        requests=2,
    )

    assert plan.values() == (0, 10)
    assert plan.price_of_sending(0, 0) == (huge, huge - 10)


@pytest.mark.parametrize("compiled", ENGINES)
def test_a_plan_is_not_proved_with_other_prices(compiled, matching):
    """The proof looks at the prices: moved by one, they prove nothing."""
    made = matching(11)
    plan = made.plan(compiled)
    for column, seats in enumerate(plan.state.capacity):
        if seats:
            plan.state.price[column] -= 1

            assert not plan.is_proved()
            plan.state.price[column] += 1
    assert plan.is_proved()


@pytest.mark.parametrize(
    ("rows", "columns", "capacity", "says"),
    [
        ([0], [0, 1], [1, 1], "do not make pairs"),
        ([2], [0], [1, 1], "a row is not one of 2 requests"),
        ([0], [2], [1, 1], "a column is not one of 2 responders"),
        ([0], [0], [1, -1], "a capacity is below zero"),
    ],
)
def test_arrays_that_do_not_fit_are_named(rows, columns, capacity, says):
    """A caller's slip is one sentence."""
    with pytest.raises(ValueError, match=says):
        Plan(rows, columns, [Aim("cost")], np.array(capacity), requests=2)


def test_levels_too_large_for_compiled_code_are_left_to_whole_numbers_of_any_size():
    """Where not even single costs fit into 64 bits together, CPython finds the plan."""
    random = np.random.default_rng(3)
    rows, columns = np.nonzero(random.random((8, 6)) < 0.7)
    aims = [Aim(f"level {n}", pair=random.integers(0, 2**20, len(rows))) for n in range(6)]
    aims.insert(0, Aim("unserved", left_out=np.ones(8, dtype=np.int64)))
    capacity = np.ones(6, dtype=np.int64)
    plan = Plan(rows, columns, aims, capacity, requests=8, compiled=True)

    assert plan.values() == Plan(rows, columns, aims, capacity, requests=8, compiled=False).values()
    assert not plan.engine.is_compiled
    assert plan.is_proved()


def test_numbers_compared_as_they_are_say_what_their_levels_say(matching, monkeypatch):
    """Where no digit can spill, folded prices prove just what the same prices prove level by level."""
    monkeypatch.setattr(plans, "WORTH_A_FLOW", 1)
    monkeypatch.setattr(plans, "MOST", 10**6)
    held = []

    def remembered(*of):
        held.append(levels.digits_hold(*of))
        return held[-1]

    said = set()
    for seed in range(150):
        made = matching(seed, requests=6, responders=6)
        plan = made.plan()
        if plan.fold.is_safe:
            continue
        before = list(plan.state.price)
        for _ in range(12):
            wide = made.random.choice((0, 4, plan.fold.radices[-1] // 2))
            for at in range(made.responders):
                last = made.random.randint(-wide, wide)
                plan.state.price[at] = before[at] + plan.fold.number([0, 0, made.random.choice((0, 1)), last])
            monkeypatch.setattr(plans, "digits_hold", remembered)
            as_they_are = plan.is_proved()
            monkeypatch.setattr(plans, "digits_hold", lambda *_: False)

            assert as_they_are == plan.is_proved(), seed
            said.add((held[-1], as_they_are))
    assert said >= {(True, True), (True, False), (False, False)}
