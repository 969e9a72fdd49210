"""What a Chinese page says: words with the meaning they have there, moments on the wall, no names of the machine."""

from __future__ import annotations

from tests.cli.conftest import Call


def test_a_table_does_not_answer_like_a_helper(call: Call) -> None:
    """What is open and what is used is not said in the words with which somebody takes or declines a request."""
    channels = call("--lang", "zh", "channel", "list").out
    people = call("--lang", "zh", "responder", "list").out.splitlines()

    assert "没在用" in channels and "在用" in channels
    assert {"接", "不便"}.isdisjoint(channels.split())
    assert people[0].split()[0] == "代号"


def test_what_is_in_order_is_not_praised(call: Call) -> None:
    """The doctor does not say that it is satisfied: that is a resident's rating."""
    said = call("--lang", "zh", "doctor").out

    assert "正常：" in said and "满意" not in said


def test_a_test_message_is_reported_in_words(call: Call) -> None:
    """How it ended, and the note of the channel, in the language of the run."""
    ended = call("--lang", "zh", "channel", "test", "console", "--to", "+9991380000001")

    assert "已发出" in ended.out
    assert not any(one.isascii() and one.isalpha() for one in ended.out.replace("console", ""))


def test_moments_are_on_the_wall(call: Call) -> None:
    """What is refused for its moment names it as the clock of the community shows it, and the year where it is another."""
    field = ("take", "--service", "drain", "--place", "8-2", "--window")
    backwards = call(*field, "2026-11-23T11:00+08:00/2026-11-23T09:30+08:00")
    over = call(*field, "2025-11-20T09:00+08:00/2025-11-20T10:00+08:00")
    past = call("responder", "pause", "V001", "--until", "2026-11-22")

    assert "ends (11-23 09:30) before it begins (11-23 11:00)" in backwards.errors[0]
    assert "was over at 2025-11-20 10:00" in over.errors[0]
    assert past.errors[0] == "error: 11-22 00:00 has passed"


def test_a_pause_into_another_year_names_it(call: Call) -> None:
    """A day of next year is not taken for one of this year."""
    ended = call("responder", "pause", "V001", "--until", "2027-02-01")

    assert "2027-02-01 00:00" in ended.out


def test_what_somebody_can_is_said_in_words(call: Call) -> None:
    """Skills with what they are for, hours by the names of the days; programs still read the short form."""
    call("responder", "edit", "V001", "--skills", "plumbing:3@2027-06-30;errands:1", "--hours", "mon-fri 08:00-18:00")
    chinese = call("--lang", "zh", "responder", "show", "V001").out
    english = call("responder", "show", "V001").out
    machine = call("--json", "responder", "show", "V001").document

    assert "plumbing（疏通下水）3级，到2027-06-30" in chinese and "周一到周五 08:00-18:00" in chinese
    assert "plumbing (clear a drain), level 3, until 2027-06-30" in english and "Mon to Fri 08:00-18:00" in english
    assert machine["skills"].startswith("plumbing:3@2027-06-30") and machine["hours"] == "mon-fri 08:00-18:00"
    assert "疏通下水" in call("--lang", "zh", "responder", "list").out
