"""Whatever is said to help does help: the command that a remedy or a hint names is obeyed where it is named."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.cli.door import run
from dispatch.clock import StoppedClock
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import take_over
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.editing import Correction, edit_request
from dispatch.desk.explaining import explain_request
from dispatch.desk.intake import take_request
from dispatch.desk.matching import run_round
from dispatch.desk.pages import today
from dispatch.desk.phone_list.phone_sheets import print_sheet
from dispatch.desk.replies import reply_from_sheet, reply_on_behalf
from dispatch.desk.undoing import undo
from dispatch.errors import NotAllowedNow, NotFound, Refused
from dispatch.i18n import say, say_error
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import Order, Private
from dispatch.model.responder import Hours, Licence, Skill
from dispatch.model.service import Service, ServiceId
from dispatch.solver import remedies
from dispatch.store import towns
from dispatch.store.engine import Database, mark
from dispatch.store.ids import new_id
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

_S = RequestState
EVENING = (Hours(0, 18 * 60, 20 * 60),)
TUESDAY = (Hours(1, 8 * 60, 12 * 60),)
FILLED_IN = {
    "CODE": "V9",
    "PLACE": "8-1",
    "DOOR": "101",
    "NAME": "新来的",
    "PHONE": "+9991389999999",
    "DATE": "2027-01-31",
    "BEGIN/END": "2026-11-24T09:00/2026-11-24T10:00",
}


@dataclass
class Office:
    """The desk, and the command run on the same database at the same moment."""

    desk: Desk
    street: Street
    clock: StoppedClock
    monkeypatch: pytest.MonkeyPatch
    done: list[str] = field(default_factory=list)

    def obey(self, said: str) -> None:
        """Run each command that a sentence names, the blanks filled in, and see it succeed."""
        named = re.findall(r"dispatch [a-z].*?(?=, and: |; or |\)|$)", said)
        assert named, said
        for line in named:
            for blank, text in FILLED_IN.items():
                line = re.sub(rf"(?<![A-Z/]){blank}(?![A-Z/])", text, line)  # noqa: PLW2901
            self.monkeypatch.setenv("DISPATCH_AT", self.clock.at.isoformat())
            assert run([*shlex.split(line)[1:]]) in (0, None), line
            self.done.append(line)

    def said(self) -> list[str]:
        """What explain says of request 1, in English."""
        told = self.desk.look(lambda tx: explain_request(tx, self.desk.actor, self.desk.rules, 1))
        return [say(one, "en") for one in told.sentences]


@pytest.fixture
def office(
    desk: Desk, street: Street, clock: StoppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database
) -> Office:
    """The street's office: a rehearsal, so that the command acts at the moment of the street's clock."""
    database.write(lambda tx: mark(tx.connection, "rehearsal", "yes"))
    (tmp_path / "dispatch.toml").touch()
    monkeypatch.chdir(tmp_path)
    for name, text in (("DATABASE", str(tmp_path / "dispatch.db")), ("LANG", "en"), ("AS", desk.actor.name)):
        monkeypatch.setenv(f"DISPATCH_{name}", text)
    return Office(desk, street, clock, monkeypatch)


def _electric(office: Office) -> None:
    service = Service(
        id=ServiceId(new_id()),
        community="street",
        code="electric",
        name_zh="修电路",
        name_en="mend the wiring",
        licence="electrician",
    )
    office.street.database.write(lambda tx: towns.write_services(tx.connection, [service], [], []))
    office.street.services = {**office.street.services, "electric": service.id}


def _as_many_as_wished(office: Office) -> None:
    one = office.street.responder("V1", monthly_cap=1)
    office.street.request("listen", state=_S.TRIAGED)
    office.street.offer(office.street.request("listen"), one, state=OfferState.ACCEPTED, slot_no=1)


def _perhaps_upstairs(office: Office) -> None:
    office.street.responder("V1", skills=(Skill("plumbing", 3),), no_stairs=True)
    office.street.request("drain", state=_S.TRIAGED)


def _wait_for_evening(office: Office) -> None:
    office.street.responder("V1", hours=EVENING)
    office.street.request("listen", state=_S.TRIAGED)


def _hands_full(office: Office) -> None:
    one = office.street.responder("V1", capacity=1)
    office.street.request("listen", state=_S.TRIAGED)
    office.street.offer(office.street.request("listen"), one)


def _two_of_them_for_one(office: Office) -> None:
    office.street.responder("V1", capacity=1)
    office.street.request("listen", state=_S.TRIAGED)
    office.street.request("listen", state=_S.TRIAGED, urgency="urgent")


def _wrong_number(office: Office) -> None:
    office.street.responder("V1")
    office.street.request("listen", state=_S.TRIAGED)
    _call(office, "x")


def _call(office: Office, letter: str) -> None:
    office.desk.round()
    deliver(office.street.database, office.desk.actor, office.desk.rules, {})
    sheet = office.street.database.write(lambda tx: print_sheet(tx, office.desk.actor, office.desk.rules))
    office.desk.do(reply_from_sheet, sheet.number, f"1 {letter}")


def _far_away(office: Office) -> None:
    office.street.responder("V1", place="9", reach_metres=100)
    office.street.request("listen", state=_S.TRIAGED)


def _another_day(office: Office) -> None:
    office.street.responder("V1", hours=TUESDAY)
    window = {"window_from": NINE, "window_to": NINE + timedelta(hours=2)}
    office.street.request("listen", state=_S.TRIAGED, **window)


def _declined(office: Office) -> None:
    office.street.responder("V1")
    office.street.request("listen", state=_S.TRIAGED)
    office.desk.do(offer_by_hand, 1, "V1")
    office.desk.do(reply_on_behalf, 1, "V1", accepts=False)


def _too_few(office: Office) -> None:
    office.street.responder("V1")
    office.street.request("listen", state=_S.TRIAGED, headcount=3)


def _too_few_left(office: Office) -> None:
    """One has accepted, another may be asked, and a third there is not."""
    office.street.responder("V1", place="9")
    office.street.responder("V2")
    office.street.request("listen", state=_S.TRIAGED, headcount=3)
    office.desk.do(offer_by_hand, 1, "V2")
    office.desk.do(reply_on_behalf, 1, "V2", accepts=True)


def _one_accepted_one_declined(office: Office) -> None:
    """Who has accepted is not proposed to be asked again, who would be nearer; who has declined is."""
    office.street.responder("V1", place="9")
    office.street.responder("V2")
    office.street.request("listen", state=_S.TRIAGED, headcount=2)
    for code in ("V1", "V2"):
        office.desk.do(offer_by_hand, 1, code)
        office.desk.do(reply_on_behalf, 1, code, accepts=code == "V2")


def _no_licence(office: Office) -> None:
    _electric(office)
    office.street.responder("V1", licences=(Licence("gas"),))
    office.street.request("electric", state=_S.TRIAGED)


def _no_skill(office: Office) -> None:
    office.street.responder("V1", skills=(Skill("plumbing", 1),))
    office.street.request("drain", state=_S.TRIAGED)


def _nobody_with_the_licence(office: Office) -> None:
    _electric(office)
    office.street.responder("V1", place="9", reach_metres=100)
    office.street.request("electric", state=_S.TRIAGED)


def _nobody_near(office: Office) -> None:
    office.street.responder("V1", place="9", reach_metres=100, paused_until=NINE + timedelta(days=3))
    office.street.request("listen", state=_S.TRIAGED)


def _no_capacity(office: Office) -> None:
    """Who has no seat at all is not waited for."""
    office.street.responder("V1", capacity=0)
    office.street.request("listen", state=_S.TRIAGED)


def _nothing(_office: Office) -> None:
    pass


def _at_six(office: Office) -> None:
    office.clock.at = NINE + timedelta(hours=9)


def _on_tuesday(office: Office) -> None:
    office.clock.at = NINE + timedelta(days=1)
    office.desk.round()


def _the_other_declines(office: Office) -> None:
    office.desk.do(reply_on_behalf, 2, "V1", accepts=False)


def _a_round(office: Office) -> None:
    office.desk.round()


Step = Callable[[Office], None]
REMEDIES: dict[str, tuple[Step, str, Step, Step, str]] = {
    "wait": (_wait_for_evening, "ask {code} from {moment} on", _at_six, _nothing, "V1"),
    "hands full": (_hands_full, "wait until {code} has a hand free", _the_other_declines, _nothing, "V1"),
    "wrong number": (_wrong_number, "find out the right phone number of {code}, who could go", _nothing, _nothing, "V1"),
    "one more": (
        _as_many_as_wished,
        "ask {code} to take on one more this month than the {cap} they wished for",
        _nothing,
        _nothing,
        "V1",
    ),
    "floor": (
        _perhaps_upstairs,
        "find out on which floor the door is: {code} could go to the ground floor",
        _nothing,
        _a_round,
        "V1",
    ),
    "reach": (_far_away, "ask {code} to go {metres} m further than usual", _nothing, _nothing, "V1"),
    "time": (_another_day, "agree on another time: {code} could come from {moment} on", _nothing, _on_tuesday, "V1"),
    "again": (
        _declined,
        "everybody who could go was asked already ({count}): ask {code} again by hand",
        _nothing,
        _nothing,
        "V1",
    ),
    "again, but not who holds it": (
        _one_accepted_one_declined,
        "everybody who could go was asked already ({count}): ask {code} again by hand",
        _nothing,
        _nothing,
        "V1",
    ),
    "fewer": (
        _too_few,
        "{needed} people are needed at once and {count} could go: ask for fewer, or find more",
        _nothing,
        _a_round,
        "V1",
    ),
    "fewer, one there": (
        _too_few_left,
        "{needed} people are needed at once and {count} could go: ask for fewer, or find more",
        _nothing,
        _a_round,
        "V1",
    ),
    "licence": (_no_licence, "{code} could go with a licence that is in force: {licence}", _nothing, _nothing, "V1"),
    "skill": (_no_skill, "find somebody new with {skills}", _nothing, _nothing, "V9"),
    "new with a licence": (
        _nobody_with_the_licence,
        "find somebody new with the licence {licence}",
        _nothing,
        _nothing,
        "V9",
    ),
    "new": (_nobody_near, "find somebody new who lives near", _nothing, _nothing, "V9"),
    "no capacity": (_no_capacity, "find somebody new who lives near", _nothing, _nothing, "V9"),
}


@pytest.mark.parametrize("is_round_over", [True, False], ids=["after a round", "before one"])
@pytest.mark.parametrize("name", REMEDIES)
def test_what_a_remedy_names_is_obeyed(office: Office, name: str, is_round_over: bool) -> None:
    """Done as it is told, with the blanks filled in, somebody is asked: while it waits, and when it needs a person."""
    build, _, meanwhile, afterwards, code = REMEDIES[name]
    build(office)
    if is_round_over:
        done = run_round(office.desk.street.database, office.desk.actor, office.desk.rules)
        assert [number for number, _, _, _ in done.offered] == []
        (way,) = [say(done.ways[number], "en") for number, _, _ in done.left_out if number == 1]
        assert way == office.said()[-1]
    way = office.said()[-1]
    meanwhile(office)
    office.obey(way)
    afterwards(office)

    assert (code, "offered") in office.desk.offers(1)
    assert office.desk.state(1) is _S.ASKING


def test_every_remedy_has_been_tried() -> None:
    """No remedy goes without a row above: of the matcher's, all but one name a command, and that one comes by itself."""
    source = Path(remedies.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'Sentence\(\s*"([^"]+)"', source)) - {"{skill} level {level}"}
    by_itself = {one for one in named if one.endswith("it is matched again when one is free")}

    assert len(by_itself) == 1
    assert {told for _, told, *_ in REMEDIES.values()} == named - by_itself


