"""Messages, problems and a channel to try things on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final

from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.responder import ResponderKind
from dispatch.model.service import Pool, Urgency
from dispatch.solver.problem import Helper, Need, Problem, Spot

FICTIONAL_PHONE: Final = "+9991380000001"
"""A number that nobody has."""

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
