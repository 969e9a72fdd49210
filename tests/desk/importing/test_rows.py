"""Rows that become orders, and rows that say why they do not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dispatch.desk.importing.mapping import USUAL, Only, Pick, SheetMapping
from dispatch.desk.importing.rows import RowReader, content_of
from dispatch.desk.sheets.cells import Cell
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.header import find_header
from dispatch.desk.sheets.moments import date_format
from dispatch.desk.sheets.reading import Sheet
from dispatch.errors import Refused
from dispatch.i18n import Language, say_error
from dispatch.model.community import Community, Place, PlaceId, PlaceKind, Places
from dispatch.model.request import Order, Private, Source
from dispatch.model.service import Service, ServiceId, Urgency
from dispatch.units import Position

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
LANE = Community(code="lane", name_zh="里弄", name_en="Lane")
ROW: Mapping[str, Cell] = {
    "姓名": "王秀英",
    "电话": "+9991380000001",
    "地址": "1号楼1单元301",
    "内容": "下水道堵了",
}


def place(code: str, kind: PlaceKind, name: str, parent: str | None, position: Position | None = None) -> Place:
    """Give a place."""
    within = PlaceId(parent) if parent else None
    return Place(
        id=PlaceId(code),
        community="lane",
        code=code,
        kind=kind,
        name=name,
        parent_id=within,
        position=position,
        floors=6,
    )


def service(code: str, name_zh: str, *words: str) -> Service:
    """Give a service."""
    return Service(id=ServiceId(code), community="lane", code=code, name_zh=name_zh, name_en=code.title(), words=words)


PLACES = Places(
    [
        place("lane", PlaceKind.COMMUNITY, "里弄", None),
        place("1", PlaceKind.BUILDING, "1号楼", "lane", Position(37.85, 112.55)),
        place("1-1", PlaceKind.UNIT, "1单元", "1"),
        place("1-2", PlaceKind.UNIT, "2单元", "1"),
        place("2", PlaceKind.BUILDING, "2号楼", "lane", Position(37.86, 112.55)),
        place("2-1", PlaceKind.UNIT, "1单元", "2"),
        place("2-2", PlaceKind.UNIT, "2单元", "2"),
    ]
)
SERVICES = [
    service("drain", "通下水", "下水道", "堵了"),
    service("lamp", "换灯泡", "灯坏", "灯泡"),
    service("lock", "换锁", "门锁坏"),
]


def reader_of(row: Mapping[str, Cell], mapping: SheetMapping = USUAL) -> tuple[RowReader, list[Cell]]:
    """Prepare to read a table with this one row."""
    sheet = Sheet(path=Path("a.csv"), kind=Kind.CSV, rows=[list(row), list(row.values())])
    header = find_header(sheet, mapping.headings())
    reader = RowReader(mapping, header, community=LANE, places=PLACES, services=SERVICES, now=NOW)
    return reader, list(row.values())


def read(row: Mapping[str, Cell], mapping: SheetMapping = USUAL) -> Any:
    """Read one row."""
    reader, cells = reader_of(row, mapping)
    return reader.order(cells, reader.texts(cells), "k")


def order(row: Mapping[str, Cell], mapping: SheetMapping = USUAL) -> Order:
    """Read one row that is good."""
    read_as = read(row, mapping)
    assert isinstance(read_as, Order), [str(fault) for fault in read_as]
    return read_as


def faults(row: Mapping[str, Cell], mapping: SheetMapping = USUAL) -> list[str]:
    """Read one row that is not."""
    read_as = read(row, mapping)
    assert not isinstance(read_as, Order)
    return [str(fault) for fault in read_as]


def test_the_usual_headings_need_no_mapping() -> None:
    """Name, phone, address and what is needed, the service known by its words."""
    assert order(ROW) == Order(
        service="drain",
        place="1-1",
        person=Private(
            name="王秀英", phone="+9991380000001", exact_address="1号楼1单元301", floor=3, notes="下水道堵了"
        ),
        source=Source.IMPORT,
        key="k",
    )


@pytest.mark.parametrize(
    "columns",
    [
        {"楼栋": "1号楼", "单元门牌": "1单元301"},
        {"楼栋": "1", "单元门牌": "1-301"},
        {"楼栋": "1号楼", "单元": "1", "门牌号": "301"},
        {"地址": "1号楼", "单元门牌": "1-301"},
        {"地址": "1号楼", "单元": "1单元", "房号": "301"},
        {"地址": "1号楼1单元", "室": "301"},
        {"地点": "1号楼", "单元门牌": "1单元301室"},
        {"地址": "1号楼1单元301", "单元门牌": "1-301"},
    ],
)
def test_unit_and_door_in_columns_of_their_own_are_not_lost(columns: dict[str, str]) -> None:
    """Wherever the building stands, what the columns beside it say of the door belongs to the address."""
    read_as = order({"内容": "下水道堵了", **columns})

    assert (read_as.place, read_as.person.floor) == ("1-1", 3)


def test_a_column_that_seems_to_say_the_door_is_not_passed_over() -> None:
    """Unread, it speaks against the row, unless the address says the door already or the cell is empty."""
    row = {"内容": "下水道堵了", "地址": "1号楼1单元", "几层几门牌号码": "301"}

    assert "door would be lost" in faults(row)[0]
    assert order({**row, "几层几门牌号码": ""}).place == "1-1"
    assert order({**row, "地址": "1号楼1单元301"}).person.floor == 3


@pytest.mark.parametrize("change", [{"内容": "老人晕倒了"}, {"内容": "下水道堵了，老人晕倒了", "地址": "9号楼"}])
def test_a_refused_row_of_danger_says_first_whom_to_call(change: dict[str, str]) -> None:
    """Whatever it is refused for, the number stands before it; a refused row without danger says nothing of it."""
    first, *others = read({**ROW, **change})

    assert "120" in say_error(first, "en")[0]
    assert others
    assert len(faults({**ROW, "内容": "买本书"})) == 1


@pytest.mark.parametrize(
    "row",
    [
        {
            "诉求人": "王秀英",
            "手机号码*": "+9991380000001",
            "详细地址（楼-单元-室）": "1-1-301",
            "诉求内容": "下水道堵了",
        },
        {
            "Name": "王秀英",
            "Phone": "+9991380000001",
            "ADDRESS": "1号楼1单元301",
            "Description": "下水道堵了",
        },
        {
            "居民姓名": "王秀英",
            "联系 电话": "+9991380000001",
            "楼栋": 1.0,
            "单元": "1",
            "室": 301.0,
            "事项": "下水道堵了",
        },
        {"姓名": "王秀英", "联系方式": "+9991380000001", "地点": "1号楼1单元301", "需求": "下水道堵了"},
    ],
)
def test_other_headings_say_the_same(row: Mapping[str, Cell]) -> None:
    """Chinese and English, full width, remarks, and an address in columns of its own."""
    found = order(row)

    assert (found.service, found.place, found.person.floor) == ("drain", "1-1", 3)
    assert (found.person.name, found.person.phone) == ("王秀英", "+9991380000001")


def test_all_that_speaks_against_a_row_is_told_at_once() -> None:
    """So that whoever corrects it does so once."""
    told = faults(
        {"姓名": "王", "电话": "123456789", "地址": "9号楼", "内容": "随便", "人数": "许多", "紧急程度": "？"}
    )

    assert len(told) == 5
    assert "no service is recognised in 随便" in told[0]
    assert "no building 9" in told[1]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (9991380000001.0, "+9991380000001"),
        ("+999 138 000 0001", "+9991380000001"),
        ("", ""),
    ],
)
def test_phones_kept_as_numbers_or_text_are_phones(cell: Cell, phone: str) -> None:
    """A number cell of a workbook is 9991380000001.0; none at all is allowed."""
    assert order({**ROW, "电话": cell}).person.phone == phone


def test_of_two_phones_in_a_cell_the_first_counts_and_neither_is_lost() -> None:
    """The cell is kept with the note."""
    person = order({**ROW, "电话": "+9991380000001、+9991380000002"}).person

    assert person.phone == "+9991380000001"
    assert person.notes == "下水道堵了；+9991380000001、+9991380000002"


def test_remarks_are_kept_with_the_note() -> None:
    """备注 stands after 内容."""
    assert order({**ROW, "备注": "耳背，打座机"}).person.notes == "下水道堵了；耳背，打座机"


def test_words_beside_an_address_are_not_lost() -> None:
    """What is no address in the address goes to the note."""
    assert order({**ROW, "地址": "1号楼1单元301（从后门进）"}).person.notes == "下水道堵了；1号楼1单元301（从后门进）"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("通下水", "drain"), ("drain", "drain"), ("Lamp", "lamp"), ("灯泡更换", "lamp"), ("", "drain")],
)
def test_a_service_is_known_by_code_name_or_words(cell: str, code: str) -> None:
    """An empty cell leaves it to what is written of the need."""
    assert order({**ROW, "类别": cell}).service == code


def test_two_services_alike_are_not_guessed_between() -> None:
    """灯坏了 and 下水道 are as long as each other's words may be; the person decides."""
    told = faults({**ROW, "内容": "下水道还有门锁坏"})

    assert "several services: " in told[0]