@pytest.mark.parametrize("name", REMEDIES)
def test_the_remedy_is_the_one_of_its_row(office: Office, name: str) -> None:
    """Each state above is one in which that remedy is said."""
    build, told, *_ = REMEDIES[name]
    build(office)
    if name == "no capacity":
        return
    done = run_round(office.desk.street.database, office.desk.actor, office.desk.rules, dry_run=True)

    assert [left.remedy.id for number, left, _ in done.left_out if number == 1 and left.remedy] == [told]


def test_what_comes_by_itself_comes(office: Office) -> None:
    """Who is needed for another request is asked for this one once they are free, by the next round."""
    _two_of_them_for_one(office)
    done = run_round(office.street.database, office.desk.actor, office.desk.rules)
    assert [number for number, _, _, _ in done.offered] == [2]
    assert done.ways == {}
    _the_other_declines(office)

    assert office.desk.round() == [(1, "V1")]


def _emergency(office: Office) -> None:
    person = Private(name="王阿姨", phone="+9991387777777", notes="老人晕倒了")
    office.desk.do(take_request, Order(service="listen", place="8-2", person=person))


def _time_over(office: Office) -> None:
    window = {"window_from": NINE, "window_to": NINE + timedelta(minutes=5)}
    office.street.request("listen", state=_S.TRIAGED, **window)
    office.clock.at = NINE + timedelta(minutes=10)
    office.desk.round()


