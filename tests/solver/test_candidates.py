"""The filters: each alone, their order, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.model.quiet import Quiet
from dispatch.model.responder import Hours
from dispatch.solver.candidates import ELSEWHERE, FILTERS, SOON_MINUTES, TOO_FEW, sift
from dispatch.solver.problem import Helper, Need, Problem, Spot
from dispatch.units import Position

Making = tuple[Callable[..., Need], Callable[..., Helper], Callable[..., Problem]]
NINE_TO_TEN = (Hours(0, 540, 600),)
TEN_TO_TWELVE = (Hours(0, 600, 720),)
FAR = Spot(position=Position(37.95, 112.55))
HERE = Spot(position=Position(37.85, 112.55))


@pytest.fixture
def making(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> Making:
    """Give the three makers at once."""
    return make_need, make_helper, make_problem


def reason(making: Making, need: dict[str, Any], helper: dict[str, Any]) -> str | None:
    """Give the first filter against a pair."""
    make_need, make_helper, make_problem = making
    return sift(make_problem([make_need(**need)], [make_helper(**helper)])).first_against(0, 0)


def test_the_filters_stand_in_their_fixed_order() -> None:
    """The order is the one in which people are told why; who is unavailable comes last."""
    assert FILTERS == (
        "skill",
        "licence",
        "minor",
        "reach",
        "stairs",
        "wrong-number",
        "hours",
        "rest",
        "monthly-cap",
        "capacity",
        "apart",
        "asked-before",
        "unavailable",
    )


def test_a_plain_pair_passes(making: Making) -> None:
    """Without anything against it, a helper may go."""
    assert reason(making, {}, {}) is None


TURNED_AWAY: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("skill", {"skills": {"plumbing": 2}}, {"skills": {"plumbing": 1, "wiring": 5}}),
    ("skill", {"skills": {"plumbing": 2, "wiring": 1}}, {"skills": {"plumbing": 5}}),
    ("licence", {"licence": "electrician"}, {"licences": frozenset({"gas_delivery"})}),
    ("minor", {"adults_only": True, "has_adult": True}, {"is_adult": False}),
    ("minor", {}, {"is_adult": False}),
    ("reach", {}, {"spot": FAR}),
    ("reach", {"spot": Spot()}, {"reach_metres": 999}),
    ("stairs", {"spot": HERE._replace(floor=2)}, {"no_stairs": True}),
    ("stairs", {"spot": HERE._replace(floor=-1)}, {"no_stairs": True}),
    ("stairs", {"spot": HERE}, {"no_stairs": True}),
    ("stairs", {"spot": HERE._replace(storeys=2)}, {"no_stairs": True}),
    (
        "stairs",
        {"spot": HERE._replace(unit="8-1", floor=3)},
        {"no_stairs": True, "spot": HERE._replace(unit="8-1", floor=2)},
    ),
    ("wrong-number", {}, {"has_wrong_number": True, "hours": TEN_TO_TWELVE}),
    ("hours", {}, {"hours": TEN_TO_TWELVE}),
    ("hours", {}, {"hours": (Hours(1, 0, 1440),)}),
    ("hours", {}, {"quiet": (Quiet(540, 571),)}),
    ("hours", {}, {"quiet": (Quiet(1290, 1200),)}),
    ("hours", {"notice_minutes": 30}, {"quiet": (Quiet(600, 660),)}),
    ("hours", {}, {"hours": NINE_TO_TEN, "quiet": (Quiet(0, 600),)}),
    ("monthly-cap", {}, {"is_spent": True}),
    ("capacity", {}, {"free_seats": 0}),
    ("asked-before", {"asked": frozenset({"h1"})}, {}),
    ("unavailable", {"never": frozenset({"h1"})}, {}),
    ("apart", {"apart": frozenset({"h1"})}, {}),
]

PASSES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"skills": {"plumbing": 2, "wiring": 1}}, {"skills": {"plumbing": 2, "wiring": 1}}),
    ({"licence": "electrician"}, {"licences": frozenset({"electrician", "gas_delivery"})}),
    ({"proximity": False}, {"spot": FAR}),
    ({"spot": Spot()}, {"reach_metres": 1000}),
    ({}, {"hours": NINE_TO_TEN}),
    ({}, {"hours": TEN_TO_TWELVE + NINE_TO_TEN}),
    ({"asked": frozenset({"h2"}), "never": frozenset({"h3"})}, {}),
    ({"has_adult": True}, {"is_adult": False}),
    ({"spot": HERE._replace(floor=1)}, {"no_stairs": True}),
    ({"spot": HERE._replace(floor=6, has_lift=True)}, {"no_stairs": True}),
    ({"spot": HERE._replace(storeys=1)}, {"no_stairs": True}),
    ({"spot": HERE._replace(floor=6), "proximity": False}, {"no_stairs": True}),
    (
        {"spot": HERE._replace(unit="8-1", floor=3)},
        {"no_stairs": True, "spot": HERE._replace(unit="8-1", floor=3)},
    ),
    ({}, {"quiet": (Quiet(600, 540), Quiet(540, 570))}),
    ({"notice_minutes": 30}, {"quiet": (Quiet(601, 660),)}),
    ({"wakes": True, "notice_minutes": 30}, {"quiet": (Quiet(540, 571),)}),
    ({"apart": frozenset({"h2"})}, {}),
]


def _each_turns_away(making: Making, name: str) -> None:
    rows = [(need, helper) for filter_, need, helper in TURNED_AWAY if filter_ == name]

    assert rows
    for need, helper in rows:
        assert reason(making, need, helper) == name, (need, helper)


def test_the_filter_skill(making: Making) -> None:
    """A skill that is not there, or at too low a level. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "skill")


