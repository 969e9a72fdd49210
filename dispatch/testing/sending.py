"""What a channel promises about sending, tried from outside."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from threading import Barrier
from typing import Any, Final

from dispatch.clock import stopwatch
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import READABLE, Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import Channel
from dispatch.plugins.faults import where_it_broke
from dispatch.testing.examples import a_message
from dispatch.testing.overheard import Overheard
from dispatch.testing.promises import DoesNotApply, NotTried, Promise, expect

LONGEST_SECONDS: Final = 1.0
"""A channel whose fastest message takes longer seems to sleep or to retry."""

_THREADS: Final = 8
_LONG: Final = 500
_ODD_TEXTS: Final = (
    "",
    "   ",
    "一\n二\r\n三\t四",
    "a\0b",
    "👩\u200d👩\u200d👧 😀",
    "\ud800",
    "x'; --\"<b>${y}{z}%s\\",
    "\u202e倒",
)
_ODD_ADDRESSES: Final = ("", "这不是号码", "１３８", "+1 (0) \n'; --")
_BLANK: Final[dict[str, Any]] = {"to": "", "text": "", "params": {}, "code": "", "number": 0}


class Trial:
    """A channel on trial.

    Args:
        channel: Opened and ready.
        address: What it can reach; empty where it needs no address.
        bad_address: What it can never reach, if there is such a thing.
        effects: Counts what has arrived so far at the other end.
        heard: What is kept of everything that is said meanwhile.
    """

    def __init__(
        self,
        channel: Channel,
        address: str,
        bad_address: str | None = None,
        effects: Callable[[], int] | None = None,
        heard: Overheard | None = None,
    ) -> None:
        self.channel, self.address, self.bad_address, self.effects = channel, address, bad_address, effects
        self.heard = heard or Overheard()
        self.private: set[str] = {address} if len(address) > 4 else set()
        self._numbers = count(1)
        self._seconds: list[float] = []

    def promises(self) -> Iterator[Promise]:
        """Give what is promised about sending."""
        yield Promise(sentence("says what it can do, in plain data"), self._says_what_it_can_do)
        yield Promise(sentence("sends Chinese, up to the length that it declares"), self._sends_chinese_and_long_texts)
        yield Promise(sentence("takes the same key twice, and it arrives once"), self._sends_a_key_once)
        yield Promise(sentence("answers odd texts and odd addresses with a receipt"), self._survives_odd_input)
        yield Promise(sentence("does not say sent where an address cannot be reached"), self._is_honest)
        yield Promise(sentence("may be called from several threads at once"), self._may_be_called_from_threads)
        yield Promise(sentence("remembers truly what became of a message"), self._remembers_truly)
        yield Promise(sentence("neither waits nor tries again by itself"), self._took_no_rest)
        yield Promise(sentence("logs neither addresses nor texts"), self._logs_nothing_private)

    def message(self, **changes: Any) -> Message:
        """Return a message under a new key, with what the channel does not ask for left empty, as the desk does."""
        key = f"0192f5a0-0000-7000-8000-{next(self._numbers):012x}"
        whole = a_message(**{"key": key, "to": self.address, **changes})
        reads = self.channel.capabilities.reads
        return replace(whole, **{name: _BLANK[name] for name in READABLE if name not in reads})

    def send(self, message: Message) -> Receipt:
        """Hand a message over, and look at the receipt.

        Raises:
            PromiseBroken: The channel raises, or gives back anything but a whole receipt without private data.
        """
        before = stopwatch()
        try:
            receipt: object = self.channel.send(message)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
            self.heard.note(fault)
            told = sentence("send raised {fault}; trouble of every kind ends in a receipt", fault=where_it_broke(fault))
            expect(False, told)
        self._seconds.append(stopwatch() - before)
        kind = type(receipt).__name__
        expect(isinstance(receipt, Receipt), sentence("send returned {kind}, not a Receipt", kind=kind))
        assert isinstance(receipt, Receipt)
        is_text = isinstance(receipt.note, str) and isinstance(receipt.reference, str)
        expect(is_text, sentence("the receipt's note and reference are not both text"))
        expect(isinstance(receipt.outcome, Outcome), sentence("{outcome} is no Outcome", outcome=repr(receipt.outcome)))
        self.heard.note(receipt.to_json())
        plain = json.loads(json.dumps(receipt.to_json()))
        expect(Receipt.from_json(plain) == receipt, sentence("the receipt does not survive a trip through JSON"))
        for private in (message.to, message.text):
            quoted = bool(private.strip()) and private in receipt.note
            expect(not quoted, sentence("the note quotes the address or the text, which are private"))
        if len(message.text) > 8:
            self.private.add(message.text)
        return receipt

    def sent(self, message: Message, what: Sentence) -> None:
        """Hand a message over that must end as sent.

        Raises:
            PromiseBroken: It does not.
        """
        receipt = self.send(message)
        ended = sentence(
            "{what} ended as {outcome} ({note})", what=what, outcome=receipt.outcome.value, note=receipt.note
        )
        expect(receipt.outcome is Outcome.SENT, ended)

    def _arrived(self) -> int:
        return self.effects() if self.effects else 0

    def _says_what_it_can_do(self) -> None:
        can: object = getattr(self.channel, "capabilities", None)
        told = sentence("the channel has no attribute capabilities of class Capabilities")
        expect(isinstance(can, Capabilities), told)
        assert isinstance(can, Capabilities)
        plain = json.loads(json.dumps(can.to_json()))
        told = sentence("what it can do does not survive a trip through JSON")
        expect(Capabilities.from_json(plain) == can, told)
        unknown = tuple(sorted({*can.reads} - {*READABLE}))
        expect(not unknown, sentence("it reads {unknown}, which no message has", unknown=unknown))
        alone, joined = can.part_lengths or (1, 1)
        told = sentence("part_lengths are two lengths, and a part among others is no longer than one alone")
        expect(0 < joined <= alone, told)
        told = sentence("longest_text and fen_per_part are no lengths and prices")
        expect((can.longest_text is None or can.longest_text > 0) and can.fen_per_part >= 0, told)

    def _sends_chinese_and_long_texts(self) -> None:
        longest = self.channel.capabilities.longest_text or _LONG
        self.sent(self.message(text=a_message().text[:longest]), sentence("a Chinese message to the good address"))
        length = min(longest, _LONG)
        text = ("下水道堵了，" * 100)[: length - 2] + "急。"
        self.sent(self.message(text=text[-length:]), sentence("a message of {count} characters", count=length))
        can = self.channel.capabilities
        if can.longest_text is not None:
            self.send(self.message(text="堵" * (can.longest_text + 1)))

    def _sends_a_key_once(self) -> None:
        message, before = self.message(), self._arrived()
        self.sent(message, sentence("a message"))
        self.sent(message, sentence("the same message once more"))
        times = self._arrived() - before
        told = sentence("a key handed over twice arrived {times} times", times=times)
        expect(self.effects is None or times == 1, told)

    def _survives_odd_input(self) -> None:
        for text in _ODD_TEXTS:
            self.send(self.message(text=text, params={"words": text}))
        for address in _ODD_ADDRESSES:
            self.send(self.message(to=address))
        bare = self.send(self.message(code="", template="", params={}, language="en", number=2**31))
        if self.channel.capabilities.templates_only:
            told = sentence("it sends only approved templates, and a message without one ended as sent")
            expect(bare.outcome is not Outcome.SENT, told)

    def _is_honest(self) -> None:
        if self.bad_address is None:
            raise NotTried(sentence("no address was named that it can never reach"))
        receipt = self.send(self.message(to=self.bad_address))
        expect(receipt.outcome is not Outcome.SENT, sentence("a message to the bad address ended as sent"))

    def _may_be_called_from_threads(self) -> None:
        shared, own = self.message(), [self.message() for _ in range(_THREADS)]
        before = self._arrived()
        gate = Barrier(_THREADS)

        def both(message: Message) -> None:
            gate.wait()
            self.sent(message, sentence("a message from one of several threads"))
            self.sent(shared, sentence("one message from several threads at once"))

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(both, own))
        times, keys = self._arrived() - before, _THREADS + 1
        told = sentence("{keys} keys from many threads arrived {times} times", keys=keys, times=times)
        expect(self.effects is None or times == keys, told)

    def _remembers_truly(self) -> None:
        ask = getattr(self.channel, "outcome_of", None)
        if ask is None:
            raise DoesNotApply(sentence("it cannot be asked: it has no outcome_of"))
        message = self.message()
        self.sent(message, sentence("a message"))
        answer = ask(message.key)
        true = answer is None or answer.outcome is Outcome.SENT
        expect(true, sentence("outcome_of denies a message that was sent"))
        told = sentence("outcome_of knows a message that was never handed over")
        expect(ask(self.message().key) is None, told)

    def _took_no_rest(self) -> None:
        # The fastest, since any one may have been held up by a busy machine.
        least = min(self._seconds, default=0.0)
        rested = sentence(
            "no message took less than {least} s; the outbox does the waiting and the retrying", least=f"{least:.1f}"
        )
        expect(least <= LONGEST_SECONDS, rested)

    def _logs_nothing_private(self) -> None:
        self.heard.not_logged(self.private)
