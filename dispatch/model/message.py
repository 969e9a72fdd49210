"""What a channel is handed, and the receipt it gives back: plain data that survives JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, Self


class MessageKind(StrEnum):
    """What a message is for."""

    OFFER = "offer"
    DETAILS = "details"
    NOT_NEEDED = "not_needed"
    RECEIVED = "received"
    WHO_COMES = "who_comes"
    LOOKING = "looking"
    DONE = "done"
    CLOSED = "closed"
    MERGED = "merged"


NEVER_RUNG_UP: Final = frozenset({MessageKind.MERGED})
"""What says no more than a number: it goes by message, or not at all."""


class Outcome(StrEnum):
    """How one attempt to send ended."""

    SENT = "sent"
    TRY_LATER = "try_later"
    GIVE_UP = "give_up"
    UNKNOWN = "unknown"


class DeliveryState(StrEnum):
    """Where one message stands in the outbox."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    GAVE_UP = "gave_up"
    DROPPED = "dropped"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one person, in their language.

    Args:
        key: The same for every copy of this message, however often it is tried.
        to: The address the channel needs: a phone in E.164, or where it needs an address of its own that one;
            empty where there is none. Private.
        text: The whole sentence to be read. Private.
        language: "zh" or "en".
        number: The request's number.
        code: What to answer with; empty where no answer is expected.
        template: The message id, for gateways that send only approved templates.
        params: Values for the template, as text. Private.
    """

    key: str
    kind: MessageKind
    to: str
    text: str
    language: str
    number: int
    code: str = ""
    template: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give plain data that ``from_json`` turns back into an equal message."""
        return {**asdict(self), "params": dict(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave."""
        return cls(**{**data, "kind": MessageKind(data["kind"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """How one attempt to send ended.

    Args:
        note: A few words for the log: never an address, a name or the text.
        reference: What the next system calls the message, where it said.
        address_is_gone: Whether the address will never work again, such as a push subscription that has expired:
            it is forgotten. A phone number never is.
    """

    outcome: Outcome
    note: str = ""
    reference: str = ""
    address_is_gone: bool = False

    def to_json(self) -> dict[str, Any]:
        """Give plain data that ``from_json`` turns back into an equal receipt."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave."""
        return cls(**{**data, "outcome": Outcome(data["outcome"])})


READABLE: Final = ("to", "text", "params", "code", "number")
"""The fields of a message that a channel may ask for; it always gets key, kind, language and template."""


PLAIN_CHARACTERS: Final = frozenset(
    "\n !\"#%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
"""What is the same in ASCII and in the alphabet of seven bits that text messages began with: it needs half the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do; screens, checks and rules are built from it.

    Args:
        needs_phone: Whether ``Message.to`` must be a phone number.
        needs_address: Whether ``Message.to`` must be an address of this channel's own, such as a mail address or a
            push subscription: ``dispatch responder edit CODE --address CHANNEL=ADDRESS`` keeps it. Then no phone.
        reaches_real_people: Whether something leaves this machine; never used on a rehearsal, nor for numbers reserved
            for fiction.
        is_two_way: Whether answers come back by it.
        gives_receipts: Whether it says afterwards if a message arrived.
        templates_only: Whether it sends only texts approved beforehand: ``Message.template`` with ``Message.params``.
        longest_text: Characters it takes; none means any length.
        part_lengths: Characters of a text that goes in one part, and of each part of a longer one; none where
            length costs nothing.
        plain_part_lengths: The same for a text of nothing but ``PLAIN_CHARACTERS``, where that makes a difference.
        signature_length: Characters that the next system puts before every text, such as 【…】; they count with it.
        fen_per_part: What one part of a message costs, in hundredths of a yuan.
        disturbs: Whether it rings or buzzes, so that quiet hours hold for it.
        reads: The fields of a message that it is handed, of ``READABLE``; the others come to it empty.
    """

    needs_phone: bool = True
    reaches_real_people: bool = True
    is_two_way: bool = False
    gives_receipts: bool = False
    templates_only: bool = False
    longest_text: int | None = None
    part_lengths: tuple[int, int] | None = None
    plain_part_lengths: tuple[int, int] | None = None
    signature_length: int = 0
    fen_per_part: int = 0
    disturbs: bool = True
    reads: tuple[str, ...] = READABLE
    needs_address: bool = False

    def parts(self, text: str) -> int:
        """Return in how many parts a text goes; a character outside the basic plane counts twice, and is not cut."""
        if self.part_lengths is None:
            return 1
        is_plain = self.plain_part_lengths is not None and PLAIN_CHARACTERS.issuperset(text)
        alone, joined = self.plain_part_lengths if is_plain and self.plain_part_lengths else self.part_lengths
        widths = [1] * self.signature_length + [1 + (ord(one) > 0xFFFF) for one in text]
        if sum(widths) <= alone:
            return 1
        parts, room = 0, 0
        for width in widths:
            if width > room:
                parts, room = parts + 1, joined
            room -= width
        return parts

    def price_fen(self, text: str) -> int:
        """Return what sending a text costs, in hundredths of a yuan."""
        return self.fen_per_part * self.parts(text)

    def to_json(self) -> dict[str, Any]:
        """Give plain data that ``from_json`` turns back into the same."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave; lists count as tuples."""
        said: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(**said)
