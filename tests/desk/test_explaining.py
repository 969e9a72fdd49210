"""Why this one, why not that one, why nobody: in numbers that can be checked, and without codes for everybody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.desk.closing import cancel, merge
from dispatch.desk.explaining import Explanation, explain_request
from dispatch.desk.replies import reply_on_behalf
from dispatch.desk.snapshot import take_snapshot
from dispatch.errors import NotFound, PluginBroke
from dispatch.i18n import Sentence, say
from dispatch.model.lifecycle import RequestState
from dispatch.model.responder import Skill
from dispatch.plugins.cost_terms import CostTerms
from dispatch.policy.rings import plan_round
from dispatch.solver.explain import explain_not
from tests.conftest import Street
from tests.desk.conftest import Desk
from tests.solver.children import command

PLUMBER = (Skill("plumbing", 3),)


@pytest.fixture
def told(desk: Desk, street: Street) -> Desk:
    """Two plumbers and somebody who is none, a request, and a round."""
    street.responder("V1", place="8-2", skills=PLUMBER, name="张三丰")
    street.responder("V2", place="9", skills=PLUMBER)
    street.responder("V3")
    street.request(state=RequestState.TRIAGED)
    desk.round()
    return desk


def _explain(desk: Desk, number: int = 1, **said: object) -> Explanation:
    return desk.look(lambda tx: explain_request(tx, desk.actor, desk.rules, number, **said))  # type: ignore[arg-type]


def test_who_was_asked_is_explained_by_the_terms_of_the_offer(told: Desk) -> None:
    """By code, out of how many, and the total is what the offer says."""
    said = _explain(told)
    text = " ".join(str(one) for one in said.sentences)

    assert said.about == "chosen"
    assert "V1 was chosen out of 2 who could go" in text


@pytest.mark.parametrize(("code", "words"), [("V2", "V2"), ("V3", "plumbing")])
def test_who_was_not_asked_is_explained(told: Desk, code: str, words: str) -> None:
    """Another would cost more; or a rule speaks against them."""
    said = _explain(told, why_not=code)

    assert said.about == "why-not"
    assert words in " ".join(str(one) for one in said.sentences)


@pytest.fixture
def team(desk: Desk, street: Street) -> Desk:
    """Three who could carry, two of whom are needed at once, the nearest of them asked."""
    for code, place in (("V1", "8-2"), ("V2", "8"), ("V3", "9")):
        street.responder(code, place=place, skills=PLUMBER)
    street.request(state=RequestState.TRIAGED, headcount=2)
    return desk


def test_a_team_is_explained_by_a_process_of_its_own(team: Desk) -> None:
    """The answer is the one that the solver gives here."""
    problem = team.look(lambda tx: take_snapshot(tx, team.rules).problem)
    third = next(one.id for one in problem.helpers if one.code == "V3")
    here = explain_not(problem, plan_round(problem), problem.needs[0].id, third)

    assert _explain(team, why_not="V3").sentences == here
    assert "asking V3 instead would cost" in str(here[0])


@pytest.mark.parametrize("run", ["import sys; sys.exit(7)", "import ctypes; ctypes.string_at(0)", "import time; time.sleep(600)"])
def test_a_solver_that_fails_does_not_take_an_explanation_down(
    team: Desk, monkeypatch: pytest.MonkeyPatch, run: str
) -> None:
    """What is known without it is said: the first rule against, or the cost; and that it failed."""
    monkeypatch.setattr("dispatch.solver.aside.own_command", lambda *_: command(run))
    monkeypatch.setattr("dispatch.solver.guarded.own_command", lambda *_: command(run))
    team.rules = replace(team.rules, solve_seconds=1)
    said = _explain(team, why_not="V3").sentences

    assert "V3 could go; what would change could not be worked out: the solver" in say(said[0], "en")
    assert "V3可以去" in say(said[0], "zh").replace(" ", "")
    assert "all in all" in say(said[-1], "en")
    team.round()
    assert "V1 was chosen out of 2" in " ".join(map(str, _explain(team).sentences))


def test_a_term_left_out_is_named_where_nobody_could_be_asked(desk: Desk, street: Street) -> None:
    """As it is where somebody was."""
    street.request(state=RequestState.TRIAGED)
    broken = CostTerms(faults=[PluginBroke("plugin {plugin} broke: {why}", plugin="acme", why="x")])

    assert "acme" in str(_explain(desk, terms=broken).sentences[-1])


def test_nobody_is_explained_with_what_would_help(desk: Desk, street: Street) -> None:
    """How many each rule turned away, and the nearest remedy."""
    street.responder("V3")
    street.request(state=RequestState.TRIAGED)
    said = _explain(desk)

    assert said.about == "nobody"
    assert "1" in " ".join(str(one) for one in said.sentences)


def test_full_hands_are_told_with_the_requests_that_fill_them(desk: Desk, street: Street) -> None:
    """Asked why nobody, and asked why not that one, in both languages."""
    street.responder("V3", skills=PLUMBER, capacity=2)
    for _ in range(2):
        street.request(state=RequestState.TRIAGED)
    desk.round()
    street.request(state=RequestState.TRIAGED)
    nobody, why_not = _explain(desk, 3), _explain(desk, 3, why_not="V3")
    full = [one for one in nobody.sentences if "no hand free" in str(one)]

    assert [str(one) for one in full] == ["V3 has no hand free: requests 1, 2"]
    assert full == list(why_not.sentences)
    assert say(full[0], "zh") == "V3手上已经满了，有第1、2单"


def test_requests_that_wait_for_the_same_few_people_are_named(desk: Desk, street: Street) -> None:
    """Where nobody has been asked yet, and they are too few for all of them."""
    street.responder("V3", skills=PLUMBER, capacity=1)
    street.request(state=RequestState.TRIAGED)
    assert "need the same people" not in " ".join(str(one) for one in _explain(desk).sentences)
    street.request(state=RequestState.TRIAGED)

    assert str(_explain(desk).sentences[-1]) == "requests 1, 2 need the same people (V3), who can take 1 of them"
    assert say(_explain(desk).sentences[-1], "zh") == "第1、2单要找的是同样的人（V3），只接得了其中1单"


def test_for_everybody_there_are_no_codes_and_no_names(told: Desk) -> None:
    """It may be read aloud to anybody; why somebody was not asked may not."""
    text = " ".join(str(one) for one in _explain(told, public=True).sentences)

    for private in ("V1", "V2", "V3", "张三丰", "王阿姨", "301"):
        assert private not in text
    with pytest.raises(NotFound, match="not for everybody"):
        _explain(told, why_not="V2", public=True)


def test_everybody_hears_how_many_were_asked_and_what_came_of_it(told: Desk) -> None:
    """Still to come, a yes, or nobody: each can be read to the resident, with how people are chosen."""
    asked = [str(one) for one in _explain(told, public=True).sentences]
    told.do(reply_on_behalf, 1, "V1", accepts=True)
    accepted = [str(one) for one in _explain(told, public=True).sentences]

    assert asked[:2] == ["people asked for request 1: 1", "their answer is still to come: 1"]
    assert accepted[:2] == ["people asked for request 1: 1", "said yes: 1"]
    assert asked[-1] == accepted[-1] == "first comes who has the skill, then whose turn it is, then who is near"


def test_everybody_hears_of_nobody_without_a_code(desk: Desk, street: Street) -> None:
    """The nearest remedy names somebody: it is for the desk alone."""
    street.responder("V7", place="9", skills=(Skill("plumbing", 1),))
    street.request(state=RequestState.TRIAGED)
    before = _explain(desk, public=True)
    desk.round()
    said = _explain(desk, public=True)

    assert said.about == "nobody"
    assert "V7" not in " ".join(str(one) for one in said.sentences)
    assert str(before.sentences[0]) == "nobody was asked for request 1 yet, out of 1"
    assert str(said.sentences[0]) == "nobody can come for request 1 now, out of 1"


@pytest.mark.parametrize("public", [False, True])
def test_what_is_over_is_said_before_all_else(told: Desk, street: Street, public: bool) -> None:
    """A cancelled request needs nobody, so nobody who could go is named; a merged one points to the other."""
    told.do(cancel, 1)
    street.request(state=RequestState.TRIAGED)
    street.request(state=RequestState.TRIAGED)
    told.do(merge, 3, 2)

    assert [str(one) for one in _explain(told, public=public).sentences] == ["request 1 is over: cancelled"]
    assert [str(one) for one in _explain(told, 3, public=public).sentences] == [
        "request 3 is merged into request 2: see dispatch explain 2"
    ]


def test_an_explanation_changes_nothing(told: Desk) -> None:
    """And goes on answering when the work is arranged."""
    before = told.everything()
    _explain(told)
    _explain(told, why_not="V2")
    assert told.everything() == before
    told.do(reply_on_behalf, 1, "V1", accepts=True)

    assert _explain(told).about == "chosen"


def test_every_reason_survives_json_and_has_its_chinese(told: Desk) -> None:
    """A program may keep it and say it later in the other language."""
    for one in (*_explain(told).sentences, *_explain(told, why_not="V3").sentences):
        assert Sentence.from_json(one.to_json()) == one
        assert say(one, "zh") != say(one, "en")


def test_unknown_numbers_and_codes_are_said(told: Desk) -> None:
    """By number and by code."""
    with pytest.raises(NotFound, match="no request 9"):
        _explain(told, 9)
    with pytest.raises(NotFound, match="V99"):
        _explain(told, why_not="V99")
