"""Files as they come: encodings, delimiters, workbooks, and files that are not what their name says."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from dispatch.desk.sheets.guards import MOST_WORKBOOK_BYTES, Kind
from dispatch.desk.sheets.reading import read_sheet
from dispatch.errors import NotFound, Refused

ROWS = [["姓名", "电话"], ["王秀英", "+9991380000001"]]
TEXT = "姓名,电话\r\n王秀英,+9991380000001\r\n"


def workbook(path: Path, fill: Callable[[xlsxwriter.Workbook], None]) -> Path:
    """Write a workbook."""
    with xlsxwriter.Workbook(str(path)) as book:
        fill(book)
    return path


def plain(book: xlsxwriter.Workbook) -> None:
    """Fill in the two rows."""
    sheet = book.add_worksheet("登记")
    for index, row in enumerate(ROWS):
        sheet.write_row(index, 0, row)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_text_is_read_in_the_encodings_that_offices_use(tmp_path: Path, encoding: str, told: str) -> None:
    """A byte order mark decides, then strict UTF-8, then GB18030."""
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))

    sheet = read_sheet(path)

    assert (sheet.rows, sheet.encoding) == (ROWS, told)


def test_a_short_gbk_file_of_headings_alone_is_read(tmp_path: Path) -> None:
    """Four characters are enough to tell GBK from UTF-8, where guessing by frequency fails."""
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,电话".encode("gbk"))

    assert read_sheet(path).rows == [["姓名", "电话"]]


def test_utf_8_that_could_be_gbk_too_is_utf_8(tmp_path: Path) -> None:
    """漏水 in UTF-8 is also three characters of GBK; the stricter encoding goes first."""
    path = tmp_path / "a.csv"
    path.write_bytes("漏水".encode())
    assert "漏水".encode().decode("gb18030") != "漏水"

    assert read_sheet(path).rows == [["漏水"]]


def test_another_encoding_is_read_only_when_it_is_named(tmp_path: Path) -> None:
    """Big5 is not guessed at, but read when asked for."""
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,電話\r\n王秀英,1".encode("big5"))

    assert read_sheet(path, encoding="big5").rows[0] == ["姓名", "電話"]
    with pytest.raises(Refused, match="not an encoding"):
        read_sheet(path, encoding="klingon")


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    """Latin-1 is neither UTF-8 nor GB18030; the hint names the way out."""
    path = tmp_path / "a.csv"
    path.write_bytes("café,1".encode("latin-1"))

    with pytest.raises(Refused, match="cannot be read as") as refused:
        read_sheet(path)
    assert "--encoding" in (refused.value.hint or "")


def test_compressed_text_is_read(tmp_path: Path) -> None:
    """A .csv.gz is unpacked."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode(), mtime=0))

    assert read_sheet(path).rows == ROWS


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a\tb\n1, 2\t3\n", [["a", "b"], ["1, 2", "3"]]),
        ("sep=;\na,b;c\n", [["a,b", "c"]]),
        ("内容\n灯坏了，请来人\n", [["内容"], ["灯坏了，请来人"]]),
        (
            '标题,,\n姓名,地址,内容\n王,"8号楼,2单元",灯;水\n',
            [["标题", "", ""], ["姓名", "地址", "内容"], ["王", "8号楼,2单元", "灯;水"]],
        ),
        ("'=a,'+1,'b\n", [["=a", "+1", "'b"]]),
    ],
)
def test_columns_are_made_by_the_mark_that_makes_most_of_them(tmp_path: Path, text: str, rows: list[list[str]]) -> None:
    """Comma, semicolon or tab; commas inside the cells of another mark do not count; guards come off."""
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")

    assert read_sheet(path).rows == rows


def test_a_quotation_mark_left_open_is_told_with_its_line(tmp_path: Path) -> None:
    """Otherwise the rest of the file would vanish into one cell."""
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"1,2\n3,4\n', encoding="utf-8")

    with pytest.raises(Refused, match="quotation mark"):
        read_sheet(path)


def test_a_workbook_gives_its_first_visible_sheet(tmp_path: Path) -> None:
    """Hidden sheets are passed over; the other visible ones are named as not read."""

    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("隐藏").hide()
        first = book.add_worksheet("七月")
        first.activate()
        first.write(0, 0, "x")
        book.add_worksheet("八月").write(0, 0, "y")

    path = workbook(tmp_path / "a.xlsx", fill)

    sheet = read_sheet(path)
    assert (sheet.name, sheet.rows, sheet.not_read) == ("七月", [["x"]], ("八月",))
    assert read_sheet(path, sheet="八月").rows == [["y"]]
    with pytest.raises(Refused, match="no sheet"):
        read_sheet(path, sheet="九月")


def test_a_workbooks_cells_keep_what_they_are(tmp_path: Path) -> None:
    """Numbers, days, moments, truths, results of formulas, widths; rows count from the first."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_number(1, 0, 9991380000001)
        sheet.write_datetime(1, 1, datetime(2023, 7, 17), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(1, 2, datetime(2023, 7, 17, 9, 5), clock)
        sheet.write_boolean(1, 3, True)
        sheet.write_formula(1, 4, "=1+1", None, 2)
        sheet.set_column(2, 2, 30)

    sheet = read_sheet(workbook(tmp_path / "a.xlsx", fill))

    assert sheet.rows[1] == [9991380000001.0, date(2023, 7, 17), datetime(2023, 7, 17, 9, 5), True, 2.0]
    assert not any(sheet.rows[0])
    assert 29 < sheet.widths[2] < 32


def test_a_cell_merged_downwards_counts_for_every_row_it_covers(tmp_path: Path) -> None:
    """An office writes the building once beside three rows; each of them is in it."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 1, "标题")
        sheet.merge_range(1, 0, 3, 0, "8号楼")
        for row in (1, 2, 3):
            sheet.write_string(row, 1, f"户{row}")

    sheet = read_sheet(workbook(tmp_path / "a.xlsx", fill))

    assert [row[0] for row in sheet.rows] == ["标题", "8号楼", "8号楼", "8号楼"]


