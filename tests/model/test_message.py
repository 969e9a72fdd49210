"""Messages and receipts are plain data: they survive a trip through JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt

texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)
messages = some.builds(
    Message,
    key=texts,
    kind=some.sampled_from(MessageKind),
    to=texts,
    text=texts,
    language=some.sampled_from(["zh", "en"]),
    number=some.integers(1, 10**9),
    code=texts,
    template=texts,
    params=some.dictionaries(texts, texts, max_size=4),
)
receipts = some.builds(Receipt, outcome=some.sampled_from(Outcome), note=texts, reference=texts, address_is_gone=some.booleans())


@given(messages)
def test_a_message_comes_back_from_json_as_it_went(message: Message) -> None:
    """A channel in another process gets the very message, whatever is written in it."""
    assert Message.from_json(json.loads(json.dumps(message.to_json()))) == message


@given(receipts)
def test_a_receipt_comes_back_from_json_as_it_went(receipt: Receipt) -> None:
    """What the channel answers is what the desk records."""
    assert Receipt.from_json(json.loads(json.dumps(receipt.to_json()))) == receipt


def test_kinds_and_outcomes_travel_as_their_names() -> None:
    """Whoever writes a channel in another language sees words, not Python."""
    message = Message(key="k", kind=MessageKind.WHO_COMES, to="", text="t", language="zh", number=7)

    assert message.to_json()["kind"] == "who_comes"
    plain = {"outcome": "try_later", "note": "", "reference": "", "address_is_gone": False}
    assert Receipt(outcome=Outcome.TRY_LATER).to_json() == plain


def test_capabilities_come_back_from_json_as_they_went() -> None:
    """What a channel in another process declares is what the desk builds its rules from."""
    able = Capabilities(part_lengths=(70, 67), fen_per_part=5, reads=("to", "text"), longest_text=500)

    assert Capabilities.from_json(json.loads(json.dumps(able.to_json()))) == able


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("急" * 70, 1),
        ("急" * 71, 2),
        ("急" * 134, 2),
        ("急" * 135, 3),
        ("𠮷" * 35, 1),
        ("𠮷" * 36, 2),
        ("𠮷" * 67, 3),
    ],
)
def test_a_long_text_message_is_counted_in_parts(text: str, parts: int) -> None:
    """As gateways bill: 70 characters in one part, 67 in each of several, a rare character twice."""
    assert Capabilities(part_lengths=(70, 67), fen_per_part=5).price_fen(text) == 5 * parts
    assert Capabilities(fen_per_part=5).price_fen(text) == 5


@pytest.mark.parametrize(("text", "parts"), [("x" * 160, 1), ("x" * 161, 2), ("x" * 307, 3), ("x" * 70 + "é", 2)])
def test_plain_characters_need_half_the_room(text: str, parts: int) -> None:
    """A text of letters and digits goes 160 to a part, where the channel can; one other character and it does not."""
    assert Capabilities(part_lengths=(70, 67), plain_part_lengths=(160, 153)).parts(text) == parts


def test_a_signature_counts_with_the_text() -> None:
    """【劲松社区】 takes six of the seventy."""
    able = Capabilities(part_lengths=(70, 67), signature_length=6)

    assert (able.parts("急" * 64), able.parts("急" * 65)) == (1, 2)