def test_the_filter_licence(making: Making) -> None:
    """A licence that is not held. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "licence")


def test_the_filter_minor(making: Making) -> None:
    """A minor where no adult goes, or only adults may. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "minor")


def test_the_filter_stairs(making: Making) -> None:
    """Who does not climb, and would or might have to. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "stairs")


def test_the_filter_monthly_cap(making: Making) -> None:
    """As many this month as they wished. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "monthly-cap")


def test_the_filter_apart(making: Making) -> None:
    """Somebody goes with whom they are never sent. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "apart")


def test_the_filter_reach(making: Making) -> None:
    """Further than they go, where being near matters. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "reach")


def test_the_filter_wrong_number(making: Making) -> None:
    """A phone that was found wrong. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "wrong-number")


def test_the_filter_hours(making: Making) -> None:
    """Another hour, another day, or quiet hours. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "hours")


def test_the_filter_capacity(making: Making) -> None:
    """No seat free. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "capacity")


def test_the_filter_asked_before(making: Making) -> None:
    """Asked for the same request before. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "asked-before")


def test_the_filter_unavailable(making: Making) -> None:
    """Somebody who must not go. One fault is enough, and is put down to its own filter."""
    _each_turns_away(making, "unavailable")


@pytest.mark.parametrize(("need", "helper"), PASSES)
def test_what_just_fits_passes(making: Making, need: dict[str, Any], helper: dict[str, Any]) -> None:
    """Exactly enough of everything is enough."""
    assert reason(making, need, helper) is None


def test_every_filter_has_such_a_row() -> None:
    """No filter goes without a test of its own; rest has the next one."""
    assert {name for name, _, _ in TURNED_AWAY} | {"rest"} == set(FILTERS)


@pytest.mark.parametrize(("seconds", "name"), [(1, "rest"), (0, None), (-60, None)])
def test_the_filter_rest(making: Making, at: datetime, seconds: int, name: str | None) -> None:
    """Who rests is turned away; whoever is rested at this very moment may be asked."""
    assert reason(making, {}, {"rested_at": at + timedelta(seconds=seconds)}) == name


@pytest.mark.parametrize(
    ("begins", "ends", "name"),
    [
        (0, 15, None),
        (29, 90, None),
        (30, 90, "hours"),
        (-90, 0, None),
        (-90, -30, None),
        (24 * 60, 25 * 60, "hours"),
        (7 * 24 * 60, 7 * 24 * 60, None),
        (60, 14 * 24 * 60, None),
    ],
)
def test_a_window_is_met_by_hours_on_its_days(
    making: Making, at: datetime, begins: int, ends: int, name: str | None
) -> None:
    """Who works Mondays from nine to ten may go when the work may begin then, and any time if the window is over."""
    window = (at + timedelta(minutes=begins), at + timedelta(minutes=ends))

    assert reason(making, {"window": window}, {"hours": NINE_TO_TEN}) == name


