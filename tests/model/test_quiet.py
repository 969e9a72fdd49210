"""Quiet hours: read and written, and until when they hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import Refused
from dispatch.model.quiet import DAY_MINUTES, Quiet, parse_quiet, quiet_until, write_quiet

MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)
"""Midnight before Monday 23 November on the wall in Shanghai."""

MINUTES = st.integers(0, DAY_MINUTES - 1)
STRETCHES = st.builds(Quiet, MINUTES, MINUTES).filter(lambda one: one.from_minute != one.to_minute)


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("", ()),
        ("21:30-07:30", (Quiet(1290, 450),)),
        ("21：30～7：30", (Quiet(1290, 450),)),
        ("12:00-14:00；20:00-24:00", (Quiet(720, 840), Quiet(1200, 0))),
        ("20:00 到 8:00", (Quiet(1200, 480),)),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(text: str, quiet: tuple[Quiet, ...]) -> None:
    """In either width, over midnight, several stretches, or none."""
    assert parse_quiet(text) == quiet
    assert parse_quiet(write_quiet(quiet)) == quiet


@pytest.mark.parametrize("text", ["night", "21:30", "24:00-08:00", "21:60-08:00", "08:00-08:00", "00:00-24:00", "1-2"])
def test_what_is_no_stretch_is_refused(text: str) -> None:
    """With the words as typed, and how to write it."""
    with pytest.raises(Refused, match="is not a stretch of the day") as refused:
        parse_quiet(text)
    assert refused.value.hint == "write 21:30-07:30"


@given(st.lists(STRETCHES, max_size=3), MINUTES)
def test_quiet_ends_at_the_first_minute_that_is_not_quiet(quiet: list[Quiet], minute: int) -> None:
    """Minute by minute, as somebody would count who looks at the clock."""

    def is_quiet(at: int) -> bool:
        at %= DAY_MINUTES
        return any(
            one.from_minute <= at < one.to_minute
            if one.from_minute < one.to_minute
            else at >= one.from_minute or at < one.to_minute
            for one in quiet
        )

    now = MIDNIGHT + timedelta(minutes=minute)
    ends = next((later for later in range(minute, minute + DAY_MINUTES) if not is_quiet(later)), None)
    told = quiet_until(quiet, now, "Asia/Shanghai")

    if ends is None:
        assert told is not None
        assert told >= now + timedelta(minutes=DAY_MINUTES)
    elif ends == minute:
        assert told is None
    else:
        assert told == MIDNIGHT + timedelta(minutes=ends)
