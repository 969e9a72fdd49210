"""Processes that fail to solve, each in a way of its own: real ones, run instead of our child."""

from __future__ import annotations

import sys
from typing import Final

_SOLVE_AND: Final = """
import pickle, sys
from dataclasses import replace
from dispatch.solver.child import BEGINS
from dispatch.solver.exact import solve
problem, circles = pickle.loads(sys.stdin.buffer.read())
solution = replace(solve(problem, circles), first_asked={{}})
{then}
sys.stdout.buffer.write(BEGINS + pickle.dumps(solution))
"""

_EVERYTHING_TO_ONE: Final = """
one, *_, other = solution.assignments
assert one.need != other.need
solution = replace(solution, assignments=(*solution.assignments[:-1], replace(other, helper=one.helper)))
"""
_UNABLE: Final = """
unable = next(h.id for h in problem.helpers if h.code == "UNABLE")
solution = replace(solution, assignments=tuple(replace(one, helper=unable) for one in solution.assignments))
"""
_ONE_OF_A_TEAM: Final = """
solution = replace(solution, assignments=solution.assignments[1:])
"""

FAILING: Final[dict[str, tuple[str, str]]] = {
    "raises": ("raise RuntimeError('no')", "the solver ended with exit code 1"),
    "exits": ("import sys; sys.stdin.buffer.read(); sys.exit(7)", "the solver ended with exit code 7"),
    "exits well and says nothing": ("import sys; sys.stdin.buffer.read()", "the solver's answer cannot be read"),
    "sleeps": ("import time; time.sleep(60)", "the solver gave no answer within 1 s"),
    "reads and sleeps": (
        "import os, sys, time; sys.stdin.buffer.read(); os.close(1); time.sleep(60)",
        "the solver's answer cannot be read",  # it has closed its answer, which is empty
    ),
    "talks without end": (
        "import sys\nwhile True: sys.stdout.buffer.write(b'x' * 65536)",
        "the solver's answer cannot be read",
    ),
    "writes garbage": ("print('optimal!')", "the solver's answer cannot be read"),
    "writes half an answer": (
        _SOLVE_AND.format(then="sys.stdout.buffer.write((BEGINS + pickle.dumps(solution))[:-100]); sys.exit(0)"),
        "the solver's answer cannot be read",
    ),
    "writes another thing": (
        "import sys, pickle\nfrom dispatch.solver.child import BEGINS\n"
        "sys.stdin.buffer.read(); sys.stdout.buffer.write(BEGINS + pickle.dumps(42))",
        "the solver's answer is no plan",
    ),
    "names what is to be run": (
        "import os, sys, pickle\nfrom dispatch.solver.child import BEGINS\n"
        "sys.stdin.buffer.read(); sys.stdout.buffer.write(BEGINS + pickle.dumps(os.getcwd))",
        "the solver's answer cannot be read",
    ),
    "writes a plan of the wrong parts": (
        _SOLVE_AND.format(then="solution = replace(solution, assignments=(1, 2))"),
        "the solver's answer is no plan",
    ),
    "breaks seats": (_SOLVE_AND.format(then=_EVERYTHING_TO_ONE), "the solver's plan breaks a rule (seats)"),
    "breaks filters": (_SOLVE_AND.format(then=_UNABLE), "the solver's plan breaks a rule (eligible)"),
    "sends a part of a team": (
        _SOLVE_AND.format(then=_ONE_OF_A_TEAM), "the solver's plan breaks a rule (all or nothing)"
    ),
    "names nobody we know": (
        _SOLVE_AND.format(then="solution = replace(solution, assignments=tuple(replace(one, helper='x') for one in solution.assignments))"),
        "the solver's plan breaks a rule (known)",
    ),
    "lies about what it costs": (
        _SOLVE_AND.format(then="solution = replace(solution, levels=tuple(one._replace(bound=one.value + 1) for one in solution.levels))"),
        "the solver's plan breaks a rule (bound)",
    ),
}
"""How a process fails: what it runs, and what is said then."""
if sys.platform != "win32":
    FAILING["is killed"] = (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "the solver was ended by signal 9",
    )
    FAILING["crashes in C"] = ("import ctypes; ctypes.string_at(0)", "the solver was ended by signal 11")


def command(run: str) -> list[str]:
    """Return the command that runs this with our modules in reach."""
    return [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\n{run}"]