def test_a_row_that_says_nothing_of_the_need_or_the_place_says_so() -> None:
    """Both are told."""
    assert faults({"姓名": "王", "地址": "", "内容": ""}) == [
        "nothing says what is needed",
        "nothing says where it is",
    ]


def test_an_address_in_the_note_counts_where_there_is_no_column_for_it() -> None:
    """A list of typed lines is a table too."""
    assert order({"内容": "2号楼1单元402 灯坏了"}).place == "2-1"


def test_a_building_alone_is_a_place_and_a_door_without_its_unit_is_not() -> None:
    """What is written is what is known; what would have to be guessed is asked."""
    assert order({**ROW, "地址": "1号楼"}).place == "1"
    assert "is not clear" in faults({**ROW, "地址": "1号楼301"})[0]


def test_a_place_and_an_address_in_it_give_the_finer_of_the_two() -> None:
    """One outside the other is a contradiction."""
    assert order({**ROW, "地点": "1号楼", "地址": "1号楼1单元301"}).place == "1-1"
    assert order({**ROW, "地点": "1", "地址": "小卖部旁边"}).person.exact_address == "小卖部旁边"
    assert "does not lie in" in faults({**ROW, "地点": "2号楼", "地址": "1号楼1单元301"})[0]


def test_a_position_finds_the_nearest_place_and_is_kept() -> None:
    """Within reach; beyond it the row is refused, and what is on no globe too."""
    row = {"内容": "灯坏了", "纬度": "37.8501", "经度": "112.5501"}

    assert (order(row).place, order(row).person.position) == ("1", Position(37.8501, 112.5501))
    nowhere = SheetMapping(unknown=frozenset({Position(37.8501, 112.5501)}), defaults={"place": "lane"})
    assert (order(row, nowhere).place, order(row, nowhere).person.position) == ("lane", None)
    assert "no place of this community lies within 1000 m" in faults({**row, "纬度": "38"})[0]
    assert "no position on the globe" in faults({**row, "纬度": "112.55", "经度": "37.85"})[0]
    assert "no position on the globe" in faults({**row, "经度": ""})[0]


