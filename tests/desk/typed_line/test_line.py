"""Lines as they are typed while holding the phone, and what is read from each."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from dispatch.desk.typed_line.line import LineGuess, answer, parse_line
from dispatch.errors import NotFound, Refused
from dispatch.i18n import say, say_error
from dispatch.model.community import Place, PlaceId, PlaceKind, Places
from dispatch.model.request import Source
from dispatch.model.service import Service, ServiceId, Urgency

ZONE = "Asia/Shanghai"
MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo(ZONE))
FICTION = "+9991380000001"


def place(
    code: str, kind: PlaceKind, name: str, parent: str | None = None, floors: int | None = None
) -> Place:
    """Make a place whose id is derived from its code."""
    inside = PlaceId(f"id-{parent}") if parent else None
    return Place(
        id=PlaceId(f"id-{code}"),
        community="pines",
        code=code,
        kind=kind,
        name=name,
        parent_id=inside,
        floors=floors,
    )


def town() -> Places:
    """Make twelve buildings in two grids: three units each, but one in the third and none in the fifth."""
    places = [
        place("pines", PlaceKind.COMMUNITY, "松间社区"),
        place("hall", PlaceKind.BUILDING, "景邻议事厅", "G1"),
    ]
    places += [place(f"G{number}", PlaceKind.GRID, f"第{number}网格", "pines") for number in (1, 2)]
    for number in range(1, 13):
        grid, floors = "G1" if number < 7 else "G2", 18 if number == 12 else 6
        places.append(place(str(number), PlaceKind.BUILDING, f"{number}号楼", grid, floors))
        units = {3: 1, 5: 0}.get(number, 3)
        places += [
            place(f"{number}-{unit}", PlaceKind.UNIT, f"{unit}单元", str(number))
            for unit in range(1, units + 1)
        ]
    return Places(places)


def service(code: str, name: str, *words: str, urgency: Urgency = Urgency.NORMAL) -> Service:
    """Make a service that answers to these words."""
    return Service(
        id=ServiceId(code),
        community="pines",
        code=code,
        name_zh=name,
        name_en=f"the {code}",
        words=words,
        urgency=urgency,
    )


TOWN = town()
CATALOGUE = (
    service("drain", "疏通下水", "下水道", "马桶", "漏水", "水管", "sink", "leak", urgency=Urgency.URGENT),
    service("lamp", "楼道灯与线路", "楼道灯", "灯坏", "停电", "没电", "应急灯", "light bulb"),
    service("appliance", "家电维修", "电视", "冰箱", "洗衣机", "空调", "不会用手机", "tv", "fridge"),
    service("door", "开锁修门", "开锁", "修门", "单元门"),
    service("carry", "搬重物", "搬", "抬", "sofa", "煤气罐", "wheelchair"),
    service("haircut", "上门理发", "理发", "haircut"),
    service("doctor", "陪诊", "陪诊", "看病"),
    service("errand", "代买", "买菜", "买药", "取药", "交水费", "取快递", "送饭", "shopping", "medicine"),
    service("company", "陪伴", "陪老人聊天", "说说话", "一个人在家", "company", "lonely"),
    service("study", "助学", "辅导作业"),
)


def mobile() -> str:
    """Return the library's example of a mobile, so that no number stands in this file."""
    number = phonenumbers.example_number_for_type("CN", PhoneNumberType.MOBILE)
    assert number is not None
    return str(number.national_number)


def land_line() -> str:
    """Return the library's example of a land line, as it is dialled at home."""
    number = phonenumbers.example_number_for_type("CN", PhoneNumberType.FIXED_LINE)
    assert number is not None
    return (
        phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL).replace(" ", "-", 1).replace(" ", "")
    )


def parse(text: str, now: datetime = MONDAY_TEN) -> LineGuess:
    """Read a line in the made-up town."""
    return parse_line(
        text.format(cn=mobile(), land=land_line(), bad=mobile()[:-1]),
        TOWN,
        CATALOGUE,
        "CN",
        now=now,
        zone=ZONE,
    )


LINES = [
    line
    for line in Path(__file__).with_name("typed_lines.txt").read_text("utf-8").split("\n")
    if line and not line.startswith("#")
]


