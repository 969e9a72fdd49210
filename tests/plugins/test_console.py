"""The channel that shows messages on the screen."""

import io

import pytest

from dispatch.model.message import Outcome
from dispatch.plugins.console import Console
from dispatch.testing import a_message, check_channel


def test_the_console_keeps_the_channel_promise() -> None:
    """Every key is one line, whatever is in the message and however many threads send."""
    screen = io.StringIO()

    check_channel(Console({}, screen), good_address="", effects=lambda: _messages_on(screen))


def test_a_gbk_screen_shows_chinese_and_escapes_what_it_does_not_know() -> None:
    """An office PC with a GBK console neither fails nor loses the Chinese text."""
    beneath = io.BytesIO()
    screen = io.TextIOWrapper(beneath, encoding="gbk")

    receipt = Console({}, screen).send(a_message(text="下水道 😀 堵了"))

    assert receipt.outcome is Outcome.SENT
    assert beneath.getvalue().decode("gbk") == "+9991380000001: 下水道 \\U0001f600 堵了\n"


def test_a_text_cannot_steer_the_terminal() -> None:
    """Control characters that a resident typed do not reach the screen; line breaks do."""
    screen = io.StringIO()

    Console({}, screen).send(a_message(to="", text="a\x1b[2Jb\rc\nd"))

    assert screen.getvalue() == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}c\nd\n"


def test_without_a_stream_of_its_own_it_writes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output stays free for data."""
    Console({}).send(a_message(to="", text="你好"))
    captured = capsys.readouterr()

    assert (captured.out, captured.err) == ("", "你好\n")


def test_a_screen_that_is_gone_is_tried_later() -> None:
    """A closed stream is no error of the message, and the message is not counted as shown."""
    screen = io.StringIO()
    screen.close()
    console = Console({}, screen)

    assert [console.send(a_message()).outcome for _ in range(2)] == [Outcome.TRY_LATER] * 2


def _messages_on(screen: io.StringIO) -> int:
    # Every message of check_channel that is counted has the same text.
    return sum(line.startswith("8号楼有户人家") for line in screen.getvalue().splitlines())
