"""How soon people answer: the curve, its inverse, and what answers seen do to it."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.policy.reply_times import MEDIAN_MINUTES, ReplyTimes, learned


@pytest.mark.parametrize("minutes", [0.5, 2.0, 4.0, 7.3, 15.0, 29.9])
def test_the_curve_is_the_log_normal_one(minutes: float) -> None:
    """Read off the table, it is the distribution itself to three digits."""
    exact = NormalDist().cdf(math.log(minutes / 4.0))

    assert ReplyTimes().share_by(np.array([minutes]))[0] == pytest.approx(exact, abs=2e-3)


@given(some.lists(some.floats(-100, 100), min_size=2, max_size=8).map(sorted))
def test_answers_never_become_fewer(minutes: list[float]) -> None:
    """Nothing has come before anybody was asked, and nothing comes any more after the silence."""
    shares = ReplyTimes().share_by(np.array(minutes))

    assert all(before <= after for before, after in pairwise(shares))
    assert ReplyTimes().share_by(np.array([-1.0, 0.0])).tolist() == [0.0, 0.0]
    assert ReplyTimes().share_by(np.array([30.0]))[0] == ReplyTimes().share_by(np.array([1e6]))[0]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_time_of_a_share_is_when_the_share_is_there(share: float) -> None:
    """A phase ends at such a time."""
    times = ReplyTimes()

    assert times.share_by(np.array([times.minutes_until(share)]))[0] == pytest.approx(share, abs=2e-3)
    assert times.minutes_until(0.9999) == times.silent_after_minutes


def test_answers_seen_move_the_median_towards_them() -> None:
    """A few move it a little, many all the way, none not at all; and an answer in no time does not break it."""
    assert learned([]).median_minutes == pytest.approx(MEDIAN_MINUTES)
    assert MEDIAN_MINUTES < learned([12.0] * 5).median_minutes < learned([12.0] * 50).median_minutes < 12.0
    assert learned([12.0] * 5000).median_minutes == pytest.approx(12.0, rel=0.01)
    assert learned([0.0]).median_minutes > 0
