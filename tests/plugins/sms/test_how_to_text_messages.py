"""The page that tells how to send text messages, held against the code."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dispatch.model.message import MessageKind
from dispatch.plugins.manager import load
from dispatch.plugins.sms.approved import TEXTS, gaps_of

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "send-text-messages.md").read_text(encoding="utf-8")
TOKEN = "0123456789abcdef"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def texts(block: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)\n    (.+)$", block, re.MULTILINE))


def test_the_texts_on_the_page_are_those_of_the_code() -> None:
    """An office copies them into a form, and they are approved to the letter."""
    assert texts(blocks("text")[0]) == {str(kind): text for kind, text in TEXTS.items()}


def test_the_numbered_texts_have_the_same_gaps_in_the_same_order() -> None:
    """What is sent to Tencent comes in that order."""
    numbered = texts(blocks("text")[1])
    gaps = {kind: re.findall(r"\{(\d+)\}", text) for kind, text in numbered.items()}

    assert gaps == {str(kind): [str(n + 1) for n, _ in enumerate(gaps_of(kind))] for kind in MessageKind}
    for kind, text in numbered.items():
        assert re.sub(r"\{\d+\}", "{}", text) == re.sub(r"\$\{\w+\}", "{}", TEXTS[MessageKind(kind)])


@pytest.mark.parametrize("name", ["sms-aliyun", "sms-tencent", "sms-smpp"])
def test_every_section_on_the_page_opens_its_channel(name: str) -> None:
    """What an office copies works, once its keys are in."""
    read: dict[str, Any] = tomllib.loads("".join(blocks("toml")).replace('"…"', f'"{TOKEN}"'))
    section = read["channels"][name]
    if name == "sms-smpp":
        section["password"] = "secret"
        section["system_id"] = "sandan"

    assert load(installed=False).channels()[name](section).capabilities.fen_per_part > 0


def test_every_kind_of_message_is_explained() -> None:
    """In the table of kinds."""
    assert {str(kind) for kind in MessageKind} <= set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