@pytest.mark.parametrize(
    ("cell", "urgency"),
    [
        ("紧急", Urgency.URGENT),
        ("特急", Urgency.URGENT),
        ("一般", Urgency.NORMAL),
        ("LOW", Urgency.LOW),
        ("", None),
    ],
)
def test_urgency_is_read_in_both_languages(cell: str, urgency: Urgency | None) -> None:
    """An empty cell leaves it to the service."""
    assert order({**ROW, "紧急程度": cell}).urgency is urgency


def test_a_table_of_values_goes_before_the_default_and_the_default_before_an_unknown_word() -> None:
    """What the mapping does not know is what it says by default."""
    mapping = SheetMapping(values={"urgency": {"红": "urgent"}}, defaults={"urgency": "low"})

    assert order({**ROW, "紧急程度": "红"}, mapping).urgency is Urgency.URGENT
    assert order({**ROW, "紧急程度": "绿"}, mapping).urgency is Urgency.LOW
    assert order({**ROW, "紧急程度": ""}, mapping).urgency is Urgency.LOW


@pytest.mark.parametrize(("cell", "count"), [(2.0, 2), ("2人", 2), ("两个人", 2), ("", 1), ("0", 0), ("10000", 10000)])
def test_headcount_is_read_as_written(cell: Cell, count: int) -> None:
    """Whether so many can be had is for the intake to say."""
    assert order({**ROW, "人数": cell}).headcount == count


def test_days_are_read_on_the_communitys_wall() -> None:
    """受理时间 is when it came in; a window of days runs from the first minute to the last."""
    found = order({**ROW, "受理时间": "2023.7.17", "期望时间起": 45124.375, "期望时间止": ""})

    assert found.received_at == datetime(2023, 7, 16, 16, tzinfo=UTC)
    assert found.window == (datetime(2023, 7, 17, 1, tzinfo=UTC), datetime(2023, 7, 17, 15, 59, tzinfo=UTC))


def test_what_cannot_be_in_time_is_refused() -> None:
    """Nothing came in tomorrow, and no window has only an end."""
    assert "still to come" in faults({**ROW, "日期": "2026-11-24"})[0]
    assert "no beginning" in faults({**ROW, "期望时间止": "2026-11-24"})[0]


