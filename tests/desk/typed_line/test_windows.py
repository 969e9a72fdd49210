"""Times as people write them, read only where they are certain."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.typed_line.windows import find_windows, read_times
from dispatch.errors import Refused

ZONE = "Asia/Shanghai"
MONDAY_TEN = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo(ZONE))


def found(text: str, now: datetime = MONDAY_TEN) -> list[str]:
    """Return the windows of a line as the clock on the wall shows them."""
    wall = ZoneInfo(ZONE)
    return [
        f"{begin.astimezone(wall):%m-%d %H:%M} {end.astimezone(wall):%m-%d %H:%M}"
        for begin, end in (window.window for window in find_windows(text, now, ZONE))
    ]


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("明天下午", "11-24 13:00 11-24 18:00"),
        ("明天下午 不急", "11-24 13:00 11-24 18:00"),
        ("明天12pm", "11-24 12:00 11-24 12:30"),
        ("tomorrow 12:30am", "11-24 00:30 11-24 01:00"),
        ("15:00-15:00", "11-23 15:00 11-23 15:00"),
        ("今晚12点", "11-24 00:00 11-24 00:30"),
        ("这周一下午", "11-23 13:00 11-23 18:00"),
        ("next Monday", "11-30 08:00 11-30 20:00"),
        ("下午两点三刻", "11-23 14:45 11-23 15:15"),
        ("下午2点40分", "11-23 14:40 11-23 15:10"),
        ("明天", "11-24 08:00 11-24 20:00"),
        ("明早", "11-24 07:00 11-24 09:00"),
        ("后天晚上", "11-25 18:00 11-25 21:00"),
        ("大后天中午", "11-26 11:30 11-26 13:30"),
        ("今晚7点", "11-23 19:00 11-23 19:30"),
        ("今晚", "11-23 18:00 11-23 21:00"),
        ("今天下午来修", "11-23 13:00 11-23 18:00"),
        ("今天来修", "11-23 10:00 11-23 20:00"),
        ("下午3点到5点", "11-23 15:00 11-23 17:00"),
        ("下午三到五点", "11-23 15:00 11-23 17:00"),
        ("明天下午三点半", "11-24 15:30 11-24 16:00"),
        ("明早8点一刻", "11-24 08:15 11-24 08:45"),
        ("周六上午", "11-28 08:00 11-28 12:00"),
        ("星期天上午十点", "11-29 10:00 11-29 10:30"),
        ("礼拜三下午", "11-25 13:00 11-25 18:00"),
        ("下周三上午9点", "12-02 09:00 12-02 09:30"),
        ("周一下午", "11-23 13:00 11-23 18:00"),
        ("11月25日9点-11点", "11-25 09:00 11-25 11:00"),
        ("十一月二十五日上午", "11-25 08:00 11-25 12:00"),
        ("25号下午2点", "11-25 14:00 11-25 14:30"),
        ("1月3日下午", "01-03 13:00 01-03 18:00"),
        ("2026-11-25 14:00", "11-25 14:00 11-25 14:30"),
        ("2026年11月25日14:00-15:30", "11-25 14:00 11-25 15:30"),
        ("11.25下午3点", "11-25 15:00 11-25 15:30"),
        ("15:00-17:00", "11-23 15:00 11-23 17:00"),
        ("１５：００～１７：００", "11-23 15:00 11-23 17:00"),
        ("上午10点到2点", "11-23 10:00 11-23 14:00"),
        ("10点到2点", "11-23 10:00 11-23 14:00"),
        ("明晚七点到九点", "11-24 19:00 11-24 21:00"),
        ("下午5点前", "11-23 10:00 11-23 17:00"),
        ("今晚8点以后", "11-23 20:00 11-23 23:59"),
        ("下午2点以后", "11-23 14:00 11-23 20:00"),
        ("半小时内", "11-23 10:00 11-23 10:30"),
        ("两个小时之内", "11-23 10:00 11-23 12:00"),
        ("tomorrow afternoon", "11-24 13:00 11-24 18:00"),
        ("tonight at 7", "11-23 19:00 11-23 19:30"),
        ("3-5pm", "11-23 15:00 11-23 17:00"),
        ("3pm to 5pm", "11-23 15:00 11-23 17:00"),
        ("between 3pm and 5pm tomorrow", "11-24 15:00 11-24 17:00"),
        ("Saturday morning", "11-28 08:00 11-28 12:00"),
        ("Nov 25 9-11am", "11-25 09:00 11-25 11:00"),
        ("25 November 9:00-11:00", "11-25 09:00 11-25 11:00"),
        ("today at 3pm", "11-23 15:00 11-23 15:30"),
        ("by 5pm", "11-23 10:00 11-23 17:00"),
        ("11月25", "11-25 08:00 11-25 20:00"),
        ("下个月3号上午", "12-03 08:00 12-03 12:00"),
        ("三天后", "11-26 08:00 11-26 20:00"),
        ("两小时后", "11-23 12:00 11-23 12:30"),
        ("20分钟后", "11-23 10:20 11-23 10:50"),
        ("下午三点左右", "11-23 15:00 11-23 15:30"),
        ("15:30前后", "11-23 15:30 11-23 16:00"),
        ("the day after tomorrow at 3pm", "11-25 15:00 11-25 15:30"),
        ("this afternoon", "11-23 13:00 11-23 18:00"),
        ("in three days", "11-26 08:00 11-26 20:00"),
        ("in half an hour", "11-23 10:30 11-23 11:00"),
        ("on the 25th", "11-25 08:00 11-25 20:00"),
        ("after 6pm", "11-23 18:00 11-23 20:00"),
        ("within an hour", "11-23 10:00 11-23 11:00"),
        ("within 45 minutes", "11-23 10:00 11-23 10:45"),
    ],
)
def test_a_certain_time_is_read(text: str, window: str) -> None:
    """Days, parts of a day, clock times and ranges become a window on the community's clock."""
    assert found(f"下水道堵了 {text}") == [window]


