"""A provider on this computer for channels to speak to: it answers well, badly or not at all, as it is told."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Final

_KEY: Final = re.compile("0192f5a0-?0000-?7000-?8000-?[0-9a-f]{12}")
_HOST: Final = "127.0.0.1"


class Mood(StrEnum):
    """How the provider answers."""

    WELL = "200"
    REFUSES = "400"
    IN_TROUBLE = "500"
    HANGS = "hangs"
    HANGS_UP = "hangs up"


class Provider:
    """A local HTTP server in one mood.

    Args:
        mood: How it answers every call.
    """

    def __init__(self, mood: Mood) -> None:
        self.mood = mood
        self.calls: list[str] = []
        self.released = Event()
        self._lock = Lock()
        self._server = _Server((_HOST, 0), self)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{_HOST}:{self._server.server_address[1]}/"

    @property
    def arrived(self) -> int:
        """How many messages have arrived: calls that bear the same key count once, since a provider can see that."""
        with self._lock:
            keys = [_KEY.search(said) for said in self.calls]
        return len({key[0].replace("-", "") for key in keys if key}) + sum(key is None for key in keys)

    def heard(self, said: str) -> None:
        """Remember a call."""
        with self._lock:
            self.calls.append(said)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], provider: Provider) -> None:
        super().__init__(address, _Answering)
        self.provider = provider

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a channel may hang up on us."""


class _Answering(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        provider = self.server.provider
        size = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(size)) if size.isdecimal() else b""
        provider.heard(f"{self.path}\n{self.headers}\n{body.decode('utf-8', 'replace')}")
        if provider.mood is Mood.HANGS:
            provider.released.wait()
        if provider.mood in (Mood.HANGS, Mood.HANGS_UP):
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(int(provider.mood.value))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  http.server looks for these names

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def provider(mood: Mood) -> Iterator[Provider]:
    """Run a provider that is reached without any proxy, and end it."""
    found = Provider(mood)
    thread = Thread(target=found._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)  # noqa: SLF001
    thread.start()
    try:
        with _without_proxy():
            yield found
    finally:
        found.released.set()
        found._server.shutdown()  # noqa: SLF001  one module, one thing
        found._server.server_close()  # noqa: SLF001
        thread.join()


@contextmanager
def nobody() -> Iterator[str]:
    """Give the address of a provider that has gone: whoever calls is turned away at once."""
    with socket.socket() as taken:
        taken.bind((_HOST, 0))  # held, but nobody listens
        with _without_proxy():
            yield f"http://{_HOST}:{taken.getsockname()[1]}/"


@contextmanager
def _without_proxy() -> Iterator[None]:
    names = ("no_proxy", "NO_PROXY")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, _HOST))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
