"""The ways of asking that a community may choose by name."""

from __future__ import annotations

import numpy as np
import pytest

from dispatch.model.rules import PolicyName
from dispatch.policy.phases import Askable, Waiting
from dispatch.policy.policies import BLAST, POLICIES, Question


def question(slots: int = 1, waited: tuple[float, ...] = ()) -> Question:
    """Return twenty people; the last on the list lives nearest, the middle ones say yes."""
    count = 20
    chance = np.full(count, 0.2)
    chance[9] = 0.9
    waiting = Waiting(chance=np.full(len(waited), 0.2), travel_minutes=np.zeros(len(waited)), asked_minutes=np.array(waited))
    could = Askable(chance=chance, travel_minutes=np.zeros(count), price=np.ones(count))
    metres = np.arange(count, 0.0, -1.0) * 100
    return Question(worth=50.0, slots=slots, slack_minutes=120.0, could=could, metres=metres, waiting=waiting)


def test_every_name_has_a_policy() -> None:
    """What may stand in the rule file can be done."""
    assert set(POLICIES) == set(PolicyName)


@pytest.mark.parametrize(
    ("name", "first"),
    [(PolicyName.NEAREST, 19), (PolicyName.IN_LIST_ORDER, 0), (PolicyName.ONE_AT_A_TIME, 9), (PolicyName.PHASED, 9)],
)
def test_each_asks_its_own_first(name: PolicyName, first: int) -> None:
    """The nearest, the first on the list, or the likeliest."""
    assert POLICIES[name](question()).ask[0] == first


@pytest.mark.parametrize("name", [PolicyName.NEAREST, PolicyName.IN_LIST_ORDER, PolicyName.ONE_AT_A_TIME])
def test_one_is_waited_for_before_the_next_is_asked(name: PolicyName) -> None:
    """For ten minutes; and one for each place at a time."""
    assert len(POLICIES[name](question()).ask) == 1
    assert POLICIES[name](question(waited=(3.0,))).ask == ()
    assert len(POLICIES[name](question(waited=(10.0,))).ask) == 1
    assert len(POLICIES[name](question(slots=3, waited=(3.0,))).ask) == 2


def test_a_blast_asks_ten_for_each_place() -> None:
    """The nearest ten, and nobody else until their time is over."""
    assert POLICIES[PolicyName.BLAST](question()).ask == tuple(range(19, 19 - BLAST, -1))
    assert POLICIES[PolicyName.BLAST](question(waited=(3.0,) * BLAST)).ask == ()
    assert len(POLICIES[PolicyName.BLAST](question(slots=2)).ask) == 20