def _nobody_left(office: Office) -> None:
    _declined(office)
    office.desk.round()


def _in_hand(office: Office) -> None:
    office.street.request("listen", state=_S.TRIAGED)
    office.desk.do(take_over, 1, "老张")


@pytest.mark.parametrize(
    ("build", "reason", "goes_on"),
    [
        (_emergency, "emergency", True),
        (_time_over, "window-over", True),
        (_nobody_left, "nobody-left", False),
        (_in_hand, "taken-over", True),
    ],
)
def test_the_next_step_of_what_needs_a_person_is_obeyed(
    office: Office, build: Step, reason: str, goes_on: bool
) -> None:
    """Today names one for each reason, and it works in one step."""
    build(office)
    assert (office.desk.state(1), office.desk.request(1).reason) == (_S.NEEDS_PERSON, reason)
    office.obey(say(office.desk.look(lambda tx: today(tx, office.desk.actor, office.desk.rules)).next_steps[1], "en"))

    assert (office.desk.state(1) is _S.TRIAGED) is goes_on


@pytest.mark.parametrize("build", [_emergency, _time_over])
def test_explain_says_no_fix_that_would_be_refused(office: Office, build: Step) -> None:
    """Where nobody may be asked yet, the step before that is what is named."""
    office.street.responder("V1")
    build(office)
    way = office.said()[-1]
    with pytest.raises(NotAllowedNow) as refused:
        office.desk.do(offer_by_hand, 1, "V1")
    _, hint = say_error(refused.value, "en")
    assert hint == way
    office.obey(way)

    office.desk.do(offer_by_hand, 1, "V1")