def test_a_mapping_says_what_the_columns_mean() -> None:
    """Several columns, joined or the first that is known; values; defaults; zone, format and key."""
    mapping = SheetMapping(
        is_usual=False,
        dates=(date_format("%m/%d/%Y %I:%M:%S %p"),),
        key_prefix="b-",
        picks={
            "service": Pick(choices=(("TYPE", "REASON"),)),
            "note": Pick(choices=(("REASON",), ("TYPE",)), between=": "),
            "place": Pick(choices=(("AREA",),)),
            "received_at": Pick(choices=(("OPEN",),)),
            "key": Pick(choices=(("ID",),)),
        },
        values={"service": {"street lights": "lamp"}, "place": {"north": "2"}},
        defaults={"service": "lock", "place": "lane"},
    )
    row: dict[str, Cell] = {
        "ID": 7.0,
        "OPEN": "01/02/2015 12:20:09 AM",
        "TYPE": "Odd",
        "REASON": "Street  Lights",
        "AREA": "North",
    }
    reader, cells = reader_of({**row, "姓名": "王"}, mapping)

    found = order({**row, "姓名": "王"}, mapping)
    assert (found.service, found.place, found.person.name) == ("lamp", "2", "")
    assert found.person.notes == "Street  Lights: Odd"
    assert found.received_at == datetime(2015, 1, 1, 16, 20, 9, tzinfo=UTC)
    assert reader.key(cells) == "b-7"
    assert reader.unread() == ("姓名",)
    other = order({**row, "REASON": "Odd", "AREA": "South"}, mapping)
    assert (other.service, other.place) == ("lock", "lane")


def test_a_mapping_that_names_a_column_which_is_not_there_is_refused() -> None:
    """With what there is."""
    with pytest.raises(Refused, match="no column is headed 编码"):
        reader_of(ROW, SheetMapping(picks={"key": Pick(choices=(("编码",),))}))
    with pytest.raises(Refused, match="no column is headed 编码"):
        reader_of(ROW, SheetMapping(only=(Only(heading="编码"),)))


@pytest.mark.parametrize(
    ("row", "said"), [({"姓名": "王", "地址": "1号楼"}, "what is needed"), ({"类别": "drain"}, "where")]
)
def test_a_table_that_cannot_say_what_or_where_is_refused_as_a_whole(row: Mapping[str, Cell], said: str) -> None:
    """Rather than every row of it."""
    with pytest.raises(Refused, match=f"no column says .*{said}"):
        reader_of(row)


def test_conditions_leave_rows_out() -> None:
    """By day in the table's zone, and by value."""
    row = {**ROW, "日期": "2023-07-17 23:30", "状态": "Open"}
    for only, is_wanted in (
        (Only(heading="日期", first=date(2023, 7, 17), last=date(2023, 7, 17)), True),
        (Only(heading="日期", first=date(2023, 7, 18)), False),
        (Only(heading="日期", last=date(2023, 7, 16)), False),
        (Only(heading="状态", among=frozenset({"open"})), True),
        (Only(heading="状态", but=frozenset({"open"})), False),
    ):
        reader, cells = reader_of(row, SheetMapping(only=(only,)))

        assert reader.is_wanted(cells) is is_wanted
    reader, cells = reader_of(row)
    reader.only_on(date(2023, 7, 16))
    assert not reader.is_wanted(cells)
    with pytest.raises(Refused, match="when a request came in"):
        reader_of(ROW)[0].only_on(date(2023, 7, 16))


def test_a_key_is_the_tables_own_number() -> None:
    """Exact, not longer than an index can hold, under the name of its column."""
    reader, cells = reader_of({"工单号": 101001240734.0, **ROW})
    assert reader.key(cells) == "工单号:101001240734"
    with pytest.raises(Refused, match="longer than 200"):
        reader.key(["9" * 201, *cells[1:]])
    with pytest.raises(Refused, match="lost its last digits"):
        reader.key([1e17, *cells[1:]])
    assert reader.key(["", *cells[1:]]) is None


def test_what_a_row_says_does_not_depend_on_where_it_stands() -> None:
    """The running number and columns that nobody reads make no other content; what is read does."""
    row = {**ROW, "序号": 1.0, "办理情况": ""}

    def content(row: Mapping[str, Cell]) -> str:
        reader, cells = reader_of(row)
        return content_of(reader.texts(cells), "七月")

    assert content(row) == content({**row, "序号": 2.0, "办理情况": "已办"})
    assert content(row) != content({**row, "姓名": "李"})


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("11月20日", (2026, 11, 20)),
        ("11月23日", (2026, 11, 23)),
        ("11月25日", (2025, 11, 25)),
        ("12月31", (2025, 12, 31)),
        ("２月２９日", (2024, 2, 29)),
        ("11月20日 8:30", (2026, 11, 20)),
    ],
)
def test_a_day_without_its_year_came_in_on_the_last_such_day(said: str, day: tuple[int, int, int]) -> None:
    """An office writes no year over this month's register; what came in lies in the past."""
    found = order({**ROW, "受理时间": said}).received_at

    assert found is not None
    local = found.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (local.year, local.month, local.day) == day
    assert (local.hour, local.minute) == ((8, 30) if ":" in said else (0, 0))


