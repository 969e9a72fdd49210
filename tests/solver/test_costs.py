"""The costs: each reason alone, and distances as one pair at a time gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dispatch.solver.check import cost_terms, metres_to
from dispatch.solver.costs import TERMS, price
from dispatch.solver.pairings import side_by_side, storeys_up
from dispatch.solver.problem import OUR_TERMS, Helper, Need, Problem, Spot
from dispatch.units import Position

HERE = Position(37.85, 112.55)
DOOR = Spot(unit="8-2", building="8", floor=3, position=HERE)
LIFT = DOOR._replace(has_lift=True)

ROWS: list[tuple[str, int, dict[str, Any], dict[str, Any]]] = [
    ("distance", 5, {"spot": DOOR}, {"spot": DOOR}),
    ("distance", 30, {"spot": DOOR}, {"spot": DOOR._replace(unit="8-1")}),
    ("distance", 30, {"spot": DOOR._replace(unit=None)}, {"spot": DOOR}),
    ("distance", 111, {"spot": DOOR}, {"spot": Spot(unit="9-2", position=Position(37.851, 112.55))}),
    ("distance", 0, {"spot": DOOR}, {"spot": Spot(position=HERE)}),
    ("distance", 1000, {"spot": DOOR}, {"spot": Spot()}),
    ("distance", 1000, {"spot": Spot()}, {"spot": Spot()}),
    ("distance", 0, {"spot": DOOR, "proximity": False}, {"spot": Spot()}),
    ("stairs", 50, {"spot": DOOR}, {"spot": Spot(position=HERE)}),
    ("stairs", 25, {"spot": DOOR}, {"spot": DOOR._replace(floor=2)}),
    ("stairs", 75, {"spot": DOOR}, {"spot": DOOR._replace(floor=6)}),
    ("stairs", 75, {"spot": DOOR}, {"spot": DOOR._replace(floor=-1)}),
    ("stairs", 50, {"spot": DOOR}, {"spot": DOOR._replace(unit="8-1", floor=3)}),
    ("stairs", 50, {"spot": DOOR}, {"spot": DOOR._replace(floor=None)}),
    ("stairs", 0, {"spot": DOOR._replace(floor=None)}, {"spot": DOOR._replace(floor=6)}),
    ("stairs", 25, {"spot": DOOR._replace(floor=-1)}, {"spot": Spot(position=HERE)}),
    ("stairs", 0, {"spot": LIFT}, {"spot": Spot(position=HERE)}),
    ("stairs", 0, {"spot": DOOR, "proximity": False}, {"spot": Spot(position=HERE)}),
    ("skill", 40, {"skills": {"plumbing": 2}}, {"skills": {"plumbing": 4, "wiring": 5}}),
    ("skill", 60, {"skills": {"plumbing": 2, "wiring": 1}}, {"skills": {"plumbing": 4, "wiring": 2}}),
    ("skill", 0, {"skills": {"plumbing": 2}}, {"skills": {"plumbing": 2}}),
    ("bond", -300, {"household": "d1"}, {"bonds": frozenset({"d1", "d2"})}),
    ("bond", 0, {"household": "d1"}, {"bonds": frozenset({"d2"})}),
    ("bond", 0, {}, {"bonds": frozenset({"d1"})}),
    ("paid", 200, {}, {"is_paid": True}),
    ("paid", 0, {}, {"is_paid": False}),
]


Price = Callable[[str], None]


@pytest.fixture
def priced(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> Price:
    """Give a check of every row of one term."""

    def check(name: str) -> None:
        for term, metres, need, helper in ROWS:
            if term == name:
                prices = price(side_by_side(make_problem([make_need(**need)], [make_helper(**helper)])))

                assert prices.of(0, 0).get(term, 0) == metres, (need, helper)

    return check


def test_the_term_distance(priced: Price) -> None:
    """The way, by convention within a building, else in a straight line, where being near matters."""
    priced("distance")


def test_the_term_stairs(priced: Price) -> None:
    """Each floor without a lift, from the helper's own landing in the same unit, else from the ground."""
    priced("stairs")


def test_the_term_skill(priced: Price) -> None:
    """Each level above what is needed."""
    priced("skill")


def test_the_term_bond(priced: Price) -> None:
    """Less for who looks in on the household."""
    priced("bond")


def test_the_term_paid(priced: Price) -> None:
    """What costs the resident money."""
    priced("paid")


def test_every_term_has_such_a_row() -> None:
    """No term goes without rows of its own, and all are known by name to those who load no arrays."""
    assert {term for term, *_ in ROWS} == set(TERMS)
    assert tuple(TERMS) == OUR_TERMS


def test_terms_add_up_and_zeros_are_left_out(random_town: Callable[..., Problem]) -> None:
    """The cost of every pair is the sum of its terms, and these are what the referee finds one by one."""
    for seed in range(100):
        problem = random_town(seed, most_needs=6, most_helpers=8)
        pairings = side_by_side(problem)
        prices = price(pairings)
        for need in problem.needs:
            for helper in problem.helpers:
                row, column = pairings.pair(need.id, helper.id)

                assert prices.of(row, column) == cost_terms(need, helper), seed
                assert int(prices.total[row, column]) == sum(prices.of(row, column).values()), seed
                assert int(pairings.metres[row, column]) == metres_to(need, helper), seed


@pytest.mark.parametrize(("floor", "storeys"), [(None, None), (1, 0), (6, 5), (0, 0), (-1, -1), (-2, -2)])
def test_the_first_floor_is_the_ground(floor: int | None, storeys: int | None) -> None:
    """Floors count as people count them here: the first needs no climbing."""
    assert storeys_up(floor) == storeys
