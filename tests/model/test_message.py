"""Messages and receipts are plain data: they survive a trip through JSON."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as some

from dispatch.model.message import Message, MessageKind, Outcome, Receipt

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
receipts = some.builds(Receipt, outcome=some.sampled_from(Outcome), note=texts, reference=texts)


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
    assert Receipt(outcome=Outcome.TRY_LATER).to_json() == {"outcome": "try_later", "note": "", "reference": ""}
