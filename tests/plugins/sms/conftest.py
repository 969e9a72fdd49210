"""A provider of text messages on this machine, and messages as the desk words them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dispatch.i18n import Sentence, say
from dispatch.model.message import Message, MessageKind
from dispatch.testing import a_message


@dataclass
class Asked:
    """One request as it came."""

    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Provider:
    """Answers what it is told to answer, in order, and otherwise that all is well."""

    url: str = ""
    good: Callable[[Asked], object] = field(default=lambda asked: {})
    answers: list[tuple[int, object]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


class _Answering(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, self.rfile.read(int(headers.get("content-length", "0"))))
        self.provider.asked.append(asked)
        status, said = self.provider.answers.pop(0) if self.provider.answers else (200, self.provider.good(asked))
        if said == "silence":
            self.provider.released.wait(20)
            return
        if said == "broken":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{")
            return
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that listens on a free port."""
    one = Provider()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Answering", (_Answering,), {"provider": one})) as server:
        one.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield one
        one.released.set()
        server.shutdown()
        thread.join()


OFFER = (
    "request {number}: {service}, {place}, {when}, about {minutes} min, {terms}."
    " Reply 1 {code} to take it, 2 {code} if you cannot"
)
OFFERED = {
    "service": "疏通下水",
    "place": "8号楼，步行4分钟",
    "when": "今天9:00-11:00",
    "minutes": "45",
    "terms": "无偿",
}


def worded(kind: MessageKind, template: str, *, language: str = "zh", **params: str) -> Message:
    """Return a message with the values that its sentence needs, worded as the desk does it."""
    known = {"number": "12", **params}
    text = say(Sentence(template, known), "zh" if language == "zh" else "en")
    code = known.get("code", "")
    return a_message(kind=kind, template=template, params=known, text=text, language=language, code=code)


@pytest.fixture
def offer() -> Callable[..., Message]:
    """Words an offer, with any value or field of the message changed as given."""

    def make(*, to: str = "+9991380000001", key: str = "k-1", language: str = "zh", **changes: Any) -> Message:
        from dataclasses import replace

        message = worded(MessageKind.OFFER, OFFER, language=language, **{**OFFERED, "code": "4821", **changes})
        return replace(message, to=to, key=key)

    return make
