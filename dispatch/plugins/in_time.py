"""Call what others wrote, and wait for it only so long."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class TooLong(Exception):
    """What was called has not come back."""


class InTime:
    """Calls things by name, each in a thread of its own, and waits for one only so long.

    One that does not come back is not called again while it is still at it; the thread ends with the process. (One
    that never gives Python a turn, in a library in C, cannot be left behind in this way.)

    Args:
        seconds: How long one call is waited for.
    """

    def __init__(self, seconds: float) -> None:
        """See the class."""
        self.seconds = seconds
        self._at_it: dict[str, Thread] = {}
        self._lock = Lock()

    def call(self, name: str, work: Callable[[], T]) -> T:
        """Return what *work* gives.

        Raises:
            TooLong: It does not come back in time, or an earlier call of that name has not come back yet.
            Exception: Whatever it raises, ``SystemExit`` too.
        """
        answer: _Answer[T] = _Answer()
        with self._lock:
            before = self._at_it.get(name)
            if before is not None and before.is_alive():
                raise TooLong
            # A daemon, so that the end of the process is not held up by it either.
            thread = self._at_it[name] = Thread(target=answer.take, args=(work,), daemon=True, name=name)
            thread.start()
        thread.join(self.seconds)
        return answer.given()


class _Answer(Generic[T]):
    def __init__(self) -> None:
        self._found: list[T] = []
        self._fault: BaseException | None = None

    def take(self, work: Callable[[], T]) -> None:
        try:
            self._found.append(work())
        except BaseException as fault:  # noqa: BLE001  it is raised again where it is waited for
            self._fault = fault

    def given(self) -> T:
        if self._fault is not None:
            raise self._fault
        if not self._found:
            raise TooLong
        return self._found[0]
