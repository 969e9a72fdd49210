"""Needs and helpers to put together: plain ones that go with each other, and small random towns."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.model.quiet import Quiet
from dispatch.model.responder import Hours, ResponderKind
from dispatch.model.service import Urgency
from dispatch.solver.problem import Helper, Need, Problem, Spot
from dispatch.units import Position

MONDAY_MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""Half past nine on a Monday on the wall at Jinsong."""
SKILLS = ("plumbing", "wiring", "errands")


@pytest.fixture
def at() -> datetime:
    """Give the moment of every problem here: half past nine on a Monday at Jinsong."""
    return MONDAY_MORNING


@pytest.fixture
def make_need() -> Callable[..., Need]:
    """Give a maker of needs that anybody may go to, but for what is said."""

    def make(id: str = "n1", **said: Any) -> Need:
        plain: dict[str, Any] = {
            "number": int(id.lstrip("n")),
            "urgency": Urgency.NORMAL,
            "skills": {},
            "licence": None,
            "spot": Spot(position=Position(37.85, 112.55)),
        }
        return Need(id=id, **{**plain, **said})

    return make


@pytest.fixture
def make_helper() -> Callable[..., Helper]:
    """Give a maker of helpers who may go anywhere, but for what is said."""

    def make(id: str = "h1", **said: Any) -> Helper:
        plain: dict[str, Any] = {
            "code": id.upper(),
            "kind": ResponderKind.VOLUNTEER,
            "skills": {},
            "licences": frozenset(),
            "spot": Spot(position=Position(37.85, 112.55)),
            "reach_metres": 1500,
            "free_seats": 1,
            "load": 0,
        }
        return Helper(id=id, **{**plain, **said})

    return make


@pytest.fixture
def make_problem() -> Callable[..., Problem]:
    """Give a maker of problems out of needs and helpers."""

    def make(needs: Any, helpers: Any, at: datetime = MONDAY_MORNING) -> Problem:
        return Problem(needs=tuple(needs), helpers=tuple(helpers), at=at, zone="Asia/Shanghai")

    return make


@pytest.fixture
def random_town() -> Callable[..., Problem]:
    """Give a maker of small random problems in which every filter and every cost has a say."""
    return _random_town


def _random_town(
    seed: int,
    *,
    most_needs: int = 4,
    most_helpers: int = 5,
    most_slots: int = 3,
    longest_wait: int = 90,
    strict: bool = True,
) -> Problem:
    """Make one; without *strict* every helper passes every filter but that of seats."""
    rng = random.Random(seed)

    def spot() -> Spot:
        building = rng.choice([None, "1", "2", "3"])
        return Spot(
            building=building,
            unit=building and rng.choice([None, f"{building}-1", f"{building}-2"]),
            floor=rng.choice([None, -1, 1, 2, 6]),
            position=rng.choice([None, Position(37.85 + rng.randrange(12) / 1000, 112.55 + rng.randrange(12) / 1000)]),
            has_lift=rng.random() < 0.3,
        )

    def window() -> tuple[datetime, datetime] | None:
        if not strict or rng.random() < 0.6:
            return None
        begins = MONDAY_MORNING + timedelta(minutes=rng.randrange(-600, 3000))
        return begins, begins + timedelta(minutes=rng.randrange(0, 2000))

    def hours() -> tuple[Hours, ...]:
        if not strict or rng.random() < 0.6:
            return ()
        opens = rng.randrange(0, 1300)
        days = rng.sample(range(7), rng.randint(1, 6))
        return tuple(Hours(day, opens, rng.randint(opens + 1, 1440)) for day in sorted(days))

    helper_ids = [f"h{number}" for number in range(1, rng.randint(1, most_helpers) + 1)]
    needs = tuple(
        Need(
            id=f"n{number}",
            number=number,
            urgency=rng.choice(list(Urgency)),
            skills={rng.choice(SKILLS): rng.randint(1, 2)} if strict and rng.random() < 0.5 else {},
            licence=rng.choice([None, None, None, "electrician"]) if strict else None,
            spot=spot(),
            slots=rng.randint(1, most_slots),
            waited_minutes=rng.choice([0, rng.randrange(longest_wait)]),
            proximity=strict and rng.random() < 0.8,
            adults_only=strict and rng.random() < 0.3,
            household=rng.choice([None, "d1", "d2"]),
            window=window(),
            asked=frozenset(rng.sample(helper_ids, 1)) if strict and rng.random() < 0.2 else frozenset(),
            never=frozenset(rng.sample(helper_ids, 1)) if strict and rng.random() < 0.2 else frozenset(),
            **_need_decency(seed, number, helper_ids, strict=strict),
        )
        for number in range(1, rng.randint(1, most_needs) + 1)
    )
    helpers = tuple(
        Helper(
            id=id,
            code=id.upper(),
            kind=rng.choice(list(ResponderKind)),
            skills={name: rng.randint(1, 4) for name in rng.sample(SKILLS, rng.randint(0, 3))},
            licences=frozenset(rng.choice([(), ("electrician",)])),
            spot=spot(),
            reach_metres=rng.choice([100, 800, 1200, 3000]),
            free_seats=rng.choice([0, 1, 1, 2]),
            load=rng.randrange(4),
            hours=hours(),
            rested_at=MONDAY_MORNING + timedelta(minutes=rng.randrange(-60, 200))
            if strict and rng.random() < 0.2
            else None,
            # Drawn of its own, so that a seed gives the town that it always gave.
            has_wrong_number=strict and random.Random(f"{seed}{id}").random() < 0.05,
            is_adult=rng.random() < 0.8,
            is_paid=rng.random() < 0.3,
            was_helped=rng.random() < 0.3,
            bonds=frozenset(rng.choice([(), ("d1",), ("d1", "d2")])),
            **_helper_decency(seed, id, strict=strict),
        )
        for id in helper_ids
    )
    return Problem(needs=needs, helpers=helpers, at=MONDAY_MORNING, zone="Asia/Shanghai")


def _need_decency(seed: int, number: int, helper_ids: list[str], *, strict: bool) -> dict[str, Any]:
    """Draw what protects people, of its own for the same reason."""
    rng = random.Random(f"{seed} need {number}")
    if not strict:
        return {"has_adult": True}
    return {
        "has_adult": rng.random() < 0.7,
        "apart": frozenset(rng.sample(helper_ids, 1)) if rng.random() < 0.1 else frozenset(),
        "wakes": rng.random() < 0.1,
        "notice_minutes": rng.choice([10, 30, 120]),
    }


def _helper_decency(seed: int, id: str, *, strict: bool) -> dict[str, Any]:
    rng = random.Random(f"{seed} helper {id}")
    if not strict:
        return {}
    begins = rng.randrange(1440)
    quiet = Quiet(begins, (begins + rng.randrange(1, 1440)) % 1440)
    return {
        "quiet": (quiet,) if rng.random() < 0.1 else (),
        "no_stairs": rng.random() < 0.1,
        "monthly_cap": 2,
        "is_spent": rng.random() < 0.05,
    }
