"""Plans by breadth: requests are settled one after the other, and what cannot become better than a plan known is cut.

At the prices of the linear program every choice has a loss of 0 or more, and so has every unit that stays
unused: what a plan costs above the linear bound is the sum of both. All partial plans whose loss stays
below that of the plan known are kept side by side; of two that leave the same room, only the better. If
none had to be dropped for want of width, nothing better exists, which whole numbers make a proof.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from dispatch.solver.paths.levels import Numbers
from dispatch.solver.units.knapsacks import Bools

FAR: Final = 2**60
"""The loss of what may not be."""


class Losses(NamedTuple):
    """A task at prices, as tables; row M, the last, is being left out.

    Args:
        loss: (M + 1, R) of each choice, 0 or more; ``FAR`` where it is not open.
        units: (M + 1, R) what it takes; 0 for being left out.
        idle: (M,) the loss of each unit that stays unused.
        capacity: (M,) units.
    """

    loss: Numbers
    units: Numbers
    idle: Numbers
    capacity: Numbers


class Widest(NamedTuple):
    """What a search by breadth found.

    Args:
        place: By request settled, in the order asked for: its responder, M for none; none if nothing better was found.
        loss: What it comes to.
        is_complete: Whether nothing was dropped, so that this is the best.
    """

    place: Numbers | None
    loss: int
    is_complete: bool


def settle(
    losses: Losses, requests: Numbers, among: Numbers, room: Numbers, below: int, *, width: int, or_none: bool = False
) -> Widest:
    """Find the best places of some requests, all others staying where they are.

    Args:
        requests: (N,) whom to place.
        among: (K,) at which responders, M standing for nowhere.
        room: (K,) units free there.
        below: Only plans of a smaller loss are of interest, idle units of these responders included.
        width: How many partial plans are kept at the most.
        or_none: Whether to stop as soon as one would have to be dropped.
    """
    loss = losses.loss[np.ix_(among, requests)]
    units = losses.units[np.ix_(among, requests)]
    many = len(losses.capacity)
    idle = np.where(among < many, losses.idle[np.minimum(among, many - 1)], 0)
    loss = np.where(units > room[:, None], FAR, loss)
    least = loss.min(axis=0) if len(requests) else np.zeros(0, dtype=np.int64)
    if (least >= FAR).any():
        return Widest(None, below, True)
    total = int(least.sum())
    if total >= below:
        return Widest(None, below, True)
    # What is over the least must fit into what is left to lose.
    is_open = loss - least < below - total
    order = _order(loss, units, is_open, below - total)
    loss, units, is_open, least = loss[:, order], units[:, order], is_open[:, order], least[order]
    could = np.where(is_open, units, 0)
    later_units, later_least = _later(could), _later(least)
    marks = _marks(len(among))
    state_loss, state_room = np.zeros(1, dtype=np.int64), room[None, :].astype(np.int64)
    trail: list[tuple[Numbers, Numbers]] = []
    complete = True
    for at in range(len(order)):
        options = np.flatnonzero(is_open[:, at])
        next_loss = state_loss[:, None] + loss[options, at]
        fits = (state_room[:, options] >= units[options, at]) & (next_loss < below - later_least[at])
        parent, option = np.nonzero(fits)
        if not len(parent):
            return Widest(None, below, complete)
        now, where = next_loss[parent, option], options[option]
        then = state_room[parent]
        then[np.arange(len(parent)), where] -= units[where, at]
        bound = now + later_least[at] + np.maximum(0, then - later_units[:, at]) @ idle
        keep = np.flatnonzero(bound < below)
        if len(keep) > 1:
            keep = keep[_best_of_each(then[keep], then[keep] @ marks, now[keep])]
        if len(keep) > width:
            if or_none:
                return Widest(None, below, False)
            complete = False
            keep = np.sort(keep[np.argsort(bound[keep], kind="stable")[:width]])
        if not len(keep):
            return Widest(None, below, complete)
        state_loss, state_room = now[keep], then[keep]
        trail.append((parent[keep], where[keep]))
    final = state_loss + state_room @ idle
    best = int(final.argmin())
    value = int(final[best])
    if value >= below:
        return Widest(None, below, complete)
    place = np.zeros(len(order), dtype=np.int64)
    for at in range(len(order) - 1, -1, -1):
        parents, wheres = trail[at]
        place[order[at]] = among[wheres[best]]
        best = int(parents[best])
    return Widest(place, value, complete)


def _order(loss: Numbers, units: Numbers, is_open: Bools, slack: int) -> Numbers:
    """Order requests: those with one open place first, then by what a second choice costs, the dearest first."""
    many = is_open.sum(axis=0)
    if len(loss) == 1:
        return np.arange(loss.shape[1])
    two = np.partition(loss, 1, axis=0)[:2]
    regret = np.minimum(two[1] - two[0], slack)
    size = np.where(is_open, units, 0).max(axis=0)
    return np.lexsort((-size, -regret, many > 1))


def _later(parts: Numbers) -> Numbers:
    """Return, along the last axis, the sum of all that come later."""
    sums: Numbers = np.cumsum(parts[..., ::-1], axis=-1)[..., ::-1] - parts
    return sums


def _marks(length: int) -> Numbers:
    """Return odd multipliers that tell rooms apart; wrapping around 64 bits is meant."""
    odd = 0x9E3779B97F4A7C15
    return np.array([pow(odd, 2 * at + 1, 2**64) for at in range(length)], dtype=np.uint64).astype(np.int64)


def _best_of_each(room: Numbers, key: Numbers, loss: Numbers) -> Numbers:
    """Return, ascending, the positions of the partial plans with the least loss of those that leave the same room.

    Equal rooms have equal keys; different rooms with equal keys would only hide that two are the same.
    """
    order = np.lexsort((loss, key))
    same = key[order][1:] == key[order][:-1]
    at = np.flatnonzero(same)
    same[at] = (room[order[at + 1]] == room[order[at]]).all(axis=1)
    return np.sort(order[np.concatenate([[True], ~same])])
