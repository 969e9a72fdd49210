"""The time that an option says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.clock import on_the_wall
from dispatch.desk.typed_line.option_times import read_moment, read_window
from dispatch.errors import DispatchError, Refused
from dispatch.i18n import say_error

ZONE = "Asia/Shanghai"
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Monday, nine o'clock


def _wall(moment: datetime) -> str:
    return f"{on_the_wall(moment, ZONE):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("明天", "11-24 00:00"),
        ("12月1日", "12-01 00:00"),
        ("2026-12-01", "12-01 00:00"),
        ("２０２６－１２－０１", "12-01 00:00"),
        ("下周一", "11-30 00:00"),
        ("周五", "11-27 00:00"),
        ("明天下午三点", "11-24 15:00"),
        ("明天下午", "11-24 13:00"),
        ("下午三点钟", "11-23 15:00"),
        ("12月1日 8:30", "12-01 08:30"),
        ("tomorrow at 3pm", "11-24 15:00"),
        ("2026-12-01T08:00", "12-01 08:00"),
        ("2026-12-01 09:00+08:00", "12-01 09:00"),
    ],
)
def test_a_moment_is_the_beginning_of_what_is_said(typed: str, meant: str) -> None:
    """A day begins at midnight, a part of it at its usual hour."""
    assert _wall(read_moment(typed, NOW, ZONE)) == meant


@pytest.mark.parametrize(
    ("typed", "begins", "ends"),
    [
        ("今天下午", "11-23 13:00", "11-23 18:00"),
        ("今天", "11-23 09:00", "11-23 20:00"),
        ("今天上午", "11-23 09:00", "11-23 12:00"),
        ("明天上午九点到十一点", "11-24 09:00", "11-24 11:00"),
        ("明天 9:00-11:00", "11-24 09:00", "11-24 11:00"),
        ("2026-12-01 09:00-11:00", "12-01 09:00", "12-01 11:00"),
        ("tomorrow 9:00-11:00", "11-24 09:00", "11-24 11:00"),
        ("2026-11-24T09:00+08:00/2026-11-24T11:00+08:00", "11-24 09:00", "11-24 11:00"),
        ("2026-11-24 09:00/2026-11-24 11:00", "11-24 09:00", "11-24 11:00"),
    ],
)
def test_a_window_is_read_as_in_a_typed_line(typed: str, begins: str, ends: str) -> None:
    """That it is wished for is known: today is from now on."""
    assert tuple(map(_wall, read_window(typed, NOW, ZONE))) == (begins, ends)


UNCLEAR = ["", "明天3点", "三点", "每周五", "昨天", "12月32号", "明年", "明天去医院", "明天或后天", "后天上午或下午", "x" * 200]


@pytest.mark.parametrize("read", [read_moment, read_window])
@pytest.mark.parametrize("typed", UNCLEAR)
def test_what_is_not_certain_is_refused(read, typed: str) -> None:
    """The error says what was read; the hint has examples in the reader's language."""
    with pytest.raises(Refused) as refused:
        read(typed, NOW, ZONE)
    chinese, english = say_error(refused.value, "zh"), say_error(refused.value, "en")

    assert "明天下午三点" in chinese[1] or "明天上午九点到十一点" in chinese[1]
    assert "tomorrow" in english[1]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("明天3点", "读到的是明天、3点；是上午还是下午？"),
        ("每周五", "读到的是每周五；里面的日子已经过了、每周都有或没有这一天"),
        ("明天去医院", "读到的是明天；是哪个时刻不清楚"),
        ("随便", "没读出时间"),
    ],
)
def test_the_error_says_what_was_read(typed: str, said: str) -> None:
    """So that whoever typed it sees what is missing."""
    with pytest.raises(Refused) as refused:
        read_moment(typed, NOW, ZONE)

    assert say_error(refused.value, "zh")[0] == f"“{typed}”说不准是什么时候：{said}"


@pytest.mark.parametrize("typed", ["2026-12-01 09:00-11:00", "2026-12-01 14:00-16:00", "明天上午九点到十一点"])
def test_two_clock_times_are_no_moment(typed: str) -> None:
    """The second is not an offset from UTC."""
    with pytest.raises(Refused):
        read_moment(typed, NOW, ZONE)


@given(st.text("今明后天下周一二五日月号上中午晚点半到至-/:0123456789T+ 三", max_size=16) | st.text(max_size=40))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    """Nothing that can be typed raises anything but an error of ours; what is read is an aware moment."""
    for read in (read_moment, read_window):
        try:
            found = read(text, NOW, ZONE)
        except DispatchError:
            continue
        assert all(one.tzinfo is UTC for one in (found if isinstance(found, tuple) else (found,)))
