"""The routes: channels that are called back, short links, and phones that subscribe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dispatch.desk.arrivals import take_in
from dispatch.desk.links import OfferSeen, answer_by_link, see_offer, subscribe, subscribes_in
from dispatch.errors import Refused, Unavailable
from dispatch.i18n import Sentence
from dispatch.model.actor import Actor
from dispatch.model.arrival import Callback
from dispatch.model.rules import Rules
from dispatch.plugins.guarded import Guarded
from dispatch.store.engine import Database
from dispatch.web.fences import BROKE, MOST_BYTES, App, Fenced, is_from_our_page, note_broken
from dispatch.web.pages import offer_page, plain_page, subscribe_page

if TYPE_CHECKING:
    from dispatch.store.engine import Transaction

T = TypeVar("T")

PATIENCE_SECONDS: Final = 8
"""How long a call waits for the database: providers hang up after ten."""

BODY_SECONDS: Final = 10
_THREADS: Final = 16
_METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_STATIC: Final = {
    "static/style.css": "text/css; charset=utf-8",
    "static/manifest.json": "application/manifest+json",
    "static/subscribe.js": "text/javascript; charset=utf-8",
    "worker.js": "text/javascript; charset=utf-8",
}
_UNKNOWN: Final = Sentence("This link is not known, or it is too old.")
_BUSY: Final = Sentence("We are busy just now. Please try again in a minute.")
_NOT_OURS: Final = Sentence("Please open the link again and press the button there.")


@dataclass(frozen=True, kw_only=True)
class Listener:
    """What answers the calls.

    Args:
        actor: In whose name; what somebody answers is recorded in theirs.
        public_url: Where phones reach us; empty where only providers on this computer do.
        push_key: The public key with which browsers subscribe; none where there is no such channel.
    """

    database: Database
    actor: Actor
    rules: Rules
    channels: Mapping[str, Guarded]
    public_url: str = ""
    push_key: str | None = None
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "call"))

    def app(self) -> App:
        """Return the application."""
        routes = [
            Route("/o/{token}", self.see, methods=["GET"]),
            Route("/o/{token}", self.answer, methods=["POST"]),
            Route("/push/{token}", self.see_subscribing, methods=["GET"]),
            Route("/push/{token}", self.subscribe, methods=["POST"]),
            Route("/channels/{name}", self.called_back, methods=_METHODS),
            Route("/channels/{name}/{rest:path}", self.called_back, methods=_METHODS),
            *(Route(f"/{path}", _static(path, kind), methods=["GET"]) for path, kind in _STATIC.items()),
        ]
        host = urlsplit(self.public_url).hostname if self.public_url else None
        routed = Starlette(routes=routes, exception_handlers=_FAULTS)
        return Fenced(routed, [host] if host else [])

    async def see(self, request: Request) -> Response:
        """Show what a link is for, and change nothing."""
        token = request.path_params["token"]
        return _offer_or_unknown(await self._do(lambda: self._read(lambda tx: see_offer(tx, self.actor, token))))

    async def answer(self, request: Request) -> Response:
        """Accept or decline by the button on a link's page."""
        token = request.path_params["token"]
        said = parse_qs((await _body(request)).decode("utf-8", "replace")).get("answer", [""])[-1]
        if said not in ("yes", "no") or not is_from_our_page(request.headers, request.headers.get("host", "")):
            return HTMLResponse(plain_page(_NOT_OURS), 403)

        def work(tx: Transaction) -> OfferSeen | None:
            return answer_by_link(tx, self.actor, self.rules, token, accepts=said == "yes")

        return _offer_or_unknown(await self._do(lambda: self.database.write(work)))

    async def see_subscribing(self, request: Request) -> Response:
        """Show the page on which a phone subscribes."""
        token = request.path_params["token"]
        language = await self._do(lambda: self._read(lambda tx: subscribes_in(tx, self.actor, token)))
        if language is None or self.push_key is None:
            return HTMLResponse(plain_page(_UNKNOWN), 404)
        return HTMLResponse(subscribe_page(language, self.push_key))

    async def subscribe(self, request: Request) -> Response:
        """Keep the subscription of a phone."""
        token, body = request.path_params["token"], (await _body(request)).decode("utf-8", "replace")
        if not is_from_our_page(request.headers, request.headers.get("host", "")):
            return PlainTextResponse("", 403)
        if self.push_key is None:
            return PlainTextResponse("", 404)

        def work() -> bool | None:
            try:
                return self.database.write(lambda tx: subscribe(tx, self.actor, self.rules, token, body))
            except Refused:
                return None

        done = await self._do(work)
        return PlainTextResponse("", 400 if done is None else 204 if done else 404)

    async def called_back(self, request: Request) -> Response:
        """Hand a provider's call to its channel; what it brings is stored before the provider is answered."""
        channel = self.channels.get(request.path_params["name"])
        if channel is None or not channel.is_called_back:
            raise HTTPException(404)
        rest = request.path_params.get("rest")
        call = Callback(
            method=request.method,
            path="" if rest is None else f"/{rest}",
            query=dict(request.query_params),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await _body(request),
        )

        def work() -> Response:
            answer = channel.called_back(call)
            if answer is None:
                raise Unavailable("the channel gave no answer")
            if answer.arrivals and answer.status < 400:
                take_in(self.database, self.actor, self.rules, channel.name, answer.arrivals)
            headers = {"content-type": answer.content_type}
            return Response(answer.body, answer.status, headers)

        return await self._do(work)

    def _read(self, work: Callable[[Transaction], T]) -> T:
        return self.database.read(work)

    async def _do(self, work: Callable[[], T]) -> T:
        """Work in a thread; whoever asked is told to come again where that takes too long, and it goes on."""
        under_way = asyncio.get_running_loop().run_in_executor(self.threads, work)
        done, _ = await asyncio.wait([under_way], timeout=PATIENCE_SECONDS)
        if done:
            return under_way.result()
        under_way.add_done_callback(lambda late: late.cancelled() or late.exception())
        raise Unavailable("the database is busy")


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise HTTPException(413)
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408) from None
    return body


def _offer_or_unknown(seen: OfferSeen | None) -> Response:
    return HTMLResponse(plain_page(_UNKNOWN), 404) if seen is None else HTMLResponse(offer_page(seen))


def _not_here(request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 404
    if status == 404 and request.url.path.startswith(("/o/", "/push/")):
        return HTMLResponse(plain_page(_UNKNOWN), 404)
    return PlainTextResponse("", status, getattr(fault, "headers", None))


def _busy(request: Request, fault: Exception) -> Response:
    headers = {"retry-after": "30"}
    if request.url.path.startswith("/o/"):
        return HTMLResponse(plain_page(_BUSY), 503, headers)
    return PlainTextResponse("", 503, headers)


def _broke(request: Request, fault: Exception) -> Response:
    note_broken(fault)
    return PlainTextResponse(BROKE, 500)


_FAULTS: Final[Mapping[Any, Callable[[Request, Exception], Response]]] = {
    HTTPException: _not_here,
    Unavailable: _busy,
    Exception: _broke,
}


def _static(path: str, kind: str) -> Callable[[Request], Response]:
    content = files("dispatch.web").joinpath("static", path.rpartition("/")[2]).read_bytes()
    return lambda _request: Response(content, headers={"content-type": kind})
