"""Post to a provider and tell apart what did not reach it from what it did not answer."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from dispatch.clock import unix_milliseconds
from dispatch.model.message import Outcome, Receipt

SECONDS_TO_REACH: Final = 3.0
SECONDS_TO_ANSWER: Final = 5.0
_LONGEST_ANSWER: Final = 65_536
_CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,80}")

_attempts = itertools.count()


class NotReached(Exception):
    """Nothing was sent: the provider has not got the message."""


class NotAnswered(Exception):
    """It may have got the message; nobody knows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said.

    Args:
        status: Of HTTP.
        said: Its JSON object; empty where it said none.
    """

    status: int
    said: Mapping[str, Any]


def host_of(endpoint: str) -> str:
    """Return the host as it stands in the header, with the port where the address gives one."""
    return urlsplit(endpoint).netloc.rpartition("@")[2]


def post(endpoint: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
    """Post once, without following anything.

    Args:
        endpoint: Such as "https://dysmsapi.aliyuncs.com".
        target: Path and query.

    Raises:
        NotReached: No connection was made.
        NotAnswered: It was sent, at least in part, and no whole answer came.
    """
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    connection = (
        HTTPSConnection(host, parts.port, timeout=SECONDS_TO_REACH, context=ssl.create_default_context())
        if secure
        else HTTPConnection(host, parts.port, timeout=SECONDS_TO_REACH)
    )
    try:
        try:
            connection.connect()
            connection.sock.settimeout(SECONDS_TO_ANSWER)
        except OSError as fault:
            raise NotReached(type(fault).__name__) from fault
        try:
            connection.request("POST", target, body=body, headers=dict(headers))
            answer = connection.getresponse()
            content = answer.read(_LONGEST_ANSWER)
        except (OSError, HTTPException) as fault:
            raise NotAnswered(type(fault).__name__) from fault
    finally:
        connection.close()
    return Answer(answer.status, _object(content))


def not_of_the_provider(answer: Answer, code: str) -> Receipt | None:
    """Return the receipt of an answer that says nothing about the message; none where it does.

    Args:
        code: The provider's own, empty where there is none.
    """
    note = code or f"HTTP {answer.status}"
    if answer.status in (429, 503):
        return Receipt(outcome=Outcome.TRY_LATER, note=note)
    if answer.status >= 500 or (answer.status == 200 and not code):
        return Receipt(outcome=Outcome.UNKNOWN, note=note)
    return None if code else Receipt(outcome=Outcome.GIVE_UP, note=note)


def code_in(said: object) -> str:
    """Return a provider's code fit for the log: letters, digits, dots and strokes, 80 at most."""
    return said if isinstance(said, str) and _CODE.fullmatch(said) else ""


def nonce_of(key: str) -> str:
    """Return 64 hexadecimal digits that no other attempt has: the provider refuses a copy of a request."""
    attempt = f"{key} {os.getpid()} {unix_milliseconds()} {next(_attempts)}"
    return hashlib.sha256(attempt.encode("utf-8", "replace")).hexdigest()


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
