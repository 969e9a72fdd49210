"""A channel that posts each message to a server of the office's choice, as a signed CloudEvent.

The body is a CloudEvents 1.0 event in JSON structured mode; the headers ``webhook-id``, ``webhook-timestamp`` and
``webhook-signature`` are those of the Standard Webhooks specification 1.0.0, for which there are ready verifiers.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import ssl
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from dispatch.clock import unix_milliseconds
from dispatch.errors import Misconfigured
from dispatch.i18n import Sentence, sentence
from dispatch.model.message import READABLE, Capabilities, Message, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.once import Once
from dispatch.plugins.outside.addresses import networks
from dispatch.plugins.outside.answers import receipt_of
from dispatch.plugins.outside.destinations import NotAnAddress, read
from dispatch.plugins.outside.options import PRIVATE_AND_PLAIN
from dispatch.plugins.outside.posting import NoAnswer, Outside

NAME: Final = "webhook"
TYPE: Final = "cn.sandan.message.{kind}.v1"
"""The type of each event; the version grows when a field of ``data`` changes its meaning or goes."""

_SECRET_BYTES: Final = (24, 64)


class Webhook:
    """Posts one event per message.

    The event's ``id`` is the message's key: a message that comes twice is known by it. Its ``type`` is
    "cn.sandan.message.KIND.v1", such as "cn.sandan.message.offer.v1"; its ``subject`` is the request's number; its
    ``data`` are the message's key, kind, language and template, and whichever other fields the section names.
    """

    fields: ClassVar[tuple[Field, ...]] = (
        Field("url", "接收消息的网址", "where the messages go", FieldKind.URL, required=True),
        Field(
            "secret",
            "签名密钥，新的写在前面，用空格隔开",
            "keys to sign with, the newest first, with spaces between",
            FieldKind.SECRET,
            required=True,
        ),
        Field(
            "source", "事件来源", "the source of the events", default="urn:sandan:desk", pattern=r"[!-~]{1,200}"
        ),
        Field(
            "fields",
            "交出去的字段",
            "the fields that are handed over",
            FieldKind.LIST,
            default=list(READABLE),
        ),
        Field("hosts", "允许的主机", "hosts that may be called", FieldKind.LIST),
        *PRIVATE_AND_PLAIN,
        Field("ca_file", "证书文件", "a file of certificates to believe"),
    )

    def __init__(self, options: Options, outside: Outside | None = None) -> None:
        """Open; nobody is called yet.

        Args:
            options: As ``fields`` says.
            outside: The door to go through instead of the one that the options make.

        Raises:
            Misconfigured: An option is not as ``fields`` says, or no web address, key, network or field of a message.
        """
        options = checked(NAME, options, self.fields)
        self._url: str = options["url"]
        self._source: str = options["source"]
        self._secrets = [_secret(one) for one in options["secret"].split() or [""]]
        self._outside = outside or _door(options)
        strange = [one for one in options["fields"] if one not in READABLE]
        if strange:
            raise _wrong("fields", sentence("is none of {choices}", choices=READABLE))
        self.capabilities = Capabilities(needs_phone=False, reads=tuple(options["fields"]))
        self._once = Once(self._attempt)

    def send(self, message: Message) -> Receipt:
        """Post the message, unless it was taken before."""
        return self._once.send(message)

    def outcome_of(self, key: str) -> Receipt | None:
        """Return ``SENT`` where this process posted it, else none."""
        return self._once.outcome_of(key)

    @staticmethod
    def new_keys() -> Mapping[str, str]:
        """Make a key for a new section."""
        return {"secret": "whsec_" + base64.b64encode(os.urandom(32)).decode()}

    def _attempt(self, message: Message) -> Receipt:
        body = self._event(message)
        moment = str(unix_milliseconds() // 1000)
        headers = {
            "Content-Type": "application/cloudevents+json; charset=UTF-8",
            "webhook-id": message.key,
            "webhook-timestamp": moment,
            "webhook-signature": signatures(self._secrets, message.key, moment, body),
        }
        try:
            return receipt_of(self._outside.post(self._url, body, headers).status)
        except NoAnswer as fault:
            return fault.receipt

    def _event(self, message: Message) -> bytes:
        left_out = {name for name in READABLE if name not in self.capabilities.reads}
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": message.key,
            "source": self._source,
            "type": TYPE.format(kind=message.kind.value),
            "datacontenttype": "application/json",
            "data": {name: value for name, value in message.to_json().items() if name not in left_out},
        }
        if "number" not in left_out:
            event["subject"] = str(message.number)
        try:
            return json.dumps(event, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half a character, which UTF-8 cannot write
            return json.dumps(event).encode()


def signatures(secrets: Sequence[bytes], message_id: str, moment: str, body: bytes) -> str:
    """Sign as Standard Webhooks says: one signature for each key, so that either side may change keys first."""
    signed = f"{message_id}.{moment}.".encode() + body
    made = [hmac.new(secret, signed, hashlib.sha256).digest() for secret in secrets]
    return " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)


def _secret(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    least, most = _SECRET_BYTES
    if not text.startswith("whsec_") or not least <= len(secret) <= most:
        raise _wrong("secret", sentence("is no key that begins with whsec_"))
    return secret


def _door(options: Options) -> Outside:
    try:
        own = read(options["url"], plain_http=options["plain_http"])
    except NotAnAddress:
        raise _wrong("url", sentence("this is no web address that may be called")) from None
    try:
        allowed = networks(options["allow_private"])
    except ValueError:
        raise _wrong("allow_private", sentence("is no network such as 192.168.3.0/24")) from None
    ca_file = options.get("ca_file", "")
    try:
        if ca_file:
            ssl.create_default_context(cafile=ca_file)
    except OSError:
        raise _wrong("ca_file", sentence("is no file of certificates")) from None
    outside = Outside(
        hosts=options.get("hosts") or [own.authority],
        allow_private=allowed,
        plain_http=options["plain_http"],
        ca_file=ca_file,
    )
    try:
        outside.destination(options["url"])
    except NoAnswer as fault:
        raise _wrong("url", fault.why) from None
    return outside


def _wrong(option: str, why: Sentence) -> Misconfigured:
    return Misconfigured(
        "channels.{channel}.{option}: {why}",
        channel=NAME,
        option=option,
        why=why,
        hint="make a key: dispatch channel new-keys {channel}" if option == "secret" else None,
    )


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer the webhook."""
    return {NAME: Webhook}
