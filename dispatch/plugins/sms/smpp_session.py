"""One connection to an SMS gateway over SMPP 3.4: bound, read by a thread of its own, kept awake."""

from __future__ import annotations

import itertools
import logging
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Any, Final

from smpplib import consts, smpp

from dispatch.clock import stopwatch
from dispatch.plugins.faults import where_it_broke

SECONDS_TO_REACH: Final = 3.0
SECONDS_TO_BIND: Final = 3.0
SECONDS_OF_SILENCE: Final = 30.0
"""After so long without a word the gateway is asked whether it is there, and after twice as long it is not."""

_LONGEST: Final = 65_536
_STATUS_NAMES: Final[dict[int, str]] = {
    value: name.removeprefix("SMPP_") for name, value in vars(consts).items() if name.startswith("SMPP_ESME_R")
}

log = logging.getLogger("dispatch.plugins")


class NotReached(Exception):
    """There is no connection: nothing was sent."""


class NotBound(Exception):
    """The gateway refused us; ``status`` is its own."""

    def __init__(self, status: int) -> None:
        """Say with which status."""
        super().__init__(status_name(status))
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the gateway is and who we are to it."""

    host: str
    port: int
    system_id: str
    password: str
    system_type: str = ""
    tls: bool = False


def status_name(status: int) -> str:
    """Return how the standard calls a status, such as ``ESME_RTHROTTLED``."""
    return _STATUS_NAMES.get(status, f"0x{status:08X}")


class _Numbers:
    """Gives each request of a connection its number, as smpplib asks for it."""

    def __init__(self) -> None:
        self._next = itertools.count(1)
        self.sequence = 0

    def next_sequence(self) -> int:
        self.sequence = next(self._next) & 0x7FFFFFFF
        return self.sequence


class Waiting:
    """What a request waits for."""

    def __init__(self, on_answer: Callable[[Any], None] | None = None) -> None:
        """Wait; *on_answer* hears the answer even where it comes too late for whoever waited."""
        self.answer: Any = None
        self._done = Event()
        self._on_answer = on_answer

    def end(self, answer: Any) -> None:
        """Let go of whoever waits, with the answer, or with none where the connection is gone."""
        self.answer = answer
        if answer is not None and self._on_answer is not None:
            self._on_answer(answer)
        self._done.set()

    def wait(self, seconds: float) -> Any:
        """Return the answer; none where it has not come in time."""
        self._done.wait(max(0.0, seconds))
        return self.answer


class Session:
    """A bound connection."""

    def __init__(self, account: Account, on_delivery: Callable[[Session, Any], None]) -> None:
        """Connect and bind as a transceiver.

        Args:
            on_delivery: Is handed what comes in, and the session by which to ``respond`` once it is stored.

        Raises:
            NotReached: Nobody answers there.
            NotBound: The gateway does not want us.
        """
        self._on_delivery = on_delivery
        self._numbers = _Numbers()
        self._waiting: dict[int, Waiting] = {}
        self._lock = Lock()
        self.is_open = True
        try:
            self._socket = _connected(account)
        except OSError as fault:
            raise NotReached(type(fault).__name__) from fault
        self._reader = Thread(target=self._read, name=f"smpp {account.host}", daemon=True)
        self._reader.start()
        answer = self.ask(
            "bind_transceiver",
            system_id=account.system_id,
            password=account.password,
            system_type=account.system_type,
        ).wait(SECONDS_TO_BIND)
        if answer is None:
            self._end()
            raise NotReached("bind_transceiver")
        if answer.status != consts.SMPP_ESME_ROK:
            self._end()
            raise NotBound(answer.status)

    def ask(self, command: str, on_answer: Callable[[Any], None] | None = None, **fields: Any) -> Waiting:
        """Send a request; the answer is the one that carries its number.

        Raises:
            NotReached: The connection was gone before: nothing was sent.
        """
        waiting = Waiting(on_answer)
        with self._lock:
            pdu = smpp.make_pdu(command, client=self._numbers, **fields)
            self._waiting[pdu.sequence] = waiting
        if not self._send(pdu):
            raise NotReached(command)
        return waiting

    def respond(self, sequence: int, command: str = "deliver_sm_resp") -> bool:
        """Answer a request of the gateway's that all is well; False where the connection is gone."""
        pdu = smpp.make_pdu(command, client=self._numbers)
        pdu.sequence = sequence
        return self._send(pdu)

    def close(self) -> None:
        """Say good-bye and hang up."""
        with suppress(NotReached):
            self.ask("unbind").wait(1.0)
        self._end()

    def _send(self, pdu: Any) -> bool:
        """Send; False where the connection was gone before. Where it breaks meanwhile, whoever waits is let go."""
        content, is_whole = pdu.generate(), True
        with self._lock:
            if not self.is_open:
                return False
            try:
                self._socket.sendall(content)
            except OSError:
                is_whole = False
        if not is_whole:
            self._end()
        return True

    def _end(self) -> None:
        with self._lock:
            self.is_open = False
            waiting, self._waiting = list(self._waiting.values()), {}
        # The reader may be waiting for a word: shut down, so that it hears of the end.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for one in waiting:
            one.end(None)

    def _read(self) -> None:
        try:
            while self.is_open and (content := self._next()) is not None:
                self._take(smpp.parse_pdu(content, client=self._numbers, allow_unknown_opt_params=True))
        except (OSError, NotReached):
            log.info("smpp: the connection broke")
        except Exception as fault:  # noqa: BLE001  whatever a gateway sends must end this connection, not the desk
            log.warning("smpp: not understood: %s", where_it_broke(fault))
        self._end()

    def _next(self) -> bytes | None:
        head = self._exactly(4, b"")
        if head is None:
            return None
        length = struct.unpack(">L", head)[0]
        return self._exactly(length, head) if 16 <= length <= _LONGEST else None

    def _exactly(self, length: int, content: bytes) -> bytes | None:
        heard_at = stopwatch()
        while len(content) < length:
            try:
                more = self._socket.recv(length - len(content))
            except TimeoutError:
                if stopwatch() - heard_at >= 2 * SECONDS_OF_SILENCE:
                    return None
                self.ask("enquire_link")
                continue
            if not more:
                return None
            content += more
        return content

    def _take(self, pdu: Any) -> None:
        if pdu.command == "deliver_sm":
            self._on_delivery(self, pdu)
        elif pdu.command == "enquire_link":
            self.respond(pdu.sequence, "enquire_link_resp")
        elif pdu.command == "unbind":
            self.respond(pdu.sequence, "unbind_resp")
            self._end()
        elif pdu.is_response():
            with self._lock:
                waiting = self._waiting.pop(pdu.sequence, None)
            if waiting is not None:
                waiting.end(pdu)


def _connected(account: Account) -> socket.socket:
    plain = socket.create_connection((account.host, account.port), timeout=SECONDS_TO_REACH)
    if account.tls:
        try:
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=account.host)
        except OSError:
            plain.close()
            raise
    plain.settimeout(SECONDS_OF_SILENCE)
    return plain
