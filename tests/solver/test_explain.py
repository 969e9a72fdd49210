"""Explanations: each rule in numbers, and prices that a second solution bears out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.i18n import Sentence, say
from dispatch.model.quiet import Quiet
from dispatch.model.responder import Hours
from dispatch.model.service import Urgency
from dispatch.solver.boards import lay_out
from dispatch.solver.candidates import FILTERS, sift
from dispatch.solver.exact import solve, solve_forcing
from dispatch.solver.explain import (
    MOST_OTHERS,
    explain_choice,
    explain_nobody,
    explain_not,
    explain_rivals,
    objection,
    read_out,
    read_terms,
)
from dispatch.solver.instead import look_instead
from dispatch.solver.openings import NEVER
from dispatch.solver.problem import Helper, Need, Problem, Spot
from dispatch.units import Position

Making = tuple[Callable[..., Need], Callable[..., Helper], Callable[..., Problem]]
FAR = Spot(position=Position(37.87, 112.55))
HERE = Spot(position=Position(37.85, 112.55))


@pytest.fixture
def making(
    make_need: Callable[..., Need], make_helper: Callable[..., Helper], make_problem: Callable[..., Problem]
) -> Making:
    """Give the three makers at once."""
    return make_need, make_helper, make_problem


def english(sentences: tuple[Sentence, ...]) -> list[str]:
    """Read sentences out in English."""
    return [say(one, "en") for one in sentences]


OBJECTIONS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "skill",
        {"skills": {"plumbing": 2}},
        {},
        "H1 does not have the skill plumbing, and level 2 is needed",
    ),
    (
        "skill",
        {"skills": {"plumbing": 2, "errands": 1}},
        {"skills": {"plumbing": 1, "errands": 1}},
        "H1 has the skill plumbing at level 1, and level 2 is needed",
    ),
    (
        "licence",
        {"licence": "electrician"},
        {},
        "H1 holds no licence electrician that is in force",
    ),
    ("reach", {}, {"spot": FAR}, "H1 goes 1500 m at most, and it is 2224 m away"),
    (
        "wrong-number",
        {},
        {"has_wrong_number": True},
        "the phone number of H1 is wrong, so H1 cannot be asked until it is corrected",
    ),
    ("hours", {}, {"hours": (Hours(0, 1080, 1200),)}, "H1 may be asked from 2026-11-23 18:00 on"),
    ("capacity", {}, {"free_seats": 0}, "H1 has no hand free"),
    ("capacity", {}, {"free_seats": 0, "busy_with": (4, 17)}, "H1 has no hand free: requests 4, 17"),
    ("asked-before", {"asked": frozenset({"h1"})}, {}, "H1 was asked for it before"),
    ("unavailable", {"never": frozenset({"h1"})}, {}, "H1 is not available for it"),
    ("minor", {"adults_only": True}, {"is_adult": False}, "H1 is a minor, and this is for adults only"),
    ("minor", {}, {"is_adult": False}, "H1 is a minor and goes only where an adult has accepted to go too"),
    (
        "stairs",
        {"spot": HERE._replace(floor=3)},
        {"no_stairs": True},
        "H1 does not climb stairs, and the door is on floor 3 without a lift",
    ),
    (
        "stairs",
        {"spot": HERE},
        {"no_stairs": True},
        "H1 does not climb stairs; on which floor the door is nobody knows, so it counts as a climb",
    ),
    ("hours", {}, {"quiet": (Quiet(9 * 60, 13 * 60),)}, "H1 may be asked from 2026-11-23 13:00 on"),
    (
        "monthly-cap",
        {},
        {"is_spent": True, "monthly_cap": 2},
        "H1 has taken on 2 requests this month, as many as they wished",
    ),
    ("apart", {"apart": frozenset({"h1"})}, {}, "somebody goes or is asked already with whom H1 is never sent"),
]


@pytest.mark.parametrize(("name", "need", "helper", "sentence"), OBJECTIONS)
def test_each_rule_says_its_numbers(
    making: Making, name: str, need: dict[str, Any], helper: dict[str, Any], sentence: str
) -> None:
    """The rule that speaks against a pair is told with what is and what would be needed."""
    make_need, make_helper, make_problem = making
    problem = make_problem([make_need(**need)], [make_helper(**helper)])
    terms, speaks_against = objection(problem, "n1", "h1")

    assert speaks_against is not None
    assert say(speaks_against, "en") == sentence
    assert english(explain_not(problem, solve(problem), "n1", "h1")) == [sentence]
    assert sift(problem).first_against(0, 0) == name
    known = {"reach": {"distance": 2224}, "stairs": {"stairs": 50} if "floor 3" in sentence else {}}
    assert terms == known.get(name, {})


def test_rest_says_until_when(making: Making, at: datetime) -> None:
    """A rest ends at a moment on the wall, or is told to have no end; hours never met are told as such."""
    make_need, make_helper, make_problem = making

    def told(need: dict[str, Any], helper: dict[str, Any]) -> str:
        _, against = objection(make_problem([make_need(**need)], [make_helper(**helper)]), "n1", "h1")
        assert against is not None
        return say(against, "en")

    assert told({}, {"rested_at": at + timedelta(minutes=45)}) == "H1 rests until 2026-11-23 10:15"
    assert told({}, {"rested_at": at + timedelta(minutes=NEVER)}) == "H1 rests until further notice"
    assert (
        told({"window": (at, at + timedelta(minutes=9))}, {"hours": (Hours(1, 0, 9),)})
        == "H1 is not free when the work may begin"
    )


def test_every_rule_has_an_objection_tested() -> None:
    """No rule goes without its sentence; rest has the test above."""
    assert {name for name, *_ in OBJECTIONS} | {"rest"} == set(FILTERS)


def test_who_was_asked_before_may_be_asked_again_by_hand(making: Making) -> None:
    """Set aside on purpose, having been asked speaks no longer against it, while other rules do."""
    make_need, make_helper, make_problem = making
    need = make_need(asked=frozenset({"h1", "h2"}), never=frozenset({"h2"}))
    problem = make_problem([need], [make_helper("h1", is_paid=True), make_helper("h2")])

    assert objection(problem, "n1", "h1", ignore_asked=True) == ({"paid": 200}, None)
    assert objection(problem, "n1", "h1")[1] == Sentence("{code} was asked for it before", {"code": "H1"})
    assert objection(problem, "n1", "h2", ignore_asked=True)[1] == Sentence(
        "{code} is not available for it", {"code": "H2"}
    )


def test_terms_are_read_out_by_name() -> None:
    """Every term has its words, a stranger's term its name, zeros are not read, and the total closes."""
    terms = {"bond": -300, "distance": 30, "stairs": 50, "skill": 20, "paid": 200, "moon": 4, "none": 0}

    assert english(read_terms(terms)) == [
        "the way: 30 m",
        "the stairs: like 50 m",
        "more skill than it takes: like 20 m",
        "looks in on this household: 300 m less",
        "costs the resident money: like 200 m",
        "moon: counts like 4 m",
        "all in all: 4 m",
    ]


