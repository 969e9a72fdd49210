"""Nobody goes where they must not: minors, people kept apart, people kept from a door, at every step and in any order."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from dispatch.clock import StoppedClock
from dispatch.desk.asking import BY_HAND, Chosen, ask
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import finish, triage
from dispatch.desk.explaining import explain_request
from dispatch.desk.keeping_apart import block, list_apart, list_blocks, set_apart, unblock
from dispatch.desk.replies import give_back, reply_from_phone, reply_on_behalf
from dispatch.desk.roster import Change, edit_responder, show_responder
from dispatch.desk.undoing import undo
from dispatch.desk.verifying import verify
from dispatch.errors import NotAllowedNow, NotFound, Refused
from dispatch.i18n import say
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import Private, RequestId
from dispatch.model.responder import Licence, Responder, Skill
from dispatch.model.rules import Rules
from dispatch.store import events
from dispatch.store.tables import apart, barred, offer, responder, service
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

PLUMBER = (Skill("plumbing", 3),)
WANG = Private(name="王阿姨", phone="+9991380005555", exact_address="8号楼2单元301")
_S = RequestState


def _asked_past_the_rules(desk: Desk, number: int, code: str) -> None:
    """Ask somebody as a round would whose look is out of date."""
    one = _responder(desk, code)
    request_id = desk.request(number).id
    desk.do(ask, [Chosen(request_id=request_id, responder_id=one.id, terms={})], BY_HAND)


def _responder(desk: Desk, code: str) -> Responder:
    one, _, _ = desk.look(lambda tx: show_responder(tx, desk.actor, code))
    return one


def _sound(desk: Desk) -> None:
    """Let verify look at what protects people; the street's requests are past the log."""
    found = desk.look(lambda tx: verify(tx, desk.actor, desk.rules))
    assert [one for one in found if one.promise == "P18"] == []


def _yes(desk: Desk, number: int, code: str) -> str:
    return desk.do(reply_on_behalf, number, code, accepts=True).outcome.value


def test_a_minor_is_asked_only_once_an_adult_has_accepted(desk: Desk, street: Street) -> None:
    """Not alone, not beside another minor, not beside an adult who is only asked."""
    street.responder("M1", skills=PLUMBER, is_adult=False)
    street.responder("M2", skills=PLUMBER, is_adult=False)
    street.responder("A1", skills=PLUMBER, capacity=1)
    street.request(state=_S.TRIAGED, headcount=2)

    assert desk.round() == []
    for code in ("M1", "M2"):
        with pytest.raises(Refused, match=f"{code} is a minor and goes only where an adult has accepted to go too"):
            desk.do(offer_by_hand, 1, code)
    desk.do(offer_by_hand, 1, "A1")
    with pytest.raises(Refused, match="M1 is a minor"):
        desk.do(offer_by_hand, 1, "M1")
    assert _yes(desk, 1, "A1") == "accepted"
    (asked,) = desk.round()
    assert asked[1] in ("M1", "M2")
    assert _yes(desk, 1, asked[1]) == "accepted"
    assert desk.state(1) is _S.ARRANGED


def test_no_minor_where_only_adults_may(desk: Desk, street: Street) -> None:
    """Whoever else goes."""
    street.database.write(
        lambda tx: tx.connection.execute(update(service).where(service.c.code == "drain").values(adults_only=True))
    )
    street.responder("M1", skills=PLUMBER, is_adult=False)
    street.responder("A1", skills=PLUMBER)
    street.request(state=_S.TRIAGED, headcount=2)
    desk.do(offer_by_hand, 1, "A1", accepted=True)

    assert desk.round() == []
    with pytest.raises(Refused, match="M1 is a minor, and this is for adults only"):
        desk.do(offer_by_hand, 1, "M1")


def _with_minor(desk: Desk, street: Street) -> None:
    street.responder("A1", skills=PLUMBER)
    street.responder("M1", skills=PLUMBER, is_adult=False)
    street.request(state=_S.TRIAGED, headcount=2)
    desk.do(offer_by_hand, 1, "A1", accepted=True)
    desk.do(offer_by_hand, 1, "M1")


