"""What residents and helpers hear when things turn out otherwise: once, in time, and no more than they may know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.closing import cancel, finish, hand_over, merge, promote, unable
from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.editing import Correction, edit_request
from dispatch.desk.pages import show_request, today
from dispatch.desk.phone_list.phone_sheets import print_sheet, reprint_sheet
from dispatch.desk.replies import give_back, reply_from_sheet, reply_on_behalf
from dispatch.desk.telling import was_nobody_told
from dispatch.desk.undoing import undo
from dispatch.errors import NotAllowedNow
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.model.request import Private
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.plugins.phone_list import PhoneList
from dispatch.store.tables import delivery, service
from tests.conftest import NINE, Street
from tests.desk.conftest import Desk

_S, _O = RequestState, OfferState

RESIDENT = Private(
    name="王阿姨", phone="+9991380009999", exact_address="8号楼2单元301", notes="8号楼2单元301 漏水 王阿姨"
)


class Gateway:
    """A channel that keeps what it was handed, and says yes or no to it."""

    capabilities = Capabilities(reaches_real_people=False)

    def __init__(self) -> None:
        self.outcome = Outcome.SENT
        self.had: list[Message] = []

    def send(self, message: Message) -> Receipt:
        """Keep the message."""
        self.had.append(message)
        return Receipt(outcome=self.outcome)


class Town:
    """The desk with a gateway for messages to everybody, and the phone list after it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.gateway = replace(desk, rules=Rules(channels=("sms",), resident_channels=("sms",))), Gateway()
        self.do, self.street = self.desk.do, desk.street

    def arranged(self, *codes: str, headcount: int = 1, person: Private = RESIDENT) -> None:
        """Let request 1 stand with helpers who have said yes; nothing has left yet."""
        self.street.request("listen", state=_S.TRIAGED, headcount=headcount, person=person)
        for code in codes:
            self.street.responder(code, name=f"人{code}", phone=f"+99914700000{code[1:]:0>2}")
            self.do(offer_by_hand, 1, code)
            self.do(reply_on_behalf, 1, code, accepts=True)

    def heard(self) -> list[tuple[str, str]]:
        """Let everything go that is due; whose phone has got which text now, in order of the phones."""
        before = len(self.gateway.had)
        deliver(self.street.database, self.desk.actor, self.desk.rules, {"sms": self.gateway})
        return sorted((one.to, one.text) for one in self.gateway.had[before:])

    def nobody_told(self) -> bool:
        """Whether the last step left somebody untold."""
        return self.desk.look(lambda tx: was_nobody_told(tx, 1))


@pytest.fixture(autouse=True)
def company(street: Street) -> None:
    """Let the service that needs no skill be one that may be named to everybody."""
    columns = {"name_zh": "陪伴聊天", "confidential": False}
    street.database.write(
        lambda tx: tx.connection.execute(service.update().where(service.c.code == "listen").values(**columns))
    )


@pytest.fixture
def town(desk: Desk) -> Town:
    """The street with a gateway."""
    return Town(desk)


ENDS = [
    (unable, ("配件停产",), "很抱歉，1号单“陪伴聊天”没办成：配件停产"),
    (hand_over, ("自来水公司 0351-1234567",), "1号单“陪伴聊天”已替您转给自来水公司 0351-1234567，由他们接着办"),
    (promote, (), "1号单“陪伴聊天”要大家商量着办，已交到居民议事会"),
]


@pytest.mark.parametrize(("end", "words", "text"), ENDS)
def test_the_resident_hears_how_it_ended(
    town: Town, end: Callable[..., Any], words: tuple[str, ...], text: str
) -> None:
    """Why it could not be done, to whom it went, that it is for the council: once, and nothing else."""
    town.street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    town.do(end, 1, *words)

    assert town.heard() == [(RESIDENT.phone, text)]
    assert (town.heard(), town.nobody_told()) == ([], False)