@pytest.mark.parametrize(
    "text",
    [
        "今天下水道堵了",
        "今天早上跳闸了",
        "昨天下午3点停的电",
        "上周六来过",
        "每周六上午理发",
        "3点",
        "明天3点",
        "3点到5点",
        "9点",
        "11月20日上午",
        "二月三十日上午",
        "早一点来",
        "有点漏",
        "孩子周末才回来",
        "饭后头晕",
        "周末没人",
        "上周末来过",
        "每个周末",
        "next weekend",
        "下周",
        "过两天",
        "饭点",
        "after lunch",
        "11月25-27日",
        "明天下午不在家",
        "除了明天下午",
        "not tomorrow afternoon",
        "next Friday",
        "every Monday morning",
        "yesterday at 3pm",
        "晚上10点到2点",
        "today the sink broke",
        "时间不限",
        "8号楼2单元301",
        "8-2-301",
        "三点建议",
        "这周一上午",
        "明天9:70",
        "明天25:10",
        "一周六次",
        "99号下午",
    ],
)
def test_what_is_not_certain_stays_in_the_note(text: str) -> None:
    """What is past, repeated, ruled out or could be of the morning or the evening is no window."""
    wednesday = datetime(2026, 11, 25, 10, 0, tzinfo=ZoneInfo(ZONE))

    assert found(text, wednesday if "这周" in text else MONDAY_TEN) == []


def test_two_times_are_two_windows() -> None:
    """Which of them is meant is asked, so both must be seen."""
    assert found("今天下午或明天上午都行") == ["11-23 13:00 11-23 18:00", "11-24 08:00 11-24 12:00"]


@pytest.mark.parametrize("text", ["17点到15点", "下午5点到下午3点", "明天15:00-13:30", "5pm to 3pm"])
def test_a_window_that_ends_before_it_begins_is_refused(text: str) -> None:
    """A range written the wrong way round is a mistake to be told, not to be guessed."""
    with pytest.raises(Refused, match="before it begins"):
        found(text)


def test_the_same_words_mean_other_moments_later_in_the_day() -> None:
    """What has passed is not read as of tomorrow, and a range that still runs keeps its beginning."""
    four = MONDAY_TEN.replace(hour=16)

    assert found("上午9点", four) == []
    assert found("下午3点到5点", four) == ["11-23 15:00 11-23 17:00"]
    assert found("今天下午停的电", four) == []
    assert found("今天下午能来吗", four) == ["11-23 16:00 11-23 18:00"]


def test_the_span_is_what_said_it() -> None:
    """A window can be cut out of the line that said it."""
    text = "8号楼 ２０２６年１１月２５日 ９点－１１点 理发"
    (window,) = find_windows(text, MONDAY_TEN, ZONE)

    assert text[slice(*window.span)] == "２０２６年１１月２５日 ９点－１１点"