def test_a_minor_does_not_go_once_the_adult_gives_it_back(desk: Desk, street: Street) -> None:
    """Their place is free again, they hear that they need not go, and the resident that somebody else is sought."""
    _with_minor(desk, street)
    assert _yes(desk, 1, "M1") == "accepted"
    desk.send_everything()
    desk.do(give_back, 1, "A1")

    assert dict(desk.offers(1)) == {"A1": "released", "M1": "released"}
    assert desk.state(1) is _S.TRIAGED
    assert desk.waiting(1).count(("resident", "looking")) == 2
    assert ("responder", "not_needed") in desk.waiting(1)
    _sound(desk)


def test_a_minor_is_asked_no_longer_once_the_adult_gives_it_back(desk: Desk, street: Street) -> None:
    """Before they have answered; a yes that comes too late changes nothing."""
    _with_minor(desk, street)
    desk.do(give_back, 1, "A1")

    assert dict(desk.offers(1)) == {"A1": "released", "M1": "withdrawn"}
    assert _yes(desk, 1, "M1") in ("not-needed", "not-reached-before")
    assert dict(desk.offers(1))["M1"] == "withdrawn"
    _sound(desk)


def test_a_minor_does_not_go_once_the_adults_yes_is_undone(desk: Desk, street: Street) -> None:
    """What was keyed by mistake was no adult."""
    street.responder("A1", skills=PLUMBER)
    street.responder("M1", skills=PLUMBER, is_adult=False)
    street.request(state=_S.TRIAGED, headcount=2)
    desk.do(offer_by_hand, 1, "A1")
    _yes(desk, 1, "A1")
    other = Desk(street, Actor(name="another", role=Role.GRID_WORKER), desk.rules)
    other.do(offer_by_hand, 1, "M1")
    desk.do(undo)

    assert ("M1", "withdrawn") in desk.offers(1)
    _sound(desk)


def test_who_turns_out_to_be_a_minor_is_let_go(desk: Desk, street: Street) -> None:
    """Corrected at the desk after they had accepted alone."""
    street.responder("A1", skills=PLUMBER)
    street.request(state=_S.TRIAGED)
    desk.do(offer_by_hand, 1, "A1", accepted=True)
    desk.do(edit_responder, "A1", Change(is_adult=False))

    assert desk.offers(1) == [("A1", "released")]
    _sound(desk)


def test_a_licence_that_runs_out_before_the_yes_lets_nobody_go(
    desk: Desk, street: Street, clock: StoppedClock
) -> None:
    """Asked on its last day, answered on the next: others are asked, and the log says why."""
    street.database.write(
        lambda tx: tx.connection.execute(update(service).where(service.c.code == "drain").values(licence="gas"))
    )
    street.responder("V1", skills=PLUMBER, licences=(Licence("gas", date(2026, 11, 23)),))
    street.request(state=_S.TRIAGED, urgency="low")
    desk.rules = Rules(quiet_hours="")
    clock.at = NINE + timedelta(hours=14, minutes=30)
    desk.round()
    clock.at = NINE + timedelta(hours=15, minutes=30)

    assert _yes(desk, 1, "V1") == "not-allowed"
    assert desk.offers(1) == [("V1", "withdrawn")]
    assert desk.state(1) is _S.TRIAGED
    request_id = desk.request(1).id
    happened = desk.look(lambda tx: list(events.read(tx.connection, "street", request_id=request_id)))
    assert [one.params.get("why") for one in happened if one.kind == "offer-ended"] == ["licence"]
    _sound(desk)


def test_a_cap_lowered_after_the_asking_holds_for_the_yes(desk: Desk, street: Street) -> None:
    """Two asked at once, then one a month: the second yes does not count."""
    street.responder("V1", skills=PLUMBER)
    for _ in range(2):
        street.request(state=_S.TRIAGED)
    desk.round()
    desk.do(edit_responder, "V1", Change(monthly_cap=1))

    assert [_yes(desk, 1, "V1"), _yes(desk, 2, "V1")] == ["accepted", "not-allowed"]


