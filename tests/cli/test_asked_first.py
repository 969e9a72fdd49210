"""On a terminal, what cannot be taken back is asked about first, and named; elsewhere it is done as it was said."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from subprocess import Popen
from typing import Any

import pytest

from tests.cli.conftest import LINE, Call

AtTerminal = Callable[..., str]


@pytest.fixture
def at_terminal(start: Callable[..., Popen[bytes]]) -> Iterator[AtTerminal]:
    """Calls the command on a terminal where somebody types one line; gives what it said on stderr."""
    ours, theirs = os.openpty()

    def one(typed: str, *arguments: str) -> str:
        os.write(ours, f"{typed}\n".encode())
        process: Popen[Any] = start(*arguments, stdin=theirs)
        return str(process.communicate(timeout=60)[1].decode())

    yield one
    os.close(ours)
    os.close(theirs)


def _state(call: Call, number: str) -> str:
    return str(call("--json", "request", "show", number).document["state"])


@pytest.mark.parametrize(("typed", "state"), [("", "received"), ("n", "received"), ("是", "cancelled")])
def test_cancelling_asks_and_names_the_request(call: Call, at_terminal: AtTerminal, typed: str, state: str) -> None:
    """Number, service, door and name; Enter alone does nothing."""
    call("take", LINE, "--yes")
    asked = at_terminal(typed, "request", "cancel", "1", "--lang", "zh")

    assert all(part in asked for part in ("要撤掉1号单", "疏通", "8号楼2单元301", "王阿姨"))
    assert _state(call, "1") == state


def test_cancelling_with_yes_or_without_a_terminal_does_not_ask(call: Call, at_terminal: AtTerminal) -> None:
    """A script and somebody in a hurry are not held up."""
    call("take", LINE, "--yes")
    call("take", LINE.replace("301", "302"), "--yes")

    assert "?" not in at_terminal("n", "request", "cancel", "1", "--yes")
    assert call("request", "cancel", "2").code == 0
    assert [_state(call, number) for number in "12"] == ["cancelled", "cancelled"]


@pytest.mark.parametrize(("typed", "state"), [("", "received"), ("y", "merged")])
def test_merging_different_needs_asks(call: Call, at_terminal: AtTerminal, typed: str, state: str) -> None:
    """Both are named; without a terminal it is refused as before."""
    call("take", LINE, "--yes")
    call("take", LINE.replace("301", "302"), "--yes")
    refused = call("request", "merge", "1", "2")
    asked = at_terminal(typed, "request", "merge", "1", "2")

    assert refused.code == 3
    assert "merge request 1" in asked
    assert "302" in asked
    assert _state(call, "1") == state
