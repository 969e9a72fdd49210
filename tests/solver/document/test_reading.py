"""A problem is read exactly or refused in a sentence that names the key."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.errors import Refused
from dispatch.i18n import say_error
from dispatch.solver.document import streaming
from dispatch.solver.document.reading import read_document

SMALL = {
    "requests": [
        {
            "id": "r1", "class": "urgent", "weight": 1, "skills": {"plumbing": 2}, "at": [37.85, 112.55],
            "headcount": 1, "window": ["2026-11-23T09:00+08:00", "2026-11-23T11:00+08:00"], "minutes": 30,
            "prefers": {"p7": 300}, "never": ["p3"],
        }
    ],
    "responders": [
        {
            "id": "p1", "kind": "volunteer", "skills": {"plumbing": 3}, "at": [37.851, 112.551], "reach_metres": 1500,
            "capacity": 2, "load": 3, "accept": 0.35,
            "available": [["2026-11-23T08:00+08:00", "2026-11-23T18:00+08:00"]],
        },
        {"id": "p3"}, {"id": "p7"}, {"id": "p9"},
    ],
    "pairs": [["r1", "p1", 120], ["r1", "p7", 80, 45]],
    "apart": [["p1", "p9"]],
}  # fmt: skip


def read(problem):
    text = problem if isinstance(problem, str) else json.dumps(problem)
    return read_document(io.StringIO(text))


def said(error):
    return say_error(error, "en")[0]


def changed(path, value):
    """Return the small problem with one value changed."""
    problem = json.loads(json.dumps(SMALL))
    at = problem
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return problem


def test_every_key_of_the_contract_is_read():
    """The example's values arrive under their own names, ids in order."""
    document = read(SMALL)
    (request,) = document.requests

    assert (request.urgency, request.skills, request.headcount, request.minutes) == ("urgent", {"plumbing": 2}, 1, 30)
    assert request.window[1] - request.window[0] == 7200
    assert (request.prefers, request.never) == ({"p7": 300}, frozenset({"p3"}))
    assert [one.id for one in document.responders] == ["p1", "p3", "p7", "p9"]
    assert document.responders[0].available == ((1795392000, 1795428000),)
    assert document.pairs == ((0, 0, 120, 1), (0, 2, 80, 45))
    assert document.apart == ((0, 3),)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("responders", 0, "capacity"), "two", 'responders[0].capacity: a whole number ≥ 0, not "two"'),
        (("responders", 0, "capacity"), True, "responders[0].capacity: a whole number ≥ 0, not true"),
        (("responders", 0, "capacity"), 10**10, "responders[0].capacity: a whole number ≥ 0 and up to 1000000000, not 10000000000"),
        (("responders", 0, "at"), [10**400, 0], "responders[0].at: [latitude, longitude] in degrees, not [1000"),
        (("responders", 0, "kind"), "half \ud83d", "responders[0].kind: a text of 1 to 200 characters"),
        (("requests", 0, "skills"), {"half \ud83d": 1}, 'requests[0].skills["half \\ud83d"]: a text of 1 to 200 characters'),
        (("requests", 0, "two\nlines"), 1, 'requests[0]["two\\nlines"]: not a known key'),
        (("requests", 0, "class"), [[]] * 10**6, "not [[], [], [], [], [], [], [], [], [], …"),
        (("responders", 0, "capacity"), -1, "not -1"),
        (("responders", 0, "accept"), 1.5, "responders[0].accept: a number from 0 to 1, not 1.5"),
        (("responders", 0, "at"), [112.5, 37.8], "responders[0].at: [latitude, longitude] in degrees, not [112.5, 37.8]"),
        (("responders", 0, "available"), [["2026-11-23T09:00+08:00"]], "responders[0].available[0]: two moments, from and to"),
        (("requests", 0, "class"), "high", 'requests[0].class: one of urgent, normal, low, not "high"'),
        (("requests", 0, "headcount"), 0, "requests[0].headcount: a whole number from 1 to 10000, not 0"),
        (("requests", 0, "weight"), 1.0, "requests[0].weight"),
        (("requests", 0, "window"), ["2026-11-23T09:00", "2026-11-23T11:00"], "requests[0].window[0]: a moment such as"),
        (("requests", 0, "window"), ["2026-11-23T11:00Z", "2026-11-23T09:00Z"], "an end that is not before the beginning"),
        (("requests", 0, "skills", "plumbing"), "3", "requests[0].skills.plumbing: a whole number"),
        (("requests", 0, "urgency"), "low", "requests[0].urgency: not a known key; known are id, class"),
        (("requests", 0, "prefers"), {"p7": 10**13}, "requests[0].prefers.p7: a whole number from -1000000000000 to"),
        (("pairs", 0), ["r1", "p1"], "pairs[0]: [request, responder, cost]"),
        (("pairs", 1, 2), 2**70, "pairs[1][2]: a whole number from"),
        (("persons",), [], "persons: not a key of a problem; known are requests, responders, pairs, apart"),
        (("requests",), {}, "requests: a list, not {}"),
        (("requests", 0), 7, "requests[0]: an object, not 7"),
    ],
)
def test_a_value_that_is_not_what_it_must_be_is_named_by_its_path(path, value, says):
    """The sentence says where, what was expected and what stands there."""
    with pytest.raises(Refused) as refused:
        read(changed(path, value))

    assert says in said(refused.value)


