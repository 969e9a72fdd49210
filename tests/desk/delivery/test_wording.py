"""The words of messages: short, in the reader's language, and telling no more than may be told."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.delivery.dialling import as_dialled
from dispatch.desk.delivery.letters import Helper, Letter, disclosed, is_needed
from dispatch.desk.delivery.typed_notes import unsaid
from dispatch.desk.delivery.wording import LONGEST_NOTE, ONE_SMS, tidy, when_of, word
from dispatch.i18n import Sentence, say
from dispatch.model.assignment import Offer, OfferId
from dispatch.model.community import Community, PersonId, PlaceId
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import DeliveryState, MessageKind
from dispatch.model.request import Private, Request, RequestId, Source
from dispatch.model.responder import Responder, ResponderId, ResponderKind
from dispatch.model.rules import Rules
from dispatch.model.service import Service, ServiceId, Urgency
from dispatch.plugins.sms.approved import CAPABILITIES, filled, read_table
from dispatch.store.outbox import Delivery

NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""Monday, nine o'clock in Taiyuan."""

HOUR = timedelta(hours=1)
JINSONG = Path(__file__).parents[3] / "fixtures" / "jinsong"
RESIDENT = Private(
    name="王阿姨",
    phone="+8613912345678",
    exact_address="8号楼2单元301",
    notes="耳背，多敲几下",
)
HELPER = Private(name="贺建国", phone="+8613887654321", notes="打座机")
PRIVATE = ("王阿姨", "13912345678", "139 1234 5678", "301", "2单元", "耳背")


def letter(kind: MessageKind = MessageKind.OFFER, **said: Any) -> Letter:
    """A letter about request 128: a plumber for building 8, asked a neighbour of building 9."""
    service = Service(
        id=ServiceId("s"),
        community="jinsong",
        code="drain",
        name_zh="疏通下水",
        name_en="clear a drain",
        minutes=45,
        confidential=said.pop("confidential", False),
    )
    request = Request(
        id=RequestId("r"),
        community="jinsong",
        number=said.pop("number", 128),
        state=said.pop("request_state", RequestState.ASKING),
        service_id=service.id,
        place_id=PlaceId("8-2"),
        person_id=PersonId("w"),
        urgency=said.pop("urgency", Urgency.NORMAL),
        headcount=1,
        source=Source.PHONE,
        received_at=NINE,
        version=1,
        window=said.pop("window", None),
        done_at=said.pop("done_at", None),
    )
    offer = Offer(
        id=OfferId("o"),
        request_id=request.id,
        wave_no=1,
        responder_id=ResponderId("h"),
        seat_no=1,
        state=said.pop("state", OfferState.OFFERED),
        deadline_at=NINE + HOUR,
        code="4821",
        fence=1,
        offered_at=NINE,
        ended_at=said.pop("ended_at", None),
    )
    responder = Responder(
        id=ResponderId("h"),
        community="jinsong",
        code="V017",
        kind=ResponderKind.VOLUNTEER,
        person_id=PersonId("h"),
        place_id=PlaceId("9-1"),
        is_paid=said.pop("is_paid", False),
    )
    to_resident = kind not in (MessageKind.OFFER, MessageKind.DETAILS, MessageKind.NOT_NEEDED)
    delivery = Delivery(
        id="d",
        request_id="r",
        offer_id="o",
        recipient="resident" if to_resident else "responder",
        kind=kind,
        occasion=said.pop("occasion", 1),
        channel="sms",
        state=DeliveryState.SENDING,
        attempt=1,
        unknowns=0,
        fence=1,
        next_at=NINE,
        sent_at=None,
    )
    plain: dict[str, Any] = {
        "delivery": delivery,
        "community": Community(code="jinsong", name_zh="劲松社区", name_en="Jinsong"),
        "request": request,
        "service": service,
        "place": "8号楼",
        "to": RESIDENT if to_resident else HELPER,
        "language": "zh",
        "resident": RESIDENT,
        "offer": offer,
        "responder": responder,
        "helpers": (Helper(HELPER.name, HELPER.phone),),
        "metres": 150,
    }
    return Letter(**{**plain, **said})


