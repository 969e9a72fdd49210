"""How many to ask now and when to ask again: a dynamic programme over phases (ALGORITHMS: the phase programme).

A request is asked in phases of one length. Whoever is asked says yes in that phase or later, and what they say
later is counted in the phase that follows. In each phase as many are asked as make the worth of being helped, less the
prices of the alerts and of waiting, greatest over all that may still happen; the length of the phases is the one,
of a few points of the curve of reply times, with which that is greatest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from dispatch.policy.reply_times import Floats, ReplyTimes

Ints = npt.NDArray[np.intp]

POINTS = (0.4, 0.6, 0.8, 0.9, 0.97)
"""Shares of the answers after which a phase may end."""
MOST_PHASES = 10
"""Looked ahead; what would come after counts as lost."""
LEAST_CHANCE = 0.01
"""Whoever says yes in time less often than this is not worth an alert."""

_SURE = 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """Those who could be asked for one request, one entry each in every array.

    Args:
        chance: That they say yes at all, from 0 to 1.
        travel_minutes: Until they are there, once they have said yes.
        price: Of one alert to them, in alerts: 1 is one to somebody who is never asked and not scarce.
        ring: The innermost circle they belong to, from 0; asked from within outwards.
    """

    chance: Floats
    travel_minutes: Floats
    price: Floats
    ring: Ints | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Those who were asked for the same request and have not answered, one entry each.

    Args:
        chance: That they say yes at all, as it was when they were asked.
        asked_minutes: Since they were asked.
    """

    chance: Floats
    travel_minutes: Floats
    asked_minutes: Floats


NOBODY_WAITING = Waiting(chance=np.zeros(0), travel_minutes=np.zeros(0), asked_minutes=np.zeros(0))


@dataclass(frozen=True, slots=True)
class Phase:
    """What to do now.

    Args:
        ask: Whom, as positions in ``Askable``, best first; possibly nobody.
        minutes: When to look again, unless somebody declines before.
        chance: That enough say yes within the phase, those included who were asked before.
        gain: What is to be expected of it all: worth times chance less prices, in alerts.
    """

    ask: tuple[int, ...]
    minutes: float
    chance: float
    gain: float


def worth_of(target: float, usual_chance: float) -> float:
    """Return what being helped in time must be worth so that a last phase is as sure as a community wants.

    One more alert of price 1 pays while ``worth * (1 - chance) * -ln(1 - p)`` is more than 1: at the target it is 1.

    Args:
        target: The chance, from 0 to below 1, that enough say yes in the last phase there is time for.
        usual_chance: That somebody says yes, in this community.

    Returns:
        Worth in alerts.
    """
    return 1.0 / ((1.0 - target) * -float(np.log1p(-usual_chance)))


def plan_phase(
    worth: float,
    slots: int,
    slack_minutes: float,
    could: Askable,
    waiting: Waiting = NOBODY_WAITING,
    times: ReplyTimes | None = None,
    minute_price: float = 0.0,
) -> Phase:
    """Choose whom to ask for one request now, and for how long to wait.

    Args:
        worth: Of being helped in time, in alerts.
        slots: How many must still say yes.
        slack_minutes: Until somebody must be there.
        could: Those who could be asked and have not been.
        waiting: Those asked and not heard of.
        times: How soon people answer; none means as assumed.
        minute_price: Of each minute in which not enough have said yes, in alerts.

    Returns:
        The phase with the greatest gain; of equal ones that with the shorter wait.
    """
    times = times or ReplyTimes()
    order = _ranked(slack_minutes, could, times)
    lengths = sorted({min(times.minutes_until(point), max(slack_minutes, 1.0)) for point in POINTS})
    # A length with which the programme does not look as far as the end is no good but where all are so.
    lengths = [one for one in lengths if one * MOST_PHASES >= slack_minutes] or lengths[-1:]
    ready = min(len(order), most_looked_at(slots))
    columns = tuple(one[order[:ready]] for one in (could.chance, could.travel_minutes, could.price))
    best: Phase | None = None
    for minutes in lengths:
        now = _answers_within(minutes, slack_minutes, waiting, times, slots)
        count, gain, chance = _best_count(worth, slots, slack_minutes, minutes, columns, now, times, minute_price)
        if best is None or gain > best.gain + 1e-9:
            best = Phase(tuple(int(one) for one in order[:count]), minutes, chance, gain)
    assert best is not None, "there is always a length"
    return best


def most_looked_at(slots: int) -> int:
    """Return of how many of the best the programme thinks, at most."""
    return 8 + 6 * slots


def _ranked(slack: float, could: Askable, times: ReplyTimes) -> Ints:
    """Return those worth asking, from the inner ring outwards and by their chance for their price within one."""
    in_time = could.chance * times.share_by(slack - could.travel_minutes)
    order = np.flatnonzero(in_time > LEAST_CHANCE)
    value = np.log1p(-np.minimum(in_time[order], _SURE)) / could.price[order]
    ring = np.zeros(len(order)) if could.ring is None else could.ring[order]
    return order[np.lexsort((value, ring))]


