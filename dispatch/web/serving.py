"""Listen until told to stop: on which address, for how long, and to a quiet end."""

from __future__ import annotations

import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from dispatch.errors import Refused, Unavailable
from dispatch.web.fences import LOOPBACK, App

MOST_AT_ONCE = 64
"""Calls answered at the same time; more are told to come again."""

END_SECONDS = 10
"""How long a call that is under way may take to end once we are told to stop."""


class _Server(uvicorn.Server):
    """A server that ends quietly on Ctrl-C and SIGTERM, instead of letting the signal end the process as well."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {one: signal.signal(one, self._stop) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in former.items():
                signal.signal(one, handler)

    def _stop(self, *_: object) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def check_host(host: str, *, behind_tls_proxy: bool) -> None:
    """Raise unless it is safe to listen there: other computers reach us only through a server that speaks HTTPS.

    Raises:
        Refused: It is not.
    """
    try:
        is_here = host in LOOPBACK or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here and not behind_tls_proxy:
        raise Refused(
            "{host} can be reached by other computers, and nothing encrypts what they say",
            host=host,
            hint="let a server that speaks HTTPS stand before it, then say so in dispatch.toml:"
            " behind_tls_proxy = true, below [listen]",
        )


def serve(app: App, host: str, port: int, *, seconds: float | None, when_ready: Callable[[str, int], None]) -> None:
    """Answer calls until Ctrl-C, SIGTERM, or some time has passed.

    Args:
        port: 0 takes any that is free.
        seconds: How long; none means until told to stop.
        when_ready: Hears where it listens.

    Raises:
        Unavailable: The address is taken, or none of this computer's.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=128)
    except OSError as fault:
        raise Unavailable(
            "{host} port {port} cannot be listened on: {why}",
            host=host,
            port=str(port),
            why=fault.strerror or type(fault).__name__,
            hint="another program may have it: choose another with --port",
        ) from fault
    # Nothing is logged of a call: its address is a secret.
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        ws="none",
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=END_SECONDS,
    )
    server = _Server(config)
    with listening:
        when_ready(host, listening.getsockname()[1])
        alarm = threading.Timer(seconds, server._stop) if seconds is not None else None  # noqa: SLF001  our own
        if alarm is not None:
            alarm.daemon = True
            alarm.start()
        try:
            server.run(sockets=[listening])
        finally:
            if alarm is not None:
                alarm.cancel()