@pytest.mark.parametrize(
    ("received", "wished", "day"),
    [
        ("", "11月25日", (2026, 11, 25)),
        ("", "11月23日", (2026, 11, 23)),
        ("", "1月3日", (2027, 1, 3)),
        ("", "11月20日", (2026, 11, 20)),
        ("2025-11-20", "11月25日", (2025, 11, 25)),
        ("12月30日", "1月3日", (2026, 1, 3)),
    ],
)
def test_a_day_without_its_year_is_wished_for_on_the_next_one(
    received: str, wished: str, day: tuple[int, int, int]
) -> None:
    """Counted from when its row came in; one that is just over is not put off for a year."""
    found = order({**ROW, "受理时间": received, "期望时间起": f"{wished}下午2点", "期望时间止": ""}).window

    assert found is not None
    local = found[0].astimezone(ZoneInfo("Asia/Shanghai"))
    assert (local.year, local.month, local.day, local.hour) == (*day, 14)


def test_a_window_without_years_ends_after_it_begins() -> None:
    """Over the turn of the year too."""
    found = order({**ROW, "期望时间起": "12月31日", "期望时间止": "1月2日"}).window

    assert found is not None
    assert [each.astimezone(ZoneInfo("Asia/Shanghai")).year for each in found] == [2026, 2027]


@pytest.mark.parametrize("said", ["13月1日", "2月30日", "7/17", "11-25"])
def test_a_day_without_its_year_must_be_in_the_calendar(said: str) -> None:
    """And say which number is the month."""
    assert "not a day that can be read" in faults({**ROW, "受理时间": said})[0]


@pytest.mark.parametrize(
    ("language", "tie", "known"),
    [
        ("zh", "通下水（drain）、换灯泡（lamp）", "换灯泡（lamp）、换锁（lock）"),
        ("en", "Drain (drain), Lamp (lamp)", "Lamp (lamp), Lock (lock)"),
    ],
)
def test_services_are_named_as_people_call_them_with_their_codes(language: Language, tie: str, known: str) -> None:
    """Whoever corrects a refused row in a sheet knows the services by name."""

    def told(note: str) -> str:
        sheet = Sheet(path=Path("a.csv"), kind=Kind.CSV, rows=[["地址", "内容"], ["1-1-301", note]])
        header = find_header(sheet, USUAL.headings())
        reader = RowReader(USUAL, header, community=LANE, places=PLACES, services=SERVICES, now=NOW)
        read_as = reader.order(sheet.rows[1], reader.texts(sheet.rows[1]), "k")
        assert not isinstance(read_as, Order)
        return " ".join(part or "" for part in say_error(read_as[0], language))

    assert tie in told("堵了 灯泡")
    assert known in told("随便看看")


@pytest.mark.parametrize("cell", ["138", "120", "12345", 138.0, "138 或 139"])
def test_a_short_code_is_nobodys_phone(cell: Cell) -> None:
    """As at the counter: the row comes back, for nobody could be rung there."""
    told = faults({**ROW, "电话": cell})

    assert len(told) == 1
    assert str(cell).split(".")[0] in told[0]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("1号楼1单元302或303", "302"),
        ("1号楼1单元302室 或者 303", "303"),
        ("1号楼1单元301、302", "302"),
        ("1号楼1单元1801", "6"),
        ("1号楼1单元或2单元301", "units"),
    ],
)
def test_a_door_that_may_be_another_is_not_guessed(address: str, words: str) -> None:
    """As at the counter: the row comes back with the question that is open."""
    (fault,) = faults({**ROW, "地址": address})

    assert "not clear" in fault
    assert words in fault


@pytest.mark.parametrize(("note", "is_pressing"), [("换煤气罐", False), ("煤气漏了，快来", True), ("老人晕倒了", True)])
def test_a_refused_row_is_an_emergency_by_the_rule_of_the_counter(note: str, is_pressing: bool) -> None:
    """A gas bottle to be changed is a service of every day, also where its row comes back for another reason."""
    told = faults({**ROW, "电话": "13x", "内容": note})

    assert any("emergency" in fault for fault in told) is is_pressing
