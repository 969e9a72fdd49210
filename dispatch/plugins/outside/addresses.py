"""Which addresses of the internet may be called at all."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# From IANA's registries (RFC 6890) rather than `is_global`, whose answers differ between releases of Python.
_CLOSED_V4: Final = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own, and 100.100.100.200, where Aliyun keeps a machine's credentials
        "127.0.0.0/8",
        "168.63.129.16/32",  # inside Azure, the platform itself
        "169.254.0.0/16",  # 169.254.169.254 and 169.254.0.23 hold credentials in most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_V6: Final = IPv6Network("2000::/3")
"""All that is given out; ::1, mapped and translated forms, unique local, link-local and multicast lie outside."""
_CLOSED_V6: Final = tuple(IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_HOLD_V4_AT_THEIR_END: Final = tuple(
    IPv6Network(one) for one in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)


def networks(named: Sequence[str]) -> tuple[Network, ...]:
    """Read the networks that a list names, such as "192.168.3.0/24".

    Raises:
        ValueError: One of them is none.
    """
    return tuple(ip_network(one.strip(), strict=False) for one in named)


def may_be_called(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Return whether an address leads out into the world, or into a network that is allowed by name.

    Whatever carries an IPv4 address within it (mapped, 6to4, Teredo, NAT64) must be allowed by name, and
    the address within must be one that may be called as well.
    """
    within = _carried(address)
    return (_is_open(address) or _is_named(address, allowed)) and (within is None or may_be_called(within, allowed))


def _is_open(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in one for one in _CLOSED_V4)
    return address in _OPEN_V6 and not any(address in one for one in _CLOSED_V6)


def _is_named(address: Address, allowed: Sequence[Network]) -> bool:
    return any(address.version == one.version and address in one for one in allowed)


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address) or address == IPv6Address("::1"):
        return None
    if any(address in one for one in _HOLD_V4_AT_THEIR_END):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.teredo is not None:
        return address.teredo[1]
    return address.sixtofour


def read_address(text: str) -> Address:
    """Read what a resolver gave; the name of a network card behind it is dropped.

    Raises:
        ValueError: It is no address.
    """
    return ip_address(text.partition("%")[0])
