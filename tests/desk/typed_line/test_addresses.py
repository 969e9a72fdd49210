"""Addresses as people write them, found among the places of a made-up town."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.typed_line.addresses import AddressGuess, answer_address, parse_address
from dispatch.errors import NotFound, Refused
from dispatch.i18n import say, say_error
from dispatch.model.community import Place, PlaceId, PlaceKind, Places

UNITS = {**dict.fromkeys(range(1, 13), 3), 3: 1, 5: 0, 21: 2}
FLOORS = {**dict.fromkeys(range(1, 13), 6), 12: 18, 21: 18}
NUMERALS = "零一二三四五六七八九"


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
    """Make a town: thirteen buildings in two grids, a hall, and an estate that numbers its buildings anew."""
    kinds = PlaceKind
    places = [
        place("pines", kinds.COMMUNITY, "松间社区"),
        place("G1", kinds.GRID, "第1网格", "pines"),
        place("G2", kinds.GRID, "第2网格", "pines"),
        place("hall", kinds.BUILDING, "景邻议事厅", "G1"),
    ]
    for number, units in UNITS.items():
        places.append(
            place(str(number), kinds.BUILDING, f"{number}号楼", "G1" if number < 7 else "G2", FLOORS[number])
        )
        places.extend(
            place(f"{number}-{unit}", kinds.UNIT, f"{unit}单元", str(number)) for unit in range(1, units + 1)
        )
    places.append(place("G3", kinds.GRID, "柳岸花园", "pines"))
    places.append(place("L1", kinds.BUILDING, "1号楼", "G3"))
    places.append(place("LA", kinds.BUILDING, "A座", "G3"))
    places.append(place("L7", kinds.BUILDING, "甲7号楼", "G3"))
    places.append(place("B9", kinds.BUILDING, "B9栋", "G3"))
    return Places(places)


TOWN = town()


def han(number: int) -> str:
    """Write 1 to 99 in 中文."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else NUMERALS[tens] + "十") + (
        NUMERALS[ones] if ones else ""
    )


def wide(text: str) -> str:
    """Write ASCII in full width."""
    return "".join(
        chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text
    )


def ways(building: int, unit: int, door: int) -> Iterator[str]:
    """Yield the ways in which one door is written."""
    b, u, d = str(building), str(unit), str(door)
    spelled = "".join(NUMERALS[int(digit)] for digit in d)
    for head in (
        f"{b}号楼",
        f"{b}栋",
        f"{b}幢",
        f"{b}#楼",
        f"{b}#",
        f"{han(building)}号楼",
        f"第{b}号楼",
        f"{b}號樓",
        f"{b}楼",
    ):
        yield f"{head}{u}单元{d}"
        yield f"{head} {han(unit)}单元 {d}室"
    stem = "甲乙丙"[unit - 1]
    yield from (
        f"{b}号楼{stem}单元{d}",
        f"{b}号楼{u}门{d}",
        f"{b}号{u}单元{d}",
        f"{b}-{u}单元{d}",
        f"{b}号楼{u}-{d}",
    )
    yield from (
        f"{b}-{u}-{d}",
        f"{b}/{u}/{d}",
        f"{b}.{u}.{d}",
        f"{b} {u} {d}",
        f"{b}#{u}-{d}",
        f"{b}号楼-{u}-{d}",
        f"{b}—{u}—{d}",
    )
    yield from (
        f"{b}号楼{u}单元{d}号",
        f"{b}号楼{u}单元{spelled}",
        f"{b}号楼{u}单元,{d}",
        f"{b}号楼{u}单元{d:0>4}",
    )
    yield from (
        f"{b}号楼{u}单元{door // 100}楼{d}",
        f"{b}号楼{u}单元{han(door // 100)}层{d}",
        f"{u}单元{d}，{b}号楼",
    )
    yield from (
        f"building {b} unit {u} room {d}",
        f"Bldg. {b}, Unit {u}, Apt {d}",
        f"no. {b} building, entrance {u}, flat {d}",
    )
    yield from (wide(f"{b}-{u}-{d}"), wide(f"{b}") + "号楼" + wide(u) + "单元" + wide(d))