def test_an_offer_says_what_where_when_how_long_on_what_terms_and_how_to_answer():
    """One line that can be answered without asking back."""
    message = word(letter(window=(NINE + HOUR, NINE + 3 * HOUR)), NINE)

    assert message.text == (
        "128号单：疏通下水，8号楼，步行3分钟，今天10:00-12:00，45分钟，无偿。回复1 4821接单，2 4821不便"
    )
    assert (message.to, message.number, message.code, message.language) == (
        "+8613887654321",
        128,
        "4821",
        "zh",
    )


def test_an_offer_speaks_its_readers_language():
    """English for somebody who asked for it."""
    message = word(letter(language="en", is_paid=True, metres=0), NINE)

    assert message.text == (
        "request 128: clear a drain, 8号楼 (your own building), as soon as possible, about 45 min, paid."
        " Reply 1 4821 to take it, 2 4821 if you cannot"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [MessageKind.OFFER, MessageKind.NOT_NEEDED])
def test_before_acceptance_nothing_is_told_of_the_resident(kind, language):
    """No name, phone, unit, door or note, in no field of the message."""
    message = word(letter(kind, language=language), NINE)
    everything = " ".join([message.text, message.to, message.template, *message.params.values()])

    assert [said for said in PRIVATE if said in everything] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [one for one in MessageKind if one is not MessageKind.DETAILS])
def test_a_confidential_need_is_named_to_nobody_but_who_accepted_it(kind, language):
    """It is help in the neighbourhood to everybody else, the resident's own phone included."""
    about = letter(kind, language=language, confidential=True)
    message = word(about, NINE)
    everything = " ".join([message.text, *message.params.values()])
    accepted = word(letter(MessageKind.DETAILS, language=language, confidential=True), NINE)

    assert "疏通下水" not in everything
    assert "clear a drain" not in everything
    assert ("疏通下水" if language == "zh" else "clear a drain") in accepted.text


def test_the_details_tell_who_where_and_what_to_mind():
    """Name, phone, door and note, to whoever accepted."""
    message = word(letter(MessageKind.DETAILS, state=OfferState.ACCEPTED), NINE)

    assert message.text == (
        "128号单“疏通下水”请您前往，谢谢：王阿姨、139 1234 5678、8号楼2单元301；尽快；备注：耳背，多敲几下"
    )


def test_details_without_a_name_or_a_door_say_what_is_known():
    """A missing name leaves no gap, a missing door leaves the building."""
    about = letter(MessageKind.DETAILS, resident=Private(phone="+8613912345678"))

    assert word(about, NINE).text == "128号单“疏通下水”请您前往，谢谢：139 1234 5678、8号楼；尽快"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"state": OfferState.WITHDRAWN}, "128号单已有人接单，谢谢您"),
        (
            {"state": OfferState.WITHDRAWN, "helpers": (), "request_state": RequestState.DONE},
            "128号单已有人接单，谢谢您",
        ),
        (
            {"state": OfferState.WITHDRAWN, "helpers": (), "request_state": RequestState.CANCELLED},
            "128号单不需要了，谢谢您",
        ),
        ({"state": OfferState.CANCELLED, "helpers": ()}, "128号单不用去了，谢谢您"),
    ],
)
def test_who_is_not_needed_hears_why(said, text):
    """Somebody has taken it, it is not needed any more, or need not be gone to: never the wrong one."""
    assert word(letter(MessageKind.NOT_NEEDED, **said), NINE).text == text


def test_the_resident_hears_three_things():
    """Received with a number, who comes by name, and the question how it was."""
    texts = [
        word(letter(kind, window=(NINE, NINE + HOUR)), NINE).text
        for kind in (MessageKind.RECEIVED, MessageKind.WHO_COMES, MessageKind.DONE)
    ]

    assert texts == [
        "您的单子收到了：128号，疏通下水。有人接单后告诉您谁来",
        "128号单“疏通下水”：贺建国（138 8765 4321）会来，今天9:00-10:00",
        "128号单“疏通下水”办好了。请告诉我们您满意吗：满意、一般、不满意",
    ]


