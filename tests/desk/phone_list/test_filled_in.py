"""Results filled into the table of a phone sheet, and keyed back from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dispatch.desk.phone_list.filled_in import FilledIn, _sheet_no, read_filled_in
from dispatch.desk.phone_list.sheet_forms import render
from dispatch.desk.phone_list.sheet_rows import Sheet
from dispatch.desk.replies import reply_from_file
from dispatch.desk.sheets.reading import read_sheet
from dispatch.errors import NotFound, Refused
from dispatch.i18n import say_error
from dispatch.model.lifecycle import OfferState
from dispatch.model.message import MessageKind
from dispatch.model.rules import Rules

Fill = Callable[..., Path]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Write a sheet's table as one of its forms, with results beside the rows, as a spreadsheet program saves it."""

    def work(sheet: Sheet, results: Mapping[int, str], form: str = "csv", encoding: str = "utf-8-sig") -> Path:
        made = tmp_path / f"made.{form}"
        made.write_bytes(render(sheet, form).content)
        head, *rows = [[str(cell) for cell in cells] for cells in read_sheet(made).rows]
        at = head.index({"zh": "结果", "en": "result"}[sheet.language])
        for no, result in results.items():
            rows[no - 1][at] = result
        target = tmp_path / f"phones-{sheet.number}.{form}"
        target.write_bytes(_saved([head, *rows], form, encoding))
        return target

    return work


def _saved(rows: list[list[str]], form: str, encoding: str) -> bytes:
    if form == "csv":
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return out.getvalue().encode(encoding)
    from xlsxwriter import Workbook

    target = io.BytesIO()
    workbook = Workbook(target, {"in_memory": True, "strings_to_numbers": True})
    page = workbook.add_worksheet()
    for index, row in enumerate(rows):
        page.write_row(index, 0, row)
    workbook.close()
    return target.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_printed_can_be_filled_in_and_read_back(call, printed, fill, form, language):
    """Letters, and the words that stand beside the boxes, in both languages; rows left empty are left out."""
    for n in range(1, 7):
        call(f"V{n}", minutes=n)
    words = {"zh": ("接", "没人接", "空号"), "en": ("yes", "No answer", "wrong no.")}[language]
    path = fill(printed(language=language), {1: "a", 2: "D ", 4: words[0], 5: words[1], 6: words[2]}, form)
    found = read_filled_in(path)

    assert found.answers == ((1, "a"), (2, "d"), (4, "a"), (5, "n"), (6, "x"))
    assert found.requests == {1: 1, 2: 2, 4: 4, 5: 5, 6: 6}
    assert found.codes == {1: 1001, 2: 1002, 4: 1004, 5: 1005, 6: 1006}


def test_a_table_saved_by_an_old_program_is_read(call, printed, fill):
    """As Excel saves CSV in China: GB18030, no mark; a title that somebody put above is no row."""
    call("V1")
    path = fill(printed(), {1: "打不通"}, encoding="gb18030")
    path.write_bytes("三单,,\n".encode("gb18030") + path.read_bytes())

    assert read_filled_in(path).answers == ((1, "n"),)


def test_rows_that_are_over_need_no_result(call, printed, fill):
    """What the table itself says of them is none."""
    for n in (1, 2):
        call(f"V{n}", minutes=n)

    assert read_filled_in(fill(printed(), {1: "不用打了", 2: "a"})).answers == ((2, "a"),)


def test_every_result_that_is_none_is_named_by_its_row(call, printed, fill):
    """All at once, so that the file is corrected once."""
    for n in (1, 2, 3):
        call(f"V{n}", minutes=n)
    with pytest.raises(Refused) as refused:
        read_filled_in(fill(printed(), {1: "也许", 2: "a", 3: "a 4 d"}))

    assert say_error(refused.value, "en")[0] == (
        "these results in phones-1.csv are none: row 01: 也许, row 03: a 4 d; nothing of the file was recorded"
    )