@pytest.mark.parametrize(("end", "words", "text"), ENDS)
def test_of_a_confidential_need_no_typed_word_is_sent(
    town: Town, end: Callable[..., Any], words: tuple[str, ...], text: str
) -> None:
    """That it ended is told, and where to ask."""
    town.street.database.write(lambda tx: tx.connection.execute(service.update().values(confidential=True)))
    town.street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    town.do(end, 1, *words)
    ((_, said),) = town.heard()

    assert said.startswith(("1号单", "很抱歉，1号单"))
    assert [one for one in ("陪伴聊天", "配件", "自来水", "0351") if one in said] == []


def test_a_why_hands_on_no_phone_number(town: Town) -> None:
    """What was typed about a helper stays with us as far as a machine can see it."""
    town.street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    town.do(unable, 1, "贺师傅没空 13800001111")
    ((_, said),) = town.heard()

    assert said.endswith("没办成：贺师傅没空 …")


@pytest.mark.parametrize(("end", "words", "_text"), ENDS)
def test_who_has_no_phone_gets_no_message_and_the_desk_knows(
    town: Town, end: Callable[..., Any], words: tuple[str, ...], _text: str
) -> None:
    """Nothing waits in the outbox, and the history says that nobody was told."""
    town.street.request("listen", state=_S.TRIAGED, person=Private(name="李大爷"))
    town.do(end, 1, *words)

    assert (town.desk.waiting(1), town.nobody_told(), town.heard()) == ([], True, [])


def test_the_end_is_rung_through_and_keyed_back(desk: Desk, street: Street) -> None:
    """Where residents are rung up, the sheet says what to read out, and "told" closes the call."""
    street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    desk.do(hand_over, 1, "自来水公司")
    deliver(street.database, desk.actor, desk.rules, {"phone-list": PhoneList({})})
    (row,) = desk.do(print_sheet).rows
    desk.do(reply_from_sheet, 1, "1 n")
    again = desk.do(print_sheet).rows
    (told,) = desk.do(reply_from_sheet, 2, "1 a")

    assert (row.name, row.purpose) == ("王阿姨", "告知结果")
    assert row.what == "1号单“陪伴聊天”已替您转给自来水公司，由他们接着办"
    assert ([one.what for one in again], again[0].unreached) == ([row.what], 1)
    assert (told.outcome.value, told.number, told.responder) == ("told", 1, None)
    assert desk.do(print_sheet).rows == ()


def test_a_merged_request_goes_on_under_the_others_number(town: Town) -> None:
    """Its resident learns that number by message."""
    for _ in (1, 2):
        town.street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    town.do(merge, 1, 2)

    assert town.heard() == [(RESIDENT.phone, "1号单和2号单是同一件事，合在一起办，以后看2号")]


@pytest.mark.parametrize(("phone", "is_untold"), [(RESIDENT.phone, False), ("+9991380008888", True)])
def test_nobody_is_rung_up_to_be_told_a_number(desk: Desk, street: Street, phone: str, is_untold: bool) -> None:
    """Whoever asked twice hears of the other one anyway; of a neighbour the desk knows that nobody tells them."""
    street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    street.request("listen", state=_S.TRIAGED, person=replace(RESIDENT, phone=phone))
    desk.do(merge, 1, 2)
    deliver(street.database, desk.actor, desk.rules, {"phone-list": PhoneList({})})

    assert desk.do(print_sheet).rows == ()
    assert desk.look(lambda tx: was_nobody_told(tx, 1)) is is_untold


def test_a_number_that_no_message_can_tell_does_not_fall_to_the_phone_list(town: Town) -> None:
    """The gateway refuses it: the log says that nobody was told, and nobody is rung up."""
    for _ in (1, 2):
        town.street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    town.do(merge, 1, 2)
    town.gateway.outcome = Outcome.GIVE_UP
    town.heard()

    assert town.do(print_sheet).rows == ()
    assert town.nobody_told()


