"""Tables written so that they read back, and run nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.desk.sheets.cells import Cell, cell_text
from dispatch.desk.sheets.guards import Kind
from dispatch.desk.sheets.reading import read_sheet
from dispatch.desk.sheets.writing import Page, write_csv, write_table, write_xlsx

AT = datetime(2026, 11, 23, 9)
SPECIAL = "=+-@＝＋－＠'\"',;\t\r\n王阿姨 8"
TEXTS = st.text(
    alphabet=st.sampled_from(SPECIAL) | st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]),
    max_size=12,
)


def page_of(*rows: Sequence[Cell]) -> Page:
    """Give a table about to be written."""
    return Page(rows=rows, made_at=AT, name="登记")


def back(content: bytes, name: str, folder: Path) -> list[list[str]]:
    """Read a file's cells as text."""
    path = folder / name
    path.write_bytes(content)
    return [[cell_text(cell) for cell in row] for row in read_sheet(path).rows]


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=2, max_size=4).filter(lambda texts: any(map(cell_text, texts))))
def test_any_text_comes_back_from_both_kinds_of_file(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    """Trimmed as every cell is, and with nothing added: the guards are taken off again."""
    folder = tmp_path_factory.mktemp("there")
    page = page_of(["标题"] * len(texts), texts)

    assert back(write_csv(page), "a.csv", folder)[1] == [cell_text(text) for text in texts]
    assert back(write_xlsx(page), "a.xlsx", folder)[1] == [cell_text(text) for text in texts]


def test_csv_is_rfc_4180_with_a_byte_order_mark() -> None:
    """So that Excel opens it in Chinese, with quotation marks doubled and lines ended by CR LF."""
    content = write_csv(page_of(["姓名", "说"], ["王,阿姨", '"好"\n的']))

    assert content == '\ufeff姓名,说\r\n"王,阿姨","""好""\n的"\r\n'.encode()


def test_a_workbook_holds_no_formula_and_no_link() -> None:
    """Whatever the text begins with, the cell is a string; phones keep their plus and their noughts."""
    texts = [
        "=1+1",
        "+9991380000001",
        "@SUM(A1)",
        "http://example.org",
        "mailto:a@example.org",
        "{=1}",
        "0351",
    ]

    with zipfile.ZipFile(io.BytesIO(write_xlsx(page_of(texts)))) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()

    assert "<f>" not in xml
    assert "hyperlink" not in xml
    assert xml.count('t="s"') == len(texts)


def test_numbers_days_and_moments_stay_what_they_are(tmp_path: Path) -> None:
    """An office can still sort and sum them."""
    row: list[Cell] = [9991380000001, 0.5, date(2023, 7, 17), datetime(2023, 7, 17, 9, 5), True]
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_xlsx(page_of(row)))

    assert read_sheet(path).rows == [[9991380000001.0, 0.5, date(2023, 7, 17), datetime(2023, 7, 17, 9, 5), True]]


def test_the_same_table_gives_the_same_bytes() -> None:
    """Nothing of the hour or the machine is in the file."""
    content = write_xlsx(page_of(["姓名"], ["王"]))

    assert content == write_xlsx(page_of(["姓名"], ["王"]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"2026-11-23T09:00:00Z</dcterms:created>" in archive.read("docProps/core.xml")


def test_merged_titles_and_widths_are_written(tmp_path: Path) -> None:
    """An office's own form keeps its looks; merges that overlap are left out, not fatal."""
    page = Page(
        rows=[["标题", "", ""], ["姓名", "电话", "地址"], ["王", "1", "8号楼"]],
        made_at=AT,
        header_at=1,
        merged=[(0, 0, 0, 2), (0, 1, 0, 2), (0, 0, 0, 0), (9, 0, 9, 1)],
        widths={1: 22.0, 9: 5.0},
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_xlsx(page))

    sheet = read_sheet(path)
    assert sheet.merged == ((0, 0, 0, 2),)
    assert 21 < sheet.widths[1] < 24
    assert sheet.rows[0][0] == "标题"


def test_a_text_longer_than_a_cell_is_cut_visibly(tmp_path: Path) -> None:
    """A workbook's cell holds 32,767 characters; the last one shows that more was there."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_table(page_of(["a" * 40_000]), Kind.XLS))

    text = str(read_sheet(path).rows[0][0])
    assert len(text) == 32_767
    assert text.endswith("…")


def test_odd_names_of_sheets_are_made_fit() -> None:
    """A sheet's name may not be long, nor hold certain signs."""
    with zipfile.ZipFile(io.BytesIO(write_xlsx(Page(rows=[["a"]], made_at=AT, name="七月/八月：" * 9)))) as archive:
        assert "七月八月".encode() in archive.read("xl/workbook.xml")
