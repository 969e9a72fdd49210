"""A channel that sends text messages through a gateway over SMPP (an operator's, or a modem's in the office)."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import BoundedSemaphore, Lock, Thread
from typing import TYPE_CHECKING, Any, ClassVar, Final

from dispatch.clock import stopwatch, unix_milliseconds
from dispatch.errors import Misconfigured
from dispatch.i18n import sentence
from dispatch.model.arrival import Arrival
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.once import Once
from dispatch.plugins.sms.pace import Pace
from dispatch.plugins.sms.remembered import Remembered
from dispatch.plugins.sms.smpp_arrivals import SmppArrivals
from dispatch.plugins.sms.smpp_text import HAS_HEADER, parts_of

if TYPE_CHECKING:
    from dispatch.plugins.sms.smpp_session import Session

SECONDS: Final = 8.0
"""For one message with all its parts; whoever called waits ten."""

SECONDS_AFTER_A_REFUSAL: Final = 60.0
"""A gateway that refused our password is left alone so long: some lock an account that tries too often."""

_HEAL: Final = frozenset(
    {"ESME_RTHROTTLED", "ESME_RMSGQFUL", "ESME_RSYSERR", "ESME_RALYBND", "ESME_RX_T_APPN", "ESME_RX_R_APPN"}
)
_ACCEPTED: Final = 0


@dataclass
class _Progress:
    """What the gateway has taken of one message: the id of each part, by its place."""

    text: str
    group: int
    of: int = 0
    ids: dict[int, str] = field(default_factory=dict)

    def receipt(self) -> Receipt | None:
        """Return that it was sent, under the id of its first part; none where parts are missing."""
        if not self.of or len(self.ids) < self.of:
            return None
        return Receipt(outcome=Outcome.SENT, reference=self.ids[0])


class SmppSms:
    """Binds when something is first sent or collected, and stays bound."""

    capabilities = Capabilities(
        is_two_way=True,
        gives_receipts=True,
        part_lengths=(70, 67),
        plain_part_lengths=(160, 153),
        reads=("to", "text"),
    )
    fields: ClassVar[tuple[Field, ...]] = (
        Field("host", "网关地址", "host of the gateway", required=True, pattern="[A-Za-z0-9.:-]+", trial="127.0.0.1"),
        Field("port", "端口", "port", FieldKind.NUMBER, default=2775, least=1, most=65_535, trial=9),
        Field("system_id", "账号", "account", required=True, pattern="[!-~]{1,15}", trial="kit"),
        Field("password", "密码", "password", FieldKind.SECRET, required=True, pattern="[!-~]{1,8}", trial="kit-pass"),
        Field("system_type", "系统类型", "system type", default="", pattern="[!-~]{0,12}"),
        Field("source", "发送号码", "number or name it is sent from", default="", pattern="[ -~]{0,20}"),
        Field("source_ton", "发送号码类型 TON", "type of that number", FieldKind.NUMBER, default=0, most=7),
        Field("source_npi", "发送号码编号计划 NPI", "its numbering plan", FieldKind.NUMBER, default=0, most=18),
        Field("tls", "加密连接", "encrypted connection", FieldKind.FLAG, default=False),
        Field("window", "同时等答复的条数", "unanswered at once", FieldKind.NUMBER, default=10, least=1, most=100),
        Field("per_second", "每秒最多几条，0 为不限", "at most a second", FieldKind.NUMBER, default=0, most=1000),
        Field("fen_per_part", "每条几分钱", "hundredths of a yuan for one part", FieldKind.NUMBER, default=0),
    )

    def __init__(self, options: Options) -> None:
        """Open; nothing is sent and nobody is called yet.

        Raises:
            Misconfigured: An option is not as ``fields`` says, or the library is not installed.
        """
        options = checked("sms-smpp", options, self.fields)
        try:
            from dispatch.plugins.sms import smpp_session
        except ImportError:
            raise Misconfigured(
                "the channel {channel} needs more than is installed",
                channel="sms-smpp",
                hint="install it: pip install \"sandan[smpp]\"",
            ) from None
        self._smpp = smpp_session
        self._account = smpp_session.Account(
            **{name: options[name] for name in ("host", "port", "system_id", "password", "tls")},
            system_type=options.get("system_type", ""),
        )
        self._source = {
            "source_addr": options.get("source", ""),
            "source_addr_ton": options["source_ton"],
            "source_addr_npi": options["source_npi"],
        }
        self.capabilities = replace(type(self).capabilities, fen_per_part=options["fen_per_part"])
        self._once = Once(self._send)
        self._arrivals = SmppArrivals()
        self._progress: Remembered[_Progress] = Remembered()
        self._groups = itertools.count(unix_milliseconds())
        self._window = BoundedSemaphore(options["window"])
        self._pace = Pace(options["per_second"])
        self._session: Session | None = None
        self._refused: tuple[float, Receipt] | None = None
        self._lock = Lock()
        self._is_binding = False
        self._is_closed = False

    def send(self, message: Message) -> Receipt:
        """Send all parts of a message, once per key; a part that was taken before does not go out again."""
        return self._once.send(message)

    def outcome_of(self, key: str) -> Receipt | None:
        """Return the receipt of what was sent since the program began, also where the answer came late.

        The gateway itself is asked by the number it gave, which is what is missing where it did not answer.
        """
        progress = self._progress.get(key)
        return self._once.outcome_of(key) or (progress.receipt() if progress else None)

    def collect(self) -> Sequence[Arrival]:
        """Return receipts and replies that were not acknowledged yet; binds in the background where it is not bound."""
        with self._lock:
            bind = not (self._session and self._session.is_open) and not self._is_binding
            self._is_binding = self._is_binding or bind
        if bind:
            Thread(target=self._bind_to_hear, name="smpp bind", daemon=True).start()
        return self._arrivals.waiting()

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Let the gateway forget what is stored now."""
        self._arrivals.acknowledge(arrivals)

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            self._is_closed = True
            session, self._session = self._session, None
        if session is not None:
            session.close()

    def _send(self, message: Message) -> Receipt:
        digits = message.to.removeprefix("+")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 20):
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no phone number").id)
        progress = self._progress.get(message.key)
        if progress is None or progress.text != message.text:  # worded anew, its parts would not fit together
            progress = _Progress(message.text, next(self._groups))
            self._progress.put(message.key, progress)
        coding, parts = parts_of(message.text, progress.group)
        progress.of = len(parts)
        if not parts or not parts[0]:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("no text, or one too long").id)
        end_by = stopwatch() + SECONDS
        session = self._bound()
        if isinstance(session, Receipt):
            return session
        is_long = len(parts) > 1
        fields = {
            **self._source,
            "dest_addr_ton": int(message.to.startswith("+")),
            "dest_addr_npi": int(message.to.startswith("+")),
            "destination_addr": digits,
            "esm_class": HAS_HEADER if is_long else 0,
            "data_coding": coding,
            "registered_delivery": 1,
            "user_message_reference": int.from_bytes(hashlib.sha256(message.key.encode()).digest()[:2]),
        }
        for n, part in enumerate(parts):
            if n in progress.ids:
                continue
            refused = self._submit(session, progress, n, {**fields, "short_message": part}, end_by)
            if refused is not None:
                return refused
        self._arrivals.expect([progress.ids[n] for n in range(len(parts))])
        return Receipt(outcome=Outcome.SENT, reference=progress.ids[0])

    def _submit(
        self, session: Session, progress: _Progress, n: int, fields: Mapping[str, Any], end_by: float
    ) -> Receipt | None:
        """Send one part; none where it was taken."""

        def note(answer: Any) -> None:
            if answer.command == "submit_sm_resp" and answer.status == _ACCEPTED:
                progress.ids[n] = (answer.message_id or b"").decode("latin-1")

        late = Receipt(outcome=Outcome.UNKNOWN, note=sentence("there was no answer in time").id)
        if not self._pace.wait(end_by) or not self._window.acquire(timeout=max(0.0, end_by - stopwatch())):
            return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the gateway has no room for more").id)
        try:
            answer = session.ask("submit_sm", note, **fields).wait(end_by - stopwatch())
        except self._smpp.NotReached:
            return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the gateway cannot be reached").id)
        finally:
            self._window.release()
        if answer is None:
            return late
        if n in progress.ids:
            return None
        name = self._smpp.status_name(answer.status)
        return Receipt(outcome=Outcome.TRY_LATER if name in _HEAL else Outcome.GIVE_UP, note=name)

    def _bound(self) -> Session | Receipt:
        """Return the connection, made now where there is none; or how it ended where none can be made."""
        with self._lock:
            if self._is_closed:
                return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the gateway cannot be reached").id)
            if self._session is not None and self._session.is_open:
                return self._session
            if self._refused is not None and stopwatch() < self._refused[0]:
                return self._refused[1]
            self._refused = None
            try:
                self._session = self._smpp.Session(self._account, self._arrivals.take)
            except self._smpp.NotReached:
                return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the gateway cannot be reached").id)
            except self._smpp.NotBound as fault:
                name = self._smpp.status_name(fault.status)
                receipt = Receipt(outcome=Outcome.TRY_LATER if name in _HEAL else Outcome.GIVE_UP, note=name)
                if receipt.outcome is Outcome.GIVE_UP:
                    self._refused = stopwatch() + SECONDS_AFTER_A_REFUSAL, receipt
                return receipt
            return self._session

    def _bind_to_hear(self) -> None:
        try:
            self._bound()
        finally:
            self._is_binding = False


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer text messages over SMPP."""
    return {"sms-smpp": SmppSms}
