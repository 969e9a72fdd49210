"""The page that tells how to send by push, chat and webhook, tried out."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.plugins.manager import load
from dispatch.plugins.web_push import WebPush
from dispatch.plugins.webhook import Webhook
from dispatch.testing import a_message
from tests.plugins.far_side import FarSide, Letter

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "push-chat-and-webhooks.md").read_text(encoding="utf-8")
SECRET, OLD_SECRET = (Webhook.new_keys()["secret"] for _ in range(2))


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def _sections() -> Iterator[tuple[str, dict[str, Any]]]:
    keys = {'"…"': f'"{WebPush.new_keys()["private_key"]}"', "whsec_…": SECRET}
    whole = "\0".join(_blocks("toml"))
    for shown, real in keys.items():
        whole = whole.replace(shown, real)
    for block in whole.split("\0"):
        yield from tomllib.loads(block).get("channels", {}).items()


def test_every_section_on_the_page_opens_its_channel() -> None:
    """What an office copies works, once its keys are in."""
    offered = load(installed=False).channels()
    opened = [name for name, section in _sections() if offered[name](section)]

    assert sorted(opened) == ["apprise", "apprise", "web-push", "webhook", "webhook"]


@pytest.fixture(scope="module")
def received() -> Callable[..., Any]:
    """The receiver on the page."""
    found: dict[str, Any] = {}
    exec(_blocks("python")[0], found)
    receiver: Callable[..., Any] = found["received"]
    return receiver


@pytest.fixture
def letter() -> Letter:
    """What a receiver gets while both keys are listed."""
    with FarSide() as server:
        here = {"url": server.url, "plain_http": True, "allow_private": ["127.0.0.1"]}
        Webhook({**here, "source": "urn:sandan:jinsong", "secret": f"{SECRET} {OLD_SECRET}"}).send(a_message())
    return server.letters[0]


@pytest.mark.parametrize("known", [[SECRET], [OLD_SECRET], [OLD_SECRET, SECRET]])
def test_the_receiver_on_the_page_takes_what_we_sign(
    received: Callable[..., Any], letter: Letter, known: list[str]
) -> None:
    """Whether it knows the new key already, or still the old one."""
    event = received(letter.headers, letter.body, known)

    assert event["data"]["text"] == a_message().text


@pytest.mark.parametrize("change", ["body", "id", "moment", "key"])
def test_the_receiver_on_the_page_refuses_what_was_changed(
    received: Callable[..., Any], letter: Letter, change: str
) -> None:
    """Another body, another id, another moment or another desk's key."""
    headers, body, keys = dict(letter.headers), letter.body, [SECRET]
    if change == "body":
        body = body.replace(b"3K", b"4K")
    elif change == "id":
        headers["webhook-id"] = "another"
    elif change == "moment":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    else:
        keys = [Webhook.new_keys()["secret"]]

    with pytest.raises(ValueError, match="none of our keys signed this"):
        received(headers, body, keys)


def test_the_receiver_on_the_page_refuses_what_is_played_back(
    received: Callable[..., Any], letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was signed a while ago is not taken, though the signature is good."""
    later = float(letter.headers["webhook-timestamp"]) + 301
    monkeypatch.setitem(received.__globals__, "time", type("Later", (), {"time": staticmethod(lambda: later)}))

    with pytest.raises(ValueError, match="signed at another time"):
        received(letter.headers, letter.body, [SECRET])


def test_the_event_on_the_page_is_what_is_sent(letter: Letter) -> None:
    """The same names at the same places."""
    shown, sent = json.loads(_blocks("json")[0]), json.loads(letter.body)

    assert sorted(shown) == sorted(sent)
    assert sorted(shown["data"]) == sorted(sent["data"])
    assert {name: shown[name] for name in shown if name != "data"} == {name: sent[name] for name in sent if name != "data"}


def test_the_receiver_on_the_page_is_short() -> None:
    """It is there to be copied: a dozen lines."""
    assert len([line for line in _blocks("python")[0].splitlines() if line.strip()]) <= 13