def _answers_within(minutes: float, slack: float, waiting: Waiting, times: ReplyTimes, slots: int) -> Floats:
    """Return how many of those already asked will have said yes two phases from now: chances of 0, 1, … slots-1."""
    before = times.share_by(waiting.asked_minutes)
    until = np.minimum(waiting.asked_minutes + 2 * minutes, waiting.asked_minutes + slack - waiting.travel_minutes)
    after = np.maximum(times.share_by(until), before)
    chances = np.clip(waiting.chance * (after - before) / (1.0 - waiting.chance * before), 0.0, _SURE)
    spread = np.zeros(slots)
    spread[0] = 1.0
    for one in chances:
        moved = spread * (1.0 - one)
        moved[1:] += spread[:-1] * one
        spread = moved
    return spread


def _best_count(
    worth: float,
    slots: int,
    slack: float,
    minutes: float,
    columns: tuple[Floats, ...],
    now: Floats,
    times: ReplyTimes,
    minute_price: float,
) -> tuple[int, float, float]:
    """Return how many of the ranked to ask now, the gain, and the chance that enough say yes.

    The state is how many have been asked so far (a), how many of them in the phase before (b) and how many
    must still say yes (k). In axes: phase, a, then b or the number asked now (n), then the number of yeses (y).
    """
    chance, travel, price = columns
    able, most = len(chance), min(len(chance), 6 + slots)
    phases = max(1, min(MOST_PHASES, int(slack / minutes + 1e-9)))
    asked, new, before, is_odd = _grid(able, most)
    left = slack - np.arange(phases)[:, None] * minutes - travel
    fresh = chance * times.share_by(np.minimum(minutes, left))
    heard = chance * times.share_by(np.minimum(minutes, left + minutes))
    late = (chance * times.share_by(left + minutes) - heard) / (1.0 - heard)
    from_new = _yeses(np.clip(fresh, 0.0, _SURE), new, slots, forwards=True)
    from_before = _yeses(np.clip(late, 0.0, _SURE), before, slots, forwards=False)
    from_before[0] = now
    paid = np.concatenate([[0.0], np.cumsum(price)])
    pay = (paid[new] - paid[asked])[:, None, :]
    value = np.zeros((slots + 1, able + 1, most + 1))
    value[0] = worth
    counts = np.arange(most + 1)
    for phase in range(phases - 1, -1, -1):
        old, fresh_ones = from_before[phase][:, :, None], from_new[phase][:, None]
        spread = [sum(old[..., y - z] * fresh_ones[..., z] for z in range(y + 1)) for y in range(slots)]
        later = [value[k][new, counts] - minutes * minute_price for k in range(slots + 1)]
        value = np.empty_like(value)
        value[0] = worth
        for k in range(1, slots + 1):
            gain = worth - pay
            for y in range(k):
                gain = gain + spread[y] * (later[k - y] - worth)[:, None, :]
            gain[is_odd] = -np.inf
            value[k] = gain.max(axis=2)
    best = int(gain[0, 0].argmax())
    missed = float(sum(spread[y][0, 0, best] for y in range(slots)))
    return best, float(gain[0, 0, best]), 1.0 - missed


@lru_cache(maxsize=256)
def _grid(able: int, most: int) -> tuple[Ints, Ints, Ints, npt.NDArray[np.bool_]]:
    """Return a, a + n and a - b kept within bounds, and where (a, b, n) is no state."""
    asked = np.arange(able + 1)[:, None]
    step = np.arange(most + 1)[None, :]
    is_odd = (step > asked)[:, :, None] | (asked + step > able)[:, None, :]
    return asked, np.minimum(asked + step, able), np.maximum(asked - step, 0), is_odd


def _yeses(chances: Floats, to: Ints, slots: int, *, forwards: bool) -> Floats:
    """Return the chances of 0, 1, … slots-1 yeses of those from a to a + n (or from a - n to a), by phase, a and n."""
    phases, able = chances.shape
    rows, columns = to.shape
    spread = np.zeros((phases, rows, columns, slots))
    # None of them: the logarithms of the others' product, which needs no step by step.
    logs = np.concatenate([np.zeros((phases, 1)), np.cumsum(np.log1p(-chances), axis=1)], axis=1)
    there = logs[:, :, None]
    spread[..., 0] = np.exp(logs[:, to] - there if forwards else there - logs[:, to])
    if slots == 1 or able == 0:
        return spread
    spread[:, :, 0, 1:] = 0.0
    asked = np.arange(rows)
    for count in range(1, columns):
        who = asked + count - 1 if forwards else asked - count
        one = np.where((who >= 0) & (who < able), chances[:, np.clip(who, 0, able - 1)], 0.0)[..., None]
        before = spread[:, :, count - 1]
        spread[:, :, count, 1:] = before[..., 1:] * (1.0 - one) + before[..., :-1] * one
    return spread
