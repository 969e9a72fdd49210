"""What no plan comes below: requests priced, each responder's best load at these prices, and what follows.

The Lagrangian of the assignment rows (Ross and Soland 1975; Fisher, Jaikumar and Van Wassenhove 1986): any whole
prices give a true bound, and since all is computed in whole numbers it needs no tolerance. Prices come from a
linear program and are improved by steps along the subgradient (Held, Wolfe and Crowder 1974). Forcing each pair
in turn (Posta, Ferland and Michelon 2012) tells which of them no better plan holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.knapsacks import Bools, best_loads
from dispatch.solver.units.task import Task, combined

SCALE: Final = 1000
"""Prices are whole thousandths."""

PATIENCE: Final = 12
"""Steps without a better bound, after which steps are halved."""

LEAST_STEP: Final = 0.005

DEAREST: Final = 2**58
"""Sums of scaled costs stay below it."""


class Prices(NamedTuple):
    """Multipliers, in thousandths (``Task`` says of what).

    Args:
        request: (R,) what serving a request is worth.
        seat: (M,) what a seat taken costs beside the pair, for responders whose seats grow dearer.
        held: By level held, what one of it costs, 0 or more.
    """

    request: Numbers
    seat: Numbers
    held: tuple[int, ...]


class Relaxed(NamedTuple):
    """What prices prove.

    Args:
        value: No plan comes below it, in thousandths.
        taken: (P,) the pairs of the best loads.
        stays: (R,) the requests that would be left out.
        pair: (P,) what no plan with this pair comes below; ``value`` where not worked out.
        out: (R,) what no plan without this request comes below.
    """

    value: int
    taken: Bools
    stays: Bools
    pair: Numbers
    out: Numbers


@dataclass(frozen=True, slots=True)
class Pricing:
    """A task whose requests may be priced.

    Args:
        task: Its costs must be below ``DEAREST`` when added up and scaled.
        held: The prices of the levels above, which are not changed.
    """

    task: Task
    held: tuple[int, ...]

    def relax(self, prices: Prices, *, consequences: bool = False) -> Relaxed:
        """Return the bound that prices give, with what follows for each pair if asked."""
        task = self.task
        level = combined([task.level, *(one.level for one in task.held)], [SCALE, *self.held])
        cost = level.pair + level.first[task.column]
        grows = task.grows()
        seat = np.where(grows, prices.seat, 0)
        loads = best_loads(
            task.column,
            cost + seat[task.column] - prices.request[task.row],
            task.units,
            task.capacity,
            consequences=consequences,
        )
        gain = np.where(task.may_stay, level.out - prices.request, 0)
        value = int(prices.request.sum()) + int(np.minimum(0, gain).sum()) + int(loads.value.sum())
        value -= sum(weight * one.value for weight, one in zip(self.held, task.held, strict=True))
        if grows.any():
            seats = np.clip(-(-seat // np.maximum(1, level.step)), 0, task.seats())
            value += int(np.where(grows, level.step * (seats * (seats - 1) // 2) - seat * seats, 0).sum())
        stays = task.may_stay & (gain < 0)
        if not consequences:
            return Relaxed(value, loads.taken, stays, np.full(len(cost), value), np.full(len(gain), value))
        # Whoever serves a request, nobody else does: the others' loads lose it.
        lost = np.maximum(0, -gain)
        np.add.at(lost, task.row, loads.without)
        pair = value + loads.including + lost[task.row] - loads.without
        out = np.where(task.may_stay, value + lost + np.maximum(0, gain) - np.maximum(0, -gain), DEAREST)
        return Relaxed(value, loads.taken, stays, pair, out)


def strongest(task: Task, relaxed: Relaxed) -> int:
    """Return the bound that follows from every request being served in one of its ways or left out."""
    if not len(task.may_stay):
        return relaxed.value
    cheapest = relaxed.out.copy()
    np.minimum.at(cheapest, task.row, relaxed.pair)
    return max(relaxed.value, int(cheapest.max()))


def climb(
    pricing: Pricing,
    prices: Prices,
    upper: int,
    *,
    most: int,
    is_over: Callable[[], bool],
) -> tuple[Prices, Relaxed]:
    """Improve the prices of requests.

    Args:
        upper: What a plan comes to; the bound can be proved to reach it, not to pass it.
        most: How many prices are tried at the most.
        is_over: Whether the time is up.

    Returns:
        The best prices and what they give.
    """
    task = pricing.task
    best_prices, best = prices, pricing.relax(prices)
    here, request = best, prices.request
    factor, since = 1.0, 0
    drift = np.zeros(len(request))
    for _ in range(most):
        if best.value > SCALE * (upper - 1) or factor < LEAST_STEP or is_over():
            break
        missing = 1 - here.stays.astype(np.int64) - np.bincount(task.row[here.taken], minlength=len(request))
        drift = missing + 0.6 * drift
        length = float(drift @ drift)
        if not missing.any() or length == 0:
            break
        request = request + np.rint(factor * max(1, SCALE * upper - here.value) / length * drift).astype(np.int64)
        now = prices._replace(request=request)
        here = pricing.relax(now)
        if here.value > best.value:
            best_prices, best, since = now, here, 0
        else:
            since += 1
            if since >= PATIENCE:
                factor, since = factor / 2, 0
                here, request = best, best_prices.request
                drift[:] = 0
    return best_prices, best
