"""Send each message once, however often and from however many threads a channel is handed it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock
from typing import Final

from dispatch.model.message import Message, Outcome, Receipt

KEYS_REMEMBERED: Final = 10_000


class Once:
    """Remembers what was sent by its key, for as long as the process lives."""

    def __init__(self, attempt: Callable[[Message], Receipt], most: int = KEYS_REMEMBERED) -> None:
        """Stand before *attempt*, which tries once to send; the newest *most* keys are remembered."""
        self._attempt = attempt
        self._most = most
        self._sent: dict[str, Receipt] = {}
        self._under_way: dict[str, Event] = {}
        self._lock = Lock()

    def send(self, message: Message) -> Receipt:
        """Try to send, unless it was sent; while another thread tries the same key, wait for how that ends."""
        while True:
            with self._lock:
                known = self._sent.get(message.key)
                if known is not None:
                    return known
                others = self._under_way.get(message.key)
                if others is None:
                    mine = self._under_way[message.key] = Event()
                    break
            others.wait()
        try:
            receipt = self._attempt(message)
            if receipt.outcome is Outcome.SENT:
                self._remember(message.key, receipt)
            return receipt
        finally:
            with self._lock:
                del self._under_way[message.key]
            mine.set()

    def outcome_of(self, key: str) -> Receipt | None:
        """Return the receipt of what was sent; none where it was not, or an earlier process sent it."""
        with self._lock:
            return self._sent.get(key)

    def _remember(self, key: str, receipt: Receipt) -> None:
        with self._lock:
            self._sent[key] = receipt
            if len(self._sent) > self._most:
                del self._sent[next(iter(self._sent))]
