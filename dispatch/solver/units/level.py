"""One level to its proof: prices, neighbourhoods, and branch and bound on what the prices leave open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from typing import Final

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.bounds import DEAREST, SCALE, Prices, Pricing, Relaxed, climb, strongest
from dispatch.solver.units.crowd import Crowd
from dispatch.solver.units.knapsacks import Bools
from dispatch.solver.units.programs import Linear, linear_prices, solve_exactly, solve_whole
from dispatch.solver.units.search import Search
from dispatch.solver.units.task import Task

STEPS: Final = 120
"""Prices tried in a round."""

FIRST_WIDTH: Final = 2000
MOST_WIDTH: Final = 40_000
"""Partial plans kept side by side over the whole task, in the first round and at the most."""

FIRST_NODES: Final = 500
"""Nodes of branch and bound at first; four times as many after each time that they did not suffice."""

PLAYED: Final = 4
"""Neighbourhoods by responder in the first round."""

CHAINS: Final = 10
"""Chains that each plan of a crowd tries in the first round, by request; twice as many in each that follows."""

SMALL: Final = 600
"""Pairs up to which neighbourhoods and branch and bound are asked before a crowd."""

UNTIMED: Final = 4
"""Rounds in which crowds search where no clock ends them: then only a proof can."""

CLOSE: Final = 500
"""Where the bound is nearer to the plan than this part of it, branch and bound goes on in each round."""

FIRST_EFFORT: Final = 1.0
"""CP-SAT's deterministic seconds at first, likewise. It is asked before HiGHS: small programs it closes sooner."""

SHARE: Final = 0.15
"""How much of the time that is left one branch and bound may take beside neighbourhoods."""

Left = Callable[[], float]
"""Tells the seconds that are left."""


