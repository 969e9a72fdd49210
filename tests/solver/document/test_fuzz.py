"""Made-up documents, most of them a slip away from a problem: each is solved or refused, and nothing else happens.

``python3 dev.py fuzz`` makes 100,000 of them; the usual run some hundred.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.errors import Refused
from dispatch.i18n import LANGUAGES, Sentence, say, say_error
from dispatch.solver.document.answering import solve_document
from dispatch.solver.document.reading import read_document

DOCUMENTS = int(os.environ.get("DISPATCH_FUZZ", "400"))
AT_ONCE = 1_000
"""Documents of one part: what Hypothesis remembers of them takes memory."""
STUCK_SECONDS = 240
"""No document of a few lines takes a thousandth of it: whoever is still at it hangs, and shows where."""

NAMES = [f"r{at}" for at in range(5)], [f"p{at}" for at in range(5)]
MOMENTS = [f"2026-11-23T{hour:02}:{minute:02}+08:00" for hour in (8, 9, 10, 23) for minute in (0, 20)]
ODD_MOMENTS = ["0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "2026-11-23T09:00", "2026-W48-1T09:00Z", "", "now"]

weights = st.integers(0, 3) | st.just(10**9)
places = st.tuples(st.sampled_from([37.85, 37.86, 90, -90]), st.sampled_from([112.55, 112.56, 180, -180])).map(list)
windows = st.lists(st.sampled_from(MOMENTS), min_size=2, max_size=2).map(sorted)
skills = st.dictionaries(st.sampled_from(["plumbing", "疏通下水", "a.b[0]"]), st.integers(0, 5), max_size=2)
costs = st.integers(-50, 500) | st.sampled_from([10**12, -(10**12)])


def entry(names, **keys):
    """Return a strategy of entries with an id and any of these keys."""
    return st.fixed_dictionaries({"id": st.sampled_from(names)}, optional=keys)


requests = entry(
    NAMES[0],
    weight=weights, waited=weights, skills=skills, at=places, window=windows, headcount=st.integers(1, 3),
    minutes=st.sampled_from([0, 10, 90, 10**9]), prefers=st.dictionaries(st.sampled_from(NAMES[1]), costs, max_size=2),
    never=st.lists(st.sampled_from(NAMES[1]), max_size=2), **{"class": st.sampled_from(["urgent", "normal", "low"])},
)  # fmt: skip
responders = entry(
    NAMES[1],
    kind=st.just("volunteer"), skills=skills, at=places, reach_metres=st.sampled_from([0, 500, 2000, 10**9]),
    capacity=st.sampled_from([0, 1, 2, 3, 10**9]), load=weights, accept=st.floats(0, 1),
    available=st.lists(windows, max_size=2),
)  # fmt: skip
whole_people = st.just([{"id": name} for name in NAMES[1]])
problems = st.fixed_dictionaries(
    {
        "requests": st.lists(requests, max_size=5, unique_by=lambda one: one["id"]),
        "responders": whole_people | st.lists(responders, min_size=4, max_size=5, unique_by=lambda one: one["id"]),
    },
    optional={
        "pairs": st.lists(
            st.tuples(st.sampled_from(NAMES[0]), st.sampled_from(NAMES[1]), costs, st.integers(0, 3)).map(list),
            max_size=8,
            unique_by=lambda one: (one[0], one[1]),
        ),
        "apart": st.lists(st.lists(st.sampled_from(NAMES[1]), min_size=2, max_size=2, unique=True), max_size=2),
    },
)
odd = (
    st.none() | st.booleans() | st.floats() | st.text(st.characters(), max_size=6)
    | st.sampled_from([-1, 10**19, 10**400, float("inf"), float("nan"), 1e300, "\ud800", "p1", "urgent", [], {}, [[]], *ODD_MOMENTS])
)  # fmt: skip
anything = st.recursive(odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3))


@st.composite
def slips(draw):
    """Return the text of a problem in which a value, a key or a letter may have gone wrong."""
    problem = deepcopy(draw(problems))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 1, 2]))):
        _put_wrong(draw, problem)
    # Ints of more digits than Python writes at once stand in no file that it wrote.
    text = json.dumps(problem, ensure_ascii=draw(st.booleans()))
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(["", "NaN", "9" * 5000, "[" * 3000, '"', ",", "}", "1e999", "\\u", "\0"])) + text[at + draw(st.integers(0, 3)) :]
    return text


def _put_wrong(draw, problem):
    """Change one value somewhere, take it away, or put it there twice."""
    inside = problem
    while True:
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if isinstance(inside[key], (dict, list)) and inside[key] and draw(st.booleans()):
            inside = inside[key]
            continue
        how = draw(st.sampled_from(["change", "remove", "again"]))
        if how == "change":
            inside[key] = deepcopy(draw(anything))
        elif how == "remove":
            del inside[key]
        elif isinstance(inside, list):
            inside.append(inside[key])
        else:
            inside[draw(st.text(max_size=4))] = inside[key]
        return


@pytest.mark.parametrize("part", range(max(1, DOCUMENTS // AT_ONCE)))
@settings(max_examples=min(DOCUMENTS, AT_ONCE), deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(text=slips())
def test_any_document_is_solved_or_refused(part, text):
    """No traceback and no hang: a solution that can be written down and adds up, or a sentence in both languages."""
    faulthandler.dump_traceback_later(STUCK_SECONDS, exit=True)
    try:
        document = read_document(io.StringIO(text))
        solution = solve_document(document, explain=True)
    except Refused as refused:
        for language in LANGUAGES:
            said, _ = say_error(refused, language)
            assert said.encode()
        return
    finally:
        faulthandler.cancel_dump_traceback_later()

    sent = {one["request"] for one in solution["assignments"]}
    left = {one["request"] for one in solution["left_out"]}
    assert sent | left == {one.id for one in document.requests}
    assert not sent & left
    assert solution["status"] == "optimal"
    assert all(level["bound"] == level["value"] for level in solution["levels"])
    assert solution["levels"][-1] == {
        "name": "cost",
        "value": sum(one["cost"] for one in solution["assignments"]),
        "bound": solution["levels"][-1]["bound"],
    }
    for one in solution["left_out"]:
        assert sum(why["turned_away"] for why in one["why"]) == len(document.responders)
        if isinstance(one["remedy"], Sentence):
            one["remedy"] = [say(one["remedy"], language) for language in LANGUAGES]
    assert json.dumps(solution, ensure_ascii=False).encode()