def test_nobody_is_asked_outside_their_hours_for_work_within_them(making: Making, at: datetime) -> None:
    """Work that begins at eleven waits to be offered until ten to somebody who may be asked from ten."""
    eleven = (at + timedelta(minutes=90), at + timedelta(minutes=90))

    assert reason(making, {"window": eleven}, {"hours": TEN_TO_TWELVE}) == "hours"


def test_each_helper_counts_once_at_the_first_filter(random_town: Callable[..., Problem]) -> None:
    """Counts by filter agree with going through the filters one by one, and add up to all helpers."""
    for seed in range(100):
        problem = random_town(seed)
        candidates = sift(problem)
        for row, need in enumerate(candidates.pairings.needs):
            counted: Counter[str] = Counter()
            for column in range(len(problem.helpers)):
                against = [name for layer, name in enumerate(FILTERS) if candidates.turned_away[layer, row, column]]
                counted[against[0] if against else "nothing"] += 1
            could = counted.pop("nothing", 0)
            if could:
                counted[TOO_FEW if could < need.slots else ELSEWHERE] = could
            why = candidates.why(row)

            assert {one.reason: one.turned_away for one in why} == dict(counted), seed
            assert sum(one.turned_away for one in why) == len(problem.helpers), seed
            assert [one.reason for one in why] == sorted(counted, key=[*FILTERS, TOO_FEW, ELSEWHERE].index), seed
            assert all(0 <= one.may_return <= one.turned_away for one in why), seed


def returning(making: Making, need: dict[str, Any], *helpers: dict[str, Any]) -> dict[str, int]:
    """Give how many may return, by reason."""
    make_need, make_helper, make_problem = making
    people = [make_helper(f"h{number}", **said) for number, said in enumerate(helpers, start=1)]
    return {one.reason: one.may_return for one in sift(make_problem([make_need(**need)], people)).why(0)}


def test_who_is_free_again_within_a_day_may_return(making: Making, at: datetime) -> None:
    """Hours, rest and a full hand pass; everything else stays, and so does rest beyond a day."""
    soon, late = (at + timedelta(minutes=SOON_MINUTES + more) for more in (0, 1))

    assert returning(making, {}, {"hours": TEN_TO_TWELVE}, {"hours": (Hours(2, 0, 1440),)}) == {"hours": 1}
    assert returning(making, {}, {"rested_at": soon}, {"rested_at": late}) == {"rest": 1}
    assert returning(making, {}, {"rested_at": soon, "hours": TEN_TO_TWELVE}) == {"hours": 0}
    assert returning(making, {}, {"free_seats": 0}) == {"capacity": 1}
    assert returning(making, {}, {"free_seats": 0, "rested_at": late}) == {"rest": 0}
    assert returning(making, {"asked": frozenset({"h1"})}, {"free_seats": 0}) == {"capacity": 0}
    assert returning(making, {"licence": "x"}, {"hours": TEN_TO_TWELVE}) == {"licence": 0}


def test_who_comes_back_too_late_for_the_window_does_not_return(making: Making, at: datetime) -> None:
    """Somebody rested in an hour helps a window that is open in an hour, and none that closes before."""
    hour = timedelta(minutes=60)

    assert returning(making, {"window": (at, at + hour)}, {"rested_at": at + hour}) == {"rest": 1}
    assert returning(making, {"window": (at, at + hour / 2)}, {"rested_at": at + hour}) == {"rest": 0}
    assert returning(making, {"window": (at - hour, at)}, {"rested_at": at + hour}) == {"rest": 1}


def test_those_who_return_count_only_if_they_suffice(making: Making) -> None:
    """One free and one busy are two: hope for a need of two, none for a need of three."""
    assert returning(making, {"slots": 2}, {}, {"free_seats": 0}) == {"capacity": 1, TOO_FEW: 0}
    assert returning(making, {"slots": 3}, {}, {"free_seats": 0}) == {"capacity": 0, TOO_FEW: 0}
    assert returning(making, {}, {}) == {ELSEWHERE: 1}