def test_every_door_of_the_town_is_found_however_it_is_written() -> None:
    """Every building, unit, floor and door must come back from every way of writing it."""
    # Building 1 stands twice in this town: that one is asked about below.
    for building in sorted(set(UNITS) - {1}):
        for unit in range(1, UNITS[building] + 1):
            for door in (floor * 100 + door for floor in range(1, FLOORS[building] + 1) for door in (1, 2)):
                wanted = (f"{building}-{unit}", door // 100, f"{building}号楼{unit}单元{door}", ())
                for text in ways(building, unit, door):
                    guess = parse_address(text, TOWN)

                    assert (guess.place, guess.floor, guess.exact_address, guess.questions) == wanted, text


def test_every_floor_of_the_town_is_found_however_it_is_written() -> None:
    """A floor without a door's number, and which side of the landing, must come back as well."""
    for floor in (1, 3, 6, 12, 18):
        for written in (
            f"{floor}楼",
            f"{han(floor)}楼",
            f"{floor}层",
            f"第{han(floor)}层",
            f" {floor}F",
            f", floor {floor}",
        ):
            guess = parse_address(f"12号楼2单元{written}", TOWN)

            assert (guess.place, guess.floor, guess.exact_address) == (
                "12-2",
                floor,
                f"12号楼2单元{floor}楼",
            ), written
        for side in ("东户", "西户", "东", "中间户", "左手"):
            guess = parse_address(f"12号楼2单元{han(floor)}楼{side} 水管漏了", TOWN)

            assert guess.exact_address == f"12号楼2单元{floor}楼{side[0]}户", side


@pytest.mark.parametrize(
    ("text", "floor", "exact"),
    [
        ("8号楼2单元负一层", -1, "8号楼2单元负1层"),
        ("8号楼2单元地下一层", -1, "8号楼2单元负1层"),
        ("8号楼2单元 -1层", -1, "8号楼2单元负1层"),
        ("8号楼2单元301 楼上4楼漏水", 3, "8号楼2单元301"),
        ("8号楼2单元 楼上四楼漏水", None, "8号楼2单元"),
        ("8号楼2单元301 帮忙送到5楼", 3, "8号楼2单元301"),
        ("8号楼2单元12号", None, "8号楼2单元12号"),
        ("8号楼2单元 从一楼搬到五楼", None, "8号楼2单元"),
        ("三楼灯坏了 8号楼2单元", 3, "8号楼2单元3楼"),
        ("8号楼2单元三层被子晒不下", None, "8号楼2单元"),
        ("8号楼2单元5号", None, "8号楼2单元5号"),
        ("8-2-5", None, "8号楼2单元"),
        ("8号楼2单元 5号下午来", None, "8号楼2单元"),
        ("8号楼2单元 300块 2023年", None, "8号楼2单元"),
        ("8号楼2单元301天然气", 3, "8号楼2单元301"),
        ("8号楼2单元 三门冰箱坏了", None, "8号楼2单元"),
        ("8号楼2单元301A", 3, "8号楼2单元301A"),
        ("8号楼2单元 找3楼组长", None, "8号楼2单元"),
    ],
)
def test_floors_and_doors_are_told_from_other_numbers(text: str, floor: int | None, exact: str) -> None:
    """Prices, dates, quilts and the neighbours upstairs are not where somebody lives."""
    guess = parse_address(text, TOWN)

    assert (guess.place, guess.floor, guess.exact_address) == ("8-2", floor, exact)


@pytest.mark.parametrize(
    ("text", "code", "exact"),
    [
        ("景邻议事厅灯坏了", "hall", "景邻议事厅"),
        ("第1网格 路灯", "G1", "第1网格"),
        ("松间社区 路灯坏了", "pines", "松间社区"),
        ("g2 路灯", "G2", "第2网格"),
        ("松间社区第2网格8号楼2单元301", "8-2", "8号楼2单元301"),
        ("我们小区8号楼2单元301", "8-2", "8号楼2单元301"),
        ("王阿姨住松间小区8号楼2单元301", "8-2", "8号楼2单元301"),
        ("柳岸花园1号楼", "L1", "1号楼"),
        ("第1网格1号楼2单元", "1-2", "1号楼2单元"),
        ("A座301", "LA", "A座301"),
        ("l1", "L1", "1号楼"),
        ("甲七号楼301", "L7", "甲7号楼301"),
        ("b9栋 301", "B9", "B9栋301"),
        ("b9-301 灯", "B9", "B9栋301"),
        ("la 301", "LA", "A座301"),
        ("景邻议事厅201灯坏了", "hall", "景邻议事厅201"),
        ("一号楼1单元301 柳岸花园", "L1", "1号楼1单元301"),
        ("两栋3单元301", "2-3", "2号楼3单元301"),
        ("8座2单元301", "8-2", "8号楼2单元301"),
        ("in building 8 unit 2, building a fence", "8-2", "8号楼2单元"),
        ("3号楼301", "3-1", "3号楼1单元301"),
        ("5号楼301", "5", "5号楼301"),
        ("5号楼2单元301", "5", "5号楼2单元301"),
        ("8-2 灯", "8-2", "8号楼2单元"),
        ("8号楼2单元，8号楼2单元301", "8-2", "8号楼2单元301"),
    ],
)
def test_names_codes_and_what_is_certain_by_itself_are_found(text: str, code: str, exact: str) -> None:
    """Grids, halls and estates are places too; a building with one unit needs no unit."""
    guess = parse_address(text, TOWN)

    assert (guess.place, guess.exact_address, guess.questions) == (code, exact, ())


@pytest.mark.parametrize(
    ("text", "asked", "choices"),
    [
        ("8号楼301 下水道", "8号楼 has 3 units: which one is it?", ("8-1", "8-2", "8-3", "8")),
        ("8-301", "8号楼 has 3 units: which one is it?", ("8-1", "8-2", "8-3", "8")),
        ("bldg 8, apt 301", "8号楼 has 3 units: which one is it?", ("8-1", "8-2", "8-3", "8")),
        ("8号楼1单元和2单元", "8号楼 has 3 units: which one is it?", ("8-1", "8-2", "8")),
        ("8号楼和9号楼之间", "several buildings could be meant: which one is it?", ("8", "9")),
        ("8、9号楼停电", "several buildings could be meant: which one is it?", ("8", "9")),
        ("1号楼2单元301", "several buildings could be meant: which one is it?", ("1", "L1")),
        ("第1网格和第2网格", "several places are named: which one is it?", ("G1", "G2")),
        ("某某小区8号楼2单元", "某某小区 is none of the places here: which building is it in?", ("8",)),
        (
            "8号楼2单元901",
            "8号楼 has 6 floors, so floor 9 is above its roof: which floor or door is it?",
            ("keep",),
        ),
        ("8号楼2单元5楼301", "floor 5 and door 301 do not agree: which floor or door is it?", ("keep",)),
    ],
)
def test_what_is_ambiguous_is_asked(text: str, asked: str, choices: tuple[str, ...]) -> None:
    """Nothing that could be two things is guessed."""
    guess = parse_address(text, TOWN)

    assert [say(question.sentence, "en") for question in guess.questions] == [asked]
    assert tuple(choice.value for choice in guess.questions[0].choices) == choices
    assert guess.place is None or guess.questions[0].key == "door"


@pytest.mark.parametrize(
    "text",
    [
        "301",
        "301 下水道堵了",
        "这一栋停电",
        "整栋停电",
        "两栋楼停电",
        "三座桥边",
        "in a building I know",
        "2单元301",
        "下水道堵了",
        "这一栋楼停电",
        "11-25下午",
        "3楼灯",
        "",
        "第2网格 301",
    ],
)
def test_a_missing_building_is_asked_for(text: str) -> None:
    """Without a building nobody knows where to go, and every building that could be is a choice."""
    guess = parse_address(text, TOWN)

    assert guess.place is None
    assert [question.key for question in guess.questions] == ["place"]
    assert {choice.value for choice in guess.questions[0].choices} >= {"7", "8", "21"}


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (
            "88号楼2单元301",
            "there is no building 88 in this community",
            "buildings with numbers near it: 9号楼, 10号楼, 11号楼, 12号楼, 21号楼",
        ),
        (
            "13-2-301",
            "there is no building 13 in this community",
            "buildings with numbers near it: 8号楼, 9号楼, 10号楼, 11号楼, 12号楼",
        ),
        ("8号楼9单元301", "8号楼 has no unit 9", "its units: 1单元, 2单元, 3单元"),
        ("第1网格8号楼", "there is no building 8 in 第1网格", "buildings of that number: 第2网格8号楼"),
    ],
)
def test_a_place_outside_the_community_is_an_error(text: str, said: str, hint: str) -> None:
    """What is typed plainly but does not exist ends with a sentence and the places near it."""
    with pytest.raises(NotFound) as error:
        parse_address(text, TOWN)

    assert say_error(error.value, "en") == (said, hint)