def test_who_was_promised_somebody_hears_that_they_do_not_come(town: Town) -> None:
    """Given back after the resident was told: somebody else is sought; then who comes is told again, the same way."""
    town.arranged("V1")
    town.heard()
    town.do(give_back, 1, "V1")
    looking = town.heard()
    town.street.responder("V2", name="人V2", phone="+9991470000002")
    town.do(offer_by_hand, 1, "V2")
    town.do(reply_on_behalf, 1, "V2", accepts=True)
    mine = [text for to, text in town.heard() if to == RESIDENT.phone]

    assert looking == [(RESIDENT.phone, "1号单“陪伴聊天”：人V1临时有事，正在给您另找人，找到就告诉您")]
    assert mine == ["1号单“陪伴聊天”：人V2（+999 147 000 0002）会来，尽快"]


def test_who_was_promised_nobody_hears_nothing_of_it(town: Town) -> None:
    """Given back before the message left: it is dropped, and no other goes."""
    town.arranged("V1")
    town.do(give_back, 1, "V1")

    assert town.heard() == []


def test_another_found_before_the_word_got_out_comes_instead(town: Town) -> None:
    """One message says both: nobody waits for two, and nobody is told that somebody is sought who was found."""
    town.arranged("V1")
    town.heard()
    town.do(give_back, 1, "V1")
    town.street.responder("V2", name="人V2", phone="+9991470000002")
    town.do(offer_by_hand, 1, "V2")
    town.do(reply_on_behalf, 1, "V2", accepts=True)
    mine = [text for to, text in town.heard() if to == RESIDENT.phone]

    assert mine == ["1号单“陪伴聊天”：改由人V2（+999 147 000 0002）来，尽快"]


def test_of_two_helpers_the_one_who_drops_out_is_named(town: Town) -> None:
    """The other one still comes."""
    town.arranged("V1", "V2", headcount=2)
    town.heard()
    town.do(give_back, 1, "V2")

    assert [text for _, text in town.heard()] == ["1号单“陪伴聊天”：人V2临时有事，正在给您另找人，找到就告诉您"]


@pytest.mark.parametrize(("keyed", "calls"), [("a", 1), ("n", 0), ("x", 0), (None, 1)])
def test_only_who_may_have_been_reached_is_rung_up_again(
    desk: Desk, street: Street, keyed: str | None, calls: int
) -> None:
    """Told, or the paper still out: they are rung; nobody had picked up: they never heard who would come."""
    street.offer(street.request("listen"), street.responder("V1", name="贺建国"))
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    deliver(street.database, desk.actor, desk.rules, {"phone-list": PhoneList({})})
    sheet = desk.do(print_sheet)
    row = next(one for one in sheet.rows if one.kind == "who_comes")
    if keyed:
        desk.do(reply_from_sheet, 1, f"{row.no} {keyed}")
    desk.do(give_back, 1, "V1")
    deliver(street.database, desk.actor, desk.rules, {"phone-list": PhoneList({})})

    assert [one.kind for one in desk.do(print_sheet).rows] == ["looking"] * calls
    assert desk.look(lambda tx: today(tx, desk.actor, desk.rules)).calls == calls


def test_today_counts_the_calls_that_the_next_sheet_would_hold(desk: Desk, street: Street) -> None:
    """A printed call that somebody is sought is none any more once somebody was found."""
    street.offer(street.request("listen", person=RESIDENT), street.responder("V1"))
    street.responder("V2")
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    _on_paper(desk)
    desk.do(print_sheet)
    desk.do(give_back, 1, "V1")
    _on_paper(desk)
    desk.do(print_sheet)
    desk.do(offer_by_hand, 1, "V2")
    desk.do(reply_on_behalf, 1, "V2", accepts=True)
    _on_paper(desk)
    counted = desk.look(lambda tx: today(tx, desk.actor, desk.rules)).calls

    assert counted == len(desk.do(print_sheet).rows) == 2


