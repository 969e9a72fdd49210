"""New keys for a channel, printed as its section."""

from __future__ import annotations

import tomllib

from dispatch.plugins.webhook import Webhook
from tests.cli.conftest import Call


def test_new_keys_are_a_section_of_the_settings(call: Call) -> None:
    """What is printed goes into dispatch.toml as it is, and the advice beside it is not among it."""
    ended = call("channel", "new-keys", "webhook")
    section = tomllib.loads(ended.out)["channels"]["webhook"]

    assert ended.code == 0
    assert "dispatch.toml" in ended.err
    Webhook({"url": "https://hook.example.org/", **section})


def test_new_keys_for_programs_are_one_document(call: Call) -> None:
    """By the names of the options."""
    ended = call("--json", "channel", "new-keys", "webhook")

    assert (ended.code, ended.err, list(ended.document)) == (0, "", ["secret"])


def test_a_channel_without_keys_says_so(call: Call) -> None:
    """So does a channel that nobody offers."""
    without, unknown = call("channel", "new-keys", "phone-list"), call("channel", "new-keys", "loudspeaker")

    assert (without.code, without.errors) == (3, ["error: phone-list needs no keys of ours"])
    assert unknown.code == 3
    assert unknown.errors[0] == "error: nothing offers a channel called loudspeaker"
