"""Cells in words, headings compared, formulas made harmless."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.sheets.cells import (
    as_written,
    bare_heading,
    cell_text,
    compared,
    exact_text,
    harmless,
    heading,
)
from dispatch.errors import Refused

DANGEROUS = "=+-@\t\r\n\0＝＋－＠"
ANYTHING = st.text(alphabet=st.sampled_from(DANGEROUS + "' \u3000\xa0a1王,\"") | st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  王阿姨\u3000", "王阿姨"),
        (9991380000001.0, "9991380000001"),
        (0.5, "0.5"),
        (-3, "-3"),
        (True, "TRUE"),
        (date(2023, 7, 17), "2023-07-17"),
        (datetime(2023, 7, 17), "2023-07-17"),
        (datetime(2023, 7, 17, 9, 5), "2023-07-17 09:05"),
        (datetime(2023, 7, 17, 9, 5, 3), "2023-07-17 09:05:03"),
        (time(9, 5), "09:05"),
        ("\u202d9991380000001\u202c", "9991380000001"),
        ("\ufeff8号楼\u200b", "8号楼"),
        ("两行\n文字", "两行\n文字"),
    ],
)
def test_a_cell_reads_as_a_person_reads_it(cell: object, text: str) -> None:
    """Numbers have no decimal point, moments are ISO, and what nobody sees is gone."""
    assert cell_text(cell) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [1.01e17, 10**15, "1.01E+17", "9.99E+12"])
def test_a_number_that_excel_has_rounded_names_nothing(cell: float | str) -> None:
    """A phone or a key whose last digits are lost is refused, never guessed."""
    with pytest.raises(Refused, match="lost its last digits"):
        exact_text(cell)


@pytest.mark.parametrize(
    ("cell", "text"), [("9.991380000001E+12", "9991380000001"), (101001240734.0, "101001240734"), ("A1", "A1")]
)
def test_a_number_with_all_its_digits_names_something(cell: float | str, text: str) -> None:
    """Scientific notation that dropped nothing is written out."""
    assert exact_text(cell) == text


@pytest.mark.parametrize(
    "text",
    ["联系电话*", "＊联系电话", " 联系 电话 ：", "联系电话(必填)", "联系电话（11位）*", "联\u200b系电话"],
)
def test_headings_are_one_whatever_their_marks(text: str) -> None:
    """Width, blanks, asterisks, colons and bracketed remarks make no difference."""
    assert bare_heading(text) == heading("联系电话")


def test_a_heading_that_is_all_remark_stays() -> None:
    """The whole heading counts first, so 上门时间（起） and （止） differ."""
    assert heading("上门时间（起）") != heading("上门时间（止）")
    assert heading("Window_From") == heading("window from")


def test_texts_are_compared_without_width_case_and_runs_of_blanks() -> None:
    """A table of values finds what a person would call the same."""
    assert compared(" Heat -  Excessive\tInsufficient ") == compared("heat - excessive insufficient")
    assert compared("ＡＢＣ") == "abc"


@given(ANYTHING)
def test_what_is_made_harmless_begins_with_nothing_that_runs(text: str) -> None:
    """After blanks, no cell begins with a character that a spreadsheet takes for a formula."""
    written = harmless(text)
    seen = next((each for each in written if each in "\t\r\n" or not each.isspace()), "'")

    assert seen not in DANGEROUS


@given(ANYTHING)
def test_what_is_made_harmless_comes_back_as_written(text: str) -> None:
    """The apostrophe is taken away again, and only the one that was put there."""
    assert as_written(harmless(text)) == text


@pytest.mark.parametrize("text", ["=1+1", " =1", "\u3000＝1", "+9991380000001", "-1", "@SUM(A1)", "\tx", "\0=", "'=1"])
def test_known_ways_of_injection_get_an_apostrophe(text: str) -> None:
    """Each of OWASP's beginnings is covered, behind blanks too."""
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["王阿姨", "8-2-301", "", "a=b", "'quoted'", "1+1"])
def test_harmless_text_is_left_alone(text: str) -> None:
    """Only what would run is changed."""
    assert harmless(text) == text
