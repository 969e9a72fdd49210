"""When somebody is there, as people say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.shorthand import parse_hours, parse_skills, write_hours
from dispatch.errors import Refused
from dispatch.i18n import say_error


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("周末", "sat-sun 00:00-24:00"),
        ("工作日", "mon-fri 00:00-24:00"),
        ("每天", "mon-sun 00:00-24:00"),
        ("周一至周五 8:00-18:00", "mon-fri 08:00-18:00"),
        ("周一到周五 08:00-18:00；周六 09:00-12:00", "mon-fri 08:00-18:00;sat 09:00-12:00"),
        ("周一至五８：００－１８：００", "mon-fri 08:00-18:00"),
        ("每天晚上", "mon-sun 18:00-21:00"),
        ("每晚7点到9点", "mon-sun 19:00-21:00"),
        ("周六上午", "sat 08:00-12:00"),
        ("周一三五下午", "mon 13:00-18:00;wed 13:00-18:00;fri 13:00-18:00"),
        ("周一、周三 9:00-12:00", "mon 09:00-12:00;wed 09:00-12:00"),
        ("周一9点到12点，周六全天", "mon 09:00-12:00;sat 00:00-24:00"),
        ("星期六和星期天 下午2点到5点", "sat-sun 14:00-17:00"),
        ("周末8:00-12:00、14:00-18:00", "sat-sun 08:00-12:00;sat-sun 14:00-18:00"),
        ("工作日上午9点到下午5点", "mon-fri 09:00-17:00"),
        ("周六晚上10点到早上6点", "sat 22:00-24:00;sun 00:00-06:00"),
        ("周五到周一 8:00-9:00", "fri-mon 08:00-09:00"),
        ("weekdays 08:00-18:00", "mon-fri 08:00-18:00"),
        ("every evening", "mon-sun 18:00-21:00"),
        ("随时", ""),
        ("any time", ""),
    ],
)
def test_hours_are_read_as_people_say_them(typed: str, meant: str) -> None:
    """Days without a time are whole days; a part of a day has the hours it has in a typed line."""
    assert parse_hours(typed) == parse_hours(meant)


@pytest.mark.parametrize(
    "typed",
    [
        *("每天9点到5点", "工作日晚上8点以后", "周五晚上到周日", "周末白天", "周八", "上午", "8:00-18:00", "每天早晚"),
        *("周一 25:00-26:00", "周一 8:00-8:00", "周一 3点", "明天上午", "周末；明天", "周一到", "每", "周一 凌晨"),
    ],
)
def test_hours_that_are_not_certain_are_refused(typed: str) -> None:
    """What could be of the morning or the evening is not guessed; the hint has examples in the reader's language."""
    with pytest.raises(Refused, match="is not a stretch of the week") as refused:
        parse_hours(typed)

    assert "周一至周五 8:00-18:00" in say_error(refused.value, "zh")[1]


@given(st.text("每周星期一二五六日天末至到、，；:点上下午晚早全0123456789-~ 的和", max_size=14) | st.text(max_size=30))
def test_any_text_is_hours_or_refused(text: str) -> None:
    """Nothing that can be typed hangs or raises anything but an error of ours, and what is read can be written."""
    try:
        hours = parse_hours(text)
    except Refused:
        return
    assert set(parse_hours(write_hours(hours))) == set(hours)


def test_a_skill_is_written_by_name_with_its_level_and_last_day() -> None:
    """As an option says it: full width, 级, a Chinese date."""
    read = parse_skills("疏通：3；买 2级@2027年6月30日;x", {"疏通": "plumbing", "买": "errands", "x": "x"}.__getitem__)

    assert read == parse_skills("plumbing:3;errands:2@2027-06-30;x:1")