def ask(guess: AddressGuess, *answers: tuple[str, str]) -> AddressGuess:
    """Answer one question after the other."""
    for key, value in answers:
        guess = answer_address(guess, key, value, TOWN)
    return guess


@pytest.mark.parametrize(
    ("text", "answers", "code", "exact"),
    [
        ("301 漏水", [("place", "8"), ("unit", "8-2")], "8-2", "8号楼2单元301"),
        ("301 漏水", [("place", "8号楼2单元")], "8-2", "8号楼2单元301"),
        ("301 漏水", [("place", "8-2-402")], "8-2", "8号楼2单元402"),
        ("2单元301", [("place", "8号楼")], "8-2", "8号楼2单元301"),
        ("漏水", [("place", "景邻议事厅")], "hall", "景邻议事厅"),
        ("8号楼301", [("unit", "2单元")], "8-2", "8号楼2单元301"),
        ("8号楼停电", [("unit", "8")], "8", "8号楼"),
        ("8号楼和9号楼之间", [("place", "9"), ("unit", "9-1")], "9-1", "9号楼1单元"),
        ("1号楼301", [("place", "L1")], "L1", "1号楼301"),
        ("某某小区8号楼2单元", [("place", "8")], "8-2", "8号楼2单元"),
        ("8号楼2单元901", [("door", "401")], "8-2", "8号楼2单元401"),
        ("8号楼2单元901", [("door", "三楼东户")], "8-2", "8号楼2单元3楼东户"),
        ("8号楼2单元901", [("door", "keep")], "8-2", "8号楼2单元901"),
        ("8号楼2单元5楼301", [("door", "301")], "8-2", "8号楼2单元301"),
        ("8号楼901", [("unit", "8-2"), ("door", "keep")], "8-2", "8号楼2单元901"),
    ],
)
def test_an_answer_settles_its_question(
    text: str, answers: list[tuple[str, str]], code: str, exact: str
) -> None:
    """Asked one by one, the answers lead to one place and nothing is asked again."""
    guess = ask(parse_address(text, TOWN), *answers)

    assert (guess.place, guess.exact_address, guess.questions) == (code, exact, ())


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("8号楼301", "unit", "9单元"),
        ("8号楼301", "place", "8"),
        ("301", "place", "那边"),
        ("301", "place", "88号楼"),
        ("8号楼2单元901", "door", "楼上"),
    ],
)
def test_an_answer_that_answers_nothing_is_refused(text: str, key: str, value: str) -> None:
    """An answer that is no choice, or no place, leaves the question open."""
    guess = parse_address(text, TOWN)

    with pytest.raises(Refused):
        answer_address(guess, key, value, TOWN)


