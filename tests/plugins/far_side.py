"""A server on this machine that stands for one outside: it keeps what comes and answers as told."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Letter:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class FarSide(ThreadingHTTPServer):
    """Listens on a free port; ``statuses`` and then 200 are what it answers, ``said`` the body of each answer."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.letters: list[Letter] = []
        self.statuses: list[int] = []
        self.said = b"{}"
        self.more_headers: dict[str, str] = {}
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.server_port}"
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever calls may hang up."""


class _Answering(BaseHTTPRequestHandler):
    server: FarSide

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.letters.append(Letter(self.command, self.path, headers, body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        for name, value in {"Content-Length": str(len(self.server.said)), **self.server.more_headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.said)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