def test_who_is_kept_apart_is_never_sent_together(desk: Desk, street: Street) -> None:
    """Not in one wave, not one after the other, not by hand; and a yes that comes second does not count."""
    for code in ("V1", "V2"):
        street.responder(code, skills=PLUMBER)
    street.request(state=_S.TRIAGED, headcount=2)
    desk.do(set_apart, "V1", "V2")

    assert desk.round() == []
    said = [say(one, "en") for one in desk.look(lambda tx: explain_request(tx, desk.actor, desk.rules, 1)).sentences]
    assert "could go, but not 2 of them are ever sent together: 2" in said
    desk.do(offer_by_hand, 1, "V1")
    with pytest.raises(Refused, match="somebody goes or is asked already with whom V2 is never sent"):
        desk.do(offer_by_hand, 1, "V2")
    _sound(desk)


def test_of_two_who_are_asked_and_then_kept_apart_the_first_goes(desk: Desk, street: Street) -> None:
    """Both had been asked before it was noted."""
    for code in ("V1", "V2"):
        street.responder(code, skills=PLUMBER)
    street.request(state=_S.TRIAGED, headcount=2)
    desk.round()
    desk.do(set_apart, "V1", "V2")

    assert [_yes(desk, 1, "V2"), _yes(desk, 1, "V1")] == ["accepted", "not-allowed"]
    _sound(desk)


def test_a_plan_that_is_out_of_date_sends_nobody_together(desk: Desk, street: Street) -> None:
    """The rules have the last word when the plan is written."""
    for code in ("V1", "V2"):
        street.responder(code, skills=PLUMBER)
    street.request(state=_S.TRIAGED, headcount=2)
    desk.do(set_apart, "V1", "V2")
    request_id = desk.request(1).id
    pair = [Chosen(request_id=request_id, responder_id=_responder(desk, code).id, terms={}) for code in ("V1", "V2")]

    assert desk.do(ask, pair, BY_HAND) == []


NAMED = [{"number": 1}, {"household": "H1"}]


@pytest.mark.parametrize("named", NAMED, ids=["by request", "by household"])
def test_who_is_kept_from_a_door_never_goes_there(desk: Desk, street: Street, named: dict[str, object]) -> None:
    """Nor to the next request from there, by whichever phone; and the sentence does not tell why."""
    _household(street)
    street.responder("V1", skills=PLUMBER)
    street.request(state=_S.TRIAGED, person=WANG)
    desk.do(block, "V1", **named)
    street.request(state=_S.TRIAGED, person=Private(name="老伴", phone="+9991380006666", exact_address="8号楼2单元301"))

    for number in (1, 2):
        _asked_past_the_rules(desk, number, "V1")
        assert desk.offers(number) == []
    assert desk.round() == []
    for number in (1, 2):
        with pytest.raises(Refused, match=r"V1 is not available for it$"):
            desk.do(offer_by_hand, number, "V1")
    assert desk.do(unblock, "V1", **named) == 1
    for number in (1, 2):
        desk.do(offer_by_hand, number, "V1")
        assert desk.offers(number) == [("V1", "offered")]
    assert desk.look(lambda tx: tx.connection.execute(select(barred)).all()) == []
    _sound(desk)


def _household(street: Street) -> None:
    from dispatch.model.community import Household, HouseholdId
    from dispatch.store import private, towns
    from dispatch.store.ids import new_id

    def work(tx: object) -> None:
        person_id = private.keep(tx.connection, Private(exact_address="8号楼2单元301"))  # type: ignore[attr-defined]
        one = Household(
            id=HouseholdId(new_id()),
            community="street",
            code="H1",
            place_id=street.places["8-2"],
            person_id=person_id,  # type: ignore[arg-type]
            residents=2,
        )
        towns.write_households(tx.connection, [one], [])  # type: ignore[attr-defined]

    street.database.write(work)


