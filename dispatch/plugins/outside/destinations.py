"""Read a web address strictly: what two readers could understand differently is no address."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import urlsplit

from dispatch.plugins.outside.addresses import Address, read_address

PORTS: Final = {"https": 443, "http": 80}
LONGEST: Final = 4096

# RFC 3986, section 2.
_ONLY_THESE: Final = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# 2130706433, 0177.1 and 127.0x1 are all taken for 127.0.0.1 by some readers.
_ENDS_IN_A_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")


class NotAnAddress(ValueError):
    """A web address cannot be read in one way only, or has a scheme that is not open."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a request goes.

    Args:
        host: A name in lower case, or an address; IPv6 without brackets.
        target: The path and what follows it, as it stands in the first line of a request.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The host as a request names it: with the port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def literal(self) -> Address | None:
        """The host where it is an address itself, and none where it is a name."""
        try:
            return read_address(self.host)
        except ValueError:
            return None

    def is_among(self, hosts: Collection[str]) -> bool:
        """Return whether a list of hosts has this one.

        Args:
            hosts: Such as "push.example.org", "*.push.example.org" for every name below it, or
                "10.1.2.3:8443". Without a port, only the scheme's usual one is meant.
        """
        return is_listed(self.host, self.port, hosts, usual=PORTS[self.scheme])


def is_listed(host: str, port: int, hosts: Collection[str], *, usual: int) -> bool:
    """Return whether a list of hosts has one; an entry without a port means the *usual* one."""
    for one in hosts:
        name, only = _listed(one)
        is_it = name == host or (name.startswith("*.") and host.endswith(name[1:]))
        if is_it and (only or usual) == port:
            return True
    return False


def read(url: str, *, plain_http: bool = False) -> Destination:
    """Read a web address.

    Args:
        plain_http: Whether http:// is open beside https://.

    Raises:
        NotAnAddress: It has another scheme, a user's name, a host that is neither a name nor an address in its usual
            form, a port that is none, or any character that belongs into no address.
    """
    if len(url) > LONGEST or not _ONLY_THESE.fullmatch(url):
        raise NotAnAddress
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as fault:
        raise NotAnAddress from fault
    if parts.scheme not in PORTS or (parts.scheme == "http" and not plain_http):
        raise NotAnAddress
    if "@" in parts.netloc or parts.netloc.endswith(":") or port == 0:
        raise NotAnAddress
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, _plain_host(host.removesuffix(".")), port or PORTS[parts.scheme], target)


def _plain_host(host: str) -> str:
    try:
        if ":" in host:
            return str(IPv6Address(host)) if "%" not in host else _refuse()
        if _ENDS_IN_A_NUMBER.fullmatch(host):
            return str(IPv4Address(host))
    except AddressValueError as fault:
        raise NotAnAddress from fault
    return host if _NAME.fullmatch(host) else _refuse()


def _refuse() -> str:
    raise NotAnAddress


def _listed(one: str) -> tuple[str, int | None]:
    host, port = one.strip().lower(), None
    if (split := re.fullmatch(r"(\[.*\]|[^:]*):([0-9]{1,5})", host)) is not None:
        host, port = split[1], int(split[2])
    return host.strip("[]").removesuffix("."), port