def test_a_choice_is_explained_against_those_who_would_cost_less(making: Making) -> None:
    """Who would have cost less is answered for: asked only later, done more, or needed elsewhere."""
    make_need, make_helper, make_problem = making
    problem = make_problem(
        [make_need("n1"), make_need("n2", urgency=Urgency.URGENT, skills={"plumbing": 1})],
        [
            make_helper("h1", is_paid=True),
            make_helper("h2"),
            make_helper("h3", load=5),
            make_helper("h4", skills={"plumbing": 1}),
            make_helper("h5", is_paid=True, load=9),
        ],
    )
    solution = solve(problem, {"n1": frozenset({"h1", "h3", "h4", "h5"})})

    assert english(explain_choice(problem, solution, "n1", "h1")) == [
        "H1 was chosen out of 5 who could go",
        "costs the resident money: like 200 m",
        "all in all: 200 m",
        "requests H1 has in hand or has done of late: 0",
        "H2 would count 0 m, but for such a need neighbours are asked first",
        "H3 would count 0 m, and has done more of late: 5",
        "H4 would count 0 m, and is needed for request 2",
        "next in line: H4, H3, H5",
    ]


def test_terms_as_they_were_are_the_ones_read_out(making: Making) -> None:
    """An offer made earlier is explained by what it cost then, and an empty first circle is mentioned."""
    make_need, make_helper, make_problem = making
    problem = make_problem([make_need(asked=frozenset({"h1"}))], [make_helper("h1"), make_helper("h2")])
    outsider = english(explain_choice(problem, solve(problem, {"n1": frozenset()}), "n1", "h1", {"distance": 77}))
    insider = english(explain_choice(problem, solve(problem, {"n1": frozenset({"h1"})}), "n1", "h1"))

    assert outsider == [
        "H1 was chosen out of 2 who could go",
        "nobody of those who are asked first could go, so everybody else is asked",
        "the way: 77 m",
        "all in all: 77 m",
        "requests H1 has in hand or has done of late: 0",
        "next in line: H2",
    ]
    assert insider == [
        "H1 was chosen out of 2 who could go",
        "it costs no way and nothing else",
        "requests H1 has in hand or has done of late: 0",
        "next in line: H2",
    ]


