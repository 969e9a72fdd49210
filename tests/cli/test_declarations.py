"""What the pages about channels and plugins say: what each declares, what is missing, how its last message ended."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import LINE, Call

GATEWAY = """
from dispatch.plugins import Capabilities, Field, FieldKind, Outcome, Receipt, hookimpl

class Gateway:
    capabilities = Capabilities(
        is_two_way=True, gives_receipts=True, templates_only=True, fen_per_part=5, longest_text=300, reads=("to", "code")
    )
    fields = (
        Field("url", "网关的网址", "the gateway's address", FieldKind.URL, required=True),
        Field("token", "网关的密钥", "the gateway's token", FieldKind.SECRET, required=True),
        Field("tries", "次数", "tries", FieldKind.NUMBER, default=3),
        Field("names", "名字", "names", FieldKind.TABLE),
    )

    def __init__(self, options):
        self.options = options

    def send(self, message):
        return Receipt(outcome=Outcome.SENT)

    def called_back(self, call):
        raise NotImplementedError

@hookimpl
def dispatch_channels():
    return {"gateway": Gateway}
"""


@pytest.fixture
def gateway(office: Path) -> Path:
    """Drop a channel with options into the folder of plugins; give the settings file."""
    (office / "plugins").mkdir()
    (office / "plugins" / "gateway_plugin.py").write_text(GATEWAY, encoding="utf-8")
    config = office / "dispatch.toml"
    config.write_text('[plugins]\nfolder = "plugins"\n', encoding="utf-8")
    return config


def _row(call: Call, name: str = "gateway") -> dict[str, object]:
    return {one["name"]: one for one in call("--json", "channel", "list").document}[name]


def test_a_channel_without_its_section_says_what_is_missing_by_label(call: Call, gateway: Path) -> None:
    """In the language of whoever asks; nothing else on the page is hurt."""
    english, chinese = call("channel", "list"), call("--lang", "zh", "channel", "list")
    row = _row(call)

    assert (english.code, chinese.code) == (0, 0)
    assert row["missing"] == ["the gateway's address", "the gateway's token"]
    assert (row["open"], row["configured"], row["plugin"], row["package"]) == (False, False, "gateway_plugin", "(file)")
    assert "网关的网址" in chinese.out.replace("\n", "").replace(" ", "")
    assert "phone-list" in english.out


def test_a_section_that_is_not_whole_breaks_no_list(call: Call, gateway: Path) -> None:
    """What is wrong stands beside the channel's name."""
    gateway.write_text(f'{gateway.read_text()}[channels.gateway]\nurl = "ftp://x"\ntoken = "t"\n', encoding="utf-8")
    row = _row(call)

    assert row["missing"] == []
    assert "is no address that begins with http" in str(row["fault"])
    assert [call(*words).code for words in (("channel", "list"), ("plugin", "list"), ("channel", "show", "gateway"))] == [0] * 3


def test_what_a_channel_can_do_is_said_in_words(call: Call, gateway: Path) -> None:
    """Two-way, receipts, cost, length, templates, quiet hours, and what of a message it is handed."""
    shown = call("channel", "show", "gateway").out

    assert (
        "what it can do: answers come back, says whether it arrived, approved texts only, 5 fen a part, "
        "up to 300 characters, silent in quiet hours\n"
    ) in shown
    assert "what it is handed: the address, the answering code\n" in shown
    can = _row(call)["can"]
    assert isinstance(can, dict) and can["reads"] == ["to", "code"]


def test_the_section_shown_is_ready_to_be_pasted(call: Call, gateway: Path) -> None:
    """It is TOML; what is needed stands open, what has a default is a comment, and no secret is ever printed."""
    section = call("--json", "channel", "show", "gateway").document["section"]
    assert tomllib.loads("\n".join(section)) == {"channels": {"gateway": {"url": "", "token": ""}}}

    filled = '[channels.gateway]\nurl = "http://localhost:1/"\ntoken = "very-secret"\nnames = {"甲 1" = "a"}\n'
    gateway.write_text(gateway.read_text() + filled, encoding="utf-8")
    ended = call("channel", "show", "gateway")
    document = call("--json", "channel", "show", "gateway")

    assert "very-secret" not in ended.out + ended.err + document.out
    assert "it is set" in ended.out
    assert tomllib.loads("\n".join(document.document["section"])) == {
        "channels": {"gateway": {"url": "http://localhost:1/", "names": {"甲 1": "a"}}}
    }
    assert "#tries = 3" in document.document["section"]
    assert {one["name"]: one["set"] for one in document.document["fields"]} == {
        "url": True,
        "token": True,
        "tries": False,
        "names": True,
    }


def test_the_last_message_is_on_the_page(call: Call) -> None:
    """How it ended, and when by the clock on the wall."""
    assert _row(call, "phone-list")["last"] is None
    call("take", LINE, "--yes")
    call("round")
    call("deliver")
    row = _row(call, "phone-list")

    assert isinstance(row["last"], dict) and row["last"]["state"] == "sent"
    assert "last message: sent 11-23 09:00\n" in call("channel", "show", "phone-list").out
    assert call("channel", "list").out.count("sent 11-23") == call("plugin", "list").out.count("sent 11-23") == 1


def test_plugins_are_listed_without_any_database(call: Call, gateway: Path) -> None:
    """Somebody who writes a plugin need not run a desk."""
    ended = call("--json", "--database", "nowhere.db", "plugin", "list")
    rows = {one["name"]: one for one in ended.document}

    assert ended.code == call("--database", "nowhere.db", "channel", "list").code == 0
    assert rows["gateway_plugin"]["hooks"] == ["dispatch_channels"]
    assert [one["name"] for one in rows["gateway_plugin"]["channels"]] == ["gateway"]


def test_a_broken_plugin_is_named_with_the_way_to_leave_it_out(call: Call, gateway: Path, office: Path) -> None:
    """Every list is whole, and help says nothing of it."""
    (office / "plugins" / "wreck.py").write_text("import nowhere_at_all", encoding="utf-8")
    ended = call("channel", "list")

    assert ended.code == 0 and "gateway" in ended.out
    assert "plugin wreck (file) broke: it cannot be loaded" in ended.err
    assert '[plugins] off = ["wreck"]' in ended.err
    assert call("--help").err == call("channel", "--help").err == ""
    assert "wreck" in call("plugin", "list").out
    assert "wreck" in call("doctor").out


def test_a_channel_that_nobody_offers_is_not_shown(call: Call) -> None:
    """The hint lists those that are."""
    ended = call("channel", "show", "pigeon")

    assert (ended.code, ended.errors[0]) == (3, "error: nothing offers a channel called pigeon")
