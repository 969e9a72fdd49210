"""A channel to the notifications of people's browsers and phones: Web Push (RFC 8030, 8291) with VAPID (RFC 8292).

What ``Message.to`` holds is the subscription, exactly as ``JSON.stringify(subscription)`` gives it in the browser.
Its endpoint was chosen by whoever sent it, so nothing is posted but to the push services that the section allows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, ClassVar, Final, cast

from dispatch.clock import unix_milliseconds
from dispatch.errors import Misconfigured
from dispatch.i18n import Language, Sentence, say, sentence
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.once import Once
from dispatch.plugins.outside.addresses import networks
from dispatch.plugins.outside.answers import receipt_of
from dispatch.plugins.outside.options import PRIVATE_AND_PLAIN
from dispatch.plugins.outside.posting import NoAnswer, Outside

NAME: Final = "web-push"
PUSH_SERVICES: Final = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
)
"""Where the browsers of today are reached."""

LONGEST_PAYLOAD: Final = 3993
"""Bytes that fit into the one record of 4096 that every push service takes (RFC 8291, section 4)."""

_TOKEN_SECONDS: Final = 12 * 3600
_GONE: Final = frozenset({404, 410})
_URGENCIES: Final = {MessageKind.OFFER: "high", MessageKind.NOT_NEEDED: "high", MessageKind.MERGED: "low"}


class NoSubscription(ValueError):
    """An address is not what a browser gives as its subscription."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A message as only the subscribed browser can read it."""

    endpoint: str
    body: bytes