ENDS = [
    (MessageKind.LOOKING, {}, "贺建国临时有事，正在给您另找人", "贺建国 cannot do it after all"),
    (MessageKind.WHO_COMES, {"is_instead": True}, "改由贺建国", "will come instead"),
    (MessageKind.CLOSED, {"request_state": RequestState.UNABLE, "words": "x" * 500}, "没办成：x", "done: x"),
    (MessageKind.CLOSED, {"request_state": RequestState.UNABLE}, "原因请问我们", "ask us why"),
    (MessageKind.CLOSED, {"request_state": RequestState.HANDED_OVER, "words": "水" * 500}, "转给水", "on to 水"),
    (MessageKind.CLOSED, {"request_state": RequestState.HANDED_OVER}, "转给了谁请问我们", "ask us to whom"),
    (MessageKind.CLOSED, {"request_state": RequestState.PROMOTED}, "居民议事会", "residents' council"),
    (MessageKind.CLOSED, {"request_state": RequestState.CANCELLED}, "不会有人来了", "nobody will come"),
    (MessageKind.MERGED, {"into": 9998}, "以后看9998号", "under number 9998"),
]


@pytest.mark.parametrize(("kind", "said", "zh", "en"), ENDS)
def test_what_turns_out_otherwise_is_told_in_one_sms_in_both_languages(kind, said, zh, en):
    """Whatever was typed: 70 characters with the signature and a number of four digits."""
    about = letter(kind, number=9999, window=None, helpers=(Helper("贺建国", ""),), **said)
    chinese, english = (word(replace(about, language=language), NINE).text for language in ("zh", "en"))

    assert (zh in chinese, en in english) == (True, True)
    assert len(f"【劲松社区】{chinese}") <= ONE_SMS
    assert len(english) <= 160


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "128号单“疏通下水”有更正，请以这次为准：王阿姨、139 1234 5678、8号楼2单元301；尽快；备注：耳背，多敲几下"),
        (
            "en",
            "request 128, clear a drain, was corrected; what holds now: 王阿姨, 139 1234 5678, 8号楼2单元301;"
            " as soon as possible; note: 耳背，多敲几下",
        ),
    ],
)
def test_corrected_details_say_so_and_everything_that_holds_now(language, text):
    """Whoever reads only the last message knows where to go."""
    about = letter(MessageKind.DETAILS, state=OfferState.ACCEPTED, occasion=2, language=language)

    assert word(about, NINE).text == text
    assert "备注" not in word(replace(about, language="zh", resident=replace(RESIDENT, notes="")), NINE).text


def test_several_who_come_are_all_named_and_a_minor_without_a_phone():
    """A helper whose phone may not be told is named all the same."""
    helpers = (Helper("贺建国", "+8613887654321"), Helper("小明", ""))

    assert word(letter(MessageKind.WHO_COMES, helpers=helpers), NINE).text == (
        "128号单“疏通下水”：贺建国（138 8765 4321）、小明会来，尽快"
    )


@pytest.mark.parametrize(
    ("window", "zh", "en"),
    [
        (None, "尽快", "as soon as possible"),
        ((NINE, NINE), "今天9:00", "today 9:00"),
        ((NINE + HOUR, NINE + 2 * HOUR), "今天10:00-11:00", "today 10:00-11:00"),
        ((NINE + 24 * HOUR, NINE + 25 * HOUR), "明天9:00-10:00", "tomorrow 9:00-10:00"),
        ((NINE + 240 * HOUR, NINE + 241 * HOUR), "12月3日9:00-10:00", "3 Dec 9:00-10:00"),
        ((NINE, NINE + 26 * HOUR), "今天9:00至明天11:00", "today 9:00 to tomorrow 11:00"),
        ((NINE + 16 * HOUR, NINE + 17 * HOUR), "明天1:00-2:00", "tomorrow 1:00-2:00"),
    ],
)
def test_the_time_is_told_on_the_communitys_clock(window, zh, en):
    """Days and hours as they are on its wall, not in UTC."""
    about = letter(window=window)

    assert (say(when_of(about, NINE), "zh"), say(when_of(about, NINE), "en")) == (zh, en)


def test_an_urgent_need_is_for_now():
    """Urgent without a time means at once."""
    assert say(when_of(letter(urgency=Urgency.URGENT), NINE), "zh") == "马上"


def jinsong(file: str) -> list[dict[str, str]]:
    """The rows of one of Jinsong's files."""
    with (JINSONG / file).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", jinsong("services.csv"), ids=lambda row: row["code"])
