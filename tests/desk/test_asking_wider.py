"""Asking several people at once, as the community's policy says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk.explaining import explain_request
from dispatch.desk.matching import run_round
from dispatch.desk.replies import reply_from_phone
from dispatch.model.lifecycle import RequestState
from dispatch.model.responder import ResponderKind, Skill
from dispatch.model.rules import PolicyName, Rules
from dispatch.model.service import Urgency
from dispatch.policy.batching import due_at, waits_for_others
from dispatch.store import events, offers, people, private, requests
from dispatch.store.engine import Transaction
from tests.desk.conftest import Desk

PLUMBER = (Skill("plumbing", 3),)
PRESSING = {Urgency.URGENT: 12, Urgency.NORMAL: 120, Urgency.LOW: 360}
BY_MESSAGE = Rules(channels=("sms",), promise_minutes=PRESSING)


@pytest.fixture
def many(desk: Desk) -> Desk:
    """Twelve people who are asked by message, in the same house."""
    for number in range(1, 13):
        desk.street.responder(f"V{number:02}", capacity=1, skills=PLUMBER)
    desk.rules = BY_MESSAGE
    return desk


def waits(desk: Desk, **columns: Any) -> int:
    """Let somebody need something at once; return its number."""
    desk.street.request("drain", state=RequestState.TRIAGED, **columns)
    return int(desk.look(lambda tx: max(one.number for one in requests.find(tx.connection, "street"))))


def answer(desk: Desk, number: int, code: str, word: str) -> str:
    """Let one of those asked answer by message; what became of it."""

    def work(tx: Transaction) -> str:
        request = requests.with_number(tx.connection, "street", number)
        asked = people.with_code(tx.connection, "street", code)
        (offer,) = [one for one in offers.of_requests(tx.connection, [request.id]) if one.responder_id == asked.id]
        phone = private.look_up(tx.connection, [asked.person_id])[asked.person_id].phone
        return reply_from_phone(tx, desk.actor, desk.rules, phone, f"{word} {offer.code}").outcome.value

    return desk.street.database.write(work)


def states(desk: Desk, number: int) -> list[str]:
    return [state for _, state in desk.offers(number)]


def test_somebody_urgent_is_helped_by_asking_several_at_once(many: Desk) -> None:
    """The first who says yes comes, and the others hear that they are not needed."""
    number = waits(many, urgency=Urgency.URGENT.value)

    many.round()
    asked = [code for code, _ in many.offers(number)]
    assert 2 <= len(asked) <= 12 and len(set(asked)) == len(asked)
    many.send_everything()
    assert answer(many, number, asked[-1], "1") == "accepted"

    assert many.state(number) is RequestState.ARRANGED
    assert sorted(states(many, number)) == ["accepted", *["withdrawn"] * (len(asked) - 1)]
    assert [kind for who, kind in many.waiting(number) if who == "responder"].count("not_needed") == len(asked) - 1
    assert answer(many, number, asked[0], "1") == "already-arranged"


def test_what_can_wait_is_asked_of_fewer(many: Desk) -> None:
    """Nobody is bothered for what has time: the next can still be asked."""
    urgent = waits(many, urgency=Urgency.URGENT.value)
    many.round()
    low = waits(many, urgency=Urgency.LOW.value)
    many.round()

    assert len(states(many, low)) < len(states(many, urgent))


def test_whoever_is_rung_up_is_asked_alone(desk: Desk) -> None:
    """A person hears each answer before dialling the next number."""
    for number in range(1, 13):
        desk.street.responder(f"V{number:02}", skills=PLUMBER)
    number = waits(desk, urgency=Urgency.URGENT.value)

    desk.round()
    desk.round()

    assert states(desk, number) == ["offered"]


def test_nobody_is_asked_for_two_requests_at_once(many: Desk) -> None:
    """Those whom several would like are shared out."""
    first, second = (waits(many, urgency=Urgency.URGENT.value) for _ in range(2))

    many.round()
    asked = [code for number in (first, second) for code, _ in many.offers(number)]

    assert len(asked) == len(set(asked)) > 2
    assert all(states(many, number) for number in (first, second))


def test_more_are_asked_when_a_phase_is_over_and_not_before(many: Desk, clock: StoppedClock) -> None:
    """Those asked first may still say yes; who said no is not asked again."""
    number = waits(many, urgency=Urgency.URGENT.value)
    many.round()
    first = [code for code, _ in many.offers(number)]
    began = clock.at

    many.round()
    assert [code for code, _ in many.offers(number)] == first
    later = first
    while later == first:
        look_at = many.request(number).next_check_at
        assert look_at is not None and look_at < began + timedelta(minutes=9), "before their time to answer is over"
        clock.at = look_at
        done = run_round(many.street.database, many.actor, many.rules)
        assert (done.considered > 0) == bool(done.offered), "what was asked on top is told"
        later = [code for code, _ in many.offers(number)]

    assert set(first) < set(later)
    assert len(set(later)) == len(later)
    assert answer(many, number, first[0], "1") == "accepted"


def test_a_decline_lets_the_next_be_thought_of_at_once(many: Desk) -> None:
    """Nobody waits for the end of a phase whose hope has gone."""
    number = waits(many, urgency=Urgency.URGENT.value)
    many.round()
    first = [code for code, _ in many.offers(number)]
    for code in first[:-1]:
        answer(many, number, code, "2")
    many.round()

    assert len(many.offers(number)) > len(first)


def test_headcount_is_filled_by_those_who_say_yes_first(many: Desk) -> None:
    """More are asked than are needed, and never more come."""
    number = waits(many, urgency=Urgency.URGENT.value, headcount=2)
    many.round()
    asked = [code for code, _ in many.offers(number)]
    said = [answer(many, number, code, "1") for code in asked]

    assert len(asked) > 2
    assert said.count("accepted") == 2
    assert many.state(number) is RequestState.ARRANGED


@pytest.mark.parametrize(
    ("name", "count"),
    [(PolicyName.ONE_AT_A_TIME, 1), (PolicyName.NEAREST, 1), (PolicyName.IN_LIST_ORDER, 1), (PolicyName.BLAST, 10)],
)
def test_a_baseline_is_chosen_by_its_name(many: Desk, name: PolicyName, count: int) -> None:
    """And stands with the wave that it decided."""
    many.rules = replace(BY_MESSAGE, policy=name)
    number = waits(many, urgency=Urgency.URGENT.value)

    many.round()

    assert len(states(many, number)) == count
    if name is PolicyName.IN_LIST_ORDER:
        assert many.offers(number)[0][0] == "V01"


def test_who_was_asked_less_is_asked_first(many: Desk) -> None:
    """Among people who are alike, an alert more to one who had several is dearer."""
    first = waits(many, urgency=Urgency.URGENT.value)
    many.round()
    asked = {code for code, _ in many.offers(first)}
    answer(many, first, min(asked), "1")
    second = waits(many, urgency=Urgency.URGENT.value)
    many.round()
    extra = [code for code, _ in many.offers(second)][1:]

    assert len(set(extra) - asked) >= min(len(extra), 12 - len(asked)) - 1


def test_what_people_answered_changes_how_many_are_asked(many: Desk, clock: StoppedClock) -> None:
    """Where everybody says yes one is nearly enough; where nobody does, more are asked."""

    def asked_after(word: str) -> int:
        for _ in range(12):
            number = waits(many, urgency=Urgency.URGENT.value)
            many.round()
            for code in [code for code, state in many.offers(number) if state == "offered"]:
                answer(many, number, code, word)
            many.street.database.write(
                lambda tx: tx.connection.exec_driver_sql("UPDATE offer SET state='done' WHERE state='accepted'")
            )
            clock.at += timedelta(days=8)
        number = waits(many, urgency=Urgency.URGENT.value)
        many.round()
        return len(states(many, number))

    before = asked_after("1")

    assert before <= 4


def test_the_end_of_the_time_agreed_is_the_time_there_is(clock: StoppedClock) -> None:
    """Else it is what the community promises for the class."""
    window = (clock.at, clock.at + timedelta(hours=5))

    assert due_at(clock.at, window, Urgency.URGENT, Rules()) == window[1]
    assert due_at(clock.at, None, Urgency.URGENT, Rules()) == clock.at + timedelta(minutes=30)


def test_what_is_not_urgent_may_wait_for_others(clock: StoppedClock) -> None:
    """For some minutes, at most a twentieth of the time there is; what is urgent goes now."""
    came, rules = clock.at, Rules(batch_minutes=10)

    def waits_at(minutes: float, urgency: Urgency = Urgency.NORMAL, by: Rules = rules) -> bool:
        return waits_for_others(came, None, urgency, came + timedelta(minutes=minutes), by)

    assert waits_at(5.9) and not waits_at(6), "a twentieth of two hours"
    assert waits_at(9.9, Urgency.LOW) and not waits_at(10, Urgency.LOW)
    assert not waits_at(0, Urgency.URGENT)
    assert not waits_at(0, by=Rules())


def test_the_worker_lets_them_wait_and_a_person_does_not(many: Desk) -> None:
    """Who runs a round by hand wants it now."""
    many.rules = replace(BY_MESSAGE, batch_minutes=10)
    number = waits(many, urgency=Urgency.NORMAL.value)

    run_round(many.street.database, many.actor, many.rules, may_wait=True)
    assert states(many, number) == []
    many.round()
    assert states(many, number)


@pytest.mark.parametrize("channel", ["sms", "phone-list"])
def test_the_house_is_asked_before_the_street(desk: Desk, channel: str) -> None:
    """Ring by ring, whoever is cheaper elsewhere; a ring in which nobody could go is skipped at once."""
    desk.rules = Rules(channels=(channel,), rings=("unit", "building"))
    for code, place in (("FAR1", "9"), ("FAR2", "9"), ("HOUSE", "8-1")):
        desk.street.responder(code, place=place, skills=PLUMBER, capacity=1)
    number = waits(desk, urgency=Urgency.NORMAL.value, place="8-2")
    desk.round()
    assert [code for code, _ in desk.offers(number)] == ["HOUSE"]
    answer(desk, number, "HOUSE", "2")

    desk.round()
    noted = desk.look(lambda tx: [(one.params["ring"], one.params["skipped"]) for one in events.standing(
        tx.connection, "street", ["offered"], tx.now - timedelta(days=1)
    )])

    assert {code for code, _ in desk.offers(number)} > {"HOUSE"}
    assert noted[0] == ("building", ["unit"]) and noted[-1] == ("outside", ["unit", "building"])


def test_what_is_urgent_asks_all_rings_at_once(desk: Desk) -> None:
    """There is no time to go from within outwards."""
    desk.rules = replace(BY_MESSAGE, rings=("unit", "building"))
    for at in range(8):
        desk.street.responder(f"F{at}", place="9", skills=PLUMBER, capacity=1)
    desk.street.responder("HOUSE", place="8-2", skills=PLUMBER, capacity=1)
    number = waits(desk, urgency=Urgency.URGENT.value, place="8-2")

    desk.round()

    assert len(desk.offers(number)) > 1


def test_how_likely_somebody_says_yes_is_told_where_it_decides(many: Desk) -> None:
    """To whoever asks why somebody was asked, or was not; not of those who are rung up."""
    number = waits(many, urgency=Urgency.URGENT.value)
    many.round()
    asked = many.offers(number)[0][0]
    answer(many, number, asked, "2")

    def told(rules: Rules) -> str:
        said = many.look(lambda tx: explain_request(tx, many.actor, rules, number, why_not=asked))
        return " ".join(str(one) for one in said.sentences)

    assert f"of 100 such offers {asked} would say yes to about" in told(BY_MESSAGE)
    assert "asked 1 times in 180 days, 0 times yes" in told(BY_MESSAGE)
    assert "of 100 such offers" not in told(Rules())


def test_whoever_is_reached_for_less_money_is_asked_first(desk: Desk) -> None:
    """Beside the one whom the matcher chose: two alike, of whom one costs a message of five jiao."""
    desk.rules = replace(BY_MESSAGE, channels=("push",))
    for at in range(6):
        desk.street.responder(f"D{at}", skills=PLUMBER, capacity=1, channel="sms")
        desk.street.responder(f"P{at}", skills=PLUMBER, capacity=1)
    number = waits(desk, urgency=Urgency.URGENT.value)

    run_round(desk.street.database, desk.actor, desk.rules, fen_by_channel=lambda: {"sms": 500})
    asked = [code[0] for code, _ in desk.offers(number)]

    assert asked.count("P") >= 1 >= asked.count("D")


def test_shops_are_not_asked_while_there_are_neighbours(desk: Desk) -> None:
    """Whom a service asks first stands before all others, also among those asked on top."""
    desk.rules = BY_MESSAGE
    for at in range(10):
        desk.street.responder(f"S{at}", skills=PLUMBER, capacity=1, kind=ResponderKind.SHOP, place="8-2")
        desk.street.responder(f"V{at}", skills=PLUMBER, capacity=1, place="9")
    number = waits(desk, urgency=Urgency.URGENT.value)

    desk.round()

    assert len(desk.offers(number)) > 1
    assert {code[0] for code, _ in desk.offers(number)} == {"V"}


@pytest.mark.parametrize(("name", "first"), [(PolicyName.NEAREST, "V2"), (PolicyName.IN_LIST_ORDER, "V1")])
def test_a_baseline_holds_on_paper_too(desk: Desk, name: PolicyName, first: str) -> None:
    """What the wave is named after has decided it: the nearer comes first, or the first on the list."""
    desk.rules = Rules(policy=name)
    desk.street.responder("V1", place="9", skills=PLUMBER)
    desk.street.responder("V2", place="8-2", skills=PLUMBER)
    number = waits(desk, place="8-2")

    desk.round()

    assert desk.offers(number) == [(first, "offered")]
