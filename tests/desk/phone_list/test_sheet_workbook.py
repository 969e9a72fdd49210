"""The phone list as a workbook: text as text, a list for each result, ready to print."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from dispatch.desk.phone_list.sheet_workbook import as_xlsx
from dispatch.desk.sheets.reading import read_sheet
from dispatch.model.lifecycle import OfferState
from dispatch.model.message import MessageKind


def part(content: bytes, name: str) -> str:
    """One of the files in a workbook."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name).decode()


def test_every_call_is_a_row_with_phone_and_pinyin_as_text(call, printed, tmp_path: Path):
    """A phone keeps its plus and its groups, a row its nought, and a formula is a name like any other."""
    call("V1", said={"name": "单晓梅", "notes": "耳背，打座机"}, minutes=10)
    call("V2", said={"name": "=HYPERLINK(1)", "phone": "+9991387654321"}, minutes=20)
    content = as_xlsx(printed(language="en"))
    (tmp_path / "x.xlsx").write_bytes(content)
    head, first, second = read_sheet(tmp_path / "x.xlsx").rows
    rows = [dict(zip(head, one, strict=True)) for one in (first, second)]

    assert (rows[0]["row"], rows[0]["name"], rows[0]["pinyin"], rows[0]["note"]) == ("01", "单晓梅", "Shàn Xiǎoméi", "耳背，打座机")
    assert str(rows[0]["what to say"]).startswith("clear a drain\n8号楼")
    assert (rows[1]["name"], rows[1]["phone"], rows[1]["request"], rows[1]["code"]) == (
        "=HYPERLINK(1)",
        "+999 138 765 4321",
        "2",
        "1002",
    )
    assert "<f>" not in part(content, "xl/worksheets/sheet1.xml")


def test_each_result_is_chosen_from_the_letters_that_can_be_keyed_back(call, printed):
    """A call that only tells something cannot be declined."""
    call("V1", minutes=10)
    call("V2", MessageKind.DETAILS, OfferState.ACCEPTED)
    sheet = part(as_xlsx(printed()), "xl/worksheets/sheet1.xml")

    assert sorted(one.split("</formula1>")[0] for one in sheet.split("<formula1>")[1:]) == ['"a,d,n,x"', '"a,n,x"']
    assert "a 接 · d 不便 · n 没人接 · x 空号" in sheet


def test_it_is_printed_on_a4_across_with_its_heads_on_every_page(call, printed):
    """One page wide, the heads frozen on the screen and repeated on paper, its number on each page."""
    call("V1")
    content = as_xlsx(printed())
    sheet, book = part(content, "xl/worksheets/sheet1.xml"), part(content, "xl/workbook.xml")

    assert 'paperSize="9" fitToHeight="0" orientation="landscape"' in sheet
    assert 'state="frozen"' in sheet
    assert "第1张电话单" in sheet and "第&amp;P页，共&amp;N页" in sheet
    assert "_xlnm.Print_Titles" in book and "$1:$1" in book


def test_the_same_sheet_gives_the_same_workbook(call, printed):
    """So that nobody files one twice."""
    call("V1")
    sheet = printed()

    assert as_xlsx(sheet) == as_xlsx(sheet)
