"""The promise every channel makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from dispatch.model.arrival import Arrival, Callback, CallbackAnswer
from dispatch.model.message import Capabilities, Message, Receipt

Options: TypeAlias = Mapping[str, Any]
"""What stands in the channel's section of ``dispatch.toml``: plain data that survives a trip through JSON."""


class Channel(Protocol):
    """A way for one message to reach one person.

    May be called from several threads at once, and may be handed the same
    ``message.key`` again after a crash: that must not reach the person twice
    where the channel can help it.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What the channel can do; the same for as long as it is open. A class attribute will do."""

    def send(self, message: Message) -> Receipt:
        """Try once to send; never retry and never sleep, the outbox does both.

        Args:
            message: Private: what is in it belongs in no log and in no receipt.

        Returns:
            ``SENT`` once the next system has taken responsibility,
            ``TRY_LATER`` for anything that may heal by itself,
            ``GIVE_UP`` when no retry can help, such as a number that does not exist.

        An exception, a deadline or a crash counts as ``UNKNOWN``: the channel is
        asked for the outcome if it can answer, and at most one blind resend follows.
        """


class RemembersOutcomes(Protocol):
    """A channel that can be asked, after a crash, what became of a message."""

    def outcome_of(self, key: str) -> Receipt | None:
        """Return how the message with that key ended, or none where that is not known."""


class BringsArrivals(Protocol):
    """A channel that hears back by itself, such as over the connection by which it sends."""

    def collect(self) -> Sequence[Arrival]:
        """Return what has come back and was not acknowledged yet; quick, and the same again until it is."""

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Let go of what ``collect`` returned: it is stored now."""


class IsCalledBack(Protocol):
    """A channel whose provider calls us over HTTP; ``dispatch listen`` hands the calls on."""

    def called_back(self, call: Callback) -> CallbackAnswer:
        """Make sure that the call is the provider's, and read what it brings.

        What it brings is stored before the provider gets the answer; it may come twice.
        """


OpenChannel: TypeAlias = Callable[[Options], Channel]
"""Opens a channel with the options of its section. Sends nothing and calls nobody: the first ``send`` may.

Where what is offered has an attribute ``fields`` (a tuple of ``Field``), as a class may have, its options are checked
by them before it is opened, and it gets the defaults of those that are not given. Where it has a function
``new_keys`` (without arguments, giving texts by the names of options), ``dispatch channel new-keys`` prints them.
"""
