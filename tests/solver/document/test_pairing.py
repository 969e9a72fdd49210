"""Each filter and each term of a problem file by itself, and a test that none goes without."""

from __future__ import annotations

import io
import json

import pytest

from dispatch.solver.document.answering import solve_document
from dispatch.solver.document.pairing import FILTERS, Pairing
from dispatch.solver.document.reading import read_document

HERE, NORTH = [37.85, 112.55], [37.851, 112.55]
NINE, TEN, NOON = "2026-11-23T09:00+08:00", "2026-11-23T10:00+08:00", "2026-11-23T12:00+08:00"

TURNED_AWAY = {
    "pairs": ({}, {}, []),
    "skill": ({"skills": {"wiring": 2}}, {"skills": {"wiring": 1, "plumbing": 5}}, None),
    "reach": ({"at": HERE}, {"at": NORTH, "reach_metres": 110}, None),
    "hours": ({"window": [NINE, TEN], "minutes": 60}, {"available": [["2026-11-23T10:01+08:00", NOON], [NINE, "2026-11-23T09:59+08:00"]]}, None),
    "capacity": ({}, {"capacity": 1}, [["r", "p", 5, 2]]),
    "unavailable": ({"never": ["p"]}, {}, None),
}
PASSES = {
    "pairs": ({}, {}, [["r", "p", 5]]),
    "skill": ({"skills": {"wiring": 2, "any": 0}}, {"skills": {"wiring": 2}}, None),
    "reach": ({"at": HERE}, {"at": NORTH, "reach_metres": 111}, None),
    "hours": ({"window": [NINE, TEN], "minutes": 120}, {"available": [[TEN, NOON]]}, None),
    "capacity": ({}, {"capacity": 2}, [["r", "p", 5, 2]]),
    "unavailable": ({"never": ["q"]}, {}, None),
}
TERMS = {
    "distance": (111, {"at": HERE}, {"at": NORTH}, None),
    "skill": (60, {"skills": {"a": 1, "b": 2}}, {"skills": {"a": 3, "b": 3, "c": 9}}, None),
    "prefers": (-300, {"prefers": {"p": 300}}, {}, None),
    "pair": (17, {}, {}, [["r", "p", 17]]),
}


def problem(request, responder, pairs):
    """Return a request and a responder, and somebody else who is of no use."""
    made = {"requests": [{"id": "r"} | request], "responders": [{"id": "p"} | responder, {"id": "q", "capacity": 0}]}
    return read_document(io.StringIO(json.dumps(made if pairs is None else made | {"pairs": pairs})))


@pytest.mark.parametrize("name", TURNED_AWAY)
def test_each_filter_turns_away_by_itself(name):
    """It, and no other, stands against the pair; it is counted under its name."""
    document = problem(*TURNED_AWAY[name])
    against = Pairing(document).row(0).against[:, 0]
    (left,) = solve_document(document)["left_out"]

    assert [FILTERS[at] for at in against.nonzero()[0]] == [name]
    assert name in [one["reason"] for one in left["why"]]
    assert sum(one["turned_away"] for one in left["why"]) == 2


@pytest.mark.parametrize("name", PASSES)
def test_what_just_fits_passes(name):
    """Exactly enough is enough."""
    assert [one["responder"] for one in solve_document(problem(*PASSES[name]))["assignments"]] == ["p"]


@pytest.mark.parametrize("name", TERMS)
def test_each_term_counts_by_itself(name):
    """It is the whole cost, for everybody at once and for the one who is sent."""
    metres, *made = TERMS[name]
    document = problem(*made)
    (sent,) = solve_document(document)["assignments"]

    assert (sent["responder"], sent["terms"], sent["cost"]) == ("p", {name: metres}, metres)
    assert Pairing(document).row(0).terms[name][0] == metres


def test_no_filter_and_no_term_goes_without():
    """What is added to a problem file is tried here."""
    assert set(TURNED_AWAY) == set(PASSES) == set(FILTERS)
    listed, open_ = (problem({"prefers": {"p": 1}}, {}, pairs) for pairs in ([["r", "p", 1]], None))
    assert set(Pairing(listed).row(0).terms) | set(Pairing(open_).row(0).terms) == set(TERMS)
