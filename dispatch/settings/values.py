"""Turn what a file or a variable says into what a dataclass asks for, or say what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import StrEnum
from types import MappingProxyType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from dispatch.errors import Refused
from dispatch.i18n import sentence
from dispatch.model.quiet import parse_quiet
from dispatch.model.rules import RINGS
from dispatch.settings.spot import Spot

_SECONDS: Final = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}
_UNIT_OF_NAME: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_DURATION = re.compile(r"([0-9]+) *(s|min|m|h|d) *")

_BOUNDS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "rules.targets": (1, 99),  # nobody is ever certain
        "rules.promise_minutes": (1, 60 * 24 * 30),
        "rules.batch_minutes": (0, 60),
        "rules.answer_days": (1, 3_650),
        "rules.offer_minutes": (1, 60 * 24 * 30),
        "rules.paper_minutes": (1, 60 * 24 * 30),
        "rules.check_minutes": (1, 60 * 24 * 7),
        "rules.most_headcount": (1, 1_000),
        "rules.code_days": (30, 3_650),  # promised: a code is not used again for 30 days
        "rules.disclosure_hours": (0, 24),  # promised: nobody sees a door for longer than a day after
        "rules.solve_seconds": (1, 3_600),
        "rules.continuity_days": (0, 3_650),
        "rules.blind_resends": (0, 1),  # promised: at most one
        "rules.send_attempts": (1, 100),
        "rules.lease_seconds": (10, 3_600),
    }
)
_AREA_CODE = re.compile("0?[1-9][0-9]{1,3}", re.ASCII)
_PUBLIC_URL: Final = re.compile(
    r"(https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?)(/[\w.~-]+)*", re.ASCII
)
_ANY_NUMBER: Final = (0, 1_000_000)


def read(shape: Any, said: object, spot: Spot, default: object = None) -> Any:
    """Return *said* as *shape*.

    Args:
        shape: A dataclass, ``Mapping``, ``tuple[str, ...]``, ``StrEnum``, ``int``, ``bool``, ``str``, ``Any``, or
            one of these "or none". A whole number whose name says its unit may be given as a duration: "2h".
        said: What TOML gives, or a variable's text.
        spot: Where it stands.
        default: What a mapping begins with.

    Raises:
        Misconfigured: It is not of that shape, or outside its bounds; names the spot.
    """
    if is_dataclass(shape):
        return _read_fields(shape, said, spot)
    origin, inner = get_origin(shape), get_args(shape)
    if origin is UnionType:  # only ever "… or none", and TOML has no none
        return read(inner[0], said, spot, default)
    if origin is tuple:
        return _read_list(said, spot)
    if origin is Mapping:
        return _read_names(inner, said, spot, default)
    if shape is int:
        return _read_whole(said, spot)
    if shape is bool:
        return _read_flag(said, spot)
    if isinstance(shape, type) and issubclass(shape, StrEnum):
        if said in (choices := tuple(choice.value for choice in shape)):
            return shape(said)
        raise spot.wrong(sentence("{said} is not one of {choices}", said=str(said), choices=choices))
    if shape is str:
        if isinstance(said, str):
            return _checked(said, spot)
        raise spot.wrong(sentence("{said} is not text", said=str(said)))
    return _read_option(said, spot)


def _table(said: object, spot: Spot) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise spot.wrong(sentence("is no section"))
    return said


def _read_fields(shape: Any, said: object, spot: Spot) -> object:
    hints = get_type_hints(shape)
    known = {each.name: each for each in fields(shape)}
    values = {}
    for name, value in _table(said, spot).items():
        if name not in known:
            raise spot.below(name).unknown(tuple(known))
        values[name] = read(hints[name], value, spot.below(name), _default_of(known[name]))
    return shape(**values)


def _default_of(each: Field[Any]) -> object:
    return each.default_factory() if each.default_factory is not MISSING else each.default


def _read_names(inner: tuple[Any, ...], said: object, spot: Spot, default: object) -> Mapping[str, Any]:
    kind, shape = inner
    values: dict[str, Any] = dict(default) if isinstance(default, Mapping) else {}
    for name, value in _table(said, spot).items():
        key = name
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            if name not in (choices := tuple(choice.value for choice in kind)):
                raise spot.below(name).unknown(choices)
            key = kind(name)
        values[key] = read(shape, value, spot.below(name), None)
    return MappingProxyType(values)


def _checked(said: str, spot: Spot) -> str:
    if spot.path == ("phones", "area_code") and said and not _AREA_CODE.fullmatch(said):
        raise spot.wrong(sentence("{said} is not an area code such as 0351", said=said))
    if spot.path == ("rules", "quiet_hours"):
        try:
            parse_quiet(said)
        except Refused:
            raise spot.wrong(sentence("{said} is not quiet hours such as 21:30-07:30", said=said)) from None
    if spot.path == ("listen", "public_url") and said and not _PUBLIC_URL.fullmatch(said):
        raise spot.wrong(sentence("{said} is not an address such as https://help.example.cn", said=said))
    return said


def _read_list(said: object, spot: Spot) -> tuple[str, ...]:
    if isinstance(said, str):
        said = [part.strip() for part in said.split(",") if part.strip()]
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        raise spot.wrong(sentence("is not a list of names"))
    if spot.path == ("rules", "rings"):
        for name in said:
            if name not in RINGS:
                raise spot.wrong(sentence("{said} is not one of {choices}", said=name, choices=RINGS))
    return tuple(said)


def _read_whole(said: object, spot: Spot) -> int:
    words = [name.rpartition("_")[2] for name in spot.path]
    unit = next((_UNIT_OF_NAME[word] for word in words if word in _UNIT_OF_NAME), None)
    number = said
    if isinstance(said, str):
        number = _from_text(said.strip(), unit)
    if isinstance(number, bool) or not isinstance(number, int):
        if unit is None:
            raise spot.wrong(sentence("{said} is not a whole number", said=str(said)))
        raise spot.wrong(sentence("{said} is not a whole number, nor such as 30m, 2h, 1d", said=str(said)))
    least, most = _BOUNDS.get(".".join(spot.path[:2]), _ANY_NUMBER)
    if not least <= number <= most:
        raise spot.wrong(
            sentence("{number} is not between {least} and {most}", number=number, least=least, most=most)
        )
    return number


def _from_text(text: str, unit: int | None) -> int | None:
    if re.fullmatch(r"-?[0-9]{1,9}", text):
        return int(text)
    if unit is None or not re.fullmatch(f"({_DURATION.pattern})+", text):
        return None
    seconds = sum(int(count) * _SECONDS[name] for count, name in _DURATION.findall(text))
    return seconds // unit if seconds % unit == 0 else None


def _read_flag(said: object, spot: Spot) -> bool:
    if isinstance(said, str) and said.lower() in ("true", "false"):
        return said.lower() == "true"
    if not isinstance(said, bool):
        raise spot.wrong(sentence("{said} is neither true nor false", said=str(said)))
    return said


def _read_option(said: object, spot: Spot) -> object:
    """Let through what survives a trip through JSON."""
    if len(spot.path) == 3 and spot.path[-1] == "enabled":
        return _read_flag(said, spot)
    if isinstance(said, dict):
        return {name: _read_option(value, spot.below(name)) for name, value in said.items()}
    if isinstance(said, list):
        return [_read_option(value, spot) for value in said]
    if isinstance(said, float) and not math.isfinite(said):
        raise spot.wrong(sentence("{said} is not a number", said=str(said)))
    if not isinstance(said, (str, int, float)):
        raise spot.wrong(sentence("dates are written as text, in quotation marks"))
    return said
