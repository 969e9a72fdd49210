"""The exact solver in a process of its own, with a deadline; when it fails, nearest first, marked as such."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self

from dispatch.clock import stopwatch
from dispatch.i18n import Sentence, sentence
from dispatch.solver.check import breaks_in_sent
from dispatch.solver.child import BEGINS
from dispatch.solver.problem import FirstAsked, Problem, Solution

SECONDS: Final = 30
"""How long a round waits for the exact solver, unless the rules say otherwise; it takes well below one."""
MEGABYTES: Final = 4096
"""How much memory it may use, unless the rules say otherwise; a community's round takes some 150."""
MOST_ANSWER_BYTES: Final = 64 * 2**20
"""No answer is longer; whoever writes on is stopped."""
_GRACE_SECONDS: Final = 2
"""How long a process may take to end once it has answered, or was told to."""
_KNOWN: Final = frozenset(
    ("dispatch.solver.problem", name) for name in ("Solution", "Assignment", "LeftOut", "TurnedAway", "Level")
) | {("dispatch.i18n", "Sentence")}
"""Everything an answer is made of; what names anything else is no answer."""


class ChildSolver:
    """A solver that cannot take the desk down.

    The process is started, never forked, on entering the first ``with`` block, and loads its
    libraries while the desk loads its own and reads its database. It is asked once; leaving any
    ``with`` block of it ends it.

    Args:
        seconds: How long to wait for the answer, from the question on.
        megabytes: How much memory the process may use, where the platform can hold it to
            that (Linux; not Windows); 0 for any amount.
        command: What is run instead of our own child, for tests.
    """

    def __init__(
        self, *, seconds: float = SECONDS, megabytes: int = MEGABYTES, command: Sequence[str] | None = None
    ) -> None:
        self.seconds = seconds
        self._command = own_command(megabytes) if command is None else command
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if self._process is not None:
            return self
        # Where it cannot be started, the question will find nobody.
        with suppress(OSError, ValueError):
            self._process = subprocess.Popen(  # noqa: S603  our own Python and our own words
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def __call__(self, problem: Problem, first_asked: FirstAsked) -> Solution:
        """Choose as ``exact.solve`` does.

        Returns:
            The exact solution, once what it says about who is sent has been checked against the
            rules; else the nearest-first one, whose ``engine`` and ``fault`` say so. Raises nothing
            because of what the process does.
        """
        began = stopwatch()
        try:
            solution = self._exact(problem, first_asked)
        except NoAnswer as fault:
            from dispatch.solver.greedy import solve_greedily

            solution = replace(solve_greedily(problem, first_asked), fault=fault.why)
        return replace(solution, seconds={**solution.seconds, "all": stopwatch() - began})

    def _exact(self, problem: Problem, first_asked: FirstAsked) -> Solution:
        answer = _read(self._ask(pickle.dumps((problem, first_asked), protocol=5)))
        try:
            solution = replace(answer, first_asked=first_asked, engine="exact", fault=None)
            broken = breaks_in_sent(problem, solution)
        except Exception as fault:
            # Fields of other types than they should be: no plan.
            raise NoAnswer(sentence("the solver's answer is no plan")) from fault
        if broken:
            raise NoAnswer(sentence("the solver's plan breaks a rule ({rule})", rule=broken[0].promise))
        return solution

    def _ask(self, question: bytes) -> bytes:
        """Hand the question over and wait for a whole answer.

        Raises:
            NoAnswer: It does not come in time, is too long, or the process ends otherwise than well.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise NoAnswer(sentence("the solver could not be started"))
        answer = bytearray()
        # In a thread, for a pipe may block for ever, and Windows has no other way to wait for one only so long.
        talk = Thread(target=_talk, args=(process.stdin, process.stdout, question, answer), daemon=True)
        talk.start()
        talk.join(self.seconds)
        if talk.is_alive():
            process.kill()
            talk.join(_GRACE_SECONDS)
            raise NoAnswer(sentence("the solver gave no answer within {seconds} s", seconds=f"{self.seconds:g}"))
        if len(answer) > MOST_ANSWER_BYTES:
            raise NoAnswer(sentence("the solver's answer cannot be read"))
        try:
            code = process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            code = 0  # it has answered in full, and will be ended
        check_ended_well(code)
        return bytes(answer)


class NoAnswer(Exception):
    """There is no answer that could be used.

    Args:
        why: For people.
    """

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


def check_ended_well(code: int) -> None:
    """Raise ``NoAnswer`` unless a process ended by itself and well.

    Args:
        code: As ``subprocess`` gives it: below 0 is the signal that ended it.
    """
    if code < 0:
        raise NoAnswer(sentence("the solver was ended by signal {signal}", signal=-code))
    if code:
        raise NoAnswer(sentence("the solver ended with exit code {code}", code=code))


def own_command(megabytes: int, module: str = "dispatch.solver.child") -> list[str]:
    """Return what runs ``main`` of a module of ours: this Python, which finds its modules where we find them."""
    # The path is handed over, ready made: a checkout is not installed, -m would look into the folder
    # one stands in, and reading the site's settings again (-S spares it) takes a tenth of the child's time.
    package = str(Path(__file__).resolve().parents[2])
    path = [one for one in sys.path if one] if package in sys.path else [*filter(None, sys.path), package]
    run = f"import sys; sys.path[:] = {path!r}; from {module} import main; main()"
    return [sys.executable, "-S", "-c", run, str(megabytes)]


def _talk(to: Any, back: Any, question: bytes, answer: bytearray) -> None:
    # Where it has died, or is ended meanwhile, writing fails; its exit code says the rest.
    with suppress(OSError, ValueError):
        left = memoryview(question)
        while left:
            left = left[to.write(left) :]
    with suppress(OSError, ValueError):
        to.close()
    with suppress(OSError, ValueError):
        while len(answer) <= MOST_ANSWER_BYTES and (more := back.read(1 << 16)):
            answer += more


def _read(answer: bytes) -> Solution:
    if not answer.startswith(BEGINS):
        raise NoAnswer(sentence("the solver's answer cannot be read"))
    try:
        found = _Reader(io.BytesIO(answer[len(BEGINS) :])).load()
    except Exception as fault:
        # What is no pickle may raise nearly anything.
        raise NoAnswer(sentence("the solver's answer cannot be read")) from fault
    if isinstance(found, str):
        raise NoAnswer(sentence("the solver stopped: {fault}", fault=found[:200]))
    if not isinstance(found, Solution):
        raise NoAnswer(sentence("the solver's answer is no plan"))
    return found


class _Reader(pickle.Unpickler):
    """Reads solutions and nothing else: bytes gone wrong must not name what is to be run."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
        return super().find_class(module, name)
