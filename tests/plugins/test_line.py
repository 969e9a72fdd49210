"""Calls over two pipes: an answer to what was asked, in time, or none, whatever the other side does."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

import pytest

from dispatch.plugins.line import FarEnd, Gone, Line, Nonsense, NotHeard, TooLate


@pytest.fixture
def line() -> Iterator[Line]:
    """A line whose far end is in this process too."""
    opened = Line(multiprocessing.get_context("spawn"))
    yield opened
    opened.close()


def _ask(line: Line, words: str = "ring", *, seconds: float = 5, is_there: Callable[[], bool] = lambda: True) -> str:
    return line.ask(words, seconds=seconds, is_there=is_there)


def _answering(line: Line, answer: Callable[[FarEnd, str, str], Any], calls: int = 1) -> Thread:
    """Answer calls in a thread."""

    def work() -> None:
        end = FarEnd(*line.theirs)
        for _ in range(calls):
            answer(end, *end.hear())

    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_each_call_gets_its_answer(line: Line) -> None:
    """Long ones too, longer than a pipe holds, both ways."""
    thread = _answering(line, lambda end, number, words: end.say(number, words[::-1]), 3)

    assert [_ask(line, words) for words in ("ab", "x" * 400_000 + "y", "下水道")] == ["ba", "y" + "x" * 400_000, "道水下"]
    thread.join()


def test_several_who_ask_at_once_get_their_own(line: Line) -> None:
    """One after the other."""
    thread = _answering(line, lambda end, number, words: end.say(number, words), 40)
    found: dict[int, list[str]] = {}

    def ask(who: int) -> None:
        found[who] = [_ask(line, f"{who}-{n}") for n in range(10)]

    asking = [Thread(target=ask, args=(who,)) for who in range(4)]
    for one in (*asking, thread):
        if one is not thread:
            one.start()
    for one in (*asking, thread):
        one.join()

    assert found == {who: [f"{who}-{n}" for n in range(10)] for who in range(4)}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"2 to the next call\n", Nonsense),
        (b"no number\n", Nonsense),
        (b"1 once\n1 twice\n", Nonsense),
        (b"\xff\xfe\n", Nonsense),
        (b"1 half of an answ", TooLate),
        (b"", TooLate),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(line: Line, said: bytes, fault: type[Exception]) -> None:
    """Nor waited for any longer than was said."""
    thread = _answering(line, lambda end, number, words: os.write(line.theirs[1].fileno(), said))
    with pytest.raises(fault):
        _ask(line, seconds=0.3)

    thread.join()


def test_an_endless_answer_is_not_read_to_its_end(line: Line) -> None:
    """A million characters, and no more."""

    def flood(end: FarEnd, number: str, words: str) -> None:
        with suppress(OSError):  # once nobody reads any more
            for _ in range(40):
                os.write(line.theirs[1].fileno(), b"x" * 60_000)

    thread = _answering(line, flood)
    with pytest.raises(Nonsense):
        _ask(line)
    line.close()
    thread.join()


def test_a_call_that_nobody_reads_does_not_wait_for_ever(line: Line) -> None:
    """One longer than a pipe holds."""
    with pytest.raises(TooLate):
        _ask(line, "x" * 400_000, seconds=0.2)


def test_who_is_gone_is_not_waited_for(line: Line) -> None:
    """Before a word was said, nothing can have been begun; afterwards nobody knows."""
    with pytest.raises(NotHeard):
        _ask(line, is_there=lambda: False)
    there = [True, True]
    with pytest.raises(Gone) as gone:
        _ask(line, is_there=lambda: bool(there and there.pop()))
    assert type(gone.value) is Gone
    line.let_go()
    with pytest.raises(NotHeard):
        _ask(line)


def test_an_end_that_was_closed_is_noticed_at_once(line: Line) -> None:
    """Without waiting for the time that was said."""
    _answering(line, lambda end, number, words: line.theirs[1].close())
    with pytest.raises(Gone):
        _ask(line, seconds=60)
