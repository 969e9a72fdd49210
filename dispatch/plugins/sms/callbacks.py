"""What the providers of text messages call us with: checked by the token in the address, read with care."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dispatch.model.arrival import Arrival, Callback, CallbackAnswer
from dispatch.plugins.fields import Field, FieldKind

TOKEN: Final = Field(
    "callback_token",
    "回调地址里的口令",
    "the secret at the end of the callback address",
    FieldKind.SECRET,
    pattern="[A-Za-z0-9_-]{16,128}",
)
"""The providers sign little or nothing of what they call us with: only they and we know this."""

LONGEST_BODY: Final = 1_000_000
_LONGEST_TEXT: Final = 1_000
_PHONE: Final = re.compile(r"\+?\d{5,15}")
_MOBILE_IN_CHINA: Final = re.compile(r"1\d{10}")

Item = Mapping[str, Any]


def answered(
    call: Callback, token: str, read: Callable[[Item], Arrival | None], answers: Callable[[int, str], Item]
) -> CallbackAnswer:
    """Return what a provider brings, and the answer in its own form.

    Args:
        token: What the address must end in; where it is empty nothing is let in.
        read: Reads one item; none where it is for somebody else. A ``ValueError`` lets go of that item.
        answers: The provider's form of an answer: a code, 0 where all is well, and a word.
    """
    if not token or not hmac.compare_digest(call.path.strip("/").encode("utf-8", "replace"), token.encode()):
        return _in_json(403, answers(1, "forbidden"))
    if call.method != "POST":
        return _in_json(405, answers(1, "POST"))
    try:
        items = _items(call.body)
    except ValueError:
        return _in_json(400, answers(1, "not understood"))
    arrivals: list[Arrival] = []
    understood = not items
    for item in items:
        try:
            arrival = read(item)
        except (ValueError, TypeError, AttributeError):
            continue
        understood = True
        if arrival is not None:
            arrivals.append(arrival)
    if not understood:
        return _in_json(400, answers(1, "not understood"))
    return _in_json(200, answers(0, "OK"), arrivals)


def text_in(item: Item, name: str) -> str:
    """Return a text or a number of an item as text.

    Raises:
        ValueError: It is not there, is something else, or is far too long.
    """
    said = item.get(name)
    if isinstance(said, bool) or not isinstance(said, (str, int)) or len(str(said)) > _LONGEST_TEXT:
        raise ValueError(name)
    return str(said)


def phone_in(item: Item, name: str, country: str = "") -> str:
    """Return a phone number of an item, in E.164 as far as it can be told.

    Args:
        country: The country's code, where the provider gives it by itself.

    Raises:
        ValueError: It is none.
    """
    said = text_in(item, name).strip()
    if not _PHONE.fullmatch(said) or (country and not country.isdecimal()):
        raise ValueError(name)
    if said.startswith("+"):
        return said
    if country:
        return f"+{country}{said}"
    return f"+86{said}" if _MOBILE_IN_CHINA.fullmatch(said) else f"+{said}"


def _items(body: bytes) -> list[Item]:
    if len(body) > LONGEST_BODY:
        raise ValueError(len(body))
    try:
        said = json.loads(body.decode("utf-8"))
    except RecursionError:
        raise ValueError("too deep") from None
    items = said if isinstance(said, list) else [said]
    return [one if isinstance(one, dict) else {} for one in items]


def _in_json(status: int, said: Item, arrivals: Sequence[Arrival] = ()) -> CallbackAnswer:
    body = json.dumps(said, ensure_ascii=False)
    return CallbackAnswer(
        status=status, body=body, content_type="application/json; charset=utf-8", arrivals=tuple(arrivals)
    )
