"""How skills, licences and hours are written in a cell."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.desk.shorthand import (
    parse_hours,
    parse_licences,
    parse_needs,
    parse_skills,
    pieces,
    write_hours,
    write_licences,
    write_skills,
)
from dispatch.errors import Refused
from dispatch.model.responder import Hours, Licence, Skill

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,39}", fullmatch=True)
DAYS = st.none() | st.dates()
SKILLS = st.lists(st.builds(Skill, NAMES, st.integers(1, 5), DAYS), unique_by=lambda skill: skill.name)
LICENCES = st.lists(st.builds(Licence, NAMES, DAYS), unique_by=lambda licence: licence.name)
STRETCHES = st.builds(
    lambda day, ends: Hours(day, *sorted(ends)),
    st.integers(0, 6),
    st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True),
)


@given(SKILLS)
def test_skills_are_read_back_as_they_were_written(skills: list[Skill]) -> None:
    """Names, levels and last days survive."""
    assert parse_skills(write_skills(skills)) == tuple(skills)


@given(LICENCES)
def test_licences_are_read_back_as_they_were_written(licences: list[Licence]) -> None:
    """Names and last days survive."""
    assert parse_licences(write_licences(licences)) == tuple(licences)


@given(st.sets(STRETCHES))
def test_hours_are_read_back_as_they_were_written(hours: set[Hours]) -> None:
    """Every stretch survives, runs of days or not."""
    in_order = sorted(hours, key=lambda one: (one.weekday, one.from_minute, one.to_minute))

    assert parse_hours(write_hours(in_order)) == tuple(in_order)


def test_a_skill_without_a_level_is_at_the_lowest() -> None:
    """A name alone means that somebody helps along."""
    assert parse_skills("tv; plumbing:3@2027-06-30") == (
        Skill("tv", 1),
        Skill("plumbing", 3, date(2027, 6, 30)),
    )


def test_needs_are_levels_by_name() -> None:
    """A service names the least level of each skill."""
    assert parse_needs("plumbing:2；electrical") == {"plumbing": 2, "electrical": 1}


def test_hours_may_run_over_the_weekend_and_past_midnight() -> None:
    """A run of days wraps round the week; a stretch past midnight ends on the next day."""
    assert parse_hours("sat-mon 22:00-06:00") == (
        Hours(0, 0, 360),
        Hours(0, 1320, 1440),
        Hours(1, 0, 360),
        Hours(5, 1320, 1440),
        Hours(6, 0, 360),
        Hours(6, 1320, 1440),
    )
    assert parse_hours("sun 16:00-24:00") == (Hours(6, 960, 1440),)


def test_pieces_part_at_either_semicolon() -> None:
    """Full-width semicolons part as well; empty pieces and repeats are dropped."""
    assert pieces(" a ;；b; a;") == ("a", "b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plumbing:9", "the level of plumbing is 9, not 1 to 5"),
        ("plumbing:", "plumbing: is not a skill"),
        ("plumbing:3@soon", "soon is not a day"),
        ("plumbing:3@2027-02-30", "2027-02-30 is not a day"),
        ("Plumbing", "Plumbing is not a name of a skill or licence"),
        ("a:1:2", "a:1:2 is not a skill"),
        (":3", ":3 is not a skill"),
        ("tv;tv:2", "tv is named twice"),
    ],
)
def test_a_skill_that_cannot_be_read_is_told(text: str, said: str) -> None:
    """The sentence names the piece."""
    with pytest.raises(Refused) as caught:
        parse_skills(text)

    assert str(caught.value) == said


@pytest.mark.parametrize(
    "text",
    [
        *("mon", "08:00-18:00", "mon 8-18", "mon 08:00-08:00", "mon 25:00-26:00", "mon 08:60-09:00"),
        *("mon 24:00-25:00", "mon 24:00-06:00", "frei 08:00-18:00", "mon-xyz 08:00-18:00", "mon08:00-18:00"),
    ],
)
def test_a_stretch_that_cannot_be_read_is_told(text: str) -> None:
    """The hint shows how it is written."""
    with pytest.raises(Refused) as caught:
        parse_hours(text)

    assert str(caught.value) == f"{text} is not a stretch of the week"
    assert caught.value.hint == "write mon-fri 08:00-18:00 or sat 09:00-12:00"


def test_a_service_needs_its_skills_on_any_day() -> None:
    """A last day belongs to a responder's skill, not to a need."""
    with pytest.raises(Refused, match="a service needs plumbing on any day"):
        parse_needs("plumbing:2@2027-01-31")
