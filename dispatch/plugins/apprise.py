"""A channel to everything that the Apprise library reaches: WeCom, DingTalk, Feishu, Bark, mail, MQTT and more.

What ``Message.to`` holds is an Apprise address of the person's own, such as "barks://api.day.app/KEY"; or the section's
``url`` holds one address for all, into which what is kept for the person is put in the place of ``{to}``.

Apprise follows redirects, calls private networks and believes every answer of 200. So its services do not get the
``requests`` library to call with but our own door, which does none of that; see ``outside``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, ClassVar, Final, cast
from urllib.parse import quote

from dispatch.errors import Misconfigured
from dispatch.i18n import Language, Sentence, say, sentence
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.once import Once
from dispatch.plugins.outside.addresses import networks
from dispatch.plugins.outside.answers import receipt_of
from dispatch.plugins.outside.instead_of_requests import Calls, stand_in, through
from dispatch.plugins.outside.posting import SECONDS, NoAnswer, Outside

NAME: Final = "apprise"
SCHEMES: Final = (
    "wecombot",
    "wechat",
    "dingtalk",
    "feishu",
    "lark",
    "schan",
    "wxpusher",
    "pushplus",
    "bark",
    "barks",
    "mailto",
    "mailtos",
    "mqtt",
    "mqtts",
)
"""What may be used unless the section names others: Apprise has some that write logs and show windows here."""

_SCHEME: Final = re.compile(r"([a-z][a-z0-9+]{0,31})://")
_SMTP_CODE: Final = re.compile(r"\b\(?([45][0-9]{2})\b,? b?['\"]")
_BUSY: Final = frozenset({-1, 45009, 45033, 130101, 410100})
"""By these ``errcode``s WeCom and DingTalk say that it is too much at once."""


class AppriseAddresses:
    """Hands each message to one of Apprise's services."""

    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "url", "共用的地址，{to} 处填各人的", "one address for all, with {to} for each one's own", FieldKind.SECRET
        ),
        Field("schemes", "允许的服务", "services that may be used", FieldKind.LIST, default=list(SCHEMES)),
        Field("hosts", "允许的主机", "hosts that may be called", FieldKind.LIST),
        Field("allow_private", "允许的内网网段", "private networks that may be called", FieldKind.LIST, default=[]),
    )

    def __init__(self, options: Options) -> None:
        """Open; nobody is called yet, and the library is not loaded yet.

        Raises:
            Misconfigured: An option is not as ``fields`` says, or the extra is not installed.
        """
        options = checked(NAME, options, self.fields)
        if find_spec("apprise") is None:
            raise Misconfigured(
                "the channel {channel} needs more than is installed",
                channel=NAME,
                hint="install it: pip install \"sandan[apprise]\"",
            )
        self._template: str = options.get("url", "")
        self._schemes = frozenset(one.lower() for one in options["schemes"])
        if self._template and self._scheme_of(self._template) is None:
            raise _wrong("url", sentence("this kind of address is not allowed"))
        try:
            allowed = networks(options["allow_private"])
        except ValueError:
            raise _wrong("allow_private", sentence("is no network such as 192.168.3.0/24")) from None
        # Which of its services encrypt is said by the scheme that was allowed.
        self._door = Outside(hosts=options.get("hosts"), allow_private=allowed, plain_http=True)
        needs_address = not self._template or "{to}" in self._template
        self.capabilities = Capabilities(
            needs_phone=False, needs_address=needs_address, reads=("to", "text", "params", "number")
        )
        self._once = Once(self._attempt)

    def send(self, message: Message) -> Receipt:
        """Hand the message over, unless the service took it before."""
        return self._once.send(message)

    def outcome_of(self, key: str) -> Receipt | None:
        """Return ``SENT`` where this process sent it, else none."""
        return self._once.outcome_of(key)

    def _attempt(self, message: Message) -> Receipt:
        address = message.to.strip()
        if self._template:
            address = self._template.replace("{to}", quote(_whole(address), safe=""))
        if self._scheme_of(address) is None:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("this kind of address is not allowed").id)
        service = _service(_whole(address))
        if service is None:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("this address cannot be used").id)
        calls_by_requests = stand_in(type(service), "apprise.plugins")
        if not calls_by_requests:
            try:
                self._check_host(service)
            except NoAnswer as fault:
                return fault.receipt
        with through(self._door) as calls:
            return _receipt(_notified(service, message), calls)

    def _scheme_of(self, address: str) -> str | None:
        found = _SCHEME.match(address.lower())
        return found[1] if found is not None and found[1] in self._schemes else None

    def _check_host(self, service: Any) -> None:
        # The library looks the name up once more, so a name that is changed in between gets by: mail and MQTT
        # servers are the office's own choice.
        host = getattr(service, "smtp_host", "") or getattr(service, "host", "")
        if isinstance(host, str) and host:
            self._door.check(host, getattr(service, "port", None) or 0)