def test_a_wrong_floor_in_an_answer_is_asked_again() -> None:
    """The answer to a door above the roof is checked like the first."""
    guess = ask(parse_address("8号楼2单元901", TOWN), ("door", "1001"))

    assert [question.key for question in guess.questions] == ["door"]


def test_spans_are_where_the_address_stands() -> None:
    """What was read as address can be cut out of what was typed, and the rest is left."""
    text = "王阿姨 ８号楼２单元３０１，楼上4楼漏水"
    spans = parse_address(text, TOWN).spans

    assert [text[start:end] for start, end in spans] == ["８号楼", "２单元", "３０１"]


def test_an_endless_address_is_refused() -> None:
    """More than 500 characters are no address."""
    with pytest.raises(Refused, match="501 characters"):
        parse_address("8" * 501, TOWN)


@given(
    st.text(max_size=80) | st.text("0123456789一二三十百号楼栋单元室层东西户-/.#， 甲A松间柳岸", max_size=80)
)
def test_any_text_is_a_place_a_question_or_refused(text: str) -> None:
    """Whatever is typed ends in a place, a question or a refusal, and its spans lie in the text in order."""
    try:
        guess = parse_address(text, TOWN)
    except Refused:
        return

    assert (guess.place is None) == any(question.key != "door" for question in guess.questions)
    assert guess.place is None or TOWN.with_code(guess.place) is not None
    assert all(0 <= start < end <= len(text) for start, end in guess.spans)
    assert list(guess.spans) == sorted(guess.spans)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("8号楼2单元301或302", ["301", "302"]),
        ("8-2-301、302、303", ["301", "302", "303"]),
        ("8号楼2单元3楼4号、5号", ["4", "5"]),
        ("8号楼2单元3o1", ["keep"]),
        ("8-2-3", ["keep"]),
    ],
)
def test_a_door_that_is_not_certain_is_asked_with_what_is_written_to_choose_from(text: str, choices: list[str]) -> None:
    """One of two doors is never taken because it stands first, nor is one left out because it cannot be read."""
    question = parse_address(text, TOWN).questions[0]

    assert (question.key, [choice.value for choice in question.choices]) == ("door", choices)


