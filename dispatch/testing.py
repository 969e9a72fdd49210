"""What plugin authors test with; kept as stable as the hooks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from threading import Barrier, Lock
from typing import Any, Final

from dispatch.clock import stopwatch
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.responder import ResponderKind
from dispatch.model.service import Pool, Urgency
from dispatch.plugins.channel import Channel
from dispatch.solver.problem import Helper, Need, Problem, Spot

FICTIONAL_PHONE: Final = "+9991380000001"
"""A number that nobody has."""

LONGEST_SECONDS: Final = 1.0
"""A channel whose fastest message takes longer seems to sleep or to retry."""

_THREADS: Final = 8
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

_PLAIN_NEED: Final[dict[str, Any]] = {"urgency": Urgency.NORMAL, "skills": {}, "licence": None, "spot": Spot()}
_PLAIN_HELPER: Final[dict[str, Any]] = {
    "kind": ResponderKind.VOLUNTEER,
    "skills": {},
    "licences": frozenset(),
    "spot": Spot(),
    "reach_metres": 1500,
    "free_seats": 1,
    "load": 0,
}


def a_message(**changes: Any) -> Message:
    """Return an offer to a fictional phone, in Chinese, with any field changed as given."""
    message = Message(
        key="0192f5a0-0000-7000-8000-000000000001",
        kind=MessageKind.OFFER,
        to=FICTIONAL_PHONE,
        text="8号楼有户人家下水道堵了，今天上午能去吗？能去请回 a，不能回 d，码 3K。",
        language="zh",
        number=12,
        code="3K",
        template="offer",
        params={"place": "8号楼", "service": "下水道"},
    )
    return replace(message, **changes)


def a_problem(needs: Sequence[Mapping[str, Any]] = ({},), helpers: Sequence[Mapping[str, Any]] = ({},)) -> Problem:
    """Return a problem to try a cost term on: Monday, nine in the morning, everybody may go everywhere.

    Args:
        needs: What is special about each, its urgency and pool by name; they are called n1, n2 …
        helpers: Likewise; they are volunteers called h1, h2 …
    """
    return Problem(
        needs=tuple(
            Need(**{"id": f"n{n}", "number": n, **_PLAIN_NEED, **_as_meant(said)})
            for n, said in enumerate(needs, start=1)
        ),
        helpers=tuple(
            Helper(**{"id": f"h{n}", "code": f"H{n}", **_PLAIN_HELPER, **_as_meant(said)})
            for n, said in enumerate(helpers, start=1)
        ),
        at=datetime(2026, 11, 23, 1, tzinfo=UTC),
        zone="Asia/Shanghai",
    )


def _as_meant(said: Mapping[str, Any]) -> dict[str, Any]:
    kinds: dict[str, Callable[[Any], Any]] = {"urgency": Urgency, "pool": Pool, "kind": ResponderKind}
    return {name: kinds[name](value) if name in kinds else value for name, value in said.items()}


class RecordingChannel:
    """A channel for tests: remembers what it was handed and answers as told.

    Args:
        answers: What happens to one message after the other: a receipt is given back, an exception is raised.
            When they are used up, everything is ``SENT``.
        capabilities: What it says it can do; without these it reaches nobody and needs no phone.
    """

    def __init__(
        self, answers: Iterable[Receipt | Exception] = (), capabilities: Capabilities | None = None
    ) -> None:
        """Open it; see the class."""
        self.capabilities = capabilities or Capabilities(needs_phone=False, reaches_real_people=False)
        self.messages: list[Message] = []
        self._answers = iter(answers)
        self._lock = Lock()

    def send(self, message: Message) -> Receipt:
        """Remember the message, even one that was handed over before, and give the next answer."""
        with self._lock:
            self.messages.append(message)
            answer = next(self._answers, Receipt(outcome=Outcome.SENT))
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def keys(self) -> list[str]:
        """The keys of the messages, in the order in which they came."""
        return [message.key for message in self.messages]


def check_channel(
    channel: Channel,
    *,
    good_address: str,
    bad_address: str | None = None,
    effects: Callable[[], int] | None = None,
) -> None:
    """Raise unless a channel keeps the promise of ``Channel``, as far as can be seen from outside.

    Really sends: about forty messages, so point the channel at a test double of its gateway.

    Args:
        channel: Opened and ready.
        good_address: What it can reach; empty where it needs no address.
        bad_address: What it can never reach, if there is such a thing.
        effects: Counts what has arrived so far at the other end. With it, the check
            sees whether a key handed over twice arrives once.

    Raises:
        AssertionError: Says which part of the promise was not kept.
    """
    trial = _Trial(channel, good_address, effects)
    trial.says_what_it_can_do()
    trial.sends_chinese_and_long_texts()
    trial.sends_a_key_once()
    trial.survives_odd_input()
    if bad_address is not None:
        trial.does_not_claim_to_have_sent_to(bad_address)
    trial.may_be_called_from_threads()
    trial.remembers_truly()
    trial.took_no_rest()


class _Trial:
    def __init__(self, channel: Channel, address: str, effects: Callable[[], int] | None) -> None:
        self.channel = channel
        self.address = address
        self.effects = effects
        self.numbers = count(1)
        self.seconds: list[float] = []

    def message(self, **changes: Any) -> Message:
        key = f"0192f5a0-0000-7000-8000-{next(self.numbers):012x}"
        return a_message(**{"key": key, "to": self.address, **changes})

    def send(self, message: Message) -> Receipt:
        before = stopwatch()
        try:
            receipt: object = self.channel.send(message)
        except Exception as fault:
            raise AssertionError(f"send raised {fault!r}; trouble of every kind ends in a receipt") from fault
        self.seconds.append(stopwatch() - before)
        if not isinstance(receipt, Receipt):
            raise AssertionError(f"send returned {type(receipt).__name__}, not a Receipt")  # noqa: TRY004  a promise not kept
        is_text = isinstance(receipt.note, str) and isinstance(receipt.reference, str)
        _expect(is_text, "the receipt's note and reference are not both text")
        _expect(isinstance(receipt.outcome, Outcome), f"{receipt.outcome!r} is no Outcome")
        plain = json.loads(json.dumps(receipt.to_json()))
        _expect(Receipt.from_json(plain) == receipt, "the receipt does not survive a trip through JSON")
        for private in (message.to, message.text):
            quoted = bool(private.strip()) and private in receipt.note
            _expect(not quoted, "the note quotes the address or the text, which are private")
        return receipt

    def sent(self, message: Message, what: str) -> None:
        receipt = self.send(message)
        ended = f"{what} ended as {receipt.outcome.value} ({receipt.note})"
        _expect(receipt.outcome is Outcome.SENT, ended)

    def arrived(self) -> int:
        return self.effects() if self.effects else 0

    def says_what_it_can_do(self) -> None:
        says = isinstance(getattr(self.channel, "capabilities", None), Capabilities)
        _expect(says, "the channel has no attribute capabilities of class Capabilities")

    def sends_chinese_and_long_texts(self) -> None:
        self.sent(self.message(), "a Chinese message to the good address")
        self.sent(self.message(text="下水道堵了，" * 83 + "急。"), "a message of 500 characters")

    def sends_a_key_once(self) -> None:
        message, before = self.message(), self.arrived()
        self.sent(message, "a message")
        self.sent(message, "the same message once more")
        times = self.arrived() - before
        _expect(self.effects is None or times == 1, f"a key handed over twice arrived {times} times")

    def survives_odd_input(self) -> None:
        for text in _ODD_TEXTS:
            self.send(self.message(text=text, params={"words": text}))
        for address in _ODD_ADDRESSES:
            self.send(self.message(to=address))
        self.send(self.message(code="", template="", params={}, language="en", number=2**31))

    def does_not_claim_to_have_sent_to(self, address: str) -> None:
        receipt = self.send(self.message(to=address))
        _expect(receipt.outcome is not Outcome.SENT, "a message to the bad address ended as sent")

    def may_be_called_from_threads(self) -> None:
        shared, own = self.message(), [self.message() for _ in range(_THREADS)]
        before = self.arrived()
        gate = Barrier(_THREADS)

        def both(message: Message) -> None:
            gate.wait()
            self.sent(message, "a message from one of several threads")
            self.sent(shared, "one message from several threads at once")

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(both, own))
        times, keys = self.arrived() - before, _THREADS + 1
        _expect(self.effects is None or times == keys, f"{keys} keys from many threads arrived {times} times")

    def remembers_truly(self) -> None:
        ask = getattr(self.channel, "outcome_of", None)
        if ask is None:
            return
        message = self.message()
        self.sent(message, "a message")
        answer = ask(message.key)
        true = answer is None or answer.outcome is Outcome.SENT
        _expect(true, "outcome_of denies a message that was sent")
        _expect(ask(self.message().key) is None, "outcome_of knows a message that was never handed over")

    def took_no_rest(self) -> None:
        # The fastest, since any one may have been held up by a busy machine.
        least = min(self.seconds)
        rested = f"no message took less than {least:.1f} s; the outbox does the waiting and the retrying"
        _expect(least <= LONGEST_SECONDS, rested)


def _expect(kept: bool, otherwise: str) -> None:
    # Not the statement, which python -O leaves out.
    if not kept:
        raise AssertionError(otherwise)
