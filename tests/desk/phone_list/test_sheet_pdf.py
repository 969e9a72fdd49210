"""The phone list as a PDF: what stands on its pages, in which font, and nothing silently left out."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.desk.phone_list.paper import FONT, Ink, Paper
from dispatch.desk.phone_list.phone_sheets import read_sheet_answers
from dispatch.desk.phone_list.sheet_pdf import as_pdf
from dispatch.desk.phone_list.sheet_rows import Sheet


def streams(content: bytes) -> Iterator[bytes]:
    """Every packed part of a PDF."""
    for found in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            yield zlib.decompressobj().decompress(found[1])  # what stands behind the packed part is left alone
        except zlib.error:
            yield found[1]


def pages_of(content: bytes) -> list[list[str]]:
    """The texts of each page in the order in which they are drawn, read as a reader would: by the file's own table."""
    parts = list(streams(content))
    (table,) = (one.decode() for one in parts if b"/Ordering (UCS)" in one)
    known = {int(a, 16): bytes.fromhex(b).decode("utf-16-be") for a, b in re.findall(r"<(\w+)> <(\w+)>\n", table)}
    drawn = [re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", one, re.DOTALL) for one in parts if b" Tj" in one]
    return [["".join(known[code] for code in _codes(text)) for text in page] for page in drawn]


def _codes(text: bytes) -> Iterator[int]:
    bare = re.sub(rb"\\(.)", lambda found: {b"r": b"\r", b"n": b"\n"}.get(found[1], found[1]), text, flags=re.DOTALL)
    return (int.from_bytes(bare[at : at + 2], "big") for at in range(0, len(bare), 2))


def said(content: bytes) -> str:
    """All that stands in a PDF."""
    return "\n".join(text for page in pages_of(content) for text in page)


def many(sheet: Sheet, count: int) -> Sheet:
    """The sheet with its first row again and again, each with a phone of its own."""
    first = sheet.rows[0]
    rows = (replace(first, no=no, phone=f"+999 138 0000 {no:04}", name=f"贺建{no}") for no in range(1, count + 1))
    return replace(sheet, rows=tuple(rows))


def test_every_call_stands_on_a_page_with_its_number_name_and_phone(call, printed):
    """Ninety calls on pages that each have the title, the heads and their number of all."""
    call("V1", said={"name": "贺建国", "notes": "耳背，打座机"})
    sheet = many(printed(), 90)
    pages = pages_of(as_pdf(sheet).content)
    everything = "\n".join("\n".join(page) for page in pages)

    assert len(pages) > 10
    for number, page in enumerate(pages, start=1):
        assert "第1张电话单" in page[0] and "打给谁" in page
        assert page[-1] == f"第{number}页，共{len(pages)}页"
    for row in sheet.rows:
        assert [everything.count(f"\n{one}\n") for one in (row.two_digits, row.phone, row.name)] == [1, 1, 1]
    assert everything.count("备注：耳背，打座机") == 90
    assert everything.count("\n没人接\n") == 90


def test_a_row_stands_whole_on_one_page(call, printed):
    """Digits, name and phone of a call are drawn on the same page."""
    call("V1", said={"name": "贺建国"})
    sheet = many(printed(), 40)
    pages = pages_of(as_pdf(sheet).content)

    for row in sheet.rows:
        assert [{row.two_digits, row.name, row.phone} <= set(page) for page in pages].count(True) == 1


def test_what_is_typed_to_key_it_back_stands_below_and_is_understood(call, printed):
    """The example on the last page is a line that keys rows of this sheet."""
    for code in ("V1", "V2"):
        call(code)
    foot = said(as_pdf(printed()).content)
    typed = re.search(r'dispatch reply --sheet 1 "(.*)"', foot)

    assert typed is not None and read_sheet_answers(typed[1]) == [(1, "a"), (2, "n")]


def test_printing_a_sheet_again_gives_the_same_bytes(call, printed):
    """So that two print-outs can be compared, and nobody files one twice."""
    call("V1")
    sheet = printed()

    assert as_pdf(sheet).content == as_pdf(sheet).content


def test_the_file_brings_those_letters_of_its_font_that_it_needs(call, printed):
    """Any printer shows it, and it stays small."""
    call("V1", said={"name": "王龘"})
    content = as_pdf(printed()).content

    assert re.search(rb"/BaseFont /[A-Z]{6}\+SandanSansSC", content)
    assert b"/FontFile3" in content
    assert len(content) < 100_000 < FONT.stat().st_size


@pytest.mark.parametrize("name", ["刘堃", "王龘", "张翀", "李㐂", "陈𠮷", "赵喆", "钱𬭚", "Nguyễn Thị Ánh"])
def test_rare_characters_of_names_are_printed(call, printed, name):
    """With how they are said beside them."""
    call("V1", said={"name": name})
    sheet = printed()
    page = as_pdf(sheet)

    assert page.lacking == ()
    assert name in said(page.content)
    assert sheet.rows[0].pinyin in said(page.content)


def test_a_character_that_the_font_lacks_is_named_and_never_a_blank(call, printed):
    """It stands as 〓, the page says in which row, and whoever prints hears which it is."""
    call("V1", minutes=10)
    call("V2", said={"name": "李𪚥", "notes": "👴老党员"}, minutes=20)
    page = as_pdf(printed(language="en"))
    text = said(page.content)

    assert page.lacking == ((2, "𪚥👴"),)
    assert "李〓" in text and "〓老党员" in text and "Lǐ Zhé" in text
    assert "does not have: row 02" in text


def test_letters_with_accents_that_the_font_lacks_are_read_without(call, printed):
    """Lukasz is more to whoever rings than 〓ukasz."""
    call("V1", said={"name": "Łukasz Żak"})
    page = as_pdf(printed())

    assert page.lacking == () and "Lukasz Zak" in said(page.content)


def test_a_call_that_is_over_shows_no_phone_and_no_box(call, printed):
    """It says so where the boxes would be."""
    call("V1")
    sheet = printed()
    over = replace(sheet, rows=(replace(sheet.rows[0], is_over=True, name="人**", phone="", pinyin=""),))
    text = said(as_pdf(over).content)

    assert "不用打了" in text and "没人接" not in text


def test_a_list_with_nobody_on_it_says_so(street, printed):
    """One page, no heads."""
    (page,) = pages_of(as_pdf(printed(language="en")).content)

    assert "there is nobody to ring" in page


def test_a_text_longer_than_a_page_is_set_smaller_and_not_cut(call, printed):
    """Every word of it is there."""
    call("V1")
    sheet = printed(language="en")
    long = " ".join(f"word{n}" for n in range(900))
    text = said(as_pdf(replace(sheet, rows=(replace(sheet.rows[0], kind="details", what=long),))).content)

    assert [n for n in range(900) if not re.search(rf"\bword{n}\b", text)] == []


@pytest.fixture(scope="module")
def paper() -> Paper:
    """A document."""
    from datetime import UTC, datetime

    return Paper("x", "zh", datetime(2026, 11, 23, tzinfo=UTC))


@settings(max_examples=60, deadline=None)
@given(text=st.text("王阿姨，。（）、abc def-ghi 1234 ！%", max_size=60), width=st.integers(20, 80))
def test_wrapped_lines_lose_nothing_and_stay_within_their_column(paper, text, width):
    """No line is wider than its column, and every character that is no blank is on one."""
    ink = Ink(size=14)
    lines = paper.lines([(text, ink)], width)
    shown = "".join(piece.text for line in lines for piece in line.pieces)

    assert "".join(shown.split()) == "".join(text.split())
    assert all(piece.x + paper.width_of(piece.text.rstrip(), ink) <= width + 0.01 for line in lines for piece in line.pieces)


def test_a_phone_stands_on_one_line(paper):
    """Whoever dials reads it in one go, brackets and all."""
    text = "1号单“疏通下水”：王楠（+999 160 492 3900）会来，马上；找王阿姨、010 1234 5678。"
    for width in range(60, 120):
        lines = ["".join(piece.text for piece in line.pieces) for line in paper.lines([(text, Ink(size=15))], width)]
        assert [any(phone in one for one in lines) for phone in ("+999 160 492 3900", "010 1234 5678")] == [True, True]


def test_no_line_begins_with_a_full_stop(paper):
    """Nor with a comma or a closing bracket; an opening one begins the next line instead of ending this."""
    text = "上午十点以后再打，家里老人睡觉。不要按门铃（敲两下门），再报楼门长的名字。"
    for width in range(15, 60):
        lines = ["".join(piece.text for piece in line.pieces) for line in paper.lines([(text, Ink(size=14))], width)]
        assert [one for one in lines if one[0] in "，。）" or one[-1] == "（"] == []
