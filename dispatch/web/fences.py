"""What holds for every call, whatever it asks: which hosts, how large, how long, which headers, and no details."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from dispatch.plugins.faults import where_it_broke

Scope: TypeAlias = MutableMapping[str, Any]
Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES: Final = 1_000_000
"""Of the body of one call."""

BROKE: Final = "something went wrong here"
"""All that anybody is told of what broke."""

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS: Final = (
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"x-robots-tag", b"noindex, nofollow"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (
        b"content-security-policy",
        b"default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    ),
)

log = logging.getLogger("dispatch.web")


class Fenced:
    """Every answer with the headers that keep a token from leaking, and nothing told of what broke."""

    def __init__(self, inner: App, hosts: Collection[str]) -> None:
        """Stand before *inner*; *hosts* are the names under which it may be called."""
        self._inner = inner
        self._hosts = {host.casefold() for host in hosts} | LOOPBACK

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a call on, if it comes under one of our names."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        has_begun = False

        async def answer(event: Event) -> None:
            nonlocal has_begun
            if event["type"] == "http.response.start":
                has_begun = True
                ours = {name for name, _ in HEADERS}
                kept = [pair for pair in event.get("headers", []) if pair[0].lower() not in ours]
                event = {**event, "headers": [*kept, *HEADERS]}
            await send(event)

        if _host(scope) not in self._hosts:
            await _plain(answer, 421, "this is not the name of this server")
            return
        try:
            await self._inner(scope, receive, answer)
        except Exception as fault:  # noqa: BLE001  whoever calls learns nothing of what broke
            # Where an answer has begun, the routes have noted the fault.
            if not has_begun:
                note_broken(fault)
                await _plain(answer, 500, BROKE)


def note_broken(fault: BaseException) -> None:
    """Log that a call broke: neither its path nor the words of the fault, which may hold what is private."""
    log.error("a call broke: %s", where_it_broke(fault))


def is_from_our_page(headers: MutableMapping[str, str] | Any, host: str) -> bool:
    """Return whether a form that was posted stood on a page of ours.

    Browsers of today say so themselves. Older ones name the page's origin; with ``no-referrer`` some
    say "null", and some nothing: there the token in the address, which no other page knows, has to do.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin in (None, "null") or urlsplit(origin).netloc.casefold() == host.casefold()


def _host(scope: Scope) -> str:
    said = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    try:
        return (urlsplit(f"//{said}").hostname or "").casefold()
    except ValueError:
        return ""


async def _plain(send: Send, status: int, words: str) -> None:
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [kind]})
    await send({"type": "http.response.body", "body": words.encode()})