def test_nobody_is_told_of_a_block(desk: Desk, street: Street) -> None:
    """Why-not, the counts and the log say the same as of somebody who asked for it themselves."""
    street.responder("V1", skills=PLUMBER)
    street.responder("V2", skills=PLUMBER, phone="+9991380005555")
    street.request(state=_S.TRIAGED, person=WANG)
    desk.do(block, "V1", number=1)

    def told(code: str) -> list[str]:
        said = desk.look(lambda tx: explain_request(tx, desk.actor, desk.rules, 1, why_not=code)).sentences
        return [say(one, "en").replace(code, "V") for one in said]

    assert told("V1") == told("V2")
    said = [say(one, "en") for one in desk.look(lambda tx: explain_request(tx, desk.actor, desk.rules, 1)).sentences]
    assert "not available: 2" in said
    logged = desk.look(lambda tx: list(events.read(tx.connection, "street")))
    ids = {str(_responder(desk, "V1").id)}
    added = [one for one in logged if one.kind == "block-added"]
    assert len(added) == 1
    assert not ids & set(map(str, added[0].params.values()))
    assert added[0].request_id is None


def test_what_was_asked_there_is_taken_back_when_a_block_is_noted(desk: Desk, street: Street) -> None:
    """Who has accepted stands until somebody decides; the desk is told."""
    street.responder("V1", skills=PLUMBER)
    street.request(state=_S.TRIAGED, person=WANG)
    street.request(state=_S.TRIAGED, person=WANG)
    desk.round()
    _yes(desk, 1, "V1")
    done = desk.do(block, "V1", number=1)

    assert (done.is_new, done.still_going) == (True, (1,))
    assert desk.offers(1) == [("V1", "accepted")]
    assert desk.offers(2) == [("V1", "withdrawn")]
    assert desk.do(block, "V1", number=2).is_new is False
    _sound(desk)


@pytest.mark.parametrize("role", [Role.PLANNER, Role.OPERATOR, Role.RESIDENT, Role.RESPONDER])
def test_only_the_desk_sees_who_is_kept_from_whom(desk: Desk, street: Street, role: Role) -> None:
    """Whoever plans, operates, asks or helps does not; a grid worker sees those of their own grid."""
    street.responder("V1", skills=PLUMBER)
    street.request(state=_S.TRIAGED, person=WANG)
    desk.do(block, "V1", number=1)
    other = Actor(name="x", role=role, reference="V1")
    for look in (list_blocks, list_apart):
        with pytest.raises((Refused, NotFound)):
            desk.look(lambda tx, look=look: look(tx, other))

    assert [one.code for one in desk.look(lambda tx: list_blocks(tx, desk.actor))] == ["V1"]
    elsewhere = Actor(name="y", role=Role.GRID_WORKER, grid="9")
    assert desk.look(lambda tx: list_blocks(tx, elsewhere)) == []


def test_who_opted_out_is_asked_by_nobody(desk: Desk, street: Street) -> None:
    """Not by a round, and by hand a sentence says that they asked for it."""
    one = street.responder("V1", skills=PLUMBER, phone="+9991380004444")
    street.request(state=_S.TRIAGED)
    desk.do(reply_from_phone, "+9991380004444", "退订")

    assert desk.round() == []
    with pytest.raises(Refused, match="V1 has asked not to be asked any more") as refused:
        desk.do(offer_by_hand, 1, "V1")
    assert refused.value.hint == "only if they have come back to it themselves: dispatch responder edit {code} --active"
    with pytest.raises(Refused, match="V1 has asked not to be asked any more"):
        desk.do(offer_by_hand, 1, "V1", accepted=True)
    assert one.code == "V1"