@pytest.mark.parametrize(
    "window",
    [None, (NINE + HOUR, NINE + 3 * HOUR), (NINE + 240 * HOUR, NINE + 242 * HOUR)],
    ids=["soon", "today", "later"],
)
def test_every_offer_at_jinsong_fits_into_one_sms_with_the_signature(row, window):
    """70 characters with 【劲松社区】, a number of four digits, a code of five, the longest building's name."""
    place = max((one["name"] for one in jinsong("places.csv") if one["kind"] == "building"), key=len)
    about = letter(number=9999, window=window, place=place, metres=1400)
    service = replace(
        about.service,
        name_zh=row["name_zh"],
        minutes=int(row["minutes"]),
        confidential=row["confidential"] == "yes",
    )
    assert about.offer is not None
    offer = replace(about.offer, code="48215")
    text = word(replace(about, service=service, offer=offer), NINE).text

    assert len(f"【劲松社区】{text}") <= ONE_SMS
    assert ("社区志愿服务" if service.confidential else row["name_zh"]) in text


def test_how_far_it_is_gives_way_where_the_text_would_not_fit():
    """The walk is left out before a second SMS is begun."""
    about = letter(place="劲松北社区八号楼东", window=(NINE + 240 * HOUR, NINE + 242 * HOUR), number=99999)

    assert "步行" not in word(about, NINE).text
    assert "步行" in word(letter(), NINE).text


@pytest.mark.parametrize("kind", list(MessageKind))
def test_every_message_fits_into_its_approved_text(kind):
    """What a provider of approved texts is handed names number, phone and door by themselves, as the sentence does."""
    message = word(letter(kind, window=(NINE, NINE + HOUR)), NINE)

    _, values = filled(read_table("sms", {str(kind): "T"}), message, CAPABILITIES)

    assert values["number"] == "128"
    assert kind is not MessageKind.DETAILS or (values["phone"], values["door"]) == ("13912345678", "8号楼2单元301")
    assert kind is not MessageKind.WHO_COMES or values["helpers"] == "贺建国"


@pytest.mark.parametrize("kind", list(MessageKind))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_template_and_parameters_make_the_text(kind, language):
    """Gateways that send only approved templates send the same words."""
    message = word(letter(kind, language=language, window=(NINE, NINE + HOUR)), NINE)

    assert say(Sentence(message.template, message.params), language) == message.text
    assert all(type(value) is str for value in message.params.values())


UGLY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("【】[]\u202e\u200b\ufeff\n\r\t0123456789.:/htpswcn "),
    ),
    max_size=80,
)


@given(UGLY)
def test_typed_text_cannot_forge_or_break_a_message(text):
    """Whatever was typed: no signature brackets, no hidden characters, no line ends, never too long."""
    tame = tidy(text, LONGEST_NOTE)

    assert len(tame) <= LONGEST_NOTE
    assert not set(tame) & set("【】[]\n\r")
    assert not any(unicodedata.category(one) in ("Cc", "Cf") for one in tame)
    assert tame == tame.strip()


@pytest.mark.parametrize(
    ("typed", "tame"),
    [
        ("【公安】请回电 13812345678", "公安请回电 …"),
        ("看 http://example.com/x?a=1 再说", "看 再说"),
        ("看 www.example.com", "看"),
        ("两行\n  字", "两行 字"),
        ("门牌 301，3楼", "门牌 301，3楼"),
        ("\u202e反\u200b的", "反的"),
    ],
)
def test_links_long_numbers_and_forged_signatures_are_taken_out_of_notes(typed, tame):
    """What could lead a helper astray does not travel under our name."""
    assert tidy(typed, LONGEST_NOTE, numbers=False) == tame


def test_a_note_that_is_too_long_ends_in_dots():
    """Cut where it must be, and visibly."""
    assert tidy("很" * 61, 60) == "很" * 59 + "…"
    assert tidy("很" * 60, 60) == "很" * 60


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("+8613912345678", "139 1234 5678"),
        ("+861012345678", "010 1234 5678"),
        ("+863511234567", "0351 123 4567"),
        ("+9991380000001", "+999 138 000 0001"),
        ("+16175550123", "+1 617 555 0123"),
        ("+4930123456", "+4930123456"),
        ("12345", "12345"),
        ("", ""),
    ],
)
def test_numbers_are_read_out_in_groups(phone, dialled):
    """A Chinese number as it is dialled in China, every other with its country."""
    assert as_dialled(phone) == dialled


