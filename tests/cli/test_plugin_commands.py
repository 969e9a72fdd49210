"""A plugin author's commands: begin one, try it, and hear which promise was not kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call

HANGING = """
from dispatch.plugins import Capabilities, Outcome, Receipt, hookimpl

class Liar:
    capabilities = Capabilities(needs_phone=False, reaches_real_people=False)
    fields = ()

    def __init__(self, options):
        pass

    def send(self, message):
        if not message.text.strip():
            raise ValueError(message.to)
        return Receipt(outcome=Outcome.SENT)

@hookimpl
def dispatch_channels():
    return {"liar": Liar}
"""


@pytest.fixture
def liar(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a plugin that breaks one promise."""
    (office / "liar_plugin.py").write_text(HANGING, encoding="utf-8")
    about = office / "acme_liar-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-liar\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[sandan]\nlies = liar_plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(office)
    monkeypatch.delitem(sys.modules, "liar_plugin", raising=False)


def test_a_new_plugin_is_written_and_the_next_steps_are_said(call: Call, office: Path) -> None:
    """Two lines say what to do next, in the language of whoever asked."""
    ended = call("--lang", "zh", "plugin", "new", "stair-speaker")

    assert ended.code == 0
    assert len(ended.out.splitlines()) == 3
    assert "python -m pytest" in ended.out and "dispatch plugin test stair-speaker" in ended.out
    assert sorted(one.name for one in (office / "stair-speaker").iterdir()) == [
        "README.md",
        "fake_stair_speaker.py",
        "pyproject.toml",
        "stair_speaker.py",
        "test_stair_speaker.py",
    ]
    assert call("--json", "plugin", "new", "bell", "--folder", "deep/er").document["folder"] == str(Path("deep/er/bell"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["plugin", "new", "Bell"], 3, "error: Bell is no name for a plugin"),
        (["plugin", "new", "console"], 3, "error: something is called console already"),
        (["plugin", "test", "nobody"], 3, "error: there is no plugin nobody"),
        (["plugin", "test", "console", "--option", "url"], 2, "error: url is no option with a value"),
        (["plugin", "test", "console", "--option", "url=1"], 6, "error: channels.console.url: there is no such option"),
    ],
)
def test_what_cannot_be_done_is_said(call: Call, arguments: list[str], code: int, said: str) -> None:
    """One sentence, and the exit code of its kind."""
    ended = call(*arguments)

    assert (ended.code, ended.errors[-2][: len(said)]) == (code, said)
    assert ended.errors[-1].startswith("hint: ")


@pytest.mark.parametrize("name", ["console", "phone-list", "json-folder"])
def test_our_own_channels_keep_every_promise(call: Call, name: str) -> None:
    """They are tried as anybody's, and need no database for it."""
    options = ["--option", "trial=true"] if name == "json-folder" else []
    ended = call("--json", "--database", "nowhere.db", "plugin", "test", name, *options)

    [tried] = ended.document
    verdicts = [one["verdict"] for one in tried["promises"]]
    assert ended.code == 0
    assert tried["channel"] == name
    assert "broken" not in verdicts and verdicts.count("kept") >= 8


@pytest.mark.usefixtures("liar")
@pytest.mark.parametrize("name", ["lies", "liar"])
def test_a_broken_promise_is_named_and_ends_with_seven(call: Call, name: str) -> None:
    """By the plugin's name or the channel's; a line for each promise, and how many of which kind at the end."""
    ended = call("plugin", "test", name)

    broken = [line for line in ended.out.splitlines() if line.startswith("BROKEN: ")]
    assert ended.code == 7
    assert broken == [
        "BROKEN: answers odd texts and odd addresses with a receipt (send raised ValueError at liar_plugin.py:13; "
        "trouble of every kind ends in a receipt)"
    ]
    assert ended.out.splitlines()[-1].startswith("promises kept: ")
    assert "没守住：遇到古怪的正文" in call("--lang", "zh", "plugin", "test", name).out


@pytest.mark.usefixtures("liar")
def test_messages_are_really_sent_where_an_address_is_given(call: Call) -> None:
    """To that address, with the options as they are."""
    ended = call("--json", "plugin", "test", "console", "--to", "+9991380000009")

    assert ended.code == 0
    assert "+9991380000009" not in ended.err  # what a channel prints on trial stays off the screen
