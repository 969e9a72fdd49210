"""Facts by key, the newest so many."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

Fact = TypeVar("Fact")


class Remembered(Generic[Fact]):
    """Keeps one fact for each key, and lets go of the oldest when there are too many."""

    def __init__(self, most: int = 10_000) -> None:
        """Begin with none."""
        self._most = most
        self._facts: dict[str, Fact] = {}
        self._lock = Lock()

    def put(self, key: str, fact: Fact) -> None:
        """Keep a fact, in place of an earlier one."""
        with self._lock:
            self._facts[key] = fact
            if len(self._facts) > self._most:
                del self._facts[next(iter(self._facts))]

    def get(self, key: str) -> Fact | None:
        """Return the fact; none where there is none, or where it is so old that it was let go."""
        with self._lock:
            return self._facts.get(key)

    def take(self, key: str) -> Fact | None:
        """Return the fact and let go of it."""
        with self._lock:
            return self._facts.pop(key, None)
