"""Cost terms of plugins: found by name, checked, and left out with the plugin named when they break."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from threading import Event
from threading import enumerate as enumerate_threads
from typing import Any

import pytest

from dispatch.errors import PluginBroke
from dispatch.i18n import say
from dispatch.model.assignment import Visit
from dispatch.plugins.cost_terms import MOST_METRES, NO_TERMS, CostTerm, CostTerms, Offered
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.manager import Plugin, Plugins
from dispatch.solver.boards import lay_out
from dispatch.solver.check import breaks, cost_terms
from dispatch.solver.exact import solve
from dispatch.solver.explain import explain_choice
from dispatch.solver.greedy import solve_greedily
from dispatch.solver.problem import Problem
from dispatch.testing import a_problem

PAIR = ("n1", "h1")


def _terms(metres: Callable[[Problem, Sequence[Visit]], Any], name: str = "dialect") -> CostTerms:
    term = CostTerm(metres=metres, en="speaks her dialect", zh="说她的家乡话")
    return CostTerms([Offered(name, "tongues (acme 1.2)", "tongues", term)])


class Offering:
    """A plugin that offers what it is told."""

    def __init__(self, offers: object) -> None:
        """Offer this; an exception is raised."""
        self.offers = offers

    @hookimpl
    def dispatch_cost_terms(self) -> Mapping[str, CostTerm]:
        """Offer it."""
        if isinstance(self.offers, Exception):
            raise self.offers
        return self.offers  # type: ignore[return-value]


def _plugins(*offers: object) -> Plugins:
    plugins = Plugins()
    for number, one in enumerate(offers, start=1):
        plugins.register(Plugin(name=f"p{number}", package="acme"), lambda one=one: Offering(one))
    return plugins


GOOD = CostTerm(metres=lambda problem, visits: {PAIR: -70}, en="speaks her dialect", zh="说她的家乡话")


def test_what_a_plugin_says_is_added_and_everybody_agrees_on_it() -> None:
    """It moves the choice, the explanation says it by its label, and the referee adds up the same."""
    problem, faults = _plugins({"dialect": GOOD}).cost_terms().added_to(a_problem(helpers=[{}, {}]), [])
    plan = solve(problem)

    assert faults == ()
    assert [(one.helper, one.cost, one.terms) for one in plan.assignments] == [
        ("h1", 930, {"distance": 1000, "dialect": -70})
    ]
    assert not breaks(problem, plan)
    assert solve_greedily(problem).assignments == plan.assignments
    said = explain_choice(problem, plan, "n1", "h1")
    assert "speaks her dialect: counts like 70 m less" in [say(one, "en") for one in said]
    assert "说她的家乡话：相当于少走 70 米" in [say(one, "zh") for one in said]


def test_a_term_that_makes_worse_is_read_out_too() -> None:
    """Above zero it is a reason against."""
    problem, _ = _terms(lambda problem, visits: {PAIR: 70}).added_to(a_problem(), [])

    assert "speaks her dialect: counts like 70 m" in [str(one) for one in explain_choice(problem, solve(problem), *PAIR)]


def test_a_plan_that_hides_a_plugins_term_is_caught() -> None:
    """The referee knows the numbers, which came with the problem."""
    problem, _ = _terms(lambda problem, visits: {PAIR: 70}).added_to(a_problem(), [])
    without = solve(a_problem())

    assert "cost" in {one.promise for one in breaks(problem, without)}


def test_no_term_outweighs_what_comes_before_costs() -> None:
    """Urgency, waiting and load decide first, however much a plugin wants otherwise."""
    needs = [{"urgency": "low"}, {"urgency": "urgent"}]
    terms = _terms(lambda problem, visits: {PAIR: -MOST_METRES, ("n2", "h1"): MOST_METRES})
    problem, _ = terms.added_to(a_problem(needs=needs), [])

    assert [one.need for one in solve(problem).assignments] == ["n2"]

    terms = _terms(lambda problem, visits: {PAIR: -MOST_METRES})
    problem, _ = terms.added_to(a_problem(helpers=[{"load": 1}, {}]), [])
    assert [one.helper for one in solve(problem).assignments] == ["h2"]


def test_a_term_is_handed_the_visits() -> None:
    """As they are, and the whole problem."""
    seen: list[Any] = []
    problem, visits = a_problem(), [Visit("d1", "h1", a_problem().at, 5)]
    _terms(lambda *given: seen.append(given) or {}).added_to(problem, visits)

    assert seen == [(problem, visits)]


def test_what_is_zero_is_not_kept() -> None:
    """A term with nothing to say is not there."""
    assert _terms(lambda problem, visits: {PAIR: 0}).added_to(a_problem(), []) == (a_problem(), ())
    assert NO_TERMS.added_to(a_problem(), []) == (a_problem(), ())


def test_a_term_that_does_not_come_back_holds_nobody_up() -> None:
    """It is left out, named, and not asked again while it is still at it: no second thread waits beside the first."""
    free, asked = Event(), []

    def hangs(problem: Problem, visits: Sequence[Visit]) -> Any:
        asked.append(1)
        free.wait()
        return {PAIR: 70}

    term = Offered("dialect", "tongues (acme 1.2)", "tongues", CostTerm(metres=hangs, en="x", zh="甲"))
    terms = CostTerms([term, term._replace(name="good", term=GOOD)], seconds=0.2)
    for _ in range(2):
        problem, faults = terms.added_to(a_problem(), [])

        assert [one.name for one in problem.extra] == ["good"]
        (fault,) = faults
        assert "tongues (acme 1.2) broke: the cost term dialect gave no answer within 0.2 s" in say(fault, "en")
        assert "0.2" in say(fault, "zh") != say(fault, "en")
    assert asked == [1]
    free.set()
    for thread in enumerate_threads():
        if thread.name == "dialect":
            thread.join()

    assert {one.name for one in terms.added_to(a_problem(), [])[0].extra} == {"dialect", "good"}


def _fails(problem: Problem, visits: Sequence[Visit]) -> Any:
    raise KeyError("+9991380000001")


BROKEN: list[tuple[Any, str]] = [
    (_fails, "the cost term dialect failed: KeyError at test_cost_terms.py:"),
    (lambda *_: 1 / 0, "the cost term dialect failed: ZeroDivisionError at test_cost_terms.py:"),
    (dict, "the cost term dialect failed: TypeError at cost_terms.py:"),
    (lambda *_: None, "the cost term dialect gave no mapping"),
    (lambda *_: [(PAIR, 3)], "the cost term dialect gave no mapping"),
    (lambda *_: {("n1", "h9"): 3}, "the cost term dialect names a pair that is not in the problem"),
    (lambda *_: {("n9", "h1"): 3}, "the cost term dialect names a pair that is not in the problem"),
    (lambda *_: {"n1h1": 3}, "the cost term dialect names a pair that is not in the problem"),
    (lambda *_: {PAIR: 0.5}, "the cost term dialect gave 0.5, not a whole number from -5000 to 5000"),
    (lambda *_: {PAIR: float("nan")}, "the cost term dialect gave nan, not a whole number from -5000 to 5000"),
    (lambda *_: {PAIR: 10**5000}, "the cost term dialect gave (int), not a whole number from -5000 to 5000"),
    (lambda *_: {PAIR: "3"}, "the cost term dialect gave (str), not a whole number from -5000 to 5000"),
    (lambda *_: sys.exit(3), "the cost term dialect failed: SystemExit at test_cost_terms.py:"),
    (lambda *_: {PAIR: True}, "the cost term dialect gave True, not a whole number from -5000 to 5000"),
    (lambda *_: {PAIR: MOST_METRES + 1}, "the cost term dialect gave 5001, not a whole number from -5000 to 5000"),
    (lambda *_: {PAIR: -MOST_METRES - 1}, "the cost term dialect gave -5001, not a whole number"),
]


@pytest.mark.parametrize(("metres", "why"), BROKEN)
def test_a_term_that_breaks_is_left_out_and_its_plugin_named(metres: Any, why: str) -> None:
    """The others stay; what the fault quoted is not repeated."""
    both = CostTerms([*_terms(metres).offered, Offered("other", "others (acme 1.2)", "others", GOOD)])
    problem, faults = both.added_to(a_problem(), [])

    assert [one.name for one in problem.extra] == ["other"]
    assert len(faults) == 1
    assert str(faults[0]).startswith(f"left out of the costs: plugin tongues (acme 1.2) broke: {why}")
    assert "+999" not in str(faults[0])


REFUSED: list[tuple[Any, str]] = [
    (ValueError("x"), "plugin p1 (acme) broke: it failed when asked for its cost terms: ValueError at test_cost_terms.py:"),
    (None, "plugin p1 (acme) broke: dispatch_cost_terms returned no mapping of names"),
    ({"Dialect": GOOD}, "plugin p1 (acme) broke: a cost term's name is lower-case-with-hyphens, and Dialect is not"),
    ({3: GOOD}, "plugin p1 (acme) broke: a cost term's name is lower-case-with-hyphens, and 3 is not"),
    ({"bond": GOOD}, "plugin p1 (acme) broke: bond is one of our own cost terms"),
    ({"dialect": GOOD.metres}, "plugin p1 (acme) broke: what it offers as cost term dialect is none"),
    (
        {"dialect": CostTerm(metres=GOOD.metres, en="x", zh="")},
        "plugin p1 (acme) broke: what it offers as cost term dialect is none",
    ),
]


@pytest.mark.parametrize(("offers", "why"), REFUSED)
def test_what_is_no_cost_term_is_refused(offers: Any, why: str) -> None:
    """With the plugin named, before it is asked for anything."""
    with pytest.raises(PluginBroke) as told:
        _plugins(offers).cost_terms()

    assert str(told.value).startswith(why)


def test_two_plugins_cannot_share_a_cost_terms_name() -> None:
    """Nothing is overridden by accident."""
    with pytest.raises(PluginBroke, match=r"p1 \(acme\) and p2 \(acme\) both offer a cost term called dialect"):
        _plugins({"dialect": GOOD}, {"dialect": GOOD}).cost_terms()


def test_a_pair_that_is_not_on_the_board_counts_nothing() -> None:
    """Cutting a problem into parts leaves the rest of a term aside."""
    problem, _ = _terms(lambda *_: {PAIR: 5, ("n2", "h1"): 7}).added_to(a_problem(needs=[{}, {}]), [])
    part = a_problem()
    layout = lay_out(type(part)(needs=part.needs, helpers=part.helpers, at=part.at, zone=part.zone, extra=problem.extra), {})

    assert layout.prices.of(0, 0)["dialect"] == 5
    assert cost_terms(part.needs[0], part.helpers[0], problem.extra)["dialect"] == 5