def test_who_would_be_asked_next_is_named_beside_an_offer_that_stands(making: Making) -> None:
    """While somebody has the offer in hand, the one whom a new round would choose is next in line, not busy."""
    make_need, make_helper, make_problem = making
    need = make_need(asked=frozenset({"h1"}))
    problem = make_problem([need], [make_helper("h1", is_paid=True), make_helper("h2")])
    told = english(explain_choice(problem, solve(problem), "n1", "h1", {"paid": 200}))

    assert told[-1] == "next in line: H2"
    assert not [one for one in told if "H2 would count" in one]


def test_who_is_outside_as_well_is_not_told_to_come_later(making: Making) -> None:
    """Between two outsiders it is not the circle that decided but what they have done."""
    make_need, make_helper, make_problem = making
    problem = make_problem([make_need()], [make_helper("h1", is_paid=True), make_helper("h2", load=1)])
    solution = solve(problem, {"n1": frozenset()})

    assert "H2 would count 0 m, and has done more of late: 1" in english(explain_choice(problem, solution, "n1", "h1"))


NOT_BECAUSE: list[tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]] = [
    (
        [{}, {"urgency": Urgency.URGENT, "licence": "gas"}],
        [{}, {"licences": frozenset({"gas"}), "spot": FAR, "reach_metres": 9999}],
        ["asking H2 instead would leave out urgent requests: 1 more", "request 2 would then be left out"],
    ),
    (
        [{}, {"licence": "gas"}],
        [{}, {"licences": frozenset({"gas"}), "is_paid": True}],
        ["asking H2 instead would leave out requests: 1 more", "request 2 would then be left out"],
    ),
    (
        [{}, {"urgency": Urgency.LOW, "licence": "gas"}],
        [{}, {"licences": frozenset({"gas"}), "is_paid": True}],
        [
            "asking H2 instead would leave out requests that can wait: 1 more",
            "request 2 would then be left out",
        ],
    ),
    (
        [{}, {"licence": "gas", "waited_minutes": 40}, {"licence": "gas"}],
        [{}, {"licences": frozenset({"gas"})}],
        ["asking H2 instead would leave out requests: 1 more", "request 2 would then be left out"],
    ),
    (
        [{"licence": "gas"}, {"licence": "gas", "waited_minutes": 40}],
        [{}, {"licences": frozenset({"gas"})}],
        [
            "asking H2 instead would leave out who has waited longer, by 40 minutes",
            "request 2 would then be left out",
        ],
    ),
    (
        [{}],
        [{}, {"load": 2}],
        ["asking H2 instead would share the work less evenly, by 4 in the sum of squares"],
    ),
    ([{}], [{}, {"is_paid": True}], ["asking H2 instead would cost 200 m more"]),
    (
        [{}, {"household": "d1"}],
        [{}, {"bonds": frozenset({"d1"})}],
        ["asking H2 instead would cost 300 m more", "request 2 would then go to H1"],
    ),
    ([{"slots": 3}], [{}, {}], ["3 people are needed at once, and 2 could go"]),
]


@pytest.mark.parametrize(("needs", "helpers", "sentences"), NOT_BECAUSE)
def test_why_not_her_is_told_at_the_first_level_that_gets_worse(
    making: Making, needs: list[dict[str, Any]], helpers: list[dict[str, Any]], sentences: list[str]
) -> None:
    """The price of asking H2 for request 1 instead, and whom it would move."""
    make_need, make_helper, make_problem = making
    problem = make_problem(
        [make_need(f"n{number}", **said) for number, said in enumerate(needs, start=1)],
        [make_helper(f"h{number}", **said) for number, said in enumerate(helpers, start=1)],
    )

    assert english(explain_not(problem, solve(problem), "n1", "h2")) == sentences


