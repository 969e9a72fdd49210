"""The guard: real processes that fail in every way we could think of, and one that does not."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.clock import stopwatch
from dispatch.solver.check import breaks, breaks_in_sent
from dispatch.solver.exact import solve
from dispatch.solver.guarded import ChildSolver, own_command
from dispatch.solver.problem import Helper, Need, Problem
from tests.solver.children import FAILING, command


@pytest.fixture
def problem(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> Problem:
    """Two people for one, one for another, and somebody who lacks the skill."""
    return make_problem(
        [make_need("n1", slots=2, skills={"wiring": 1}), make_need("n2", skills={"wiring": 1}, waited_minutes=3)],
        [
            *(make_helper(f"h{n}", skills={"wiring": 2}, load=n) for n in (1, 2, 3)),
            make_helper("h4")._replace(code="UNABLE"),
        ],
    )


def test_the_child_answers_as_the_solver_does_here(random_town: Callable[..., Problem]) -> None:
    """The way through another process changes nothing, whatever the town: the same plan, reasons, levels and remedies."""
    for seed in range(6):
        problem = random_town(seed, most_needs=6, most_helpers=8)
        circles = {need.id: frozenset({problem.helpers[0].id}) for need in problem.needs[:2]}
        with ChildSolver() as solver:
            there = solver(problem, circles)

        assert there == solve(problem, circles), seed
        assert there.first_asked == circles
        assert (there.engine, there.fault) == ("exact", None)


@pytest.mark.parametrize("way", FAILING)
def test_whatever_the_child_does_there_is_a_legal_plan(problem: Problem, way: str) -> None:
    """Nobody is left without an answer: nearest first, marked as such, with the fault told."""
    run, told = FAILING[way]
    began = stopwatch()
    with ChildSolver(seconds=1 if "sleep" in way else 20, command=command(run)) as solver:
        solution = solver(problem, {})

    assert solution.engine == "greedy"
    assert str(solution.fault) == told
    assert solution.status == "feasible"
    assert not breaks(problem, solution)
    assert len(solution.assignments) == 3
    assert stopwatch() - began < 30


def test_a_child_that_cannot_be_started_is_no_end(problem: Problem) -> None:
    """No such program, and still an answer."""
    with ChildSolver(command=["no-such-program-anywhere"]) as solver:
        solution = solver(problem, {})

    assert str(solution.fault) == "the solver could not be started"
    assert not breaks(problem, solution)


def test_a_child_that_takes_too_much_memory_is_stopped(problem: Problem) -> None:
    """The limit is kept by the system, where that is Linux: the answer is the nearest-first one."""
    run = """
import sys
from dispatch.solver import child
child.limit_memory(300)
question = sys.stdin.buffer.read()
try: room = bytearray(2**30)
except MemoryError: sys.exit(9)
sys.stdout.buffer.write(child.reply(question))
"""
    with ChildSolver(command=command(run)) as solver:
        solution = solver(problem, {})

    assert str(solution.fault) == ("the solver ended with exit code 9" if sys.platform == "linux" else "None")


def test_our_own_child_too_short_of_memory_is_no_end(problem: Problem) -> None:
    """With 40 MB it cannot even load its libraries, where the system holds it to that."""
    with ChildSolver(megabytes=40) as solver:
        solution = solver(problem, {})

    assert solution.engine == ("greedy" if sys.platform == "linux" else "exact")
    assert not breaks(problem, solution)


def test_what_goes_wrong_while_solving_is_named(problem: Problem) -> None:
    """Our own child says which exception it was and where, and nothing of what it was handed."""
    worse = replace(problem, zone="Nowhere/At_All")
    with ChildSolver() as solver, pytest.raises(Exception, match="Nowhere"):
        solver(worse, {})  # nobody can solve this, neither there nor here

    with ChildSolver() as solver:
        answer = solver._ask(b"no question")

    assert b"UnpicklingError at child.py:" in answer


def test_leaving_ends_the_process(problem: Problem) -> None:
    """Whoever changes their mind leaves no process behind."""
    with ChildSolver(command=command("import time; time.sleep(600)")) as solver:
        process = solver._process
    assert process is not None
    assert process.poll() is not None


def test_the_child_finds_its_modules_from_any_folder(
    tmp_path: Path, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file called numpy.py where one stands is not what is run."""
    (tmp_path / "numpy.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with ChildSolver() as solver:
        solution = solver(problem, {})

    assert solution.engine == "exact"


def test_one_person_each_takes_no_flow_engine(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """The child loads OR-Tools only where somebody needs several people."""
    look = (
        "from dispatch.solver.child import reply\n"
        "reply(sys.stdin.buffer.read())\n"
        "print('ortools' in sys.modules)"
    )
    for slots, loaded in ((1, b"False"), (2, b"True")):
        problem = make_problem([make_need("n1", slots=slots)], [make_helper("h1"), make_helper("h2")])
        done = subprocess.run(command(look), input=pickle.dumps((problem, {})), capture_output=True, check=True)

        assert done.stdout.strip() == loaded


def test_the_guard_itself_brings_no_arrays() -> None:
    """The desk loads the guard, and NumPy only once something has failed."""
    look = "import dispatch.desk.matching\nprint(sorted({'numpy', 'ortools'} & set(sys.modules)))"
    done = subprocess.run(command(look), capture_output=True, check=True)

    assert done.stdout.strip() == b"[]"
    assert own_command(7)[-1] == "7"


def test_the_quick_look_sees_what_the_long_one_sees_of_who_is_sent(random_town: Callable[..., Problem]) -> None:
    """What is right is let pass by both."""
    for seed in range(60):
        problem = random_town(seed, most_needs=5, most_helpers=6)

        assert breaks_in_sent(problem, solve(problem)) == (), seed


def test_entered_again_it_is_the_same_process_and_ends_with_the_inner_block(problem: Problem) -> None:
    """So it may be started before the round that asks it is even loaded."""
    with ChildSolver() as solver:
        begun = solver._process
        with solver as again:
            assert again is solver
            assert solver._process is begun
            assert again(problem, {}).engine == "exact"
        assert begun is not None
        assert begun.poll() is not None
