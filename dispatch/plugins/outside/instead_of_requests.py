"""What a library that calls servers with ``requests`` finds in its place: our own door."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any, Final

from dispatch.model.message import Receipt
from dispatch.plugins.outside.posting import Answer, NoAnswer, Outside

_METHODS: Final = ("get", "post", "put", "patch", "delete", "head")


@dataclass(slots=True)
class Calls:
    """What a library called while it sent one message.

    Args:
        failure: How the last call ended that nobody answered.
    """

    door: Outside
    answers: list[Answer] = field(default_factory=list)
    failure: Receipt | None = None

    def refusal(self) -> int:
        """Return the number by which a service refused, though it answered 200: DingTalk and WeCom say ``errcode``."""
        if not self.answers or not 200 <= self.answers[-1].status < 300:
            return 0
        try:
            said = json.loads(self.answers[-1].body)
        except (ValueError, RecursionError):
            return 0
        number = said.get("errcode", 0) if isinstance(said, dict) else 0
        return number if isinstance(number, int) else 0


_CALLS: ContextVar[Calls | None] = ContextVar("calls", default=None)


class InsteadOfRequests:
    """Has everything that ``requests`` has, and sends through the door of whoever is sending."""

    def __init__(self, real: ModuleType) -> None:
        """Stand in the place of *real*."""
        self._real = real

    def __getattr__(self, name: str) -> Any:
        """Give what the library itself has, but its ways to send."""
        return partial(self.request, name.upper()) if name in _METHODS else getattr(self._real, name)

    def request(self, method: str, url: str, **more: Any) -> Any:
        """Send one request through the door; outside ``through``, as ever."""
        calls = _CALLS.get()
        if calls is None:
            return self._real.request(method, url, **more)
        known = ("headers", "files", "data", "params", "auth", "cookies", "json")
        asked = self._real.Request(method, url, **{name: more[name] for name in known if name in more}).prepare()
        body = asked.body.encode() if isinstance(asked.body, str) else asked.body
        headers = {name: value for name, value in asked.headers.items() if isinstance(value, str)}
        try:
            answer = calls.door.ask(method, asked.url, body, headers)
        except NoAnswer as fault:
            calls.failure = fault.receipt
            raise self._real.ConnectionError(fault.receipt.note) from None
        calls.answers.append(answer)
        calls.failure = None
        return _as_response(self._real.Response(), asked.url, answer)


def _as_response(response: Any, url: str, answer: Answer) -> Any:
    response.status_code, response.url, response.encoding = answer.status, url, "utf-8"
    response._content = answer.body  # noqa: SLF001  it has no other way in
    return response


def stand_in(kind: type, package: str) -> bool:
    """Put ourselves into the modules of a class and of what it descends from; once and for all.

    Args:
        package: Only modules below it are touched.

    Returns:
        Whether any of them calls servers with ``requests``.
    """
    found = False
    for one in kind.__mro__:
        module = sys.modules.get(one.__module__)
        if module is None or not one.__module__.startswith(f"{package}."):
            continue
        real = vars(module).get("requests")
        found = found or real is not None
        if isinstance(real, ModuleType):
            module.requests = InsteadOfRequests(real)  # type: ignore[attr-defined]
    return found


@contextmanager
def through(door: Outside) -> Iterator[Calls]:
    """Let whatever is sent meanwhile go through a door, in this thread and in those that share its context."""
    calls = Calls(door)
    token = _CALLS.set(calls)
    try:
        yield calls
    finally:
        _CALLS.reset(token)