@pytest.mark.parametrize(("by", "was_told", "count"), [("desk", True, 1), ("desk", False, 0), ("resident", True, 0)])
def test_what_the_desk_cancels_is_told_to_who_waits_for_somebody(
    town: Town, by: str, was_told: bool, count: int
) -> None:
    """Not to whoever cancelled it themselves, nor to whom nobody was promised; the helper hears it either way."""
    town.arranged("V1")
    if was_told:
        town.heard()
    town.do(cancel, 1, by=by)
    texts = town.heard()

    assert [text for to, text in texts if to == RESIDENT.phone] == [
        "1号单“陪伴聊天”已经撤单，不会有人来了。还需要的话请再告诉我们"
    ] * count
    assert ("+9991470000001", "1号单不用去了，谢谢您") in texts or not was_told


def test_who_was_asked_in_vain_hears_so_although_it_is_done(town: Town) -> None:
    """The work was quicker than the messages: they still learn that somebody else came."""
    town.street.request("listen", state=_S.TRIAGED, headcount=1, person=RESIDENT)
    town.street.responder("V1", phone="+9991470000001")
    town.do(offer_by_hand, 1, "V1")
    town.heard()
    request_id = town.desk.request(1).id
    offered = town.street.offer(request_id, town.street.responder("V2"))
    town.do(reply_on_behalf, 1, "V2", accepts=True)
    town.do(finish, 1)

    assert offered
    assert ("+9991470000001", "1号单已有人接单，谢谢您") in town.heard()


CORRECTIONS = [
    (Correction(phone="+9991380007777"), "+999 138 000 7777"),
    (Correction(name="王大妈"), "王大妈"),
    (Correction(place="8-2", exact_address="8号楼2单元302"), "8号楼2单元302"),
    (Correction(note="有狗"), "有狗"),
    (Correction(urgency=Urgency.URGENT), "马上"),
]


@pytest.mark.parametrize(("correction", "word"), CORRECTIONS)
def test_who_has_accepted_hears_what_was_corrected(town: Town, correction: Correction, word: str) -> None:
    """Phone, name, door, note, how pressing: one message with everything as it is now, to them alone."""
    town.arranged("V1", headcount=2)
    town.street.responder("V2", phone="+9991470000002")
    town.do(offer_by_hand, 1, "V2")
    town.heard()
    town.do(edit_request, 1, correction)
    ((to, text),) = town.heard()

    assert (to, text.startswith("1号单“陪伴聊天”有更正，请以这次为准：")) == ("+9991470000001", True)
    assert word in text
    assert town.heard() == []


@pytest.mark.parametrize("correction", [Correction(headcount=2), Correction(name="王阿姨"), Correction(place="8-2")])
def test_what_changes_nothing_for_the_helper_is_not_told(town: Town, correction: Correction) -> None:
    """More people, or the same again."""
    town.arranged("V1")
    town.heard()
    town.do(edit_request, 1, correction)

    assert town.heard() == []


def test_corrections_that_wait_together_are_one_message(town: Town) -> None:
    """Two before anything left: the details themselves say it; two more after that: one message more; then another."""
    town.arranged("V1")
    town.do(edit_request, 1, Correction(name="甲"))
    town.do(edit_request, 1, Correction(note="乙"))
    first = [text for to, text in town.heard() if to != RESIDENT.phone]
    town.do(edit_request, 1, Correction(name="丙"))
    town.do(edit_request, 1, Correction(note="丁"))
    second = town.heard()
    town.do(edit_request, 1, Correction(name="戊"))
    third = town.heard()

    assert [len(one) for one in (first, second, third)] == [1, 1, 1]
    assert ("请您前往" in first[0], "甲" in first[0], "乙" in first[0]) == (True, True, True)
    assert ("丙" in second[0][1], "丁" in second[0][1], "戊" in third[0][1]) == (True, True, True)
    assert len({one.key for one in town.gateway.had}) == len(town.gateway.had)


