"""What one alert costs: nuisance, money, and what may be missed later."""

from __future__ import annotations

import numpy as np

from dispatch.policy.prices import FEN_PER_ALERT, nuisance, scarcity


def test_who_is_asked_often_and_lately_is_dearer() -> None:
    """One who was never asked costs just one; money counts beside it."""
    price = nuisance(np.array([0.0, 5.0, 5.0, 0.0]), np.array([np.inf, np.inf, 0.0, np.inf]), np.array([0.0, 0.0, 0.0, 20.0]))

    assert price.tolist()[0] == 1.0
    assert price[0] < price[1] < price[2]
    assert price[3] == 1.0 + 20.0 / FEN_PER_ALERT


def town(holders: int) -> tuple[np.ndarray, ...]:
    """Return 50 people who can all do the first thing, and some who can do the second."""
    able = np.zeros((50, 2), dtype=bool)
    able[:, 0] = True
    able[:holders, 1] = True
    return able, np.ones(50, dtype=bool), np.full(50, 0.6), np.tile([2.0, 2.0], (50, 1))


def test_the_only_plumber_is_dear_and_one_of_many_is_not() -> None:
    """The fewer there are who could take their place, the more."""
    few, some, many = (scarcity(*town(holders), 0.3, 50.0)[0] for holders in (1, 5, 30))

    assert few > some > many
    assert scarcity(*town(1), 0.3, 50.0)[0] > 20 * scarcity(*town(1), 0.3, 50.0)[-1]


def test_nothing_still_to_come_makes_nobody_scarce() -> None:
    """At the end of the day everybody may be used up."""
    able, there, reached, coming = town(1)

    assert scarcity(able, there, reached, coming * 0, 0.3, 50.0).tolist() == [0.0] * 50


def test_a_town_with_nobody_on_duty_breaks_nothing() -> None:
    """Nor does one without people."""
    able, there, reached, coming = town(3)

    assert np.isfinite(scarcity(able, ~there, reached, coming, 0.3, 50.0)).all()
    assert scarcity(able[:0], there[:0], reached[:0], coming[:0], 0.3, 50.0).size == 0