def test_an_empty_formatted_sheet_end_does_not_count_as_rows(tmp_path: Path) -> None:
    """Borders drawn down to row 60,000 are not 60,000 rows."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "x")
        sheet.write_blank(60_000, 3, None, book.add_format({"border": 1}))

    assert read_sheet(workbook(tmp_path / "a.xlsx", fill)).rows == [["x"]]


def book_bytes() -> bytes:
    """Give a small workbook."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        plain(book)
    return target.getvalue()


def archive_bytes(**parts: str) -> bytes:
    """Give a zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("_", "/") + ".xml", text)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", TEXT.encode(), "plain text"),
        ("a.xls", TEXT.encode(), "plain text"),
        ("a.csv", book_bytes(), "is an archive"),
        ("a.xls", book_bytes(), "is an archive"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "old workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "damaged"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        ("a.csv", "\ufeff\n <!DOCTYPE html>".encode(), "web page"),
        ("a.csv", b"%PDF-1.7 ...", "neither text nor a workbook"),
        ("a.csv", b"a,b\n\0\1\2", "neither text nor a workbook"),
        ("a.csv", b"", "is empty"),
        ("a.xlsx", b"", "is empty"),
        ("a.csv", b" \r\n ,,\r\n", "is empty"),
        ("a.csv.gz", TEXT.encode(), "not compressed"),
        ("a.csv.gz", gzip.compress(TEXT.encode(), mtime=0)[:-9], "damaged"),
        ("a.xlsx", archive_bytes(word_document="<x/>"), "no workbook is in it"),
        ("a.xlsx", archive_bytes(xl_workbook="<x/>"), "damaged"),
        ("a.xlsx", book_bytes()[:-200], "damaged"),
        ("a.docx", b"PK\3\4", "does not end in"),
        ("a.xlsx.gz", gzip.compress(book_bytes(), mtime=0), "does not end in"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """Each gets a sentence that says what it is; nothing is guessed."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(Refused, match=said):
        read_sheet(path)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """The sentence names what was asked for."""
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(NotFound, match=r"there is no file .*none\.csv"):
        read_sheet(tmp_path / "none.csv")
    with pytest.raises(Refused, match="is a folder"):
        read_sheet(tmp_path / "folder.csv")


def test_a_workbook_that_would_unpack_beyond_measure_is_refused_unopened(tmp_path: Path) -> None:
    """The archive's own directory tells: 60 MB of blanks packed into 60 kB."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(archive_bytes(xl_workbook="<x/>", xl_sharedStrings=" " * 60_000_000))

    with pytest.raises(Refused, match="would unpack to"):
        read_sheet(path)


def test_a_workbook_larger_than_ten_megabytes_is_refused(tmp_path: Path) -> None:
    """Size is looked at before anything is opened."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\3\4" + bytes(MOST_WORKBOOK_BYTES))

    with pytest.raises(Refused, match="larger than 10 MB"):
        read_sheet(path)


@pytest.mark.parametrize(("row", "column", "said"), [(1_048_575, 16_383, "rows"), (40_000, 16_383, "too far")])
def test_one_forgotten_cell_at_the_far_end_does_not_take_all_the_memory(
    tmp_path: Path, row: int, column: int, said: str
) -> None:
    """A sheet is refused by where its cells are before it is laid out as a full rectangle."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("登记")
        sheet.write_string(0, 0, "姓名")
        sheet.write_string(row, column, "x")

    with pytest.raises(Refused, match=said):
        read_sheet(workbook(tmp_path / "a.xlsx", fill))


def test_a_workbook_with_a_doctype_is_refused(tmp_path: Path) -> None:
    """Entities could make gigabytes of a few lines; no spreadsheet program writes any."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(io.BytesIO(book_bytes())) as good, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bad:
        for part in good.infolist():
            xml = good.read(part)
            if part.filename == "xl/workbook.xml":
                xml = xml.replace(b"<workbook", b'<!DOCTYPE workbook [<!ENTITY a "x">]><workbook', 1)
            bad.writestr(part.filename, xml)

    with pytest.raises(Refused, match="damaged"):
        read_sheet(path)


def test_more_rows_than_the_limits_are_refused(tmp_path: Path) -> None:
    """200,000 rows of text are the most."""
    path = tmp_path / "a.csv"
    path.write_text("a\n" * 200_001, encoding="utf-8")

    with pytest.raises(Refused, match="more than 200000 rows"):
        read_sheet(path)


def test_kinds_are_told_by_name(tmp_path: Path) -> None:
    """What was read keeps its kind, so that refused rows go back as they came."""
    path = workbook(tmp_path / "a.xlsx", plain)

    assert read_sheet(path).kind is Kind.XLSX
    assert read_sheet(path).rows == ROWS