def test_a_corrected_door_is_the_only_door_told(town: Town) -> None:
    """The typed line names the old one as well: it is said to nobody any more, and stays whole for the desk."""
    town.arranged("V1")
    town.heard()
    town.do(edit_request, 1, Correction(place="8-2", exact_address="8号楼2单元302", name="王大妈"))
    ((_, text),) = town.heard()
    kept = town.desk.look(lambda tx: show_request(tx, town.desk.actor, 1)).person

    assert text.endswith("王大妈、+999 138 000 9999、8号楼2单元302；尽快；备注：漏水")
    assert kept.notes == "8号楼2单元301 漏水 王阿姨"


def test_another_building_is_another_need(town: Town) -> None:
    """Who accepted house 8 is not sent to house 9 unasked."""
    town.arranged("V1")
    with pytest.raises(NotAllowedNow, match="has accepted"):
        town.do(edit_request, 1, Correction(place="9", exact_address="9号楼101"))
    with pytest.raises(NotAllowedNow, match="has accepted"):
        town.do(edit_request, 1, Correction(window=(NINE, NINE + timedelta(hours=1))))


def test_who_gave_it_back_hears_no_correction(town: Town) -> None:
    """Name, phone and door are for who comes."""
    town.arranged("V1")
    town.heard()
    town.do(give_back, 1, "V1")
    town.heard()
    town.do(edit_request, 1, Correction(name="王大妈"))

    assert town.heard() == []


def test_a_correction_that_waits_is_not_sent_to_who_gives_it_back(town: Town) -> None:
    """It is dropped with everything else that was meant for them."""
    town.arranged("V1")
    town.heard()
    town.do(edit_request, 1, Correction(name="王大妈"))
    town.do(give_back, 1, "V1")

    assert [to for to, _ in town.heard()] == [RESIDENT.phone]


def test_a_correction_refused_by_a_channel_falls_to_the_next(town: Town) -> None:
    """The phone list has it, as it has any other message."""
    town.arranged("V1")
    town.heard()
    town.do(edit_request, 1, Correction(name="王大妈"))
    town.gateway.outcome = Outcome.GIVE_UP
    town.heard()
    (row,) = town.do(print_sheet).rows

    assert (row.name, row.purpose, "王大妈" in row.what) == ("人V1", "告知更正", True)


def _on_paper(desk: Desk) -> None:
    deliver(desk.street.database, desk.actor, desk.rules, {"phone-list": PhoneList({})})


def test_on_paper_the_corrected_call_takes_the_place_of_the_old_one(desk: Desk, street: Street) -> None:
    """The sheet that is out is over on that row, the next holds one call, and an old tick does not settle it."""
    street.offer(street.request("listen", person=RESIDENT), street.responder("V1", name="贺建国"))
    desk.do(reply_on_behalf, 1, "V1", accepts=True)
    _on_paper(desk)
    old = next(one for one in desk.do(print_sheet).rows if one.kind == "details")
    desk.do(edit_request, 1, Correction(name="王大妈"))
    _on_paper(desk)
    desk.do(edit_request, 1, Correction(note="有狗"))
    _on_paper(desk)
    new = [one for one in desk.do(print_sheet).rows if one.kind == "details"]
    reprinted = desk.look(lambda tx: reprint_sheet(tx, desk.actor, desk.rules, 1)).rows[old.no - 1]
    desk.do(reply_from_sheet, 1, f"{old.no} a")
    again = [one for one in desk.do(print_sheet).rows if one.kind == "details"]
    (wants_out,) = desk.do(reply_from_sheet, 2, f"{new[0].no} d")

    assert (old.purpose, reprinted.is_over) == ("告知地址", True)
    assert [(one.purpose, "王大妈" in one.what, "有狗" in one.what) for one in new] == [("告知更正", True, True)]
    assert [one.what for one in again] == [one.what for one in new]
    assert wants_out.wants_out
    assert [one for one in desk.do(print_sheet).rows if one.kind == "details"] == []


