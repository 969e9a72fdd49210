"""The matcher alone, as a command: a problem in, a solution out, no database and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.cli.conftest import ROOT

PROBLEM = {
    "requests": [{"id": "r1", "class": "urgent"}, {"id": "r2"}, {"id": "r3"}],
    "responders": [{"id": "p1", "capacity": 1}, {"id": "p2", "capacity": 1}],
    "pairs": [["r1", "p1", 9], ["r2", "p1", 1], ["r2", "p2", 7], ["r3", "p1", 2]],
}


def solve(folder, *arguments, text=None, language="en"):
    """Run the command in a process of its own, in a folder without a database."""
    return subprocess.run(
        [sys.executable, "-m", "dispatch", "--lang", language, "solve", *arguments],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_problem_is_solved_from_the_terminals_input(tmp_path):
    """The solution is the one document on stdout, and nothing is left behind."""
    done = solve(tmp_path, "-", text=json.dumps(PROBLEM))
    solution = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert solution["status"] == "optimal"
    assert solution["levels"] == [
        {"name": "unserved_urgent", "value": 0, "bound": 0},
        {"name": "unserved_normal", "value": 1, "bound": 1},
        {"name": "cost", "value": 16, "bound": 16},
    ]
    assert [(one["request"], one["responder"]) for one in solution["assignments"]] == [("r1", "p1"), ("r2", "p2")]
    assert solution["left_out"][0]["request"] == "r3"
    assert list(tmp_path.iterdir()) == []


def test_why_not_that_one_is_answered(tmp_path):
    """Level by level, with who would move; and what a file does not have is refused in either language."""
    done = solve(tmp_path, "-", "--why-not", "r3", "p1", "--why-not", "r1", "p2", text=json.dumps(PROBLEM))
    one, other = json.loads(done.stdout)["why_not"]

    assert one["more"] == {"unserved_urgent": 1, "unserved_normal": -1, "cost": -7}
    assert one["moves"] == [{"request": "r3", "responders": ["p1"]}, {"request": "r1", "responders": []}]
    assert other == {"request": "r1", "responder": "p2", "reason": "pairs"}
    for language, said in (("en", "no request has the id r9"), ("zh", "r9")):
        done = solve(tmp_path, "-", "--why-not", "r9", "p1", text=json.dumps(PROBLEM), language=language)

        assert (done.returncode, said in done.stderr) == (3, True)


def test_the_same_file_gives_the_same_bytes(tmp_path):
    """Seconds aside, on every run."""
    (tmp_path / "problem.json").write_text(json.dumps(PROBLEM), encoding="utf-8")
    solutions = [json.loads(solve(tmp_path, "problem.json").stdout) for _ in range(2)]
    for one in solutions:
        del one["seconds"]

    assert json.dumps(solutions[0]) == json.dumps(solutions[1])


def test_a_solution_is_written_to_a_file_whole(tmp_path):
    """With --output, stdout stays empty and a sentence says what came out."""
    (tmp_path / "problem.json").write_text(json.dumps(PROBLEM), encoding="utf-8")
    done = solve(tmp_path, "problem.json", "--output", "solution.json", language="zh")

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "optimal：派了2人次，1张单没人可派\n"
    assert json.loads((tmp_path / "solution.json").read_text(encoding="utf-8"))["status"] == "optimal"


def test_a_problem_that_cannot_be_read_is_refused_in_a_sentence(tmp_path):
    """Exit code 3, the path of the key, and a document that says so."""
    problem = json.loads(json.dumps(PROBLEM))
    problem["responders"][1]["capacity"] = "two"
    done = solve(tmp_path, "-", text=json.dumps(problem))

    assert done.returncode == 3
    assert 'responders[1].capacity: a whole number ≥ 0, not "two"' in done.stderr
    assert json.loads(done.stdout)["status"] == "refused"
    assert "Traceback" not in done.stderr


def test_a_file_that_is_not_there_or_is_no_text_is_refused(tmp_path):
    """Each in its own sentence."""
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    missing, picture = solve(tmp_path, "nowhere.json"), solve(tmp_path, "picture.json")

    assert (missing.returncode, picture.returncode) == (3, 3)
    assert "there is no file nowhere.json" in missing.stderr
    assert "not written in UTF-8" in picture.stderr