def test_a_circle_passed_over_is_told(making: Making) -> None:
    """Asking an outsider instead passes over those who are asked first."""
    make_need, make_helper, make_problem = making
    problem = make_problem([make_need()], [make_helper("h1", load=9), make_helper("h2")])
    solution = solve(problem, {"n1": frozenset({"h1"})})

    assert english(explain_not(problem, solution, "n1", "h2")) == [
        "others come before H2: asking H2 now would be jumping the queue"
    ]
    assert english(explain_not(problem, solution, "n1", "h1")) == ["H1 is the one who is asked"]


def test_a_plan_that_was_cut_short_does_not_claim_to_be_better(random_town: Callable[..., Problem]) -> None:
    """Where forcing a pair shows a better plan, that is said instead of a price below nothing."""
    found = 0
    for seed in range(300):
        problem = random_town(seed, most_needs=6, strict=False)
        cut_short, best = solve(problem, most_nodes=1), solve(problem)
        if [one.value for one in cut_short.levels] == [one.value for one in best.levels]:
            continue
        sent = {(one.need, one.helper) for one in cut_short.assignments}
        for one in best.assignments:
            if (one.need, one.helper) not in sent:
                found += 1

                assert "may be as good" in english(explain_not(problem, cut_short, one.need, one.helper))[0]
    assert found > 5


def test_an_equal_is_told_to_be_one(making: Making) -> None:
    """Between two who are alike a lot decided, and that is said."""
    make_need, make_helper, make_problem = making
    problem = make_problem([make_need()], [make_helper("h1"), make_helper("h2")])
    solution = solve(problem)
    (other,) = {"h1", "h2"} - {one.helper for one in solution.assignments}

    assert english(explain_not(problem, solution, "n1", other)) == [
        f"{other.upper()} would do just as well: a fixed lot decided"
    ]


def test_prices_agree_with_the_two_solutions(random_town: Callable[..., Problem]) -> None:
    """The number told is the difference at the first level at which the best plan with the pair is worse."""
    for seed in range(60):
        problem = random_town(seed, strict=False)
        solution = solve(problem)
        sent = {(one.need, one.helper) for one in solution.assignments}
        for need in problem.needs:
            for helper in problem.helpers:
                forced = solve_forcing(problem, {}, need.id, helper.id)
                if forced is None or (need.id, helper.id) in sent:
                    continue
                told = explain_not(problem, solution, need.id, helper.id)[0]
                worse = [
                    after.value - before.value
                    for before, after in zip(solution.levels, forced.levels, strict=True)
                    if after.value != before.value
                ]

                assert told.params.get("more") == (worse[0] if worse else None), seed


def test_the_plan_itself_tells_who_would_move(random_town: Callable[..., Problem]) -> None:
    """Where every need takes one person, the price and the moves told are those of solving again with the pair."""
    moved = set()
    for seed in range(150):
        problem = random_town(seed, strict=False, most_slots=1, most_needs=6, most_helpers=8)
        solution = solve(problem)
        sent = {one.need: one.helper for one in solution.assignments}
        numbers = {one.number: one.id for one in problem.needs}
        for need in problem.needs:
            for helper in problem.helpers:
                forced = solve_forcing(problem, {}, need.id, helper.id)
                if forced is None or sent.get(need.id) == helper.id:
                    continue
                told = explain_not(problem, solution, need.id, helper.id)
                layout = lay_out(problem, {})
                assert look_instead(layout, *layout.candidates.pairings.pair(need.id, helper.id)) is not None
                worse = [
                    after.value - before.value
                    for before, after in zip(solution.levels, forced.levels, strict=True)
                    if after.value != before.value
                ]
                then = {one.need: one.helper for one in forced.assignments}
                changed = {one.id for one in problem.needs if then.get(one.id) != sent.get(one.id)} - {need.id}
                said = {
                    numbers[one.params["number"]]: next(iter(one.params.get("codes", ())), None)
                    for one in told[1:]
                    if "number" in one.params
                }
                moved.add(len(changed))

                assert told[0].params.get("more") == (worse[0] if worse else None), seed
                assert len(said) == min(len(changed), MOST_OTHERS), seed
                assert all(then[one].upper() == code if code else one not in then for one, code in said.items()), seed
                assert said.keys() <= changed
                rest = [one.params["count"] for one in told[1:] if "count" in one.params]
                assert rest == ([len(changed) - MOST_OTHERS] if len(changed) > MOST_OTHERS else []), seed
    assert moved >= {0, 1, 2, 3, 4}


