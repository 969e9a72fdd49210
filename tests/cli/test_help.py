"""Help in both languages: whole, wrapped in columns of the screen, on any console."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from unicodedata import east_asian_width

import click
import pytest

from dispatch.cli.door import root
from dispatch.cli.formatting import width_of, wrap
from tests.cli.conftest import LINE, Call

Start = Callable[..., "subprocess.Popen[bytes]"]


def _every_command() -> Iterator[tuple[str, ...]]:
    """The name of every command and group, as it is typed."""

    def below(command: click.Command, name: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield name
        if isinstance(command, click.Group):
            ctx = click.Context(command)
            for one in command.list_commands(ctx):
                found = command.get_command(ctx, one)
                assert found is not None
                yield from below(found, (*name, one))

    return below(root, ())


EVERY = sorted(set(_every_command()))
LATIN_SENTENCE = re.compile(r"(?:\b[A-Za-z][a-z']+[ ,;]+){2,}[a-z']+")
"""Three English words in a row: a sentence that was not translated."""

ON_PURPOSE = re.compile(r"dispatch [a-z -]+|\[OPTIONS\]|eval .*|2026-.*|--[a-z-]+|[A-Z_]+|mon-fri|plumbing|electrician|tv:")
"""Commands, options and examples, which are typed as they stand in both languages."""


@pytest.mark.parametrize("name", EVERY, ids=" ".join)
def test_help_is_there_in_both_languages(call: Call, name: tuple[str, ...]) -> None:
    """Each says something of its own, no line is wider than the screen, and no English is left in the Chinese."""
    english = call("--lang", "en", *name, "--help")
    chinese = call("--lang", "zh", *name, "--help")

    assert (english.code, chinese.code, english.err, chinese.err) == (0, 0, "", "")
    assert english.out.startswith("Usage: dispatch") and chinese.out.startswith("用法： dispatch")
    for line in (*english.out.splitlines(), *chinese.out.splitlines()):
        assert sum(2 if east_asian_width(one) in "WF" else 1 for one in line) <= 80, line
        assert line == line.rstrip()
    rest = ON_PURPOSE.sub(" ", chinese.out)
    assert LATIN_SENTENCE.findall(rest) == []


@pytest.mark.parametrize("name", EVERY, ids=" ".join)
def test_an_unknown_option_is_said_in_chinese(call: Call, name: tuple[str, ...]) -> None:
    """Click's own sentences are translated too."""
    ended = call("--lang", "zh", *name, "--no-such-option")

    assert ended.code == 2
    assert [line[:3] for line in ended.errors] == ["错误：", "提示："]
    assert LATIN_SENTENCE.findall(ON_PURPOSE.sub(" ", ended.err)) == []


def test_no_command_at_all_shows_help(call: Call) -> None:
    """It is a usage error that helps."""
    assert call().code == call("request").code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_comes_out(call: Call, shell: str) -> None:
    """It names our command, and the shell, where it is here, finds nothing wrong with it."""
    ended = call("completion", shell)

    assert ended.code == 0
    assert "dispatch" in ended.out and "_DISPATCH_COMPLETE" in ended.out
    where = shutil.which(shell)
    if where is not None and shell != "fish":
        assert subprocess.run([where, "-n"], input=ended.out.encode(), check=False).returncode == 0


def test_completion_finds_commands(start: Start) -> None:
    """What the script asks for is answered."""
    asking = {"_DISPATCH_COMPLETE": "bash_complete", "COMP_WORDS": "dispatch re", "COMP_CWORD": "1"}
    out, _ = start(variables=asking).communicate(timeout=20)

    assert [line.split(",")[1] for line in out.decode().splitlines()] == ["request", "reply", "responder"]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "ascii", "cp1252"])
def test_a_console_that_lacks_characters_shows_their_codes(start: Start, encoding: str) -> None:
    """Chinese on a GBK console is Chinese; a character it lacks ends nothing. Click answers ASCII with UTF-8."""
    variables = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    process = start("--lang", "zh", "take", LINE, "--note", "é😀", "--yes", variables=variables)
    out, err = process.communicate(timeout=20)
    shown, _ = start("--lang", "zh", "request", "show", "1", variables=variables).communicate(timeout=20)

    assert (process.returncode, err.decode(errors="replace")) == (0, "")
    if encoding.startswith("gb"):
        assert "1号单" in out.decode(encoding) and "王阿姨" in shown.decode(encoding)
    assert b"\\U0001f600" in shown or encoding in ("gb18030", "ascii")


def test_time_zones_need_no_system_database(start: Start) -> None:
    """As on Windows: Beijing's clock comes from the package that is installed with us."""
    process = start("--json", "take", LINE, "--yes", variables={"PYTHONTZPATH": ""})
    out, err = process.communicate(timeout=20)
    shown, _ = start("request", "show", "1", variables={"PYTHONTZPATH": ""}).communicate(timeout=20)

    assert (process.returncode, err.decode(errors="replace")) == (0, "")
    assert b'"number": 1' in out
    assert b"11-23 09:00" in shown


@pytest.mark.parametrize("columns", [10, 40, 78])
@pytest.mark.parametrize("text", ["打一行字，看一遍，确认：dispatch take 。不清楚的会问。" * 3, "one two three, four " * 9, "x" * 200])
def test_wrapped_text_loses_nothing(text: str, columns: int) -> None:
    """Every character is still there, no line is too wide, none begins with a full stop."""
    lines = wrap(text, columns)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width_of(line) <= columns and not line.startswith((" ", "。", "，")) for line in lines)
