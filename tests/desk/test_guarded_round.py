"""A round whose solver fails: people are asked all the same, by the rules, and it is said."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.desk.matching import run_round
from dispatch.desk.snapshot import take_snapshot
from dispatch.desk.undoing import undo
from dispatch.model.lifecycle import RequestState
from dispatch.model.responder import Skill
from dispatch.policy.rings import first_asked
from dispatch.solver.check import breaks_in_sent
from dispatch.solver.greedy import solve_greedily
from dispatch.solver.guarded import ChildSolver
from dispatch.store.tables import event, wave
from tests.conftest import Street
from tests.desk.conftest import Desk
from tests.solver.children import FAILING, command

PLUMBER = (Skill("plumbing", 3),)
WAYS = (
    "raises",
    "exits",
    "is killed",
    "sleeps",
    "writes garbage",
    "breaks seats",
    "breaks filters",
    "sends a part of a team",
)


@pytest.fixture
def busy(desk: Desk, street: Street) -> Desk:
    """A drain for one of two plumbers, two to carry something, and somebody who can do neither well."""
    for code in ("P1", "P2", "P3"):
        street.responder(code, skills=PLUMBER, capacity=1)
    street.responder("UNABLE", place="9", reach_metres=1)
    street.request("listen", headcount=2, state=RequestState.TRIAGED)
    street.request("drain", state=RequestState.TRIAGED)
    return desk


def _policies(desk: Desk) -> set[str]:
    return set(desk.look(lambda tx: tx.connection.scalars(select(wave.c.policy)).all()))


def _faults(desk: Desk) -> list[Any]:
    return desk.look(
        lambda tx: tx.connection.scalars(select(event.c.params).where(event.c.kind == "solver-failed")).all()
    )


@pytest.mark.parametrize("way", [one for one in WAYS if one in FAILING])
def test_a_round_ends_with_legal_offers_whatever_the_solver_does(busy: Desk, street: Street, way: str) -> None:
    """Everybody is asked who can be, nobody beyond a rule; the round, the waves and an event say how that came about."""
    run, told = FAILING[way]
    problem = busy.look(lambda tx: take_snapshot(tx, busy.rules)).problem
    solver = ChildSolver(seconds=1 if way == "sleeps" else 20, command=command(run))
    done = run_round(street.database, busy.actor, busy.rules, solver=solver)

    asked = Counter(number for number, *_ in done.offered)
    assert asked == {1: 2, 2: 1}
    assert len({code for _, code, *_ in done.offered}) == 3
    assert all(code.startswith("P") for _, code, *_ in done.offered)
    assert breaks_in_sent(problem, solve_greedily(problem, first_asked(problem))) == ()
    assert (done.engine, str(done.fault), done.is_optimal) == ("greedy", told, False)
    assert _policies(busy) == {"nearest-first"}
    assert [one["policy"] for one in _faults(busy)] == ["nearest-first"]


def test_a_round_that_was_solved_says_nothing_of_it(busy: Desk, street: Street) -> None:
    """The usual case: one at a time, no event."""
    done = run_round(street.database, busy.actor, busy.rules)

    assert (done.engine, done.fault, done.is_optimal) == ("exact", None, True)
    assert _policies(busy) == {"phased"}
    assert _faults(busy) == []


def test_a_dry_run_says_the_same_and_leaves_nothing(busy: Desk, street: Street) -> None:
    """It goes the same way as the round it stands for."""
    before = busy.everything()
    solver = ChildSolver(command=command("raise SystemExit(7)"))
    done = run_round(street.database, busy.actor, busy.rules, dry_run=True, solver=solver)

    assert str(done.fault) == "the solver ended with exit code 7"
    assert len(done.offered) == 3
    assert busy.everything() == before


def test_a_round_that_asked_the_nearest_is_undone_like_any_other(busy: Desk, street: Street) -> None:
    """The event about the solver is no step of its own."""
    run_round(street.database, busy.actor, busy.rules, solver=ChildSolver(command=command("raise SystemExit(7)")))

    assert busy.do(undo).what == "offered"
    assert {state for number in (1, 2) for _, state in busy.offers(number)} == {"withdrawn"}
