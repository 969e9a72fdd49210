"""The row of headings, and the rows below it that are no data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dispatch.desk.sheets.cells import Cell
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.header import find_header, rows_beside_data
from dispatch.desk.sheets.reading import Merge, Sheet
from dispatch.errors import Refused

WANTED = ("姓名", "联系电话", "地址", "诉求内容")
HEADINGS = ["序号", "姓名*", "联系电话（必填）", " 地 址 ", "诉求内容"]


def sheet_of(*rows: Sequence[Cell], merged: tuple[Merge, ...] = ()) -> Sheet:
    """Give a table with these rows."""
    return Sheet(path=Path("a.xlsx"), kind=Kind.XLSX, rows=rows, merged=merged)


def test_the_headings_are_found_by_what_they_say() -> None:
    """A title row and a row about who fills it in stand above them."""
    sheet = sheet_of(["劲松社区诉求登记表"], ["填表人：姓名", "", "日期"], HEADINGS, ["1", "王", "1", "8号楼", "灯"])

    header = find_header(sheet, WANTED)

    assert header.at == 2
    assert [header.column(each) for each in (*WANTED, "备注")] == [1, 2, 3, 4, None]


def test_a_heading_with_its_remark_goes_before_one_without() -> None:
    """上门时间（起） and 上门时间（止） are two columns; 上门时间 alone is the first of them."""
    header = find_header(sheet_of(["上门时间（起）", "上门时间（止）"]), ["上门时间（止）"])

    assert header.column("上门时间（止）") == 1
    assert header.column("上门时间") == 0


def test_a_table_without_known_headings_shows_what_it_has() -> None:
    """The hint lists the first row, so that a mapping file can be written."""
    with pytest.raises(Refused) as refused:
        find_header(sheet_of(["", ""], ["甲", "乙"]), WANTED)
    assert refused.value.params["found"] == ("甲", "乙")


@pytest.mark.parametrize(
    "note",
    [
        ["", "*必填", "*必填，文本格式", "必填", "选填"],
        ["说明：", "红色为必填", "", "", ""],
        ["示例", "张三", "+9991380000001", "8号楼", "灯坏了"],
        ["", "Required", "text", "", "optional"],
        ["", "（必填）", "11位", "", ""],
    ],
)
def test_the_notes_row_below_the_headings_is_no_request(note: Sequence[Cell]) -> None:
    """It tells people how to fill the form in."""
    sheet = sheet_of(HEADINGS, note, ["1", "王", "1", "8号楼", "灯"])

    assert rows_beside_data(sheet, find_header(sheet, WANTED)) == {1}


@pytest.mark.parametrize(
    "row",
    [
        ["1", "王", "+9991380000001", "8号楼", "必填的表不会填"],
        ["1", "王", "", "8号楼", "★急 灯坏了"],
        ["1", "王", "", "8号楼", "说明书看不懂"],
        ["1", "例四", "", "8号楼", "灯"],
    ],
)
def test_a_first_request_is_never_taken_for_a_note(row: Sequence[Cell]) -> None:
    """A star, a word like 说明 or a request about a form does not make a note."""
    sheet = sheet_of(HEADINGS, row)

    assert rows_beside_data(sheet, find_header(sheet, WANTED)) == frozenset()


def test_headings_repeated_on_a_later_page_are_no_request() -> None:
    """Long sheets are printed with the headings again."""
    sheet = sheet_of(HEADINGS, ["1", "王", "1", "8号楼", "灯"], HEADINGS, ["2", "李", "1", "8号楼", "水"])

    assert rows_beside_data(sheet, find_header(sheet, WANTED)) == {2}


def test_a_row_merged_from_side_to_side_is_no_request() -> None:
    """A footer such as 填表人：… spans the table."""
    sheet = sheet_of(HEADINGS, ["1", "王", "1", "8号楼", "灯"], ["审核人："], merged=((0, 0, 0, 1), (2, 0, 2, 4)))

    assert rows_beside_data(sheet, find_header(sheet, WANTED)) == {2}