def test_a_correction_that_has_not_left_is_taken_back_with_its_message(town: Town) -> None:
    """The helper was told what is true again: they hear nothing."""
    town.arranged("V1")
    town.heard()
    town.do(edit_request, 1, Correction(name="王大妈"))
    undone = town.do(undo)

    assert (undone.what, undone.numbers, town.heard()) == ("edited", (1,), [])
    assert town.desk.look(lambda tx: show_request(tx, town.desk.actor, 1)).person == RESIDENT
    town.do(edit_request, 1, Correction(name="王奶奶"))
    assert ["王奶奶" in text for _, text in town.heard()] == [True]


def test_of_two_corrections_that_wait_only_the_last_is_taken_back(town: Town) -> None:
    """The first is still told."""
    town.arranged("V1")
    town.heard()
    town.do(edit_request, 1, Correction(name="王大妈"))
    town.do(edit_request, 1, Correction(note="有狗"))
    town.do(undo)
    ((_, text),) = town.heard()

    assert ("王大妈" in text, "有狗" in text) == (True, False)


def test_a_correction_before_the_details_left_is_taken_back(town: Town) -> None:
    """They go out as it was before."""
    town.arranged("V1")
    town.do(edit_request, 1, Correction(name="王大妈"))
    town.do(undo)

    assert ["王大妈" in text for _, text in town.heard()] == [False, False]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_correction_that_has_left_stays(town: Town, is_first: bool) -> None:
    """With the details or by a message of its own: it says so, with the way out, and nothing changes."""
    town.arranged("V1")
    if not is_first:
        town.heard()
    town.do(edit_request, 1, Correction(name="王大妈"))
    town.heard()
    before = town.desk.everything()

    with pytest.raises(NotAllowedNow, match="has left the building") as refused:
        town.do(undo)
    assert "correct it again" in str(refused.value.hint)
    assert town.desk.everything() == before


def test_a_correction_that_somebody_accepted_since_and_was_told_stays(town: Town) -> None:
    """Who said yes afterwards has the corrected details already."""
    town.street.request("listen", state=_S.TRIAGED, person=RESIDENT)
    town.street.responder("V1")
    town.do(edit_request, 1, Correction(name="王大妈"))
    colleague = replace(town.desk, actor=replace(town.desk.actor, name="小张"))
    colleague.do(offer_by_hand, 1, "V1")
    colleague.do(reply_on_behalf, 1, "V1", accepts=True)
    town.heard()

    with pytest.raises(NotAllowedNow, match="has left the building"):
        town.do(undo)


def test_a_phone_that_becomes_known_later_is_told_who_comes(town: Town) -> None:
    """Until then nobody could tell them, and the desk knew; the helper hears the phone."""
    town.arranged("V1", person=Private(name="李大爷"))
    assert town.nobody_told()
    assert [to for to, _ in town.heard()] == ["+9991470000001"]
    town.do(edit_request, 1, Correction(phone="+9991380007777"))

    assert [to for to, _ in town.heard()] == ["+9991380007777", "+9991470000001"]


@pytest.mark.parametrize("state", ["sending", "gave_up", "held", "ready"])
def test_what_perhaps_went_with_the_old_words_is_followed_by_another(town: Town, state: str) -> None:
    """Being sent, lost, or brought back from a copy: nobody knows what was read, so the correction goes by itself."""
    town.arranged("V1")
    lease = NINE + timedelta(minutes=1) if state == "sending" else None
    stands = {"state": state, "lease_until": lease, "unknowns": 0 if state == "held" else 1}
    ours = delivery.c.recipient == "responder"
    town.street.database.write(lambda tx: tx.connection.execute(delivery.update().where(ours).values(**stands)))
    town.do(edit_request, 1, Correction(name="王大妈"))
    kinds = town.desk.look(
        lambda tx: sorted(tx.connection.scalars(select(delivery.c.kind).where(ours, delivery.c.kind != "offer")))
    )

    assert kinds == ["details", "details-2"]
    assert [text.split("：")[0] for to, text in town.heard() if to != RESIDENT.phone] == [
        "1号单“陪伴聊天”有更正，请以这次为准"
    ]
