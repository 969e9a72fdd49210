"""Days and times as offices write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.sheets.cells import Cell
from dispatch.desk.sheets.moments import date_format, read_when
from dispatch.errors import Refused

TAIYUAN = ZoneInfo("Asia/Shanghai")
NOON = datetime(2023, 7, 17)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2023-07-17",
            "2023.7.17",
            "2023/7/17",
            "2023年7月17日",
            "2023年7月17号",
            "２０２３．７．１７",
            "20230717",
        ),
        *(
            "45124",
            45124.0,
            45124,
            20230717.0,
            date(2023, 7, 17),
            NOON,
            "2023.7.17 星期一",
            "2023-7-17（周一）",
        ),
    ],
)
def test_a_day_is_read_however_an_office_writes_it(cell: Cell) -> None:
    """Every habit gives the same day, and no time of day."""
    assert read_when(cell) == (NOON, False)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2023-07-17 15:30",
            "2023/7/17 15:30",
            "2023.7.17 15：30",
            "2023年7月17日15时30分",
            "2023年7月17日 下午3点半",
        ),
        *(
            "2023-7-17 3:30 PM",
            "2023-07-17T15:30",
            "2023-07-17 15:30:00",
            datetime(2023, 7, 17, 15, 30),
            45124.6458333,
        ),
    ],
)
def test_a_time_of_day_is_read_too(cell: Cell) -> None:
    """Hours in halves of the day, Chinese or not, and fractions of Excel's day."""
    when = read_when(cell)

    assert when.has_time
    assert abs(when.moment - datetime(2023, 7, 17, 15, 30)) < timedelta(seconds=1)


@pytest.mark.parametrize(
    "cell",
    [
        "7月17日",
        "7/17/2023",
        "23.7.17",
        "2023-13-01",
        "2023-02-30",
        "明天",
        "123",
        "99999",
        "2023-W29-1",
        "1023-07-17",
    ],
)
def test_a_day_that_would_have_to_be_guessed_is_refused(cell: str) -> None:
    """No year and nobody who knows it, the year last, two digits of it, or no such day in the calendar."""
    with pytest.raises(Refused, match="not a day that can be read"):
        read_when(cell)


def test_a_year_that_is_known_is_put_to_a_day_without_one() -> None:
    """The caller says of which year a month and a day are; with a time of day too."""
    assert read_when("7月17日", (), lambda month, day: 2000 + month + day).moment == datetime(2024, 7, 17)
    assert read_when("7月17日下午3点半", (), lambda *_: 2023).moment == datetime(2023, 7, 17, 15, 30)
    with pytest.raises(Refused):
        read_when("7/17", (), lambda *_: 2023)


@given(st.dates(date(1955, 1, 1), date(2099, 12, 31)))
def test_excels_day_numbers_count_from_1900(day: date) -> None:
    """Day 1 is 1 January 1900 in Excel's calendar, which has a 29 February 1900 that never was."""
    number = (day - date(1900, 1, 1)).days + 2

    assert read_when(str(number)).moment.date() == day


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)))
def test_our_own_writing_reads_back(moment: datetime) -> None:
    """What we write into a cell is read as it was, to the second."""
    moment = moment.replace(microsecond=0)

    assert read_when(moment.isoformat(" ")).moment == moment


def test_a_days_window_runs_from_its_first_to_its_last_minute() -> None:
    """A day without a time begins at midnight on the wall and ends a minute before the next."""
    when = read_when("2023.7.17")

    assert when.begins(TAIYUAN) == datetime(2023, 7, 16, 16, tzinfo=UTC)
    assert when.ends(TAIYUAN) == datetime(2023, 7, 17, 15, 59, tzinfo=UTC)


def test_a_written_offset_goes_before_the_zone() -> None:
    """A moment that says its own offset is not moved again."""
    assert read_when("2023-07-17T09:00:00+02:00").begins(TAIYUAN) == datetime(2023, 7, 17, 7, tzinfo=UTC)


def test_a_named_format_reads_the_citys_own_way() -> None:
    """%I with %p knows that 12 AM is midnight and 12 PM is noon."""
    read = date_format("%m/%d/%Y %I:%M:%S %p")

    assert read("01/02/2015 12:20:09 AM") == (datetime(2015, 1, 2, 0, 20, 9), True)
    assert read("1/2/2015 12:20:09 pm") == (datetime(2015, 1, 2, 12, 20, 9), True)
    assert read("2015-01-02") is None
    assert date_format("%d.%m.%y")("17.07.23") == (NOON, False)


@pytest.mark.parametrize("pattern", ["%Y-%m", "%Y-%m-%d %Z", "%d %d %m %Y", "%Y-%m-%"])
def test_a_format_that_cannot_give_a_day_is_an_error(pattern: str) -> None:
    """Unknown directives, repeated ones, and days without month or year."""
    with pytest.raises(ValueError, match=re.escape(pattern)):
        date_format(pattern)
