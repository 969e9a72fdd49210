"""What stands between the desk and every channel: the rules that no channel may forget."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final, cast

from dispatch.i18n import sentence
from dispatch.model.arrival import Arrival, Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import READABLE, Capabilities, Message, Outcome, Receipt
from dispatch.plugins.breaker import Breaker
from dispatch.plugins.channel import Channel
from dispatch.plugins.elsewhere import Elsewhere
from dispatch.plugins.faults import where_it_broke
from dispatch.plugins.own_process import Failed, NotBegun
from dispatch.plugins.reserved import Limits

_LONGEST: Final = 200
_FEW_DIGITS: Final = 3
_MOST_ARRIVALS: Final = 1000
"""Taken from a channel at once; what there is beyond that comes the next time."""

_CONTENT_TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+(; ?[\w=\"-]+)*", re.ASCII)

_EMPTY: Final[Mapping[str, Any]] = MappingProxyType({"to": "", "text": "", "params": {}, "code": "", "number": 0})

log = logging.getLogger("dispatch.plugins")


def is_fiction(address: str) -> bool:
    """Return whether an address is a number that nobody in the world has: +999 and then anything."""
    return re.sub(r"[^0-9+]", "", address).startswith(("+999", "00999"))


class Guarded:
    """A channel as the desk sees it: it always answers with a receipt, and never with private data.

    Raises nothing, so that one broken channel does not end a delivery run. Hands it no more of a message than it
    says that it reads, and leaves it alone for a while when it fails again and again.
    """

    def __init__(self, name: str, channel: Channel, limits: Limits | None = None) -> None:
        """Stand before *channel*, which the settings call *name*."""
        self.name = name
        self.inner = channel
        self.limits = limits or Limits()
        self.capabilities: Capabilities = channel.capabilities
        self.breaker = Breaker()

    @property
    def rest_seconds(self) -> float:
        """How long the channel is left alone yet, after it failed again and again: 0 where it may be called."""
        resting = self.inner.rest_seconds if isinstance(self.inner, Elsewhere) else 0.0
        return max(self.breaker.rest_seconds, resting)

    def close(self) -> None:
        """End the channel's own process, if it has one."""
        if isinstance(self.inner, Elsewhere):
            self.inner.close()

    def send(self, message: Message) -> Receipt:
        """Hand the message over once, if the channel may have it.

        Returns:
            The channel's receipt. ``GIVE_UP`` without asking the channel where the
            number is reserved for fiction and the channel reaches real people, or
            where it needs a number or an address and there is none. ``UNKNOWN`` where the channel
            raised, or gave no receipt.
        """
        if self.capabilities.reaches_real_people and is_fiction(message.to):
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("a number reserved for fiction").id)
        if self.capabilities.needs_address and not message.to:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no address for this channel").id)
        if self.capabilities.needs_phone and not self.capabilities.needs_address and not message.to:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no phone number").id)
        try:
            receipt: object = self.inner.send(_read_by(self.capabilities, message))
        except NotBegun as fault:
            self._failed("did not begin", fault)
            return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the channel's process does not begin").id)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything, and must not stop the desk
            self._failed("stopped", fault)
            return Receipt(outcome=Outcome.UNKNOWN, note=sentence("the channel stopped with an error").id)
        if not isinstance(receipt, Receipt) or not _is_whole(receipt):
            self.breaker.failed()
            log.warning("channel %s gave no receipt but %s", self.name, type(receipt).__name__)
            return Receipt(outcome=Outcome.UNKNOWN, note=sentence("the channel gave no receipt").id)
        self.breaker.worked()
        return _without_private_data(receipt, message)

    def outcome_of(self, key: str) -> Receipt | None:
        """Ask the channel what became of a message, if it is one that can answer.

        Returns:
            None where it cannot, does not know, or breaks while answering.
        """
        ask = getattr(self.inner, "outcome_of", None)
        if ask is None:
            return None
        try:
            answer: object = ask(key)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything, and must not stop the desk
            self._failed("stopped while asked for an outcome", fault)
            return None
        return _shortened(answer) if isinstance(answer, Receipt) and _is_whole(answer) else None

    def collect(self) -> tuple[Arrival, ...]:
        """Return what has come back over the channel; nothing where it cannot hear, or breaks."""
        said = self._ask("collect")
        if not isinstance(said, Sequence) or isinstance(said, str | bytes):
            return ()
        return tuple(one for one in said[:_MOST_ARRIVALS] if _is_whole_arrival(one))

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Let the channel go of what is stored now; where it breaks, it brings the same again."""
        if arrivals:
            self._ask("acknowledge", arrivals)

    @property
    def is_called_back(self) -> bool:
        """Whether providers call the channel over HTTP."""
        return callable(getattr(self.inner, "called_back", None))

    def called_back(self, call: Callback) -> CallbackAnswer | None:
        """Hand a provider's call on.

        Returns:
            None where the channel takes no calls, broke, or gave no answer: the provider is to call again.
        """
        answer = self._ask("called_back", call)
        return answer if isinstance(answer, CallbackAnswer) and _is_whole_answer(answer) else None

    def _ask(self, what: str, *said: object) -> object:
        """Call one of the channel's other methods; none where it has none, or breaks."""
        method = getattr(self.inner, what, None)
        if method is None:
            return None
        try:
            found: object = method(*said)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything, and must not stop the desk
            self._failed(f"stopped in {what}", fault)
            return None
        return found

    def _failed(self, how: str, fault: BaseException) -> None:
        self.breaker.failed()
        why = str(fault) if isinstance(fault, Failed) else where_it_broke(fault)
        log.warning("channel %s %s: %s", self.name, how, why)