def on_the_wall(guess: LineGuess) -> str:
    """Write a guess's window as the clock on the wall shows it."""
    if guess.window is None:
        return ""
    begin, end = (moment.astimezone(ZoneInfo(ZONE)) for moment in guess.window)
    return f"{begin:%m-%d %H:%M} {end:%m-%d %H:%M}"


def describe(guess: LineGuess) -> str:
    """Write a guess as typed_lines.txt does."""
    phones = {"+86" + mobile(): "{cn}", "+86" + land_line().replace("-", "").removeprefix("0"): "{land}"}
    said = {
        "floor": guess.address.floor,
        "urgency": guess.urgency.value if guess.urgency else None,
        "headcount": guess.headcount if guess.headcount != 1 else None,
        "window": on_the_wall(guess) or None,
        "name": guess.name or None,
        "phone": phones.get(guess.phone, guess.phone) or None,
        "note": guess.note or None,
        "asked": " ".join(question.key for question in guess.questions) or None,
    }
    first = (guess.address.place, guess.address.exact_address, guess.service.code if guess.service else None)
    return " | ".join(
        [*(part or "?" for part in first), *(f"{key}={value}" for key, value in said.items() if value)]
    )


@pytest.mark.parametrize(("text", "read"), list(zip(LINES[::2], LINES[1::2], strict=True)))
def test_a_line_is_read_as_it_was_meant(text: str, read: str) -> None:
    """Every part of a line as it is really typed must come out as a person would read it."""
    assert describe(parse(text)) == read.strip()


