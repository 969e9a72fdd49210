"""Continuity: the same helper for the same household, bonds first, fading with time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dispatch.model.assignment import Visit
from dispatch.plugins.continuity import MOST_METRES, continuity
from dispatch.plugins.manager import load
from dispatch.solver.costs import BOND_METRES
from dispatch.solver.exact import solve
from dispatch.testing import a_problem

NOW = a_problem().at
NEED = {"household": "d1"}


def _visit(days: float = 1, *, helper: str = "h1", household: str = "d1", rating: int | None = None) -> Visit:
    return Visit(household, helper, NOW - timedelta(days=days), rating)


@pytest.mark.parametrize(
    ("days", "metres"),
    [(0, -150), (1, -150), (59, -150), (60, -75), (119, -75), (120, -37), (180, -18), (480, 0), (5000, 0), (-1, -150)],
)
def test_the_term_continuity(days: int, metres: int) -> None:
    """Who was there of late counts as 150 m nearer, half as much after every sixty days, down to nothing."""
    assert continuity(a_problem([NEED]), [_visit(days)]) == {("n1", "h1"): metres}


def test_the_latest_visit_counts() -> None:
    """However often somebody was there."""
    visits = [_visit(100), _visit(70), _visit(3)]

    assert continuity(a_problem([NEED]), visits) == {("n1", "h1"): -MOST_METRES}


@pytest.mark.parametrize(("rating", "counts"), [(None, True), (5, True), (3, True), (2, False), (1, False)])
def test_who_was_rated_low_is_not_sent_again_for_it(rating: int | None, counts: bool) -> None:
    """A household that was not content is not held to its helper."""
    assert bool(continuity(a_problem([NEED]), [_visit(rating=rating)])) is counts


@pytest.mark.parametrize(
    ("need", "visit"),
    [({}, {}), (NEED, {"household": "d2"}), (NEED, {"helper": "h9"})],
)
def test_others_are_nothing_to_it(need: dict[str, Any], visit: dict[str, Any]) -> None:
    """A request of no household, another household's visit, somebody who has left."""
    assert continuity(a_problem([need]), [_visit(**visit)]) == {}


def test_bonds_come_first() -> None:
    """Who looks in on the household goes before who was there yesterday; having been there adds nothing to a bond."""
    helpers = [{}, {"bonds": frozenset({"d1"})}]
    visits = [_visit(helper="h1"), _visit(helper="h2")]
    problem, _ = load(installed=False).cost_terms().added_to(a_problem([NEED], helpers), visits)

    assert [one.metres for one in problem.extra] == [{("n1", "h1"): -MOST_METRES}]
    assert [one.helper for one in solve(problem).assignments] == ["h2"]
    assert MOST_METRES < BOND_METRES


def test_every_request_of_the_household_gains() -> None:
    """Two at once, one helper who knows the house."""
    assert set(continuity(a_problem([NEED, NEED]), [_visit()])) == {("n1", "h1"), ("n2", "h1")}
