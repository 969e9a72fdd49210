"""A server on this computer, and somebody who calls it."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from dispatch.desk.link_key import Links
from dispatch.web.app import Listener
from tests.desk.conftest import Desk, database, desk  # noqa: F401  fixtures

LINKS = Links("https://help.example.cn", b"k" * 32)


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Caller:
    """Somebody who calls one server."""

    port: int

    def __call__(
        self, method: str, path: str, body: str | bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Call once."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read().decode())
        finally:
            connection.close()


@pytest.fixture
def listening(desk: Desk) -> Iterator[Callable[..., Caller]]:  # noqa: F811  the fixture
    """Starts a server for the street's desk."""
    running: list[tuple[uvicorn.Server, threading.Thread, socket.socket, Listener]] = []

    def start(**said: Any) -> Caller:
        usual = {"channels": {}, "public_url": LINKS.public_url, **said}
        listener = Listener(database=desk.street.database, actor=desk.actor, rules=desk.rules, **usual)
        server = uvicorn.Server(uvicorn.Config(listener.app(), lifespan="off", log_config=None, ws="none"))
        listens = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, args=([listens],))
        thread.start()
        running.append((server, thread, listens, listener))
        return Caller(listens.getsockname()[1])

    yield start
    for server, thread, listens, listener in running:
        server.should_exit = True
        thread.join(20)
        listens.close()
        listener.threads.shutdown()