def test_what_needs_a_person_though_somebody_could_go_is_let_go(office: Office) -> None:
    """Somebody has come since: explain says by which command it is matched again."""
    _nobody_left(office)
    office.street.responder("V2")
    office.obey(office.said()[-1])

    assert office.desk.round() == [(1, "V2")]


def test_by_hand_is_one_step_and_no_more_than_a_rule_allows(office: Office) -> None:
    """From a person's hands it is waiting and asking at once; what a rule speaks against changes nothing."""
    _nobody_left(office)
    before = office.desk.everything()
    with pytest.raises(Refused):
        office.desk.do(offer_by_hand, 1, "V1")
    assert office.desk.everything() == before
    office.desk.do(offer_by_hand, 1, "V1", again=True)

    assert office.desk.state(1) is _S.ASKING
    assert office.desk.round() == []


@pytest.mark.parametrize(("headcount", "state"), [(2, _S.TRIAGED), (1, _S.ARRANGED), (4, _S.NEEDS_PERSON)])
def test_fewer_people_bring_a_request_back(office: Office, headcount: int, state: RequestState) -> None:
    """It waits to be matched again, or has all it needs; more people bring nobody."""
    _too_few_left(office)
    office.desk.round()
    assert office.desk.state(1) is _S.NEEDS_PERSON
    office.desk.do(edit_request, 1, Correction(headcount=headcount))

    assert office.desk.state(1) is state


