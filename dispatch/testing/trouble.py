"""What a channel promises when its provider is in trouble: tried against a provider that hangs, refuses or is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from typing import Any, Final

from dispatch.errors import DispatchError
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import Outcome, Receipt
from dispatch.plugins.channel import Channel, OpenChannel
from dispatch.testing.options import Filled
from dispatch.testing.overheard import Overheard
from dispatch.testing.promises import DoesNotApply, NotTried, Promise, expect
from dispatch.testing.provider import Mood, nobody, provider
from dispatch.testing.sending import Trial

SECONDS: Final = 10.0
"""How long the desk waits for a channel, and a channel for its provider at most."""

_MAY_HEAL: Final = (Outcome.TRY_LATER, Outcome.UNKNOWN)


class Trouble:
    """A channel whose provider fails in every way that we know.

    Args:
        open_channel: Opens it; each trial opens it anew.
        filled: Its options; those that are addresses are replaced by ones of our own provider.
        address: Where messages go.
        heard: What is kept of everything that is said meanwhile.
        seconds: Within which the channel must come back when its provider hangs.
    """

    def __init__(
        self, open_channel: OpenChannel, filled: Filled, address: str, heard: Overheard, seconds: float = SECONDS
    ) -> None:
        self.open_channel, self.filled, self.address, self.heard = open_channel, filled, address, heard
        self.seconds = seconds

    def promises(self) -> Iterator[Promise]:
        """Give what is promised about trouble."""
        yield Promise(sentence("calls nobody while it is opened"), self._opens_quietly)
        yield Promise(sentence("comes back in time when its provider hangs"), self._comes_back)
        yield Promise(sentence("leaves it open when its provider is in trouble (HTTP 500)"), self._hears_of_trouble)
        yield Promise(sentence("gives up when its provider refuses (HTTP 400)"), self._hears_of_refusal)
        yield Promise(sentence("leaves it open when the connection breaks off"), self._is_cut_off)
        yield Promise(sentence("leaves it open when its provider is gone"), self._finds_nobody)

    def _opened(self, url: str) -> Channel:
        """Open the channel with the address of a provider of ours.

        Raises:
            DoesNotApply: It has no option that is an address.
        NotTried: It does not take ours.
        """
        return opened_at(self.open_channel, self.filled.at(url))

    def _opens_quietly(self) -> None:
        with provider(Mood.WELL) as there:
            self._opened(there.url)
            expect(not there.calls, sentence("it called its provider while it was opened"))

    def _comes_back(self) -> None:
        with provider(Mood.HANGS) as there:
            trial = self._trial(self._opened(there.url))
            came: list[Receipt | Exception] = []

            def send() -> None:
                try:
                    came.append(trial.send(trial.message()))
                except Exception as fault:  # noqa: BLE001  told in the thread that waits
                    came.append(fault)

            thread = Thread(target=send, daemon=True)
            thread.start()
            thread.join(self.seconds)
            told = sentence("it did not come back within {seconds} s", seconds=f"{self.seconds:g}")
            expect(bool(came), told)
            if isinstance(came[0], Exception):
                raise came[0]
            self._reached(len(there.calls))
            _left_open(came[0], sentence("a message whose provider hangs"))

    def _hears_of_trouble(self) -> None:
        with provider(Mood.IN_TROUBLE) as there:
            receipt = self._sent(there.url)
            self._reached(len(there.calls))
        _left_open(receipt, sentence("a message whose provider answered HTTP 500"))

    def _hears_of_refusal(self) -> None:
        with provider(Mood.REFUSES) as there:
            receipt = self._sent(there.url)
            self._reached(len(there.calls))
        told = sentence("a message that its provider refused ended as {outcome}", outcome=receipt.outcome.value)
        expect(receipt.outcome is not Outcome.SENT, told)
        if receipt.outcome is not Outcome.GIVE_UP:
            told = sentence(
                "a bare HTTP 400 ended as {outcome}: right only where the provider says refused in a way of its own",
                outcome=receipt.outcome.value,
            )
            raise NotTried(told)

    def _is_cut_off(self) -> None:
        with provider(Mood.HANGS_UP) as there:
            receipt = self._sent(there.url)
            self._reached(len(there.calls))
        _left_open(receipt, sentence("a message on a connection that broke off"))

    def _finds_nobody(self) -> None:
        with provider(Mood.WELL) as there:
            self._sent(there.url)
            # Who does not call a provider that is there does not miss one that is gone.
            self._reached(len(there.calls))
        with nobody() as url:
            receipt = self._sent(url)
        _left_open(receipt, sentence("a message whose provider is gone"))

    def _trial(self, channel: Channel) -> Trial:
        return Trial(channel, self.address, heard=self.heard)

    def _sent(self, url: str) -> Receipt:
        trial = self._trial(self._opened(url))
        return trial.send(trial.message())

    def _reached(self, calls: int) -> None:
        if not calls:
            raise NotTried(sentence("it did not call the address that it was given, so this was not seen"))


def opened_at(open_channel: OpenChannel, options: Mapping[str, Any] | None) -> Channel:
    """Open a channel with the addresses of our provider.

    Raises:
        DoesNotApply: It has no option that is an address.
        NotTried: It does not take ours.
    """
    if options is None:
        raise DoesNotApply(sentence("none of its options is an address, so no provider of ours can stand in"))
    try:
        return open_channel(options)
    except DispatchError as fault:
        why = Sentence(fault.message, fault.params)
        raise NotTried(sentence("it does not take the address of a provider of ours: {why}", why=why)) from fault


def _left_open(receipt: Receipt, what: Sentence) -> None:
    told = sentence(
        "{what} ended as {outcome}; it may heal, so say try_later or unknown",
        what=what,
        outcome=receipt.outcome.value,
    )
    expect(receipt.outcome in _MAY_HEAL, told)


def keeps_secrets(heard: Overheard, secrets: Callable[[], tuple[str, ...]]) -> Iterator[Promise]:
    """Give what is promised about secrets; to be tried last, when everything has been heard."""

    def look() -> None:
        found = secrets()
        if not found:
            raise DoesNotApply(sentence("none of its options is a secret"))
        heard.nowhere(found)

    yield Promise(sentence("shows its secrets nowhere"), look)