def _service(address: str) -> Any:
    import apprise

    _silence()
    asset = apprise.AppriseAsset(
        app_id="Sandan",
        app_desc="Sandan",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        image_path_mask=False,
        async_mode=False,
        interpret_emojis=False,
        pgp_autogen=False,
        pem_autogen=False,
        http_redirects=False,
        storage_mode="memory",
        allow_templates=False,
        service_timeout=2 * SECONDS,
    )
    service = apprise.Apprise.instantiate(address, asset=asset)
    if service is not None:
        # An address may ask for all of these; the outbox tries again, and nothing sleeps.
        service.retry, service.wait, service.request_rate_per_sec = 0, 0.0, 0.0
        service.socket_connect_timeout = service.socket_read_timeout = SECONDS
    return service


def _silence() -> None:
    # It logs addresses and texts, and with them keys and names: nobody hears it but the result of each message, in
    # which it says by what code a mail server refused.
    log = logging.getLogger("apprise")
    if log.propagate:
        log.addHandler(logging.NullHandler())
        log.propagate = False
        log.setLevel(logging.DEBUG)


def _notified(service: Any, message: Message) -> Any:
    import apprise

    title = say(sentence("request {number}", number=message.number), cast("Language", message.language))
    everyone = apprise.Apprise(asset=service.asset)
    everyone.add(service)
    return everyone.notify(
        body=_whole(_with_link(message)),
        title=title if message.number else "",
        body_format=apprise.NotifyFormat.TEXT,
        log_level=logging.DEBUG,
    )


def _with_link(message: Message) -> str:
    # The text has it only where both fit into one SMS, and here there is room.
    link = message.params.get("link", "")
    return message.text if link in message.text else f"{message.text}\n{link}"


def _receipt(result: Any, calls: Calls) -> Receipt:
    """Read how it ended: from the answers that came through the door, else from what a mail server said."""
    refusal = calls.refusal()
    if result and not refusal:
        return Receipt(outcome=Outcome.SENT, note=f"HTTP {calls.answers[-1].status}" if calls.answers else "")
    if calls.failure is not None:
        return calls.failure
    if refusal:
        outcome = Outcome.TRY_LATER if refusal in _BUSY else Outcome.GIVE_UP
        return Receipt(outcome=outcome, note=f"errcode {refusal}")
    if calls.answers:
        receipt = receipt_of(calls.answers[-1].status)
        refused = Receipt(outcome=Outcome.GIVE_UP, note=sentence("the service refused the message").id)
        return refused if receipt.outcome is Outcome.SENT else receipt
    if result is not None and result.status.name == "TIMEOUT":
        return Receipt(outcome=Outcome.UNKNOWN, note=sentence("there was no answer in time").id)
    codes = [found[1] for one in (result.logs() if result is not None else ()) for found in _codes_in(one.message)]
    if codes:
        outcome = Outcome.GIVE_UP if codes[-1].startswith("5") else Outcome.TRY_LATER
        return Receipt(outcome=outcome, note=f"SMTP {codes[-1]}")
    return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the service did not take the message").id)


def _codes_in(logged: str) -> list[re.Match[str]]:
    return list(_SMTP_CODE.finditer(logged)) if "Exception" in logged or "refused" in logged else []


def _whole(text: str) -> str:
    # Half a character breaks some services; nothing is lost that could have been read.
    return text.encode("utf-8", "replace").decode()


def _wrong(option: str, why: Sentence) -> Misconfigured:
    return Misconfigured("channels.{channel}.{option}: {why}", channel=NAME, option=option, why=why)


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer Apprise."""
    return {NAME: AppriseAddresses}