def test_neither_a_no_nor_silence_costs_anybody_anything(desk: Desk, street: Street, clock: StoppedClock) -> None:
    """After a month of both, cost, load, rest and the cap are those of somebody who was never asked."""
    from dispatch.desk.snapshot import take_snapshot

    street.responder("V1", skills=PLUMBER, monthly_cap=2)
    street.responder("V2", skills=PLUMBER, monthly_cap=2)
    declined, silent = OfferState.DECLINED, OfferState.EXPIRED
    asked = _responder(desk, "V1")
    for state in (declined, silent) * 4:
        street.offer(street.request(state=_S.CANCELLED), asked, state=state, ended_at=NINE)
    street.request(state=_S.TRIAGED)
    clock.at = NINE + timedelta(minutes=1)
    helpers = desk.look(lambda tx: take_snapshot(tx, desk.rules)).problem.helpers
    one, two = sorted(helpers, key=lambda each: each.code)

    assert one._replace(id="", code="") == two._replace(id="", code="")


@pytest.mark.parametrize("seed", range(12))
def test_no_rounds_no_hand_and_no_answer_break_a_rule(
    desk: Desk, street: Street, clock: StoppedClock, seed: int
) -> None:
    """Whatever is done in whatever order: nobody who accepts is a minor alone, beyond a cap, or where they never go."""
    rng = random.Random(seed)
    desk.rules = Rules(rest_minutes=0)
    codes = [f"V{number}" for number in range(1, 7)]
    for code in codes:
        street.responder(
            code,
            skills=PLUMBER,
            is_adult=rng.random() < 0.6,
            monthly_cap=rng.choice([None, 1, 2]),
            capacity=rng.choice([1, 3]),
        )
    people = [Private(name=f"居民{n}", phone=f"+99913800070{n}", exact_address=f"8号楼2单元{n}01") for n in (1, 2)]
    numbers = []
    for number in range(1, 7):
        street.request(state=_S.TRIAGED, headcount=rng.choice([1, 2, 2, 3]), person=rng.choice(people))
        numbers.append(number)
    for _ in range(2):
        desk.do(set_apart, *rng.sample(codes, 2))
        desk.do(block, rng.choice(codes), number=rng.choice(numbers))
    for _ in range(40):
        clock.at += timedelta(minutes=rng.choice([1, 20, 90]))
        _something(desk, rng, codes, numbers)
        _keeps_every_rule(desk)
    _sound(desk)


def _something(desk: Desk, rng: random.Random, codes: list[str], numbers: list[int]) -> None:
    number, code = rng.choice(numbers), rng.choice(codes)
    deeds = [
        desk.round,
        lambda: desk.do(offer_by_hand, number, code, again=True),
        lambda: desk.do(offer_by_hand, number, code, accepted=True, again=True),
        lambda: _yes(desk, number, code),
        lambda: _yes(desk, number, code),
        lambda: desk.do(reply_on_behalf, number, code, accepts=False),
        lambda: desk.do(give_back, number, code),
        lambda: desk.do(undo),
        lambda: desk.do(finish, number),
        lambda: desk.do(triage, number),
        lambda: desk.do(edit_responder, code, Change(is_adult=rng.random() < 0.5)),
    ]
    with suppress(NotFound, NotAllowedNow, Refused):
        rng.choice(deeds)()


def _keeps_every_rule(desk: Desk) -> None:
    """Count by hand, from the rows alone."""
    state = desk.look(
        lambda tx: {
            "people": {row.id: row for row in tx.connection.execute(select(responder))},
            "offers": tx.connection.execute(select(offer)).all(),
            "apart": {(row.first_id, row.second_id) for row in tx.connection.execute(select(apart))},
        }
    )
    people = state["people"]
    going: dict[RequestId, set[str]] = {}
    for row in state["offers"]:
        if row.state in ("accepted", "doing"):
            going.setdefault(row.request_id, set()).add(row.responder_id)
    for there in going.values():
        assert any(people[one].is_adult for one in there), "a minor goes alone"
        assert not any(first in there and second in there for first, second in state["apart"]), "kept apart"
    for one in people.values():
        taken = [
            row
            for row in state["offers"]
            if row.responder_id == one.id and row.state in ("accepted", "doing", "done")
        ]
        assert one.monthly_cap is None or len(taken) <= one.monthly_cap, "more than they wished"
