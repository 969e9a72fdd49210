"""One warm process for one plugin, in which its faults end: the desk waits for it no longer than it must."""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
import weakref
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Any, Final, cast

from dispatch.clock import stopwatch
from dispatch.errors import Misconfigured, PluginBroke
from dispatch.i18n import Sentence
from dispatch.plugins import inside
from dispatch.plugins.line import Gone, Line, Nonsense, NotHeard, TooLate

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

MEMORY_MB: Final = 512
DEADLINE_SECONDS: Final = 10
START_SECONDS: Final = 60
"""How long a process may take to begin; the plugin's own deadline counts from then."""

FIRST_REST_SECONDS: Final = 1.0
LONGEST_REST_SECONDS: Final = 60.0

_AFTER_THE_DESK: Final = 10
"""How far a plugin's process stands back (``nice``): then whoever waits for one that works well is not kept."""

_TURN_SECONDS: Final = 0.5
"""How long one that has died waits where another one is just being begun again."""

begun_again = threading.Lock()
"""Held while one that has died is begun again: several at once would take every processor for a while."""

_LOOK_SECONDS: Final = 0.05
"""How often a call that takes long is looked after."""


class Failed(Exception):
    """A plugin's process raised, died, hung or answered nonsense; says which, without private data."""


class NotBegun(Failed):
    """What was asked was surely not begun: there is no process, or it is not time to try one again."""


class _Context(SpawnContext):
    """Begins one process afresh, and remembers it, for it may have to be killed at any moment."""

    begun: BaseProcess | None = None

    def Process(self, *args: Any, **kwargs: Any) -> BaseProcess:  # type: ignore[override]  # noqa: N802  its name there
        """Make the process that a pool asks for, once: the pool would replace a dead one at once, and for ever."""
        if self.begun is not None:
            raise OSError
        self.begun = SpawnContext.Process(*args, **kwargs)
        return self.begun


