"""A channel that sends text messages through Tencent Cloud (腾讯云短信): texts approved beforehand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Final

from dispatch.clock import WallClock
from dispatch.i18n import sentence
from dispatch.model.arrival import Arrival, Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.once import Once
from dispatch.plugins.sms.approved import (
    CAPABILITIES,
    FEN_PER_PART,
    SIGN_NAME,
    TEMPLATES,
    DoesNotFit,
    filled,
    read_table,
)
from dispatch.plugins.sms.callbacks import TOKEN, answered, phone_in, text_in
from dispatch.plugins.sms.posting import Answer, NotAnswered, NotReached, code_in, host_of, not_of_the_provider, post
from dispatch.plugins.sms.remembered import Remembered
from dispatch.plugins.sms.tencent_signing import CONTENT_TYPE, authorization

ENDPOINT: Final = "https://sms.tencentcloudapi.com"
VERSION: Final = "2021-01-11"

_HEALS: Final = (
    "RequestLimitExceeded",
    "LimitExceeded.DeliveryFrequencyLimit",
    "LimitExceeded.PhoneNumberThirtySecondLimit",
    "LimitExceeded.PhoneNumberOneHourLimit",
    "ServiceUnavailable",
)
"""What may be over in a minute or an hour, and whatever stands below; a limit for the day is none of these."""

_NOBODY_KNOWS: Final = "InternalError"
_SECONDS_AROUND: Final = 3_600


class TencentSms:
    """Sends what stands in ``templates``; every other message goes to the next channel."""

    capabilities = CAPABILITIES
    fields: ClassVar[tuple[Field, ...]] = (
        Field("key_id", "SecretId", "SecretId", required=True, pattern="[!-~]+", trial="kit"),
        Field("key_secret", "SecretKey", "SecretKey", FieldKind.SECRET, required=True),
        Field("app_id", "短信应用 SdkAppId", "SdkAppId of it", required=True, pattern="[0-9]+", trial="14"),
        SIGN_NAME,
        TEMPLATES,
        Field("region", "地域", "region", default="ap-guangzhou", pattern="[a-z0-9-]+"),
        Field("endpoint", "接口地址", "where the interface is", FieldKind.URL, default=ENDPOINT),
        FEN_PER_PART,
        TOKEN,
    )

    def __init__(self, options: Options) -> None:
        """Open; nobody is called yet.

        Raises:
            Misconfigured: An option is not as ``fields`` says, or a line of ``templates`` is not as it must be.
        """
        options = checked("sms-tencent", options, self.fields)
        self._options = options
        self._texts = read_table("sms-tencent", options["templates"])
        self._once = Once(self._send)
        self._tried: Remembered[tuple[str, datetime]] = Remembered()
        self.capabilities = replace(
            CAPABILITIES,
            fen_per_part=options["fen_per_part"],
            signature_length=len(options["sign_name"]) + 2,
        )

    def send(self, message: Message) -> Receipt:
        """Send the message's approved text, once per key."""
        return self._once.send(message)

    def outcome_of(self, key: str) -> Receipt | None:
        """Return what became of a message that was sent, or tried, since the program began; asks the provider.

        Tencent tells it only where it has switched on for the account that the ``SessionContext`` comes back.
        """
        if (receipt := self._once.outcome_of(key)) is not None:
            return receipt
        if (tried := self._tried.get(key)) is None:
            return None
        phone, at = tried
        asked = {
            "BeginTime": int(at.timestamp()) - _SECONDS_AROUND,
            "EndTime": int(at.timestamp()) + _SECONDS_AROUND,
            "Offset": 0,
            "Limit": 100,
            "PhoneNumber": phone,
            "SmsSdkAppId": self._options["app_id"],
        }
        try:
            answer = self._call("PullSmsSendStatusByPhoneNumber", asked)
        except (NotReached, NotAnswered):
            return None
        for one in _response(answer).get("PullSmsSendStatusSet") or ():
            if isinstance(one, dict) and one.get("SessionContext") == key:
                outcome = Outcome.GIVE_UP if one.get("ReportStatus") == "FAIL" else Outcome.SENT
                return Receipt(outcome=outcome, reference=str(one.get("SerialNo", "")))
        return None

    def called_back(self, call: Callback) -> CallbackAnswer:
        """Read reports and replies, as Tencent pushes them."""
        token = self._options.get("callback_token", "")
        return answered(call, token, self._arrival, lambda code, word: {"result": code, "errmsg": word})

    def _send(self, message: Message) -> Receipt:
        try:
            code, values = filled(self._texts, message, self.capabilities)
        except DoesNotFit as fault:
            return Receipt(outcome=Outcome.GIVE_UP, note=fault.note)
        digits = message.to.removeprefix("+")
        if not (digits.isascii() and digits.isdecimal()):
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no phone number").id)
        parameters = {
            "PhoneNumberSet": [message.to],
            "SmsSdkAppId": self._options["app_id"],
            "SignName": self._options["sign_name"],
            "TemplateId": code,
            "TemplateParamSet": list(values.values()),
            "SessionContext": message.key,
        }
        self._tried.put(message.key, (message.to, WallClock().moment()))
        try:
            answer = self._call("SendSms", parameters)
        except NotReached:
            return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the provider cannot be reached").id)
        except NotAnswered:
            return Receipt(outcome=Outcome.UNKNOWN, note=sentence("there was no answer in time").id)
        response = _response(answer)
        error, sent = response.get("Error"), response.get("SendStatusSet")
        said = error if isinstance(error, dict) else sent[0] if isinstance(sent, list) and sent else {}
        code = code_in(said.get("Code")) if isinstance(said, dict) else ""
        if code == "Ok":
            return Receipt(outcome=Outcome.SENT, reference=str(said.get("SerialNo", "")))
        if (receipt := not_of_the_provider(answer, code)) is not None:
            return receipt
        if code.startswith(_NOBODY_KNOWS):
            return Receipt(outcome=Outcome.UNKNOWN, note=code)
        heals = any(code == one or code.startswith(f"{one}.") for one in _HEALS)
        return Receipt(outcome=Outcome.TRY_LATER if heals else Outcome.GIVE_UP, note=code)

    def _call(self, action: str, parameters: Mapping[str, Any]) -> Answer:
        body = json.dumps(parameters).encode()
        at, host = WallClock().moment(), host_of(self._options["endpoint"])
        headers = {
            "Host": host,
            "Content-Type": CONTENT_TYPE,
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Timestamp": str(int(at.timestamp())),
            "X-TC-Region": self._options["region"],
            "Authorization": authorization(
                body,
                at,
                host=host,
                service="sms",
                key_id=self._options["key_id"],
                key_secret=self._options["key_secret"],
            ),
        }
        return post(self._options["endpoint"], "/", headers, body)

    def _arrival(self, item: Mapping[str, Any]) -> Arrival | None:
        if "sid" in item:
            arrived = text_in(item, "report_status") == "SUCCESS"
            return Report(
                outcome=Arrived.ARRIVED if arrived else Arrived.FAILED,
                reference=text_in(item, "sid"),
                note=code_in(item.get("errmsg")),
            )
        if item.get("sign") and item["sign"] != self._options["sign_name"]:
            return None
        sender = phone_in(item, "mobile", text_in(item, "nationcode"))
        said, at = text_in(item, "text"), text_in(item, "time")
        # Tencent gives a reply no name: the same words from one phone in one second are one reply.
        name = hashlib.sha256(f"{sender} {at} {said}".encode("utf-8", "replace")).hexdigest()[:32]
        return Incoming(sender=sender, text=said, message_id=name)


def _response(answer: Answer) -> Mapping[str, Any]:
    response = answer.said.get("Response")
    return response if isinstance(response, dict) else {}


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer text messages through Tencent Cloud."""
    return {"sms-tencent": TencentSms}
