"""Hours: compared with looking at every single minute."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

from dispatch.model.responder import Hours
from dispatch.solver.openings import NEVER, WEEK, Openings, on_the_hour
from dispatch.solver.problem import Helper


def _is_open(hours: tuple[Hours, ...], moment: datetime) -> bool:
    minute = moment.hour * 60 + moment.minute
    return not hours or any(
        one.weekday == moment.weekday() and one.from_minute <= minute < one.to_minute for one in hours
    )


def _random_hours(rng: random.Random) -> tuple[Hours, ...]:
    rows = []
    for _ in range(rng.randrange(4)):
        opens = rng.randrange(1440)
        rows.append(Hours(rng.randrange(7), opens, rng.randint(opens + 1, 1440)))
    return tuple(rows)


def test_within_agrees_with_every_minute(make_helper: Callable[..., Helper]) -> None:
    """Somebody is open in a stretch exactly if they are at one of its minutes, both ends included."""
    rng = random.Random(1)
    helpers = [make_helper(f"h{number}", hours=_random_hours(rng)) for number in range(40)]
    openings = Openings([one.hours for one in helpers])
    for _ in range(60):
        begins = datetime(2026, 11, 23) + timedelta(minutes=rng.randrange(WEEK))
        length = rng.choice([0, 1, rng.randrange(1500), rng.randrange(2 * WEEK)])
        minutes = [begins + timedelta(minutes=passed) for passed in range(length + 1)]
        wanted = [any(_is_open(one.hours, minute) for minute in minutes) for one in helpers]

        assert openings.within(begins, minutes[-1]).tolist() == wanted


def test_minutes_until_agrees_with_every_minute(make_helper: Callable[..., Helper]) -> None:
    """The wait for somebody ends at the first minute at which they are both rested and open."""
    rng = random.Random(2)
    helpers = [make_helper(f"h{number}", hours=_random_hours(rng)) for number in range(60)]
    now = datetime(2026, 11, 25, 9, 30, 40)
    rested_in = np.array([rng.choice([0, rng.randrange(2 * WEEK)]) for _ in helpers], dtype=np.int64)
    waits = Openings([one.hours for one in helpers]).minutes_until(now, rested_in).tolist()
    for helper, rested, wait in zip(helpers, rested_in.tolist(), waits, strict=True):
        first = next(
            minutes for minutes in range(rested, rested + WEEK) if _is_open(helper.hours, on_the_hour(now, minutes))
        )

        assert wait == first


def test_hours_end_before_the_minute_they_are_said_to_end(make_helper: Callable[..., Helper]) -> None:
    """At ten, hours until ten are over until next week; a minute before, they are not."""
    openings = Openings([(Hours(0, 540, 600),)])
    ten = datetime(2026, 11, 23, 10, 0)
    waits = [openings.minutes_until(ten - timedelta(minutes=early), np.array([0]))[0] for early in (0, 1)]

    assert waits == [WEEK - 60, 0]


def test_nobody_without_hours_is_ever_closed(make_helper: Callable[..., Helper]) -> None:
    """No hours given means any hour, and who never rests until further notice is never free."""
    openings = Openings([(), (Hours(0, 0, 1),)])
    now = datetime(2026, 11, 25, 3, 0)

    assert openings.within(now, now).tolist() == [True, False]
    assert openings.minutes_until(now, np.array([0, NEVER])).tolist() == [0, NEVER]