def test_a_row_that_stands_twice_with_two_results_is_named(call, printed, fill):
    """Neither of them is taken."""
    call("V1")
    path = fill(printed(), {1: "a"})
    path.write_bytes(path.read_bytes() + path.read_bytes().split(b"\r\n")[1].replace(b",a,", b",d,") + b"\r\n")

    with pytest.raises(Refused) as refused:
        read_filled_in(path)

    assert "row 01: d" in say_error(refused.value, "en")[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("姓名,电话\n王芳,+9991380000001\n", "has no columns for the row and the result"),
        ("行号,结果\n01,\n", "no row of calls.csv has a result yet"),
        ("行号,结果\nx,a\n", "row x: a"),
        ("行号,结果\n,a\n", "row ?: a"),
    ],
)
def test_other_tables_are_refused_in_a_sentence(tmp_path, content, sentence):
    """A list of people, an empty sheet, a row without its number."""
    path = tmp_path / "calls.csv"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        read_filled_in(path)

    assert sentence in say_error(refused.value, "en")[0]


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    """By its name."""
    with pytest.raises(NotFound):
        read_filled_in(tmp_path / "calls.csv")


def _key(database: Any, actor: Any, filled_in: FilledIn, sheet: int = 1) -> list[tuple[int | None, str]]:
    done = database.write(lambda tx: reply_from_file(tx, actor, Rules(), sheet, filled_in))
    return [(one.row, one.outcome.value) for one in done]


def test_a_filled_in_table_decides_the_offers(database, actor, call, printed, fill):
    """As if the rows had been typed, and a second time changes nothing."""
    for n in (1, 2, 3):
        call(f"V{n}", minutes=20 + n)
    filled_in = read_filled_in(fill(printed(), {1: "a", 2: "d", 3: "没人接"}, "xlsx"))

    assert _key(database, actor, filled_in) == [(1, "accepted"), (2, "declined"), (3, "no-answer")]
    assert _key(database, actor, filled_in)[:2] == [(1, "already-accepted"), (2, "already-declined")]


def test_the_table_of_another_sheet_is_refused_and_nothing_of_it_is_recorded(database, actor, call, printed, fill):
    """Its rows are about other requests: a yes for one would have been noted of another."""
    call("V1", minutes=20)
    printed()
    call("V2", minutes=10)
    filled_in = read_filled_in(fill(printed(), {1: "a", 2: "a"}))
    with pytest.raises(Refused, match="row 1 of the table is another call than row 1 of phone sheet 1"):
        _key(database, actor, replace(filled_in, answers=filled_in.answers[:1]))
    with pytest.raises(NotFound, match="there is no row 2 on phone sheet 1"):
        _key(database, actor, filled_in)

    assert _key(database, actor, filled_in, sheet=2) == [(1, "accepted"), (2, "accepted")]


def test_another_call_about_the_same_request_is_noticed(database, actor, call, printed, fill):
    """Told where to go is not asked whether to come: the code of the offer stands only on the row that asks."""
    call("V1", MessageKind.DETAILS, OfferState.ACCEPTED)
    filled_in = read_filled_in(fill(printed(), {1: "a"}))
    assert filled_in.codes == {1: 0}

    with pytest.raises(Refused, match="another call"):
        _key(database, actor, replace(filled_in, codes={1: 1001}))
    assert _key(database, actor, filled_in) == [(1, "told")]


def test_a_workbook_knows_of_which_sheet_it_is(database, actor, call, printed, tmp_path):
    """By its own title, in either language."""
    call("V1")
    for language in ("zh", "en"):
        (tmp_path / "x.xlsx").write_bytes(render(printed(language=language), "xlsx").content)
        assert read_sheet(tmp_path / "x.xlsx").name in ("第1张电话单", "Phone list no. 2")
    with pytest.raises(Refused, match="this is the table of phone sheet 2, not of 1"):
        _key(database, actor, FilledIn(answers=((1, "a"),), requests={}, codes={}, sheet_no=2))


@pytest.mark.parametrize(("name", "number"), [("第12张电话单", 12), ("Phone list no. 3", 3), ("Sheet1", None), ("", None)])
def test_the_number_of_a_sheet_is_read_from_its_title(name, number):
    """Of a workbook that was renamed nothing is guessed."""
    assert _sheet_no(name) == number
