"""The engines: GLOP for the prices of the linear program, HiGHS for what is left of a task."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.bounds import SCALE, Prices
from dispatch.solver.units.knapsacks import Bools
from dispatch.solver.units.task import Level, Task

MOST_FOR_FLOATS: Final = 2_000_000
"""Costs and units up to it leave HiGHS's tolerances (1e-6, times what they are multiplied with) far below the half
unit that separates whole values."""


class Found(NamedTuple):
    """What a mixed-integer program said.

    Args:
        chosen: The pairs of a plan, by their position in the task; none where no plan was found.
        is_closed: Whether nothing better than that, or than what was asked for, exists.
    """

    chosen: Numbers | None
    is_closed: bool


class Linear(NamedTuple):
    """The linear program's answer.

    Args:
        prices: Rounded duals.
        unit: (M,) the rounded price of a unit, in thousandths, 0 or more.
    """

    prices: Prices
    unit: Numbers


class _Model:
    """A task as rows and columns."""

    def __init__(self, task: Task, *, whole: bool, at_most: int | None = None) -> None:
        self.model = model_builder.Model()  # type: ignore[no-untyped-call]  # ships no type for it
        helper = self.model.helper
        model = self.model
        one = model.new_bool_var if whole else lambda name: model.new_num_var(0, 1, name)
        pairs, requests, many = len(task.row), len(task.may_stay), len(task.capacity)
        self.pairs = [one("") for _ in range(pairs)]
        self.stays = {at: one("") for at in np.flatnonzero(task.may_stay).tolist()}
        grows, most = task.grows(), task.seats()
        self.seats = {
            column: [model.new_num_var(0, 1, "") for _ in range(int(most[column]))]
            for column in np.flatnonzero(grows).tolist()
        }

        def row(variables: list[Any], coefficients: list[float], low: float, high: float) -> Any:
            index = helper.add_linear_constraint()
            helper.add_terms_to_constraint(index, variables, coefficients)
            helper.set_constraint_lower_bound(index, low)
            helper.set_constraint_upper_bound(index, high)
            return model.linear_constraint_from_index(index)

        by_row: list[list[int]] = [[] for _ in range(requests)]
        for at, request in enumerate(task.row.tolist()):
            by_row[request].append(at)
        self.once = []
        for request, members in enumerate(by_row):
            terms = [self.pairs[at] for at in members]
            if request in self.stays:
                terms.append(self.stays[request])
            self.once.append(row(terms, [1.0] * len(terms), 1, 1))
        starts = np.searchsorted(task.column, np.arange(many + 1)).tolist()
        units = task.units.tolist()
        self.room = {}
        self.taken = {}
        for column in range(many):
            low, high = starts[column], starts[column + 1]
            terms = self.pairs[low:high]
            if sum(units[low:high]) > task.capacity[column]:
                weights = [float(size) for size in units[low:high]]
                self.room[column] = row(terms, weights, -np.inf, float(task.capacity[column]))
            if column in self.seats:
                seats = self.seats[column]
                self.taken[column] = row(terms + seats, [1.0] * len(terms) + [-1.0] * len(seats), 0, 0)
        self.kept = [row(*self._terms(held.level, task), -np.inf, float(held.value)) for held in task.held]
        goal, weights = self._terms(task.level, task)
        if at_most is not None:
            row(goal, weights, -np.inf, float(at_most))
        for variable, weight in zip(goal, weights, strict=True):
            helper.set_var_objective_coefficient(variable.index, weight)

    def _terms(self, level: Level, task: Task) -> tuple[list[Any], list[float]]:
        weights = (level.pair + level.first[task.column]).tolist()
        terms = [(variable, float(weight)) for variable, weight in zip(self.pairs, weights, strict=True) if weight]
        terms += [(self.stays[at], float(level.out[at])) for at in self.stays if level.out[at]]
        for column, seats in self.seats.items():
            if level.step[column]:
                terms += [(seat, float(level.step[column] * at)) for at, seat in enumerate(seats) if at]
        return [variable for variable, _ in terms], [weight for _, weight in terms]


def linear_prices(task: Task) -> Linear | None:
    """Solve the linear program; none where the engine does not."""
    made = _Model(task, whole=False)
    solver = model_builder.Solver("glop")
    if solver.solve(made.model) != model_builder.SolveStatus.OPTIMAL:
        return None

    def dual(row: Any) -> int:
        return round(SCALE * float(solver.dual_value(row)))

    seat = np.zeros(len(task.capacity), dtype=np.int64)
    for column, row in made.taken.items():
        seat[column] = -dual(row)
    prices = Prices(
        np.array([dual(row) for row in made.once], dtype=np.int64), seat, tuple(max(0, -dual(row)) for row in made.kept)
    )
    unit = np.zeros(len(task.capacity), dtype=np.int64)
    for column, row in made.room.items():
        unit[column] = max(0, -dual(row))
    return Linear(prices, unit)


def unit_prices(cost: Numbers, units: Numbers, is_open: Bools, capacity: Numbers, known: Numbers) -> Numbers:
    """Return what a unit is worth to each of a few responders, as whole numbers of 0 or more.

    Args:
        cost: (K + 1, N) of each request at each of them, and of leaving it out, in the last row.
        units: (K + 1, N) what it takes.
        is_open: (K + 1, N) whether it may be.
        capacity: (K,) units.
        known: (K,) prices to return where the engine finds none.
    """
    model = model_builder.Model()  # type: ignore[no-untyped-call]  # ships no type for it
    helper = model.helper
    many, requests = cost.shape
    rows = [helper.add_linear_constraint() for _ in range(requests + many - 1)]
    for at, row in enumerate(rows):
        low, high = (1.0, 1.0) if at < requests else (-np.inf, float(capacity[at - requests]))
        helper.set_constraint_lower_bound(row, low)
        helper.set_constraint_upper_bound(row, high)
    for place, request in np.argwhere(is_open).tolist():
        variable = helper.add_var()
        helper.set_var_lower_bound(variable, 0.0)
        helper.set_var_objective_coefficient(variable, float(cost[place, request]))
        helper.add_term_to_constraint(rows[request], variable, 1.0)
        if place < many - 1:
            helper.add_term_to_constraint(rows[requests + place], variable, float(units[place, request]))
    solver = model_builder.Solver("glop")
    if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        return known
    duals = [solver.dual_value(model.linear_constraint_from_index(row)) for row in rows[requests:]]
    return np.array([max(0, round(-float(one))) for one in duals], dtype=np.int64)


def solve_whole(task: Task, *, nodes: int, seconds: float | None = None) -> Found:
    """Solve a task by HiGHS, unless its numbers are too large for HiGHS's tolerances.

    Args:
        nodes: Where to stop.
        seconds: When to stop.
    """
    if (seconds is not None and seconds <= 0) or _largest(task) > MOST_FOR_FLOATS:
        return Found(None, False)
    made = _Model(task, whole=True)
    solver = model_builder.Solver("highs")
    solver.set_solver_specific_parameters(
        f"threads=1,mip_rel_gap=0,mip_abs_gap=0.5,mip_max_nodes={nodes},output_flag=false,log_to_console=false"
    )
    if seconds is not None:
        solver.set_time_limit_in_seconds(seconds)
    status = solver.solve(made.model)
    if status == model_builder.SolveStatus.INFEASIBLE:
        return Found(None, True)
    if status not in {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}:
        return Found(None, False)
    chosen = np.flatnonzero(np.array([solver.value(one) for one in made.pairs]) > 0.5)
    if not task.is_plan(chosen):
        return Found(None, False)
    return Found(chosen, status == model_builder.SolveStatus.OPTIMAL)


def _largest(task: Task) -> int:
    sizes = [task.units.max(initial=0), task.capacity.max(initial=0)]
    for level in (task.level, *(held.level for held in task.held)):
        sizes += [np.abs(part).max(initial=0) for part in level]
    return int(max(sizes))


def solve_exactly(task: Task, *, effort: float, seconds: float | None = None) -> Found:
    """Solve a task by CP-SAT, which computes in whole numbers.

    Args:
        effort: Where to stop, in its deterministic seconds.
        seconds: When to stop.
    """
    if seconds is not None and seconds <= 0:
        return Found(None, False)
    model = cp_model.CpModel()
    pairs = [model.new_bool_var("") for _ in task.row]
    stays = {at: model.new_bool_var("") for at in np.flatnonzero(task.may_stay).tolist()}
    by_row: list[list[Any]] = [[stays[at]] if at in stays else [] for at in range(len(task.may_stay))]
    by_column: list[list[int]] = [[] for _ in task.capacity]
    for at, (request, column) in enumerate(zip(task.row.tolist(), task.column.tolist(), strict=True)):
        by_row[request].append(pairs[at])
        by_column[column].append(at)
    for members in by_row:
        model.add_exactly_one(members)
    seats: dict[int, list[Any]] = {}
    grows = task.grows()
    for column, members in enumerate(by_column):
        inside = [pairs[at] for at in members]
        model.add(cp_model.LinearExpr.weighted_sum(inside, task.units[members].tolist()) <= int(task.capacity[column]))
        if grows[column]:
            seats[column] = [model.new_bool_var("") for _ in members]
            model.add(sum(inside) == sum(seats[column]))

    def sum_of(level: Level) -> Any:
        terms = pairs + [stays[at] for at in stays]
        weights = (level.pair + level.first[task.column]).tolist() + [int(level.out[at]) for at in stays]
        for column, members in seats.items():
            terms += members
            weights += [int(level.step[column]) * at for at in range(len(members))]
        return cp_model.LinearExpr.weighted_sum(terms, weights)

    for one in task.held:
        model.add(sum_of(one.level) <= one.value)
    model.minimize(sum_of(task.level))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Found(None, True)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Found(None, False)
    chosen = np.flatnonzero(np.array([solver.value(one) for one in pairs], dtype=np.int64))
    return Found(chosen, status == cp_model.OPTIMAL) if task.is_plan(chosen) else Found(None, False)
