"""How many to ask now and when to ask again, beside a referee that tries every way."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dispatch.policy.phases import (
    MOST_PHASES,
    NOBODY_WAITING,
    Askable,
    Phase,
    Waiting,
    _best_count,
    plan_phase,
    worth_of,
)
from dispatch.policy.reply_times import ReplyTimes

TIMES = ReplyTimes()


def people(*those: tuple[float, float, float], ring: list[int] | None = None) -> Askable:
    """Return people by chance, minutes on the way and price."""
    chance, travel, price = (np.array(one, dtype=float) for one in zip(*those, strict=True)) if those else [np.zeros(0)] * 3
    return Askable(chance=chance, travel_minutes=travel, price=price, ring=None if ring is None else np.array(ring))


def share(minutes: float) -> float:
    return float(TIMES.share_by(np.array([minutes]))[0])


def referee(worth: float, slots: int, slack: float, minutes: float, those: Any, minute_price: float) -> tuple[int, float]:
    """Try every number in every phase, person by person, with chances multiplied out one by one."""
    chance, travel, price = those
    phases = max(1, min(MOST_PHASES, int(slack / minutes + 1e-9)))
    most = min(len(chance), 6 + slots)

    def fresh(phase: int, who: int) -> float:
        return float(chance[who]) * share(min(minutes, slack - phase * minutes - travel[who]))

    def late(phase: int, who: int) -> float:
        left = slack - phase * minutes - travel[who] + minutes
        heard = float(chance[who]) * share(min(minutes, left))
        return (float(chance[who]) * share(left) - heard) / (1 - heard)

    @cache
    def best(phase: int, asked: int, before: int, wanted: int) -> tuple[float, int]:
        if wanted <= 0:
            return worth, 0
        if phase == phases:
            return 0.0, 0
        found = (-np.inf, 0)
        for count in range(min(most, len(chance) - asked) + 1):
            spread = {0: 1.0}
            chances = [late(phase, who) for who in range(asked - before, asked)] if phase else []
            for one in [*chances, *(fresh(phase, who) for who in range(asked, asked + count))]:
                spread = {
                    yes: spread.get(yes, 0) * (1 - one) + spread.get(yes - 1, 0) * one for yes in range(len(spread) + 1)
                }
            gain = -sum(float(price[who]) for who in range(asked, asked + count))
            for yes, likely in spread.items():
                if yes >= wanted:
                    gain += likely * worth
                else:
                    later = best(phase + 1, asked + count, count, wanted - yes)[0]
                    gain += likely * (later - minutes * minute_price)
            if gain > found[0] + 1e-12:
                found = (gain, count)
        return found

    gain, count = best(0, 0, 0, slots)
    return count, gain


cases = some.fixed_dictionaries(
    {
        "those": some.lists(some.tuples(some.floats(0.02, 0.9), some.floats(0, 25), some.floats(0.5, 3)), min_size=1, max_size=4),
        "worth": some.sampled_from([1.0, 5.0, 50.0]),
        "slots": some.integers(1, 2),
        "slack": some.sampled_from([6.0, 20.0, 45.0]),
        "minutes": some.sampled_from([5.0, 9.0]),
        "minute_price": some.sampled_from([0.0, 0.05]),
    }
)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_programme_finds_what_trying_every_way_finds(case: dict[str, Any]) -> None:
    """The number asked now and what is to be expected, for one place and for two."""
    columns = tuple(np.array(one) for one in zip(*case["those"], strict=True))
    nobody = np.eye(1, case["slots"])[0]

    count, gain, _ = _best_count(
        case["worth"], case["slots"], case["slack"], case["minutes"], columns, nobody, TIMES, case["minute_price"]
    )
    expected, best = referee(
        case["worth"], case["slots"], case["slack"], case["minutes"], columns, case["minute_price"]
    )

    assert gain == pytest.approx(best, abs=1e-6)
    assert count == expected or gain == pytest.approx(best, abs=1e-9)


def test_nobody_to_ask_is_an_empty_phase() -> None:
    """It is looked at again all the same."""
    phase = plan_phase(100.0, 1, 60.0, people())

    assert phase.ask == () and phase.minutes > 0 and phase.chance == 0


def test_less_time_and_more_worth_ask_more_at_once() -> None:
    """With time to spare one is asked after the other; where it is short, several."""
    those = people(*[(0.3, 5.0, 1.0)] * 12)
    by_time = [len(plan_phase(100.0, 1, slack, those).ask) for slack in (15.0, 60.0, 240.0)]
    by_worth = [len(plan_phase(worth, 1, 20.0, those).ask) for worth in (5.0, 50.0, 500.0)]

    assert by_time == sorted(by_time, reverse=True) and by_time[0] > by_time[-1]
    assert by_worth == sorted(by_worth) and by_worth[0] < by_worth[-1]


@pytest.mark.parametrize("target", [0.4, 0.9, 0.99])
def test_the_last_phase_is_as_sure_as_the_community_wants(target: float) -> None:
    """The target is met with the fewest, all being alike: with one fewer it would not be."""
    chance = 0.3
    those = people(*[(chance, 0.0, 1.0)] * 30)

    # So little time that there is no second phase, and answers come at once.
    asked = len(plan_phase(worth_of(target, chance), 1, 30.0, those, times=ReplyTimes(median_minutes=28.0, spread=0.01)).ask)

    assert 1 - (1 - chance) ** asked >= target - 0.1
    assert 1 - (1 - chance) ** (asked - 1) < target


def test_more_places_are_asked_for_by_more_people() -> None:
    """Enough yeses for two are harder to come by than for one."""
    those = people(*[(0.4, 2.0, 1.0)] * 20)
    counts = [len(plan_phase(200.0, slots, 15.0, those).ask) for slots in (1, 2, 4)]

    assert all(fewer < more for fewer, more in pairwise(counts))


def test_who_was_asked_already_is_counted_on() -> None:
    """As long as they may still answer in time; a silence of half an hour is over."""
    those = people(*[(0.4, 2.0, 1.0)] * 10)
    one = np.array([0.9])

    def asked(minutes: float) -> int:
        waiting = Waiting(chance=one, travel_minutes=np.array([2.0]), asked_minutes=np.array([minutes]))
        return len(plan_phase(20.0, 1, 20.0, those, waiting).ask)

    assert asked(0.1) < asked(60.0) == len(plan_phase(20.0, 1, 20.0, those, NOBODY_WAITING).ask)


def test_the_inner_ring_comes_first_and_the_cheap_and_likely_first_in_it() -> None:
    """Whoever cannot be there in time is not asked at all."""
    those = people((0.9, 1.0, 1.0), (0.2, 1.0, 1.0), (0.5, 1.0, 1.0), (0.9, 99.0, 1.0), (0.5, 1.0, 0.5), ring=[1, 0, 0, 0, 0])

    assert plan_phase(1e6, 1, 20.0, those).ask[:4] == (4, 2, 1, 0)
    assert 3 not in plan_phase(1e6, 1, 20.0, those).ask


def test_waiting_that_costs_is_waiting_that_is_shortened() -> None:
    """A community may price a resident's minutes."""
    those = people(*[(0.3, 5.0, 1.0)] * 12)

    assert len(plan_phase(50.0, 1, 120.0, those, minute_price=1.0).ask) > len(plan_phase(50.0, 1, 120.0, those).ask)


@settings(max_examples=40, deadline=None)
@given(
    some.lists(some.tuples(some.floats(0, 1), some.floats(0, 60), some.floats(0.1, 9)), max_size=40),
    some.integers(1, 8),
    some.floats(0, 2000),
)
def test_a_phase_is_always_sound(those: list[tuple[float, float, float]], slots: int, slack: float) -> None:
    """Nobody twice, a chance between 0 and 1, and never worse than asking nobody."""
    phase: Phase = plan_phase(30.0, slots, slack, people(*those))

    assert len(set(phase.ask)) == len(phase.ask)
    assert -1e-9 <= phase.chance <= 1 + 1e-9
    assert phase.gain >= -1e-9
    assert phase.minutes > 0