def test_windows_are_in_utc() -> None:
    """Moments are handed on in UTC, whatever the clock on the wall shows."""
    (window,) = find_windows("明天上午9点到11点", MONDAY_TEN.astimezone(UTC), ZONE)

    assert window.window == (
        datetime(2026, 11, 24, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
    )
    assert all(moment.tzinfo is UTC for moment in window.window)


WORDS = (
    "明天,今晚,周六,上午,下午,3点,到,5点,11月25日,9:,30,--,11,前,后,tomorrow,at,7,pm,next,Fri,by,and,半,内"
).split(",")


@given(
    st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=20).map("".join),
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),
    st.sampled_from([ZONE, "UTC", "America/New_York", "Pacific/Apia"]),
)
def test_any_text_gives_windows_that_end_after_now_or_is_refused(text: str, now: datetime, zone: str) -> None:
    """No text at any moment may give a window that is over or that ends before it begins."""
    try:
        windows = find_windows(text, now, zone)
    except Refused:
        return

    for window in windows:
        assert window.window[0] <= window.window[1]
        assert window.window[1] > now
        assert 0 <= window.span[0] < window.span[1] <= len(text)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("每周三上午来理发", ["每周三上午"]),
        ("每天下午四点半到6点", ["每天下午四点半到6点"]),
        ("昨天下午3点", ["昨天下午3点"]),
        ("12月32号", ["12月32号"]),
        ("12月32号下午3点", ["12月32号下午3点"]),
        ("半夜两点", ["半夜两点"]),
        ("下午来修", ["下午"]),
        ("明天下午3点", []),
        ("今天下水道堵了", []),
        ("昨天就堵了", []),
    ],
)
def test_a_time_that_is_not_understood_does_not_vanish(text: str, lost: list[str]) -> None:
    """What is wished for and makes no window is named as it was typed; when the trouble began is no wish."""
    windows, times, _ = read_times(text, MONDAY_TEN, ZONE)

    assert list(times) == lost
    assert not (windows and lost)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("饭点送饭", ["饭点"]),
        ("修门 下班后", ["下班后"]),
        ("修门 最好晚饭前", ["晚饭前"]),
        ("工作日晚上来", ["工作日晚上"]),
        ("理发 下午", ["下午"]),
        ("理发 上午", ["上午"]),
        ("每周三上午来理发", ["每周三上午"]),
        ("12月32号", ["12月32号"]),
        ("半夜两点", ["半夜两点"]),
        ("明天3点来", ["明天3点"]),
        ("haircut after lunch", ["after lunch"]),
        ("haircut half past three", ["half past three"]),
        ("haircut next weekend", ["next weekend"]),
        ("早上 停水了", []),
        ("昨天下午3点停的电", []),
        ("11月20日起漏水", []),
        ("饭后头晕", []),
        ("孩子周末才回来", []),
        ("明天下午不在家", []),
        ("the lamp in the afternoon sun", []),
        ("明天下午3点", []),
    ],
)
def test_a_wish_that_is_not_certain_is_asked_about_in_its_own_words(text: str, asked: list[str]) -> None:
    """The whole of what was not understood is named; what tells when the trouble began is not asked about."""
    assert list(read_times(text, MONDAY_TEN, ZONE).asked) == asked


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("周末下午", ["11-28 13:00 11-28 18:00", "11-29 13:00 11-29 18:00"]),
        ("这个周末来", ["11-28 08:00 11-28 20:00", "11-29 08:00 11-29 20:00"]),
        ("下周末上午10点", ["12-05 10:00 12-05 10:30", "12-06 10:00 12-06 10:30"]),
        ("周六日", ["11-28 08:00 11-28 20:00", "11-29 08:00 11-29 20:00"]),
        ("明后天", ["11-24 08:00 11-24 20:00", "11-25 08:00 11-25 20:00"]),
        ("今明两天晚上", ["11-23 18:00 11-23 21:00", "11-24 18:00 11-24 21:00"]),
        ("this weekend", ["11-28 08:00 11-28 20:00", "11-29 08:00 11-29 20:00"]),
    ],
)
def test_a_day_that_may_be_two_is_two_windows(text: str, windows: list[str]) -> None:
    """Which of them is meant is asked, with both to choose from."""
    assert found(f"理发 {text}") == windows


def test_a_weekend_that_has_begun_is_what_is_left_of_it() -> None:
    """On a Sunday it is that day alone."""
    assert found("理发 周末下午", MONDAY_TEN.replace(day=29)) == ["11-29 13:00 11-29 18:00"]