@dataclass(slots=True)
class LevelSearch:
    """The best plan of a task so far, and what no plan comes below.

    Args:
        task: What is open; pairs that no best plan holds are dropped.
        chosen: The pairs of the plan, by ``Task.origin``.
        left: The seconds left.
    """

    task: Task
    chosen: Numbers
    left: Left
    value: int = field(init=False)
    bound: int = field(init=False)
    _crowd: Crowd | None = field(init=False, default=None)
    _stuck: int = field(init=False, default=0)
    _stride: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        self.value = self.task.value(self._local(self.task))
        self.bound = self.task.least()

    def run(self) -> None:
        """Search until the plan is proved best, or the time is up."""
        self._by_least()
        if self.is_proved:
            return
        task = self.task
        linear = linear_prices(task)
        if linear is None or not _fits(task, linear.prices):
            nobody = np.zeros(len(task.capacity), dtype=np.int64)
            linear = Linear(Prices(_least_by_request(task), nobody, (0,) * len(task.held)), nobody)
        search = None if task.grows().any() else Search(task, linear)
        mixed = None if task.held else search
        prices = linear.prices
        round_ = branch_at = 0
        is_climbing, gains = True, False
        relaxed = self._see(prices)
        while not self.is_proved and (round_ == 0 or self.left() > 0):
            is_first = round_ == 0 and mixed is not None and len(self.task.row) > SMALL
            if is_climbing and not gains:
                before = self.bound
                prices, relaxed = self._price(prices)
                is_climbing = round_ == 0 or self.bound > before
            if self.is_proved or (search is not None and self._by_breadth(linear, relaxed, FIRST_WIDTH)):
                break
            if search is not None and not (gains or is_first) and not (search.is_spent and self.left() == inf):
                self._play(search, PLAYED if mixed is not None else PLAYED * 3**round_)
            gains = mixed is not None and self._mix(mixed, round_)
            relaxed = self._see(prices)
            if self.is_proved or self.left() <= 0:
                break
            if search is not None and self._by_breadth(linear, relaxed, min(MOST_WIDTH, FIRST_WIDTH * 2**round_)):
                break
            # While crowds find better plans, that is what the time is for.
            if (search is None or (round_ >= branch_at and not (gains or is_first))) and not self._by_branching(
                relaxed, alone=search is None
            ):
                is_close = CLOSE * (self.value - self.bound) <= abs(self.value)
                branch_at = round_ + (1 if is_close else self._stuck)
            round_ += 1
        self._keep(self._see(prices))

    @property
    def is_proved(self) -> bool:
        """Return whether nothing better exists."""
        return self.bound >= self.value

    def _local(self, task: Task) -> Numbers:
        return np.flatnonzero(np.isin(task.origin, self.chosen))

    def _by_least(self) -> None:
        """Try whether each request has its best choice."""
        prices = Prices(_least_by_request(self.task), np.zeros_like(self.task.capacity), (0,) * len(self.task.held))
        relaxed = Pricing(self.task, prices.held).relax(prices, consequences=True)
        self._raise(-(-relaxed.value // SCALE))
        if self.is_proved:
            self._keep(relaxed)

    def _price(self, prices: Prices) -> tuple[Prices, Relaxed]:
        pricing = Pricing(self.task, prices.held)
        prices, _ = climb(pricing, prices, self.value, most=STEPS, is_over=lambda: self.left() <= 0)
        return prices, self._see(prices)

    def _see(self, prices: Prices) -> Relaxed:
        relaxed = Pricing(self.task, prices.held).relax(prices, consequences=True)
        self._raise(-(-strongest(self.task, relaxed) // SCALE))
        return relaxed

    def _raise(self, bound: int) -> None:
        self.bound = min(self.value, max(self.bound, bound))

    def _take(self, task: Task, chosen: Numbers | None) -> None:
        if chosen is not None and task.is_plan(chosen) and task.value(chosen) < self.value:
            self.chosen, self.value = task.origin[chosen], task.value(chosen)

    def _play(self, search: Search, times: int) -> None:
        tries = times * len(self.task.capacity)
        found = search.improve(
            self._local(self.task), tries=tries, is_over=lambda: self.left() <= 0, goal=self.bound
        )
        self._take(self.task, found)

    def _mix(self, search: Search, round_: int) -> bool:
        """Search by a crowd of plans, unless the task may be closed without; return whether that gained."""
        if (round_ == 0 and len(self.task.row) <= SMALL) or (round_ >= UNTIMED and self.left() == inf):
            return False
        steps = CHAINS * 2**round_ * len(self.task.may_stay)
        before = self.value
        self._crowd = self._crowd or Crowd(search)
        found = self._crowd.improve(
            self._local(self.task), steps=steps, is_over=lambda: self.left() <= 0, goal=self.bound
        )
        self._take(self.task, found)
        return self.value < before

    def _open(self, relaxed: Relaxed, value: int) -> tuple[Bools, Bools]:
        """Return which pairs, and which requests left out, plans that come to no more than a value may hold."""
        return relaxed.pair <= SCALE * value, self.task.may_stay & (relaxed.out <= SCALE * value)

    def _by_breadth(self, linear: Linear, relaxed: Relaxed, width: int) -> bool:
        task = self.task.narrowed(*self._open(relaxed, self.value - 1))
        found, is_complete = Search(task, linear).from_nothing(width, self.value)
        self._take(task, found)
        if is_complete:
            self.bound = self.value
        return is_complete

    def _by_branching(self, relaxed: Relaxed, *, alone: bool) -> bool:
        """Solve with the pairs that plans near the bound may hold, and move the bound on as long as that closes.

        Args:
            alone: Whether nothing else can be done with the time.

        Returns:
            Whether it closed.
        """
        while not self.is_proved and self.left() > 0:
            goal = min(self.value, self.bound + self._stride) - 1
            task = self.task.narrowed(*self._open(relaxed, goal))
            left = self.left()
            seconds = None if left == inf else left if alone else max(1.0, SHARE * left)
            found = solve_exactly(task, effort=FIRST_EFFORT * 4**self._stuck, seconds=seconds)
            if not found.is_closed:
                self._take(task, found.chosen)
                found = solve_whole(task, nodes=FIRST_NODES * 4**self._stuck, seconds=seconds)
            self._take(task, found.chosen)
            if not found.is_closed:
                self._stuck += 1
                self._stride = max(1, self._stride // 2)
                return False
            self._raise(goal + 1 if found.chosen is None else min(goal + 1, task.value(found.chosen)))
            self._stride *= 2
        return self.is_proved

    def _keep(self, relaxed: Relaxed) -> None:
        """Drop what no plan as good as this one holds."""
        self.task = self.task.narrowed(*self._open(relaxed, self.value))


def _least_by_request(task: Task) -> Numbers:
    """Return (R,) what each request's best choice comes to, in thousandths, seats at their first price."""
    best = np.where(task.may_stay, task.level.out, np.iinfo(np.int64).max)
    np.minimum.at(best, task.row, task.level.pair + task.level.first[task.column])
    return best * SCALE


def _fits(task: Task, prices: Prices) -> bool:
    """Return whether sums of scaled costs stay whole in 64 bits."""
    weights = [SCALE, *prices.held]
    levels = [task.level, *(one.level for one in task.held)]
    reach = sum(weight * task.reach(level) for weight, level in zip(weights, levels, strict=True))
    return reach + 2 * int(np.abs(prices.request).sum()) < DEAREST
