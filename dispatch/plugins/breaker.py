"""Leave a channel alone for a while that fails again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Final

from dispatch.clock import stopwatch

MOST_FAILURES: Final = 5
WITHIN_SECONDS: Final = 60.0
REST_SECONDS: Final = 60.0


class Breaker:
    """Opens after five failures in a minute; a minute later one message tries whether it works again.

    A failure is the channel's own fault: it raised, died, hung or answered nonsense. A receipt that says
    that the message did not go is none.

    It is forgotten when the program ends: a ``dispatch deliver`` that runs once tries anew, and stops at
    the same number of failures.
    """

    def __init__(self, seconds: Callable[[], float] = stopwatch) -> None:
        """Begin closed.

        Args:
            seconds: What the time is, on a clock that only ever grows.
        """
        self._seconds = seconds
        self._failures: deque[float] = deque(maxlen=MOST_FAILURES)
        self._opened_at: float | None = None
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        """Whether the channel is left alone, or on trial after it was."""
        return self._opened_at is not None

    @property
    def rest_seconds(self) -> float:
        """How long the channel is left alone yet: 0 where it may be called."""
        with self._lock:
            return 0.0 if self._opened_at is None else max(0.0, self._opened_at + REST_SECONDS - self._seconds())

    def failed(self) -> None:
        """Take note that the channel failed."""
        with self._lock:
            now = self._seconds()
            self._failures.append(now)
            is_often = len(self._failures) == MOST_FAILURES and now - self._failures[0] <= WITHIN_SECONDS
            if is_often or self._opened_at is not None:
                self._opened_at = now

    def worked(self) -> None:
        """Take note that the channel answered as it should."""
        with self._lock:
            if self._opened_at is not None:
                self._opened_at = None
                self._failures.clear()
