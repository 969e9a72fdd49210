"""Teams and side rules are solved elsewhere: whatever becomes of that process, there is a lawful plan that says so."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace

import pytest

from dispatch.clock import stopwatch
from dispatch.i18n import LANGUAGES, say
from dispatch.solver.case_check import unlawful
from dispatch.solver.document.answering import Cast, solve_document
from dispatch.solver.document.branching import solve_by_the_clock
from dispatch.solver.document.clocks import can_do_all
from dispatch.solver.document.guarding import solve_guarded
from dispatch.solver.document.reading import read_document
from tests.solver.children import command

NINE, TEN = "2026-11-23T09:00+08:00", "2026-11-23T10:00+08:00"
PROBLEM = {
    "requests": [
        {"id": "r1", "headcount": 2},
        *({"id": f"r{at}", "window": [NINE, TEN], "minutes": 31, "at": [37.85, 112.55]} for at in (2, 3, 4)),
    ],
    "responders": [
        {"id": "p1", "at": [37.85, 112.55], "available": [[NINE, "2026-11-23T10:20+08:00"]]},
        {"id": "p2", "at": [37.86, 112.55], "capacity": 1},
        {"id": "p3", "at": [37.86, 112.55], "capacity": 1},
    ],
    "apart": [["p2", "p3"]],
}

ANSWER = "import sys; sys.stdin.buffer.read(); print({!r})"
WAYS = {
    "exits": ("import sys; sys.exit(7)", "the solver ended with exit code 7"),
    "hangs": ("import time; time.sleep(600)", "the solver gave no answer within 0.2 s"),
    "says nothing": ("import sys; sys.stdin.buffer.read()", "the solver's answer cannot be read"),
    "says half of it": (ANSWER.format('{"fault": null, "value": {"pairs": [0'), "the solver's answer cannot be read"),
    "says another thing": (ANSWER.format('{"fault": null, "value": 42}'), "the solver's answer is no plan"),
    "stops": (ANSWER.format('{"fault": "OverflowError at x.py:3", "value": null}'), "the solver stopped: OverflowError at x.py:3"),
    "sends half a team": (
        ANSWER.format('{"fault": null, "value": {"pairs": [0], "bounds": [0, 0]}}'),
        "the solver's plan breaks a rule (all or nothing)",
    ),
    "names no pair": (ANSWER.format('{"fault": null, "value": {"pairs": [99], "bounds": [0, 0]}}'), "the solver's answer is no plan"),
    "claims too much": (
        ANSWER.format('{"fault": null, "value": {"pairs": [], "bounds": [5, 0]}}'),
        "the solver's plan breaks a rule (bound)",
    ),
    "forgets the clock": (
        # Each two of the three fit into p1's morning, all three do not.
        "import json, pickle, sys\n_, (case, *_) = pickle.loads(sys.stdin.buffer.read())\n"
        "pairs = [at for at, (row, column) in enumerate(zip(case.rows.tolist(), case.columns.tolist())) if row and not column]\n"
        "print(json.dumps({'fault': None, 'value': {'pairs': pairs, 'bounds': [0, 0]}}))",
        "the solver's plan breaks a rule (clash)",
    ),
}
if sys.platform != "win32":
    WAYS["crashes in C"] = ("import ctypes; ctypes.string_at(0)", "the solver was ended by signal 11")


def document():
    return read_document(io.StringIO(json.dumps(PROBLEM)))


@pytest.mark.parametrize("way", WAYS)
def test_whatever_the_process_does_there_is_a_lawful_plan(way, monkeypatch):
    """Found request by request, with bounds that no plan comes below, and with the fault told in both languages."""
    run, told = WAYS[way]
    read = document()
    cast = Cast(read)
    monkeypatch.setattr("dispatch.solver.document.guarding.GRACE_SECONDS", 0.2 if way == "hangs" else 60)
    answer, fault = solve_guarded(cast.case, read.requests, read.responders, seconds=0, command=command(run))
    best = solve_document(read)

    assert say(fault, "en") == told
    assert all(say(fault, language) for language in LANGUAGES)
    assert not list(unlawful(cast.case, answer.pairs.tolist()))
    held = {}
    for at in answer.pairs.tolist():
        held.setdefault(int(cast.columns[at]), []).append(read.requests[int(cast.rows[at])])
    assert held
    assert all(can_do_all(some, read.responders[column]) for column, some in held.items())
    assert all(bound <= level["value"] for bound, level in zip(answer.bounds, best["levels"], strict=True))
    assert answer.values >= tuple(level["value"] for level in best["levels"])


def test_our_own_process_answers_as_the_solver_does_here():
    """The way through another process changes nothing."""
    here, there = solve_document(document()), solve_document(document(), guarded=True)
    del here["seconds"], there["seconds"]

    assert there == here
    assert there["status"] == "optimal"


def test_a_fault_stands_in_the_solution(monkeypatch):
    """Whoever reads it by machine can tell the plan that was made at once."""
    monkeypatch.setattr("dispatch.solver.aside.own_command", lambda *_: command("import sys; sys.exit(7)"))
    solution = solve_document(document(), guarded=True)

    assert (solution["engine"], str(solution["fault"])) == ("greedy", "the solver ended with exit code 7")
    assert solution["assignments"]


def test_without_a_limit_nobody_waits_for_ever(monkeypatch):
    """A process that hangs is given up after the longest time there is."""
    monkeypatch.setattr("dispatch.solver.document.guarding.MOST_SECONDS", 0.1)
    monkeypatch.setattr("dispatch.solver.document.guarding.GRACE_SECONDS", 0.1)
    read = document()
    run = command("import time; time.sleep(600)")
    _, fault = solve_guarded(Cast(read).case, read.requests, read.responders, seconds=None, command=run)

    assert str(fault) == "the solver gave no answer within 0.2 s"


def test_reading_takes_from_the_time_limit(monkeypatch):
    """The limit is the whole command's, and so is what is left of it."""
    given = []

    def solve(case, requests, people, *, seconds):
        given.append(seconds)
        return solve_guarded(case, requests, people, seconds=seconds)

    monkeypatch.setattr("dispatch.solver.document.answering.solve_guarded", solve)
    solve_document(document(), seconds=1000, began=stopwatch() - 900, guarded=True)

    assert 0 < given[0] < 100


def test_why_not_is_asked_of_the_other_process_too(monkeypatch):
    """It says the same over there; where that fails, so says the answer."""
    asked = [("r1", "p2"), ("r2", "p2")]
    here, there = (solve_document(document(), guarded=guarded, why_not=asked) for guarded in (False, True))
    monkeypatch.setattr("dispatch.solver.aside.own_command", lambda *_: command("import sys; sys.exit(7)"))
    failed = solve_document(document(), guarded=True, why_not=asked)["why_not"]

    assert there["why_not"] == here["why_not"]
    assert any("moves" in one for one in here["why_not"])
    assert "the solver ended with exit code 7" in {str(one.get("fault")) for one in failed}


def test_what_would_change_is_not_said_where_it_is_not_proved(monkeypatch):
    """A plan that is only the best found says nothing about the best one with somebody else."""

    def in_no_time(case, impossible, *, seconds):
        found = solve_by_the_clock(case, impossible, seconds=seconds)
        return found if len(case.covers) == 0 else replace(found, bounds=(*found.bounds[:-1], found.bounds[-1] - 1))

    monkeypatch.setattr("dispatch.solver.document.answering.solve_by_the_clock", in_no_time)
    told = solve_document(document(), why_not=[("r2", "p2")])["why_not"][0]

    assert str(told["fault"]) == "what would change was not found out in time"
