"""What a Chinese page says: words with the meaning they have there, moments on the wall, no names of the machine."""

from __future__ import annotations

from tests.cli.conftest import Call


def test_a_table_does_not_answer_like_a_helper(call: Call) -> None:
    """What is open and what is used is not said in the words with which somebody takes or declines a request."""
    channels = call("--lang", "zh", "channel", "list").out
    people = call("--lang", "zh", "responder", "list").out.splitlines()

    assert "没在用" in channels and "在用" in channels
    assert "接" not in channels and "不便" not in channels
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