@pytest.mark.parametrize(
    ("state", "ended", "is_told"),
    [
        (OfferState.OFFERED, None, False),
        (OfferState.ACCEPTED, None, True),
        (OfferState.DOING, None, True),
        (OfferState.DONE, 24 * HOUR, True),
        (OfferState.DONE, 24 * HOUR + timedelta(seconds=1), False),
        (OfferState.RELEASED, HOUR, False),
        (OfferState.CANCELLED, HOUR, False),
        (OfferState.WITHDRAWN, HOUR, False),
        (OfferState.DECLINED, HOUR, False),
        (OfferState.EXPIRED, HOUR, False),
    ],
)
def test_name_phone_and_door_are_for_who_accepted_until_a_day_after(state, ended, is_told):
    """Never before, never for anybody else, and no longer than needed."""
    offer = letter(state=state, ended_at=NINE - ended if ended else None).offer
    assert offer is not None

    assert disclosed(offer, NINE, Rules()) is is_told


@pytest.mark.parametrize(
    ("kind", "said", "is_so"),
    [
        (MessageKind.OFFER, {}, True),
        (MessageKind.OFFER, {"state": OfferState.WITHDRAWN}, False),
        (MessageKind.DETAILS, {"state": OfferState.ACCEPTED}, True),
        (MessageKind.DETAILS, {"state": OfferState.DOING}, True),
        (MessageKind.DETAILS, {"state": OfferState.OFFERED}, False),
        (MessageKind.DETAILS, {"state": OfferState.RELEASED}, False),
        (MessageKind.DETAILS, {"state": OfferState.ACCEPTED, "is_said_anew": True}, False),
        (MessageKind.LOOKING, {"state": OfferState.RELEASED, "request_state": RequestState.TRIAGED}, True),
        (MessageKind.LOOKING, {"state": OfferState.RELEASED, "request_state": RequestState.ARRANGED}, False),
        (MessageKind.LOOKING, {"state": OfferState.RELEASED, "request_state": RequestState.UNABLE}, False),
        (MessageKind.CLOSED, {"request_state": RequestState.HANDED_OVER}, True),
        (MessageKind.CLOSED, {"request_state": RequestState.TRIAGED}, False),
        (MessageKind.MERGED, {"request_state": RequestState.MERGED}, True),
        (MessageKind.NOT_NEEDED, {"state": OfferState.WITHDRAWN, "ended_at": NINE}, True),
        (MessageKind.NOT_NEEDED, {"state": OfferState.WITHDRAWN, "ended_at": NINE - 25 * HOUR}, False),
        (MessageKind.RECEIVED, {"request_state": RequestState.TRIAGED}, True),
        (MessageKind.RECEIVED, {"request_state": RequestState.ARRANGED}, False),
        (MessageKind.RECEIVED, {"request_state": RequestState.CANCELLED}, False),
        (MessageKind.WHO_COMES, {"state": OfferState.ACCEPTED}, True),
        (MessageKind.WHO_COMES, {"state": OfferState.RELEASED}, False),
        (MessageKind.WHO_COMES, {"offer": None}, True),
        (MessageKind.WHO_COMES, {"offer": None, "helpers": ()}, False),
        (MessageKind.DONE, {"request_state": RequestState.DONE, "done_at": NINE}, True),
        (MessageKind.DONE, {"request_state": RequestState.DONE, "done_at": NINE - 169 * HOUR}, False),
        (MessageKind.DONE, {"request_state": RequestState.RATED, "done_at": NINE}, False),
        (MessageKind.DONE, {"request_state": RequestState.TRIAGED}, False),
    ],
)
def test_a_message_is_sent_only_while_it_still_says_something(kind, said, is_so):
    """Offers while they wait, details while somebody goes, words to the resident until the next one."""
    assert is_needed(letter(kind, **said), NINE, Rules()) is is_so


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("8号楼2单元301 下水道堵了 王阿姨 +86 139 1234 5678 家里有狗", "下水道堵了 家里有狗"),
        ("8号楼2单元301 王阿姨 13912345678", ""),
        ("王阿姨，8-2-301，13912345678，从3号门进", "从3号门进"),
        ("耳背，多敲几下", "耳背，多敲几下"),
    ],
)
def test_a_note_does_not_say_again_who_and_where(typed: str, left: str) -> None:
    """Of a typed line only that is left which name, phone and door do not say already."""
    resident = replace(RESIDENT, notes=typed)

    assert unsaid(resident) == left