def test_what_somebody_took_into_their_hands_stays_there(office: Office) -> None:
    """A correction is no decision about whose it is."""
    office.street.request("listen", state=_S.TRIAGED, headcount=3)
    office.desk.do(take_over, 1, "老张")
    office.desk.do(edit_request, 1, Correction(headcount=2, service="drain"))

    assert (office.desk.state(1), office.desk.request(1).owner) == (_S.NEEDS_PERSON, "老张")


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_yes_after_a_no_says_how_to_make_it_count_only_where_that_is_obeyed(
    office: Office, capsys: pytest.CaptureFixture[str], is_taken: bool
) -> None:
    """While nobody has it, the command works; once somebody has, it is not named."""
    _nobody_left(office)
    if is_taken:
        office.street.responder("V2")
        office.desk.do(offer_by_hand, 1, "V2")
        office.desk.do(reply_on_behalf, 1, "V2", accepts=True)
    office.obey("dispatch reply --on-behalf-of V1 --request 1 --yes")
    said = capsys.readouterr().out.splitlines()

    assert any("--again --accepted" in one for one in said) is not is_taken
    office.obey(said[-1])
    assert office.desk.state(1) is _S.ARRANGED


@pytest.mark.parametrize("letter", ["x", "n", "d"])
def test_what_undo_hints_at_is_obeyed(office: Office, letter: str) -> None:
    """A row keyed back stands once a colleague has found somebody else; the way out that is named works."""
    office.street.responder("V1")
    office.street.request("listen", state=_S.TRIAGED)
    _call(office, letter)
    office.street.responder("V2")
    colleague = replace(office.desk, actor=Actor(name="小张"))
    colleague.do(offer_by_hand, 1, "V2", accepted=True)
    with pytest.raises(NotAllowedNow) as refused:
        office.desk.do(undo)
    _, hint = say_error(refused.value, "en")

    assert "--accepted" not in str(hint)
    office.obey(str(hint))


def test_who_was_never_asked_is_told_of_by_what_is_obeyed(office: Office) -> None:
    """Where they can be asked, how; where they cannot, how it stands."""
    office.street.responder("V1")
    office.street.responder("V2")
    office.street.request("listen", state=_S.TRIAGED)
    for code, way in (("V1", "offer 1 --to V1"), ("V2", "request show 1")):
        with pytest.raises(NotFound) as refused:
            office.desk.do(reply_on_behalf, 1, code, accepts=True)
        _, hint = say_error(refused.value, "en")
        assert way in str(hint)
        office.obey(str(hint))
    assert office.desk.offers(1) == [("V1", "offered")]


def test_a_wrong_number_is_said_and_how_to_put_it_right(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is said to rest, or to have let a deadline pass, whose number was wrong."""
    _wrong_number(office)
    office.street.responder("V2", hours=EVENING)
    told: list[Any] = [office.said()]
    fix = "dispatch responder edit V1 --phone PHONE"
    why_not = office.desk.look(lambda tx: explain_request(tx, office.desk.actor, office.desk.rules, 1, why_not="V1"))
    told.append([say(one, "en") for one in why_not.sentences])
    assert fix in told[1][-1]
    office.obey("dispatch request show 1")
    told.append(capsys.readouterr().out)
    done = run_round(office.street.database, office.desk.actor, office.desk.rules)
    told.append([say(one, "en") for _, _, why in done.left_out for one in why])

    for one in map(str, told):
        assert "wrong" in one
        assert "resting" not in one
        assert "rests until" not in one
        assert "in time" not in one
    assert fix in told[2]
    office.obey(fix)
    office.obey("dispatch request show 1")
    assert fix not in capsys.readouterr().out