def test_nobody_is_explained_filter_by_filter(making: Making) -> None:
    """How many each rule turns away, in the order of the rules, then the nearest fix."""
    make_need, make_helper, make_problem = making
    able = {"skills": {"plumbing": 2}}
    problem = make_problem(
        [make_need(skills={"plumbing": 2}, asked=frozenset({"h4"}), never=frozenset({"h5"}))],
        [
            make_helper("h1"),
            make_helper("h2"),
            make_helper("h3", **able, free_seats=0),
            make_helper("h4", **able),
            make_helper("h5", **able),
        ],
    )

    told, remedy = explain_nobody(problem, "n1")
    assert english(told) == [
        "people on the list: 5",
        "without the skill (plumbing level 2): 2",
        "hands full: 1",
        "asked before: 1",
        "not available: 1",
    ]
    assert remedy is not None
    assert say(remedy, "en") == "wait until H3 has a hand free"


def test_hands_that_are_full_are_told_with_what_they_are_full_of(making: Making) -> None:
    """Of those whom nothing else speaks against, the nearest first; who is not known to hold anything is counted."""
    make_need, make_helper, make_problem = making
    full = {"free_seats": 0}
    helpers = [
        make_helper("h1", **full, busy_with=(3,), is_paid=True),
        make_helper("h2", **full, busy_with=(5, 8)),
        make_helper("h3", **full, busy_with=(9,), spot=FAR),
        make_helper("h4", **full),
    ]
    told, _ = explain_nobody(make_problem([make_need()], helpers), "n1")

    assert english(told) == [
        "people on the list: 4",
        "too far away: 1",
        "hands full: 3",
        "H2 has no hand free: requests 5, 8",
        "H1 has no hand free: requests 3",
    ]


def test_somebody_who_could_go_is_told_too(making: Making) -> None:
    """Asked why nobody while somebody could go, it says how many could."""
    make_need, make_helper, make_problem = making
    problem = make_problem([make_need()], [make_helper("h1"), make_helper("h2", spot=FAR)])

    told, remedy = explain_nobody(problem, "n1")
    assert remedy is None
    assert english(told) == [
        "people on the list: 2",
        "too far away: 1",
        "could go: 1",
    ]


def test_every_reason_can_be_read_out(making: Making, random_town: Callable[..., Problem]) -> None:
    """Whatever left a need out, there is a sentence for it that takes its numbers."""
    heard = set()
    for seed in range(300):
        problem = random_town(seed)
        needs = {one.id: one for one in problem.needs}
        for out in solve(problem).left_out:
            heard |= {one.reason for one in out.why}

            assert all(read_out(needs[out.need], out.why)) or not out.why
            assert len(english(read_out(needs[out.need], out.why))) == len(out.why)
    assert heard == {*FILTERS, "too-few", "elsewhere"}


def test_requests_that_compete_for_the_same_few_people_are_named(making: Making) -> None:
    """One seat too few for them, by brute force: all can be served but one, whichever it is."""
    make_need, make_helper, make_problem = making
    able = {"skills": {"plumbing": 2}}
    needs = [make_need(f"n{at}", number=at, skills={"plumbing": 2}) for at in (1, 2, 3)]
    helpers = [make_helper("h1", **able), make_helper("h2", **able), make_helper("h3")]
    problem = make_problem([*needs, make_need("n4", number=4)], helpers)

    assert english(explain_rivals(problem, "n2")) == [
        "requests 1, 2, 3 need the same people (H1, H2), who can take 2 of them"
    ]
    assert explain_rivals(problem, "n4") == ()
    alone = make_problem([needs[0], make_need("n4", number=4)], helpers)
    assert explain_rivals(alone, "n1") == ()
    with_team = make_problem([*needs, make_need("n5", number=5, skills={"plumbing": 2}, slots=2)], helpers)
    assert explain_rivals(with_team, "n1") == ()


def test_of_many_people_who_are_competed_for_only_the_first_are_named(making: Making) -> None:
    """It is read aloud."""
    make_need, make_helper, make_problem = making
    problem = make_problem(
        [make_need(f"n{at}", number=at) for at in range(1, 6)], [make_helper(f"h{at}") for at in range(1, 5)]
    )

    assert english(explain_rivals(problem, "n1")) == [
        "requests 1, 2, 3, 4, 5 need the same 4 people (H1, H2, H3 …), who can take 4 of them"
    ]