def test_several_faults_are_named_together():
    """Nobody mends a file one fault at a time."""
    problem = changed(("responders", 0, "capacity"), "two")
    problem["requests"][0]["class"] = "high"
    with pytest.raises(Refused) as refused:
        read(problem)

    assert "responders[0].capacity" in said(refused.value)
    assert "requests[0].class" in said(refused.value)


def test_ids_that_do_not_exist_or_repeat_are_named_in_one_answer():
    """Pairs, likes and dislikes, and who is kept apart, all at once."""
    problem = json.loads(json.dumps(SMALL))
    problem["responders"].append({"id": "p1"})
    problem["pairs"].append(["r8", "p1", 3])
    problem["requests"][0]["never"] = ["p77"]
    problem["apart"].append(["p9", "p66"])
    problem["apart"].append(["p9", "p9"])
    with pytest.raises(Refused) as refused:
        read(problem)

    text = said(refused.value)
    assert "two responders have the id p1" in text
    assert "no request has the id r8" in text
    assert "no responder has the id p66, p77" in text
    assert "kept apart from themselves: p9" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON from character 1 on"),
        ('{"requests": [}', "not JSON from character 15 on"),
        ('{"requests": []} x', "not JSON from character 18 on"),
        ("[1, 2]", "a problem is an object, and this is a list"),
        ('{"requests": [{"id": "r", "weight": NaN}]}', "requests[0].weight: a whole number ≥ 0, not NaN"),
        ('{"requests": [{"id": "r", "weight": -Infinity}]}', "requests[0].weight: a whole number ≥ 0, not -Infinity"),
        ('{"requests": [], "requests": []}', "requests: stands there twice"),
        ('{"requests": [{"id": "r", "id": "s"}]}', "requests[0].id: stands there twice"),
        ('{"requests": [{"id": "r", "skills": {"a": 1, "a": 2}}]}', "requests[0].skills.a: stands there twice"),
        ('{"requests": [{"id": "r", "weight": ' + "9" * 5000 + "}]}", "a number near character 15 has more digits"),
        ('{"requests": [{"id": "r", "at": [1e999, 0]}]}', "requests[0].at: [latitude, longitude]"),
        ('{"requests": [' + "[" * 100_000, "nested deeper"),
    ],
)
def test_what_is_not_json_is_named_by_its_place(text, says):
    """No traceback, whatever stands in the file."""
    with pytest.raises(Refused) as refused:
        read(text)

    assert says in said(refused.value)


def test_a_file_is_read_alike_in_pieces_of_any_size(monkeypatch):
    """Where a piece ends changes nothing: not within a number, a word, an escape or white space."""
    text = json.dumps(SMALL, indent=2, ensure_ascii=True)
    whole = read(text)
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr(streaming, "PIECE", size)

        assert read(text) == whole


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["r1", "p1", "urgent", "2026-11-23T09:00+08:00"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from(["id", "class", "at", "skills", "window", "minutes", "never", "prefers", "capacity", "x"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["requests", "responders", "pairs", "apart", "y"]), ANYTHING, max_size=4))
def test_any_document_is_read_or_refused(problem):
    """Nothing else happens, whatever the values are."""
    try:
        document = read(json.dumps(problem))
    except Refused as refused:
        words = said(refused)
    else:
        words = repr(document)

    assert words