class OwnProcess:
    """A plugin's process: begun when it is first asked something, begun again after it died, but not at once.

    Args:
        source: Where the plugin is imported from, as an entry point says it.
        memory_mb: How much memory it may take, in megabytes.
    """

    def __init__(self, source: str, memory_mb: int = MEMORY_MB) -> None:
        """Begin nothing yet."""
        self.source = source
        self.memory_mb = memory_mb
        self._at_start: tuple[tuple[Any, ...], float] | None = None
        self._running: _Running | None = None
        self._deaths = 0
        self._not_before = 0.0
        self._lock = threading.RLock()
        _all.add(self)

    @property
    def pid(self) -> int | None:
        """The process's number; none where there is none."""
        return None if self._running is None else self._running.pid

    @property
    def rest_seconds(self) -> float:
        """How long it is left alone yet after it died: 0 where it may be asked."""
        return 0.0 if self._running is not None else max(0.0, self._not_before - stopwatch())

    def ask(self, what: str, *given: Any, seconds: float = DEADLINE_SECONDS) -> Any:
        """Have one thing done there.

        Args:
            seconds: When it takes longer it is killed, with everything it has begun.

        Returns:
            Plain data.

        Raises:
            NotBegun: There is no process, and surely nothing was begun.
            Failed: It raised, died, hung or answered nonsense.
            Misconfigured: It says itself what is wrong with its options.
            PluginBroke: It is not as it must be; the plugin's name in it is not known here.
        """
        with self._lock:
            running = self._running or self._start()
        return self._ask(running, what, given, seconds)

    def open_with(self, *given: Any, seconds: float) -> Any:
        """Have it open its channel, now and whenever it is begun again.

        Raises:
            As ``ask``.
        """
        said = self.ask("open", *given, seconds=seconds)
        self._at_start = given, seconds
        return said

    def close(self) -> None:
        """Kill it, with everything it has begun."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.kill()
            running.tidy()

    def _start(self) -> _Running:
        if (rest := self.rest_seconds) > 0:
            raise NotBegun(f"it is left alone for {rest:.0f} s after it died")
        if not self._deaths:
            return self._begin()
        if not begun_again.acquire(blocking=False):
            self._not_before = stopwatch() + _TURN_SECONDS
            raise NotBegun("another one is being begun again")
        try:
            return self._begin()
        finally:
            begun_again.release()

    def _begin(self) -> _Running:
        try:
            running = self._running = _Running(self.memory_mb, is_trusted=not self._deaths)
        except Exception as fault:
            raise NotBegun(f"no process: {type(fault).__name__}") from fault
        if self._at_start is not None:
            given, seconds = self._at_start
            try:
                self._ask(running, "open", given, seconds)
            except (Failed, Misconfigured, PluginBroke) as fault:
                self._died(running)
                raise NotBegun(f"it does not open again: {fault}") from fault
        return running

    def _ask(self, running: _Running, what: str, given: tuple[Any, ...], seconds: float) -> Any:
        try:
            text = running.ask(what, self.source, given, seconds)
        except Failed:
            self._died(running)
            raise
        # Who opens well and dies of every message is no better for it.
        if what != "open":
            self._deaths = 0
        return _read(text)

    def _died(self, running: _Running) -> None:
        with self._lock:
            if self._running is running:
                self._running = None
                rest = min(FIRST_REST_SECONDS * 2**self._deaths, LONGEST_REST_SECONDS)
                self._deaths += 1
                self._not_before = stopwatch() + rest
        running.kill()
        running.tidy()


class _Running:
    """A process that has been begun; a pool of one, thrown away with it, since a death may leave its locks held."""

    def __init__(self, memory_mb: int, *, is_trusted: bool) -> None:
        from pebble import ProcessPool

        self._context = _Context()
        self._line = Line(self._context)
        # Windows has pipes of a kind of its own; both are read and closed alike.
        make_pipe: Any = self._context.Pipe
        watched, self._life = make_pipe(duplex=False)
        self._pool: ProcessPool = ProcessPool(
            max_workers=1,
            initializer=inside.prepare,
            initargs=(watched, memory_mb, *self._line.theirs),
            context=cast("Any", self._context),  # what it says of pipes differs between systems
        )
        self._first: ProcessFuture[None] = self._pool.schedule(inside.ready)
        self._beginning = threading.Lock()
        self._is_tidy = False
        if self.pid is not None:
            _stand_back(self.pid, is_trusted=is_trusted)
        self._watched: Connection | None = watched

    @property
    def pid(self) -> int | None:
        return None if self._context.begun is None else self._context.begun.pid

    def ask(self, what: str, source: str, given: tuple[Any, ...], seconds: float) -> str:
        with self._beginning:
            if self._is_tidy:
                raise NotBegun("its process is gone")
            if self._watched is not None:
                self._wait_until_begun()
        try:
            return self._line.ask(json.dumps([what, source, *given]), seconds=seconds, is_there=self._is_alive)
        except NotHeard as fault:
            raise NotBegun("its process is gone") from fault
        except Gone as fault:
            raise Failed("its process died") from fault
        except TooLate as fault:
            raise Failed("there was no answer in time") from fault
        except Nonsense as fault:
            raise Failed("an answer that cannot be read") from fault

    def _wait_until_begun(self) -> None:
        end_by = stopwatch() + START_SECONDS
        while True:
            try:
                self._first.result(timeout=_LOOK_SECONDS)
                break
            except NotYet:
                if self._first.done():
                    continue
                if not self._is_alive():
                    raise Failed("its process died") from None
                if stopwatch() > end_by:
                    raise Failed("it did not begin") from None
            except Exception as fault:
                raise Failed("its process died") from fault
        try:
            self._pool.schedule(inside.serve)
        except RuntimeError as fault:
            raise NotBegun("its process is gone") from fault
        self._line.let_go()
        if self._watched is not None:
            self._watched.close()
            self._watched = None

    def _is_alive(self) -> bool:
        # Asked without waiting for it, which is the pool's business.
        try:
            os.kill(self.pid or 0, 0)
        except OSError:
            return False
        begun = self._context.begun
        return begun is not None and begun.is_alive()

    def kill(self) -> None:
        """Kill it and everything that it began and that stayed in its group."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # or it looks for another
        begun, pid = self._context.begun, self.pid
        if begun is None or pid is None:
            return
        if sys.platform != "win32":
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
        with suppress(Exception):
            begun.kill()

    def tidy(self) -> None:
        """Give back what the pool holds, once it is dead."""
        with suppress(Exception):
            self._pool.join()
        # Two who gave it up at once must not both close: the number of what is closed may be another's by then.
        with self._beginning:
            if self._is_tidy:
                return
            self._is_tidy = True
            self._life.close()
            self._line.close()
            if self._watched is not None:
                self._watched.close()
                self._watched = None


def _stand_back(pid: int, *, is_trusted: bool) -> None:
    """Let a process come after the desk wherever both want the processor.

    Args:
        is_trusted: Else it has died before, and comes last of all: starting takes long.
    """
    with suppress(OSError):
        if sys.platform == "linux" and not is_trusted:
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
        elif sys.platform != "win32":
            os.setpriority(os.PRIO_PROCESS, pid, _AFTER_THE_DESK if is_trusted else 19)


def _read(text: str) -> Any:
    try:
        said = json.loads(text)
        if "answer" in said:
            return said["answer"]
        if "fault" in said:
            raise Failed(str(said["fault"])[:200])
        error = said["error"]
        about = Sentence.from_json(error)
        kind, hint = error["kind"], error["hint"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise Failed("an answer that cannot be read") from fault
    wrong = PluginBroke if kind == PluginBroke.kind else Misconfigured
    raise wrong(about.id, hint=hint, **about.params)


_all: weakref.WeakSet[OwnProcess] = weakref.WeakSet()


@atexit.register
def end_all() -> None:
    """End every plugin's process that this one has begun."""
    for one in list(_all):
        one.close()