def test_the_order_keeps_the_whole_line_in_its_private_notes() -> None:
    """What the parser understood stands in the order; what was typed stands beside it, unchanged."""
    text = f"8号楼2单元301　下水道堵了，王阿姨 {FICTION} 急 要两个人 明天下午"
    order = parse(text).order(Source.LINES, key="line-1")

    assert (order.service, order.place, order.urgency, order.headcount) == ("drain", "8-2", Urgency.URGENT, 2)
    assert (order.source, order.key) == (Source.LINES, "line-1")
    assert order.window == (
        datetime(2026, 11, 24, 5, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    )
    assert order.person.notes == text
    assert (order.person.name, order.person.phone) == ("王阿姨", FICTION)
    assert (order.person.exact_address, order.person.floor) == ("8号楼2单元301", 3)


def test_an_order_with_open_questions_is_refused_with_all_of_them() -> None:
    """Nothing is taken while something is ambiguous, and every question is named at once."""
    guess = parse("8号楼301 帮帮忙 王阿姨 李大爷")

    with pytest.raises(Refused) as refusal:
        guess.order()

    questions = refusal.value.params["questions"]
    assert isinstance(questions, tuple)
    assert [say(question, "en") for question in questions] == [
        "8号楼 has 3 units: which one is it?",
        "no service is named: which one is it?",
        "several names are written: whose need is it?",
    ]


def test_a_tie_between_services_is_asked_among_these_only() -> None:
    """Two needs of the same weight are both offered; without any need the whole catalogue is."""
    tie, none = parse("8-2-301 电视、冰箱 都没电").questions[0], parse("8-2-301 帮忙").questions[0]

    assert say(tie.sentence, "en") == (
        "several services could be meant (家电维修 the appliance, 楼道灯与线路 the lamp): which one is it?"
    )
    assert [choice.value for choice in tie.choices] == ["appliance", "lamp"]
    assert say(none.sentence, "en") == "no service is named: which one is it?"
    assert len(none.choices) == len(CATALOGUE)


def test_questions_are_answered_one_by_one_until_it_is_an_order() -> None:
    """Asking what comes first, again and again, must end in an order that holds the answers."""
    guess = parse(f"901 帮帮忙 王阿姨 李大爷 {FICTION} {{cn}} 今天下午或明天上午 不急，马上来")
    answers = {
        "place": "8号楼",
        "unit": "2单元",
        "door": "401",
        "service": "上门理发",
        "window": "2",
        "phone": FICTION,
        "name": "李大爷",
        "urgency": "low",
    }
    asked = []
    while guess.questions:
        asked.append(guess.questions[0].key)
        guess = answer(guess, asked[-1], answers[asked[-1]])
    order = guess.order()

    assert asked == ["place", "unit", "door", "service", "window", "phone", "name", "urgency"]
    assert (order.place, order.service, order.urgency) == ("8-2", "haircut", Urgency.LOW)
    assert (order.person.exact_address, order.person.floor) == ("8号楼2单元401", 4)
    assert (order.person.name, order.person.phone) == ("李大爷", FICTION)
    assert on_the_wall(guess) == "11-24 08:00 11-24 12:00"


def test_a_time_that_is_not_clear_is_asked_for_and_may_be_said_in_own_words() -> None:
    """The words that were not understood stand in the question, and nothing is taken without an answer."""
    guess = parse("8-2-301 修门 饭点 王奶奶")
    (question,) = guess.questions

    assert say(question.sentence, "en") == "this time is not clear: 饭点; when may the work begin?"
    with pytest.raises(Refused, match="not clear yet"):
        guess.order()
    with pytest.raises(Refused, match="no window that is certain"):
        answer(guess, "window", "饭点嘛")
    assert on_the_wall(answer(guess, "window", "明天中午")) == "11-24 11:30 11-24 13:30"
    assert answer(guess, "window", "none").window is None
    assert guess.warnings()
    assert not answer(guess, "window", "明天中午").warnings()


def test_a_weekend_is_asked_by_its_days() -> None:
    """Saturday and Sunday are the choices, and both stand in the question."""
    (question,) = parse("8-2-301 理发 周末下午").questions

    assert "2026-11-28 13:00 to 18:00, 2026-11-29 13:00 to 18:00" in say(question.sentence, "en")
    assert [choice.value for choice in question.choices] == ["1", "2", "none"]


def test_an_emergency_is_not_held_up_by_a_time_that_is_not_clear() -> None:
    """Where somebody is in danger nobody is asked about the hour."""
    assert [question.key for question in parse("8-2-301 马桶堵 煤气味 饭点最大 下班后").questions] == []


def test_two_or_three_people_are_asked() -> None:
    """Neither number is taken for granted."""
    guess = parse("8-2-301 搬柜子 要两三个人")

    assert [choice.value for choice in guess.questions[0].choices] == ["2", "3"]
    assert answer(guess, "headcount", "3").order().headcount == 3


def test_two_needs_side_by_side_are_both_named() -> None:
    """Whoever reads the refusal knows between which two to choose."""
    with pytest.raises(Refused) as refusal:
        parse("8-2-301 交水费 何奶奶不会用手机").order()

    said = say_error(refusal.value, "zh")[0]
    assert "代买" in said
    assert "家电维修" in said


def test_a_time_or_a_phone_may_be_left_out() -> None:
    """Neither is needed for an order."""
    guess = answer(
        answer(parse("8-2-301 马桶堵 {bad} 今天下午或明天上午"), "phone", "none"), "window", "none"
    )

    assert (guess.phone, guess.window, guess.questions) == ("", None, ())


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("8-2-301 帮忙", "service", "修飞机"),
        ("8-2-301 马桶堵 {bad}", "phone", "1234567"),
        ("8-2-301 马桶堵", "service", "drain"),
        ("8-2-301 马桶堵", "place", "8"),
        ("8-2-301 马桶堵 今天下午或明天上午", "window", "3"),
        ("8-2-301 马桶堵 不急，马上来", "urgency", "maybe"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(text: str, key: str, value: str) -> None:
    """A wrong answer, or one to a question that was not asked, changes nothing."""
    guess = parse(text)

    with pytest.raises(Refused):
        answer(guess, key, value)


def test_the_guess_is_shown_line_by_line() -> None:
    """What is confirmed with one key must say everything that was understood."""
    guess = parse(f"8号楼2单元301 理发 王阿姨 {FICTION} 要两个人 明天下午 腿脚不便")

    assert [say(line, "en") for line in guess.shown("en")] == [
        "place: 8号楼2单元301",
        "service: the haircut (haircut)",
        "how pressing: normal",
        "people needed: 2",
        "when: 2026-11-24 13:00 to 18:00",
        "name: 王阿姨",
        f"phone: {FICTION}",
        "note: 理发 腿脚不便",
    ]
    assert [say(line, "en") for line in parse("王阿姨").shown()][:2] == [
        "place: not clear yet",
        "service: not clear yet",
    ]


def test_an_emergency_is_urgent_whatever_else_the_line_says() -> None:
    """A word of danger brings its advice and outweighs 不急."""
    guess = parse("8号楼2单元301 煤气味 不急")

    assert guess.advice
    assert guess.urgency is Urgency.URGENT
    assert "urgency" not in [question.key for question in guess.questions]
    assert parse("8号楼2单元301 马桶堵").advice == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" \t\n ", "empty"),
        ("\u200b\ufeff", "empty"),
        ("堵" * 501, "501 characters"),
        ("8-2-301 \udcff", "no text"),
        ("8-2-301 理发 下午5点到下午3点", "before it begins"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    """Nothing, too much, broken bytes and a window the wrong way round get a sentence and a hint."""
    with pytest.raises(Refused, match=said) as refusal:
        parse(text)

    assert refusal.value.hint


def test_a_building_that_is_not_here_is_an_error() -> None:
    """A plain address outside the community is told, with what is near it."""
    with pytest.raises(NotFound, match="no building 88"):
        parse("88号楼2单元301 马桶堵")


def test_characters_that_cannot_be_seen_change_nothing() -> None:
    """Zero widths, marks of direction and control characters neither hide a word nor reach the notes."""
    guess = parse("8号\u200b楼2\u202e单元301\x00 马桶堵 \ufeff王阿姨")

    assert guess.order().person.notes == "8号楼2单元301  马桶堵 王阿姨"
    assert guess.name == "王阿姨"


def test_a_need_that_begins_like_a_surname_is_no_name() -> None:
    """马 is a surname, but 马桶 right before a phone is what is broken."""
    guess = parse("8-2-301 马桶 {cn}")

    assert (guess.name, guess.service and guess.service.code) == ("", "drain")


@pytest.mark.parametrize("said", ["20:30", "明天下午", "301", "…"])
def test_an_answer_that_is_no_name_is_asked_about_again(said: str) -> None:
    """A time typed where a name is asked for must not become the person's name."""
    guess = parse("8-2-301 马桶堵 王阿姨 李大爷")

    with pytest.raises(Refused, match="not a name"):
        answer(guess, "name", said)

    assert answer(guess, "name", "欧阳").name == "欧阳"


WORDS = (
    "8号楼,2单元,301,8-2-301,三楼,王阿姨,老王,急,不急,马桶堵,理发,要两个人,明天下午,3点,到,5点,煤气,，,和,室,#,building,+999,138"
).split(",")


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
    | st.lists(st.sampled_from(WORDS), max_size=25).map("".join)
)
def test_any_line_is_an_order_questions_or_refused(text: str) -> None:
    """No text at all may raise anything but a refusal, and a line without questions must be an order."""
    try:
        guess = parse_line(text, TOWN, CATALOGUE, now=MONDAY_TEN, zone=ZONE)
    except Refused:
        return

    if guess.questions:
        assert all(question.choices or question.is_open for question in guess.questions)
        return
    order = guess.order()
    assert TOWN.with_code(order.place) is not None
    assert order.service in {service.code for service in CATALOGUE}
    assert order.person.notes == guess.text


PIECES = [
    "8-",
    "8-2-",
    "1",
    "一",
    "周六",
    "8号楼",
    "2单元",
    "明天",
    "到",
    "+1 ",
    "0 ",
    "老王",
    "要三",
    "急",
    "(",
    "A ",
    "at 8 ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_the_longest_line_of_any_piece_is_still_read(piece: str) -> None:
    """Five hundred characters of the same piece end like any other line."""
    try:
        guess = parse_line((piece * 500)[:500], TOWN, CATALOGUE, now=MONDAY_TEN, zone=ZONE)
    except Refused:
        return

    assert guess.questions


def test_reading_a_line_loads_nothing_heavy() -> None:
    """Who types a line without a phone must not wait for the library of phone numbers, nor for any other."""
    program = "import sys, dispatch.desk.typed_line.line; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()

    heavy = {"phonenumbers", "ortools", "pandas", "alembic", "faker", "sqlalchemy", "click", "numpy"}
    assert heavy.isdisjoint(loaded)


def test_a_land_line_without_its_area_code_is_asked_for_with_it() -> None:
    """Seven or eight digits are a number of this town: what is missing is named at the first question."""
    (question,) = parse("8-2-301 马桶堵 电话64321234").questions

    assert "area code" in str(question.sentence)


def test_a_phone_in_chinese_numerals_is_read() -> None:
    """As it is read out, digit by digit."""
    assert parse("8-2-301 马桶堵 电话九九九一三八零零零零零零幺").phone == "+9991380000001"
