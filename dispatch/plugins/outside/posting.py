"""Call a server outside: once, at the very address that was checked, following it nowhere, within seconds."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Final, TypeAlias

from dispatch.clock import stopwatch
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import Outcome, Receipt
from dispatch.plugins.outside.addresses import Address, Network, may_be_called, read_address
from dispatch.plugins.outside.destinations import Destination, NotAnAddress, is_listed, read

SECONDS: Final = 5.0
LONGEST_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read; what follows is left."""

_ADDRESSES_TRIED: Final = 3

Resolve: TypeAlias = Callable[[str, int], Sequence[Address]]
Connect: TypeAlias = Callable[[Address, int, float], socket.socket]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    body: bytes = b""


class NoAnswer(Exception):
    """There is no answer; the receipt says whether the request can have arrived.

    Args:
        receipt: ``GIVE_UP`` where the address may not be called, ``TRY_LATER`` where nothing was sent,
            ``UNKNOWN`` where the request had gone out.
    """

    def __init__(self, outcome: Outcome, why: Sentence) -> None:
        super().__init__(why.id)
        self.why = why
        self.receipt = Receipt(outcome=outcome, note=why.id)


def resolve(host: str, port: int) -> list[Address]:
    """Ask for the addresses of a name, as this machine does for every program.

    Raises:
        OSError: The name is not known, or nobody answers.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [read_address(str(one[4][0])) for one in found]


def connect(address: Address, port: int, seconds: float) -> socket.socket:
    """Open a connection to an address; no name is looked up.

    Raises:
        OSError: Nobody answers there.
    """
    return socket.create_connection((str(address), port), timeout=seconds)


class Outside:
    """The door through which a channel calls servers.

    No proxy is used, whatever the environment says: a proxy would look the name up again.
    """

    def __init__(
        self,
        *,
        hosts: Sequence[str] | None,
        allow_private: Sequence[Network] = (),
        plain_http: bool = False,
        ca_file: str = "",
        seconds: float = SECONDS,
        resolve: Resolve = resolve,
        connect: Connect = connect,
    ) -> None:
        """Stand ready; nobody is called yet.

        Args:
            hosts: The only ones that are called; see ``Destination.is_among``. None for every one in the world.
            allow_private: Networks that are called although they are not the world's.
            plain_http: Whether http:// is open beside https://.
            ca_file: Certificates to believe instead of this machine's; "" for this machine's.
            seconds: All that one request may take, once its name is looked up.
            resolve: Looks a name up; asked once for each request.
            connect: Opens a connection to an address.
        """
        self._hosts = hosts
        self._allowed = allow_private
        self._plain_http = plain_http
        self._ca_file = ca_file
        self._seconds = seconds
        self._resolve = resolve
        self._connect = connect

    def destination(self, url: str) -> Destination:
        """Return where an address leads, as far as can be said without looking its name up.

        Raises:
            NoAnswer: It may not be called.
        """
        try:
            to = read(url, plain_http=self._plain_http)
        except NotAnAddress:
            raise NoAnswer(Outcome.GIVE_UP, sentence("this is no web address that may be called")) from None
        if self._hosts is not None and not to.is_among(self._hosts):
            raise _not_listed()
        if (literal := to.literal) is not None and not may_be_called(literal, self._allowed):
            raise _into_a_private_network()
        return to

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post *body* once; as ``ask``."""
        return self.ask("POST", url, body, headers)

    def ask(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """Send one request and return what the server says, a redirect too.

        Raises:
            NoAnswer: The address may not be called, or nobody answered.
        """
        to = self.destination(url)
        addresses = self._addresses(to.host, to.port)
        end_by = stopwatch() + self._seconds
        line = self._connected(to, addresses, end_by)
        try:
            return _exchanged(_Line(line, end_by), to, method, body, headers)
        finally:
            line.close()

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file or None)

    def check(self, host: str, port: int) -> None:
        """Make sure that a server that speaks no HTTP may be called; any port of a listed host will do.

        Raises:
            NoAnswer: It may not be, or nobody knows the host.
        """
        plain = host.lower().removesuffix(".")
        if self._hosts is not None and not is_listed(plain, port, self._hosts, usual=port):
            raise _not_listed()
        self._addresses(host, port)

    def _addresses(self, host: str, port: int) -> list[Address]:
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise NoAnswer(Outcome.TRY_LATER, sentence("nobody knows this host")) from None
        # Whatever else the name leads to is not called, and the name is not asked again.
        good = [one for one in dict.fromkeys(found) if may_be_called(one, self._allowed)]
        if not good:
            raise _into_a_private_network()
        return good[:_ADDRESSES_TRIED]

    def _connected(self, to: Destination, addresses: Sequence[Address], end_by: float) -> socket.socket:
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                line = self._connect(address, to.port, max(0.001, (end_by - stopwatch()) / left))
            except OSError:
                continue
            return line if to.scheme == "http" else self._locked(line, to.host, end_by)
        raise NoAnswer(Outcome.TRY_LATER, sentence("the other side cannot be reached"))

    def _locked(self, line: socket.socket, host: str, end_by: float) -> socket.socket:
        try:
            line.settimeout(max(0.001, end_by - stopwatch()))
            return self._certificates.wrap_socket(line, server_hostname=host)
        except ssl.SSLCertVerificationError:
            line.close()
            raise NoAnswer(Outcome.TRY_LATER, sentence("the certificate of the other side is not in order")) from None
        except (OSError, ValueError):
            line.close()
            raise NoAnswer(Outcome.TRY_LATER, sentence("the other side cannot be reached")) from None


def _not_listed() -> NoAnswer:
    return NoAnswer(Outcome.GIVE_UP, sentence("this host is not on the list of hosts"))


def _into_a_private_network() -> NoAnswer:
    return NoAnswer(Outcome.GIVE_UP, sentence("this host leads into a private network"))


def _exchanged(
    line: _Line, to: Destination, method: str, body: bytes | None, headers: Mapping[str, str]
) -> Answer:
    connection = HTTPConnection(to.host, to.port)
    connection.sock = line  # it sends and reads, which is all that is asked of it
    try:
        connection.request(method, to.target, body, {"Host": to.authority, "User-Agent": "sandan", **headers})
        answer = connection.getresponse()
    except (OSError, HTTPException, ValueError):
        raise NoAnswer(Outcome.UNKNOWN, sentence("the other side took the message and did not answer")) from None
    return Answer(answer.status, _beginning(answer))


def _beginning(answer: HTTPResponse) -> bytes:
    try:
        return answer.read(LONGEST_ANSWER)
    except (OSError, HTTPException, ValueError):
        return b""  # the status has come, and that decides


class _Line:
    """A connection all of whose reading together ends in time: a drop every few seconds does not hold it open."""

    def __init__(self, inner: socket.socket, end_by: float) -> None:
        self._inner = inner
        self._end_by = end_by

    def sendall(self, content: bytes) -> None:
        self._inner.settimeout(self._left())
        self._inner.sendall(content)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))

    def receive(self, room: memoryview) -> int:
        self._inner.settimeout(self._left())
        return self._inner.recv_into(room)

    def close(self) -> None:
        """Leave it open: who opened it closes it."""

    def _left(self) -> float:
        left = self._end_by - stopwatch()
        if left <= 0:
            raise TimeoutError
        return left


class _Reading(io.RawIOBase):
    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, room: memoryview) -> int:  # type: ignore[override]  # nothing else is handed to it
        return self._line.receive(room)
