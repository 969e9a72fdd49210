"""Hand messages to their channels side by side, so that one that hangs or breaks holds up no other."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Final

from dispatch.clock import sleep, stopwatch
from dispatch.i18n import sentence
from dispatch.model.message import Message, Outcome, Receipt
from dispatch.plugins.channel import Channel
from dispatch.store.outbox import Delivery

_SHORT_REST_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message that a worker has taken up.

    Args:
        order: The channels that its reader may be tried by, first choice first.
        wait_until: Until when it may wait for a channel that is left alone; none where no answer is awaited.
        price_fen: What handing it over costs, in hundredths of a yuan.
    """

    delivery: Delivery
    message: Message
    order: tuple[str, ...] = ()
    wait_until: datetime | None = None
    price_fen: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How it went with a parcel.

    Args:
        receipt: None where its turn never came.
        is_final: Whether it must not be tried again although nobody knows whether it went.
        rest_seconds: For how long its channel is left alone yet, where its turn never came because of that.
    """

    parcel: Parcel
    receipt: Receipt | None
    is_final: bool = False
    rest_seconds: float = 0.0


class Sending:
    """One thread per channel, each sending its parcels in order; no transaction is open meanwhile."""

    def __init__(
        self,
        batches: Mapping[str, Sequence[Parcel]],
        channels: Mapping[str, Channel],
        *,
        blind_resends: int,
        seconds: float,
    ) -> None:
        """Begin to send.

        Args:
            batches: Parcels by the name of their channel.
            channels: Every channel that ``batches`` names.
            blind_resends: How often a message may go out again while nobody knows whether it went.
            seconds: After so long what is still under way counts as unknown. From half of it on nothing
                new is begun, so that what was begun can end.
        """
        self._results: SimpleQueue[tuple[_Lane, Ended | None]] = SimpleQueue()
        self._end_by = stopwatch() + seconds
        begin_by = stopwatch() + seconds / 2
        self._lanes = [
            _Lane(name, parcels, channels[name], self._results, blind_resends, begin_by)
            for name, parcels in batches.items()
        ]
        self.stuck: set[str] = set()
        for lane in self._lanes:
            lane.start()

    def wait(self) -> list[Ended]:
        """Return what has ended since the last call, waiting until something has; nothing once all have."""
        ended: list[Ended] = []
        while self._lanes and not ended:
            try:
                first = self._results.get(timeout=max(0.0, self._end_by - stopwatch()))
            except Empty:
                self.stuck |= {lane.channel_name for lane in self._lanes}
                return self.stop()
            ended = self._note([first, *self._drain()])
        return ended

    def stop(self) -> list[Ended]:
        """Begin nothing more and wait for nothing; return everything that has not been returned yet."""
        left = [ended for lane in self._lanes for ended in lane.give_up_waiting()]
        ended = self._note(self._drain()) + left
        self._lanes = []
        return ended

    def _drain(self) -> list[tuple[_Lane, Ended | None]]:
        found = []
        while True:
            try:
                found.append(self._results.get_nowait())
            except Empty:
                return found

    def _note(self, results: Sequence[tuple[_Lane, Ended | None]]) -> list[Ended]:
        for lane, ended in results:
            if ended is None and lane in self._lanes:
                self._lanes.remove(lane)
        return [ended for _, ended in results if ended is not None]


class _Lane:
    """One channel's parcels and the thread that sends them."""

    def __init__(
        self,
        channel_name: str,
        parcels: Sequence[Parcel],
        channel: Channel,
        results: SimpleQueue[tuple[_Lane, Ended | None]],
        blind_resends: int,
        begin_by: float,
    ) -> None:
        self.channel_name = channel_name
        self._channel = channel
        self._results = results
        self._blind_resends = blind_resends
        self._begin_by = begin_by
        self._waiting = list(parcels)
        self._under_way: Parcel | None = None
        self._is_over = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin; a thread that hangs does not keep the program from ending."""
        threading.Thread(target=self._run, name=f"channel {self.channel_name}", daemon=True).start()

    def give_up_waiting(self) -> list[Ended]:
        """Let nothing more come from this lane, and say what became of what it still had."""
        with self._lock:
            if self._is_over:
                return []
            self._is_over = True
            return self._rest()

    def _rest(self) -> list[Ended]:
        late = Receipt(outcome=Outcome.UNKNOWN, note=sentence("there was no answer in time").id)
        under_way = [] if self._under_way is None else [Ended(self._under_way, late)]
        return under_way + [Ended(parcel, None) for parcel in self._waiting]

    def _run(self) -> None:
        while (parcel := self._next()) is not None:
            if 0 < (rest := rest_of(self._channel)) <= _SHORT_REST_SECONDS:
                sleep(rest)  # a process that has died once is begun again before others lose their turn
                rest = rest_of(self._channel)
            if rest > 0:
                ended = Ended(parcel, None, rest_seconds=rest)
            else:
                ended = _attempt(self._channel, parcel, self._blind_resends)
            with self._lock:
                self._under_way = None
                if self._is_over:
                    return
                self._results.put((self, ended))

    def _next(self) -> Parcel | None:
        with self._lock:
            if not self._is_over and self._waiting and stopwatch() < self._begin_by:
                self._under_way = self._waiting.pop(0)
                return self._under_way
            if not self._is_over:
                self._is_over = True
                for ended in self._rest():
                    self._results.put((self, ended))
                self._results.put((self, None))
            return None


def rest_of(channel: Channel) -> float:
    """Return how many seconds a channel is to be left alone yet, after it failed again and again."""
    return float(getattr(channel, "rest_seconds", 0.0))


def _attempt(channel: Channel, parcel: Parcel, blind_resends: int) -> Ended:
    unknowns = parcel.delivery.unknowns
    if unknowns:
        known = _ask(channel, parcel.message.key)
        if known is not None and known.outcome in (Outcome.SENT, Outcome.GIVE_UP):
            return Ended(parcel, known)
        if known is None and unknowns > blind_resends:
            unsure = Receipt(outcome=Outcome.UNKNOWN, note=sentence("nobody knows whether it was sent").id)
            return Ended(parcel, unsure, is_final=True)
    receipt = _send(channel, parcel.message)
    if receipt.outcome is Outcome.UNKNOWN:
        receipt = _ask(channel, parcel.message.key) or receipt
    return Ended(parcel, receipt)


def _send(channel: Channel, message: Message) -> Receipt:
    try:
        receipt: object = channel.send(message)
    except BaseException as fault:  # noqa: BLE001 - SystemExit too: a plugin must not end the desk
        return Receipt(outcome=Outcome.UNKNOWN, note=type(fault).__name__)
    if isinstance(receipt, Receipt):
        return receipt
    return Receipt(outcome=Outcome.UNKNOWN, note=sentence("the channel gave no receipt").id)


def _ask(channel: Channel, key: str) -> Receipt | None:
    """Return what the channel knows of a message; none where it cannot tell."""
    ask = getattr(channel, "outcome_of", None)
    if ask is None:
        return None
    try:
        known: object = ask(key)
    except BaseException:  # noqa: BLE001 - as in _send; and what cannot be told is not known
        return None
    return known if isinstance(known, Receipt) and known.outcome is not Outcome.UNKNOWN else None
