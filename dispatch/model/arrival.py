"""What comes back over a channel: whether a message arrived, and what somebody answered; as plain data."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self, TypeAlias


class Arrived(StrEnum):
    """What became of a message that had been sent."""

    ARRIVED = "arrived"
    FAILED = "failed"
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the next system says afterwards about a message it had taken.

    It is shown, and a failure lets the message go on to the next channel. It is never
    taken for an answer, and it stops no deadline.

    Args:
        reference: As in the receipt with which the message was taken; or else
        key: the message's own key, where the next system gives that back.
        note: A few words for the log, such as the provider's own code: never an address or the text.
    """

    outcome: Arrived
    reference: str = ""
    key: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give plain data that ``arrival_from_json`` turns back into the same."""
        return {"report": asdict(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What somebody wrote back.

    Args:
        sender: The phone it came from, as the channel has it. Private.
        text: As written. Private.
        message_id: What the channel calls it: the same for every copy, and no other's.
    """

    sender: str
    text: str
    message_id: str

    def to_json(self) -> dict[str, Any]:
        """Give plain data that ``arrival_from_json`` turns back into the same."""
        return {"incoming": asdict(self)}


Arrival: TypeAlias = Report | Incoming


def arrival_from_json(data: Mapping[str, Any]) -> Arrival:
    """Read what ``to_json`` of a report or of an incoming message gave.

    Raises:
        ValueError: It is neither.
    """
    try:
        if "incoming" in data:
            return Incoming(**{name: str(value) for name, value in data["incoming"].items()})
        said = {name: str(value) for name, value in data["report"].items()}
        return Report(outcome=Arrived(said.pop("outcome")), **said)
    except (KeyError, TypeError, AttributeError) as fault:
        raise ValueError(type(fault).__name__) from fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One HTTP call that a provider made to us.

    Args:
        method: Such as "POST".
        path: What follows the channel's own address, beginning with "/"; "" where nothing does.
        query: By name; of a name given twice, the last value.
        headers: By name in lower case.
    """

    method: str
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def to_json(self) -> dict[str, Any]:
        """Give plain data that ``from_json`` turns back into the same; the body in Base64."""
        plain = {"query": dict(self.query), "headers": dict(self.headers), "body": b64encode(self.body).decode()}
        return {"method": self.method, "path": self.path, **plain}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave."""
        return cls(**{**data, "body": b64decode(data["body"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAnswer:
    """What a channel makes of a call, and what the provider is told once its arrivals are stored.

    Args:
        status: Of HTTP; 403 where the call is not the provider's.
        arrivals: What it brought.
    """

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    arrivals: tuple[Arrival, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give plain data that ``from_json`` turns back into the same."""
        plain = {"status": self.status, "body": self.body, "content_type": self.content_type}
        return {**plain, "arrivals": [one.to_json() for one in self.arrivals]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` gave.

        Raises:
            ValueError: One of the arrivals is none.
        """
        return cls(**{**data, "arrivals": tuple(arrival_from_json(one) for one in data["arrivals"])})
