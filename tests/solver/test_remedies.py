"""The nearest fix: each one alone, which one comes first, and that it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.i18n import say
from dispatch.model.responder import Hours
from dispatch.model.service import Urgency
from dispatch.solver.exact import solve
from dispatch.solver.openings import NEVER
from dispatch.solver.problem import Helper, LeftOut, Need, Problem, Solution, Spot
from dispatch.units import Position

Told = Callable[..., str | None]
FAR = Spot(position=Position(37.87, 112.55))


@pytest.fixture
def told(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> Told:
    """Give what a need that is left out is told, in English."""

    def tell(need: dict[str, Any], *helpers: dict[str, Any]) -> str | None:
        people = [make_helper(f"h{number}", **said) for number, said in enumerate(helpers, start=1)]
        (out,) = solve(make_problem([make_need(**need)], people)).left_out
        return None if out.remedy is None else say(out.remedy, "en")

    return tell


def test_wait_for_who_is_open_or_rested_first(told: Told, at: datetime) -> None:
    """The soonest of those who only keep hours or rest is named, with the moment on the wall."""
    evening = {"hours": (Hours(0, 18 * 60, 20 * 60),)}
    noon = {"rested_at": at + timedelta(minutes=150)}
    both = {"hours": (Hours(0, 600, 640),), "rested_at": at + timedelta(minutes=80)}

    assert told({}, evening, noon, both) == "ask H2 from 2026-11-23 12:00 on"
    assert told({}, evening, both) == "ask H1 from 2026-11-23 18:00 on"
    assert told({}, {**evening, "is_paid": True}, evening) == "ask H2 from 2026-11-23 18:00 on"
    assert told({}, both) == "ask H1 from 2026-11-30 10:00 on"


def test_wait_for_a_free_hand(told: Told) -> None:
    """Of those whose hands are full, the one who costs least is named."""
    assert told({}, {"free_seats": 0, "is_paid": True}, {"free_seats": 0}) == "wait until H2 has a hand free"


@pytest.mark.parametrize("asked", [{}, {"asked": frozenset({"h1", "h2"})}])
def test_find_out_the_right_number(told: Told, asked: dict[str, Any]) -> None:
    """Asked before or not, whoever was never reached is nearer than one who said no; who has no hand free is not."""
    wrong = {"has_wrong_number": True}

    assert told(asked, {**wrong, "is_paid": True}, wrong) == "find out the right phone number of H2, who could go"
    assert told(asked, {**wrong, "free_seats": 0}) == "find somebody new who lives near"


def test_let_somebody_go_further(told: Told) -> None:
    """The least that somebody would have to go beyond their reach is named."""
    assert told({}, {"spot": FAR}, {"spot": FAR, "reach_metres": 2000}) == ("ask H2 to go 224 m further than usual")


def test_agree_on_another_time(told: Told, at: datetime) -> None:
    """Where nobody works in the window, the first who could come is named with the moment."""
    window = (at, at + timedelta(minutes=30))

    assert told({"window": window}, {"hours": (Hours(0, 660, 720),)}) == (
        "agree on another time: H1 could come from 2026-11-23 11:00 on"
    )


def test_ask_again_by_hand(told: Told) -> None:
    """When all who could go were asked, that is said."""
    asked = {"asked": frozenset({"h1", "h2"})}

    assert told(asked, {"is_paid": True}, {}) == ("everybody who could go was asked already (2): ask H2 again by hand")


def test_ask_for_fewer(told: Told) -> None:
    """Where some could go but not enough, that is said."""
    assert told({"slots": 3}, {}, {}) == ("3 people are needed at once and 2 could go: ask for fewer, or find more")


def test_a_licence_is_missing(told: Told) -> None:
    """Who lacks nothing but the licence is named."""
    need = {"licence": "electrician", "skills": {"wiring": 1}}

    assert told(need, {"skills": {}}, {"skills": {"wiring": 1}}) == (
        "H2 could go with a licence that is in force: electrician"
    )


@pytest.mark.parametrize(
    ("need", "sentence"),
    [
        ({"skills": {"wiring": 2, "lifting": 1}}, "find somebody new with lifting level 1, wiring level 2"),
        ({"licence": "electrician"}, "find somebody new with the licence electrician"),
        ({"never": frozenset({"h1"})}, "find somebody new who lives near"),
    ],
)
def test_find_somebody_new(told: Told, need: dict[str, Any], sentence: str) -> None:
    """Where no single change helps, what a newcomer would need is said, and never who must not go."""
    assert told(need, {"free_seats": 0, "spot": FAR}) == sentence


def test_the_needs_of_others_come_first(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> None:
    """A need that lost somebody to another is told so, unless somebody else is free again."""
    needs = [make_need("n1"), make_need("n2", urgency=Urgency.URGENT)]
    one, busy = make_helper("h1"), make_helper("h2", free_seats=0)
    (lost,) = solve(make_problem(needs, [one])).left_out
    (waits,) = solve(make_problem(needs, [one, busy])).left_out

    assert lost.remedy is not None
    assert say(lost.remedy, "en") == (
        "everybody who could go is needed for other requests (1): it is matched again when one is free"
    )
    assert waits.remedy is not None
    assert say(waits.remedy, "en") == "wait until H2 has a hand free"


def test_who_rests_until_further_notice_is_not_waited_for(told: Told, at: datetime) -> None:
    """A rest without end is no remedy."""
    for_good = {"rested_at": at + timedelta(minutes=NEVER)}

    assert told({}, for_good, {"free_seats": 0}) == "wait until H2 has a hand free"
    assert told({}, for_good) == "find somebody new who lives near"


def _heeded(problem: Problem, solution: Solution, out: LeftOut) -> Problem | None:
    """Do what a remedy says, where it names one person, and give the problem as it would then stand."""
    if out.remedy is None or "code" not in out.remedy.params or out.remedy.id.startswith("agree"):
        return None
    id = str(out.remedy.params["code"]).lower()
    helper = next(one for one in problem.helpers if one.id == id)
    need = next(one for one in problem.needs if one.id == out.need)
    at = problem.at
    words = out.remedy.id
    if words.startswith("ask {code} from"):
        wall = datetime.strptime(str(out.remedy.params["moment"]), "%Y-%m-%d %H:%M")
        at = wall.replace(tzinfo=at.tzinfo) - timedelta(hours=8)
    elif words.startswith("wait until"):
        helper = helper._replace(free_seats=1)
    elif words.startswith("find out on which floor"):
        need = replace(need, spot=need.spot._replace(floor=1))
        helper = helper._replace(spot=helper.spot._replace(unit=None))
    elif words.startswith("find out"):
        helper, need = helper._replace(has_wrong_number=False), replace(need, asked=frozenset())
    elif words.startswith("ask {code} to go"):
        helper = helper._replace(reach_metres=helper.reach_metres + int(str(out.remedy.params["metres"])))
    elif words.startswith("ask {code} to take on one more"):
        helper = helper._replace(is_spent=False)
    elif words.startswith("everybody who could go was asked"):
        need = replace(need, asked=frozenset())
    else:
        helper = helper._replace(licences=frozenset({"electrician"}))
    return Problem(needs=(need,), helpers=(helper,), at=at, zone=problem.zone)


def test_a_remedy_that_names_somebody_works(random_town: Callable[..., Problem]) -> None:
    """Done as told, the one who is named can go."""
    heeded: set[str] = set()
    for seed in range(400):
        problem = random_town(seed, most_slots=1)
        solution = solve(problem)
        for out in solution.left_out:
            changed = _heeded(problem, solution, out)
            if changed is not None and out.remedy is not None:
                heeded.add(out.remedy.id)

                assert solve(changed).assignments, (seed, out)
    assert len(heeded) == 8