class WebPush:
    """Encrypts each message for its browser and posts it to the browser's push service.

    The payload is JSON: ``title``, ``text``, ``number``, ``code`` and, where the message has one, ``link``. Copies
    of one message have the same ``Topic``, so that while the phone is off they replace each other.
    """

    fields: ClassVar[tuple[Field, ...]] = (
        Field("private_key", "VAPID 私钥", "the private key (VAPID)", FieldKind.SECRET, required=True),
        Field(
            "contact",
            "推送服务遇到问题时联系谁",
            "whom a push service may write to",
            required=True,
            pattern=r"mailto:[^@\s]+@[\w.-]+|https://[\w.-]+\S*",
            trial="mailto:desk@example.org",
        ),
        Field("hosts", "允许的推送服务", "push services", FieldKind.LIST, default=list(PUSH_SERVICES)),
        Field(
            "ttl",
            "对方不在线时保留多少秒",
            "seconds that a message waits for a phone that is off",
            FieldKind.NUMBER,
            default=3600,
            most=28 * 24 * 3600,
        ),
        *PRIVATE_AND_PLAIN,
    )
    capabilities = Capabilities(
        needs_phone=False, needs_address=True, longest_text=1000, reads=("to", "text", "params", "code", "number")
    )

    def __init__(self, options: Options) -> None:
        """Open; nobody is called yet.

        Raises:
            Misconfigured: An option is not as ``fields`` says, the key is none, or the extra is not installed.
        """
        options = checked(NAME, options, self.fields)
        _check_installed()
        self._private_key: str = options["private_key"]
        self._contact: str = options["contact"]
        self._ttl: int = options["ttl"]
        _check_key(self._private_key)
        try:
            allowed = networks(options["allow_private"])
        except ValueError:
            raise _wrong("allow_private", sentence("is no network such as 192.168.3.0/24")) from None
        self._outside = Outside(hosts=options["hosts"], allow_private=allowed, plain_http=options["plain_http"])
        self._once = Once(self._attempt)

    def send(self, message: Message) -> Receipt:
        """Post the message, unless the push service took it before."""
        return self._once.send(message)

    def outcome_of(self, key: str) -> Receipt | None:
        """Return ``SENT`` where this process posted it, else none."""
        return self._once.outcome_of(key)

    @staticmethod
    def new_keys() -> Mapping[str, str]:
        """Make a key for a new section.

        Raises:
            Misconfigured: The extra is not installed.
        """
        _check_installed()
        from py_vapid import Vapid02

        maker = Vapid02()
        maker.generate_keys()
        return {"private_key": _base64url(maker.private_key.private_numbers().private_value.to_bytes(32, "big"))}

    def _attempt(self, message: Message) -> Receipt:
        payload = _payload(message)
        if len(payload) > LONGEST_PAYLOAD:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("the text is too long").id)
        try:
            sealed = _sealed(message.to, payload)
            origin = self._outside.destination(sealed.endpoint)
            headers = {
                # Without it, some services try to read the body as a form.
                "Content-Type": "application/octet-stream",
                "Content-Encoding": "aes128gcm",
                "TTL": str(self._ttl),
                "Urgency": _URGENCIES.get(message.kind, "normal"),
                "Topic": topic_of(message.key),
                "Authorization": self._token(f"{origin.scheme}://{origin.authority}"),
            }
            answer = self._outside.post(sealed.endpoint, sealed.body, headers)
        except NoSubscription:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("this is no push subscription").id)
        except NoAnswer as fault:
            return fault.receipt
        if answer.status in _GONE:
            gone = sentence("the push subscription has expired")
            return Receipt(outcome=Outcome.GIVE_UP, note=gone.id, address_is_gone=True)
        return receipt_of(answer.status)

    def _token(self, origin: str) -> str:
        from py_vapid import Vapid02

        claims = {"aud": origin, "sub": self._contact, "exp": unix_milliseconds() // 1000 + _TOKEN_SECONDS}
        return str(Vapid02.from_raw(self._private_key.encode()).sign(claims)["Authorization"])


def application_server_key(private_key: str) -> str:
    """Return the public key that a page subscribes with, as ``applicationServerKey`` takes it.

    Raises:
        Misconfigured: The key is none, or the extra is not installed.
    """
    _check_installed()
    _check_key(private_key)
    from py_vapid import Vapid02

    point = Vapid02.from_raw(private_key.encode()).public_key.public_numbers()
    return _base64url(b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big"))


def topic_of(key: str) -> str:
    """Return what all copies of a message have in common: 32 characters, the most that a topic may have."""
    return _base64url(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:24])


def _payload(message: Message) -> bytes:
    about = say(sentence("request {number}", number=message.number), cast("Language", message.language))
    said: dict[str, Any] = {
        "title": about if message.number else "三单 Sandan",
        "text": message.text,
        "number": message.number,
        "code": message.code,
    }
    if message.params.get("link"):
        said["link"] = message.params["link"]
    try:
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half a character, which UTF-8 cannot write
        return json.dumps(said, separators=(",", ":")).encode()


def _sealed(address: str, payload: bytes) -> _Sealed:
    from pywebpush import WebPusher, WebPushException

    try:
        subscription = json.loads(address)
        endpoint, keys = subscription["endpoint"], subscription["keys"]
        if not isinstance(endpoint, str) or not all(isinstance(keys[name], str) for name in ("p256dh", "auth")):
            raise NoSubscription
        pusher = WebPusher({"endpoint": endpoint, "keys": {"p256dh": keys["p256dh"], "auth": keys["auth"]}})
        return _Sealed(endpoint, pusher.encode(payload)["body"])
    except (WebPushException, ValueError, TypeError, LookupError, RecursionError) as fault:
        raise NoSubscription from fault


def _check_installed() -> None:
    if find_spec("pywebpush") is None:
        raise Misconfigured(
            "the channel {channel} needs more than is installed",
            channel=NAME,
            hint="install it: pip install \"sandan[push]\"",
        )


def _check_key(private_key: str) -> None:
    try:
        raw = base64.b64decode(private_key + "=" * (-len(private_key) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise _wrong("private_key", sentence("is no private key (VAPID) of 43 characters"))


def _wrong(option: str, why: Sentence) -> Misconfigured:
    return Misconfigured(
        "channels.{channel}.{option}: {why}",
        channel=NAME,
        option=option,
        why=why,
        hint="make a key: dispatch channel new-keys {channel}" if option == "private_key" else None,
    )


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer Web Push."""
    return {NAME: WebPush}
