"""The promise every channel makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol, TypeAlias

from dispatch.errors import Misconfigured
from dispatch.i18n import sentence
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


OpenChannel: TypeAlias = Callable[[Options], Channel]
"""Opens a channel with the options of its section. Sends nothing and calls nobody: the first ``send`` may."""


def check_options(channel: str, options: Options, known: Collection[str]) -> None:
    """Raise unless every option is one that the channel knows.

    Raises:
        Misconfigured: Names the first unknown option by its dotted path.
    """
    for name in options:
        if name not in known:
            raise Misconfigured(
                "channels.{channel}.{option}: the channel has no such option",
                channel=channel,
                option=name,
                hint="options of this channel: {known}",
                known=tuple(sorted(known)) or (sentence("none"),),
            )
