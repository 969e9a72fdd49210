"""Keep to the number of messages that a gateway takes in a second."""

from __future__ import annotations

from threading import Lock

from dispatch.clock import sleep, stopwatch


class Pace:
    """Lets through so many a second, from whatever thread, evenly."""

    def __init__(self, per_second: int) -> None:
        """Let through *per_second*; 0 for any number."""
        self._apart = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._lock = Lock()

    def wait(self, end_by: float) -> bool:
        """Wait for one's turn, a moment as a rule; False, at once, where it would come after *end_by*."""
        if not self._apart:
            return True
        with self._lock:
            turn = max(self._next, stopwatch())
            if turn > end_by:
                return False
            self._next = turn + self._apart
        sleep(max(0.0, turn - stopwatch()))
        return True