def _read_by(able: Capabilities, message: Message) -> Message:
    """Return a message without what its channel does not read."""
    unread = {name: _EMPTY[name] for name in READABLE if name not in able.reads}
    return replace(message, **unread) if unread else message


def _is_whole(receipt: Receipt) -> bool:
    is_text = isinstance(receipt.note, str) and isinstance(receipt.reference, str)
    return is_text and isinstance(receipt.outcome, Outcome)


def _is_whole_answer(one: CallbackAnswer) -> bool:
    status, body, content_type = cast("tuple[object, ...]", (one.status, one.body, one.content_type))
    is_answer = isinstance(status, int) and 200 <= status <= 599 and isinstance(body, str)
    has_type = isinstance(content_type, str) and _CONTENT_TYPE.fullmatch(content_type) is not None
    arrivals: object = one.arrivals
    return is_answer and has_type and isinstance(arrivals, tuple) and all(map(_is_whole_arrival, arrivals))


def _is_whole_arrival(one: object) -> bool:
    if isinstance(one, Incoming):
        texts: tuple[object, ...] = (one.sender, one.text, one.message_id)
        return all(isinstance(said, str) for said in texts) and bool(one.message_id)
    if not isinstance(one, Report) or not isinstance(one.outcome, Arrived):
        return False
    return all(isinstance(said, str) for said in (one.reference, one.key, one.note))


def _without_private_data(receipt: Receipt, message: Message) -> Receipt:
    private = [said for said in (message.to, message.text, *message.params.values()) if said.strip()]
    # A few digits stand in many a code that a provider answers with.
    private = [said for said in private if len(said) > _FEW_DIGITS or not said.isdecimal()]
    if any(said in receipt.note for said in private):
        receipt = replace(receipt, note=sentence("(left out: the note quoted the message)").id)
    if any(said in receipt.reference for said in (message.to, message.text) if said.strip()):
        receipt = replace(receipt, reference="")
    return _shortened(receipt)


def _shortened(receipt: Receipt) -> Receipt:
    return replace(receipt, note=receipt.note[:_LONGEST], reference=receipt.reference[:_LONGEST])