@pytest.mark.parametrize(
    ("text", "said", "exact", "floor"),
    [
        ("8号楼2单元301或302", "302", "8号楼2单元302", 3),
        ("8号楼2单元302 2楼201", "302", "8号楼2单元302", 3),
        ("8号楼2单元301或302", "303室", "8号楼2单元303", 3),
        ("8号楼2单元3o1", "301", "8号楼2单元301", 3),
        ("8号楼2单元3层 4号", "keep", "8号楼2单元3楼4号", 3),
        ("8-2-3", "keep", "8号楼2单元3号", None),
    ],
)
def test_the_answer_about_a_door_settles_it(text: str, said: str, exact: str, floor: int | None) -> None:
    """A choice, own words and keeping what was typed each close the question."""
    guess = answer_address(parse_address(text, TOWN), "door", said, TOWN)

    assert (guess.exact_address, guess.floor, guess.questions) == (exact, floor, ())


def test_naming_two_doors_again_is_asked_again() -> None:
    """The answer to which of two doors it is cannot be two doors."""
    guess = answer_address(parse_address("8号楼2单元301或302", TOWN), "door", "301和303", TOWN)

    assert [choice.value for choice in guess.questions[0].choices] == ["301", "303"]


def test_a_street_or_yard_of_the_communitys_own_is_no_other_one() -> None:
    """Where a place is named after its street or yard, that street or yard may be written before a building."""
    town = Places([*TOWN, place("Y", PlaceKind.GRID, "劲松北路21号院", "pines")])

    assert parse_address("21号院8-2-301", town).questions == ()
    assert parse_address("劲松北路8号楼2单元301", town).questions == ()
    assert [question.key for question in parse_address("1号院8-2-301", town).questions] == ["place"]
    assert [question.key for question in parse_address("劲松南路8-2-301", town).questions] == ["place"]
