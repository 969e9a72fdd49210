"""Large programs through few of their columns: the same plans, and bounds that are as true."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.solver.case_check import breaks
from dispatch.solver.parts import pieces
from dispatch.solver.teams import builder, highs
from dispatch.solver.teams.engine import solve_teams
from dispatch.solver.teams.folds import fold_from
from dispatch.solver.teams.growing import Growing, part_of
from dispatch.solver.teams.prices import prove
from dispatch.solver.teams.program import Program
from tests.solver.cases.conftest import KINDS


@pytest.fixture
def _grows(monkeypatch):
    """Have every program begin with nearly nothing."""
    for name in ("SMALL", "FIRST_LOOK"):
        monkeypatch.setattr(f"dispatch.solver.teams.growing.{name}", 0)
    monkeypatch.setattr("dispatch.solver.teams.engine.SMALL", 0)
    monkeypatch.setattr("dispatch.solver.teams.growing.COME_IN", 0)


@pytest.mark.usefixtures("_grows")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("solver", "steps"), [(highs, 5000), (highs, 0), (builder, 0)])
def test_few_columns_at_a_time_come_to_the_same(kind, solver, steps, make_case, monkeypatch):
    """Every level is proved, at what the whole program comes to, wherever the solver goes on from."""
    monkeypatch.setattr(highs, "MOST_STEPS", steps)
    for seed in range(20):
        for piece in pieces(make_case(seed, kind, requests=7, responders=7)):
            grown = solve_teams(piece.case, solver=solver)
            with monkeypatch.context() as patch:
                patch.setattr("dispatch.solver.teams.engine.SMALL", 10**9)
                whole = solve_teams(piece.case)

            assert grown.status == "optimal", seed
            assert grown.values == whole.values, seed
            assert not breaks(piece.case, grown), seed


@pytest.mark.usefixtures("_grows")
def test_a_grown_relaxation_proves_what_the_whole_one_proves(make_case):
    """The point costs as much, and prices of rows prove the same bound over all columns."""
    some = 0
    for seed in range(30):
        for piece in pieces(make_case(seed, "everything", requests=9, responders=9)):
            program = Program(piece.case)
            scope = program.scope()
            cost = fold_from(program, scope, len(piece.case.aims) - 1, alone=True).cost - (
                1000 * (np.arange(program.size) >= program.pairs)
            )
            growing = Growing(highs, program, scope)
            grown, whole = growing.minimise(cost, None), highs.Relaxation(scope).minimise(cost, None)
            some += int(not growing.active.all())

            assert cost @ grown.point == pytest.approx(cost @ whole.point)
            assert prove(scope, cost, grown.prices).least() == prove(scope, cost, whole.prices).least()
    assert some > 10


@pytest.mark.usefixtures("_grows")
def test_time_that_runs_out_while_columns_come_in_leaves_true_bounds(make_case):
    """Without time there is nothing; with time for one look, prices that prove something for all columns."""

    class Tired:
        """A solver that answers once."""

        looks = 0

        class Relaxation(highs.Relaxation):
            def minimise(self, cost, seconds):
                Tired.looks += 1
                return super().minimise(cost, seconds) if Tired.looks == 1 else highs.Relaxed(False)

    seen = 0
    for seed in range(20):
        for piece in pieces(make_case(seed, "everything", requests=9, responders=9)):
            Tired.looks = 0
            program = Program(piece.case)
            scope = program.scope()
            cost = program.objective(piece.case.aims[-1])[0] - 1000 * (np.arange(program.size) >= program.pairs)
            found = Growing(Tired, program, scope).minimise(cost, None)
            best = highs.minimise_whole(scope, cost, None, None)
            if found.prices is not None:
                seen += int(Tired.looks > 1)
                assert prove(scope, cost, found.prices).least() <= round(cost @ best.point)
    assert seen


def test_a_part_keeps_what_its_rows_say_without_the_others(make_case):
    """Points of the part are the whole's points in which the other columns are 0."""
    random = np.random.default_rng(4)
    for seed in range(20):
        for piece in pieces(make_case(seed, "everything", requests=4, responders=4)):
            program = Program(piece.case)
            scope = program.scope()
            keep = random.random(program.size) < 0.7
            part = part_of(scope, keep)
            for _ in range(40):
                point = (random.random(program.size) < 0.3) & keep
                sums = np.add.reduceat(scope.value * point[scope.index], scope.start[:-1])
                is_in = bool(((scope.low <= sums) & (sums <= scope.high)).all())
                of_part = point[part.columns]
                again = [
                    part.scope.low[row]
                    <= (part.scope.value[a:b] * of_part[part.scope.index[a:b]]).sum()
                    <= part.scope.high[row]
                    for row, (a, b) in enumerate(zip(part.scope.start[:-1], part.scope.start[1:], strict=True))
                ]

                assert is_in == all(again)


def test_without_any_relaxation_whole_numbers_are_asked_for_at_once(make_case):
    """Where HiGHS makes nothing of a relaxation, levels are taken one by one, and proved all the same."""

    class Blind:
        """A solver without relaxations."""

        minimise_whole = staticmethod(highs.minimise_whole)

        class Relaxation(highs.Relaxation):
            def minimise(self, cost, seconds):
                return highs.Relaxed(False)

    for seed in range(20):
        for piece in pieces(make_case(seed, "everything", requests=6, responders=6)):
            blind = solve_teams(piece.case, solver=Blind)

            assert blind.status == "optimal", seed
            assert blind.values == solve_teams(piece.case).values, seed
