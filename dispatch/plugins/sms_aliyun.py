"""A channel that sends text messages through Aliyun (阿里云短信): texts approved beforehand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Final

from dispatch.clock import WallClock, on_the_wall
from dispatch.i18n import sentence
from dispatch.model.arrival import Arrival, Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.once import Once
from dispatch.plugins.sms.aliyun_signing import query_of, signed
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
from dispatch.plugins.sms.posting import (
    Answer,
    NotAnswered,
    NotReached,
    code_in,
    host_of,
    nonce_of,
    not_of_the_provider,
    post,
)
from dispatch.plugins.sms.remembered import Remembered

ENDPOINT: Final = "https://dysmsapi.aliyuncs.com"
VERSION: Final = "2017-05-25"

_HEALS: Final = ("isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR", "SignatureNonceUsed", "ServiceUnavailable")
"""What may be over in a minute; so is whatever begins with Throttling."""



class AliyunSms:
    """Sends what stands in ``templates``; every other message goes to the next channel."""

    capabilities = CAPABILITIES
    fields: ClassVar[tuple[Field, ...]] = (
        Field("key_id", "AccessKey ID", "AccessKey ID", required=True, pattern="[!-~]+", trial="kit"),
        Field("key_secret", "AccessKey Secret", "AccessKey secret", FieldKind.SECRET, required=True),
        SIGN_NAME,
        TEMPLATES,
        Field("endpoint", "接口地址", "where the interface is", FieldKind.URL, default=ENDPOINT),
        FEN_PER_PART,
        TOKEN,
    )

    def __init__(self, options: Options) -> None:
        """Open; nobody is called yet.

        Raises:
            Misconfigured: An option is not as ``fields`` says, or a line of ``templates`` is not as it must be.
        """
        options = checked("sms-aliyun", options, self.fields)
        self._options = options
        self._texts = read_table("sms-aliyun", options["templates"])
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
        """Return what became of a message that was sent, or tried, since the program began; asks the provider."""
        if (receipt := self._once.outcome_of(key)) is not None:
            return receipt
        if (tried := self._tried.get(key)) is None:
            return None
        phone, at = tried
        day = on_the_wall(at, "Asia/Shanghai").strftime("%Y%m%d")
        asked = {"PhoneNumber": phone, "SendDate": day, "PageSize": "50", "CurrentPage": "1"}
        try:
            details = self._call("QuerySendDetails", asked, key).said.get("SmsSendDetailDTOs")
        except (NotReached, NotAnswered):
            return None
        for one in details.get("SmsSendDetailDTO") or () if isinstance(details, dict) else ():
            if isinstance(one, dict) and one.get("OutId") == key:
                failed = str(one.get("SendStatus")) == "2"
                outcome = Outcome.GIVE_UP if failed else Outcome.SENT
                return Receipt(outcome=outcome, note=code_in(one.get("ErrCode")))
        return None

    def called_back(self, call: Callback) -> CallbackAnswer:
        """Read reports (SmsReport) and replies (SmsUp), as Aliyun pushes them over HTTP."""
        token = self._options.get("callback_token", "")
        return answered(call, token, self._arrival, lambda code, word: {"code": code, "msg": word})

    def _send(self, message: Message) -> Receipt:
        try:
            code, values = filled(self._texts, message, self.capabilities)
        except DoesNotFit as fault:
            return Receipt(outcome=Outcome.GIVE_UP, note=fault.note)
        phone = _as_they_write(message.to)
        if not phone:
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("there is no phone number").id)
        parameters = {
            "PhoneNumbers": phone,
            "SignName": self._options["sign_name"],
            "TemplateCode": code,
            "TemplateParam": json.dumps(values, ensure_ascii=False),
            "OutId": message.key,
        }
        self._tried.put(message.key, (phone, WallClock().moment()))
        try:
            answer = self._call("SendSms", parameters, message.key)
        except NotReached:
            return Receipt(outcome=Outcome.TRY_LATER, note=sentence("the provider cannot be reached").id)
        except NotAnswered:
            return Receipt(outcome=Outcome.UNKNOWN, note=sentence("there was no answer in time").id)
        code = code_in(answer.said.get("Code"))
        if code == "OK":
            return Receipt(outcome=Outcome.SENT, reference=str(answer.said.get("BizId", "")))
        if (receipt := not_of_the_provider(answer, code)) is not None:
            return receipt
        heals = code in _HEALS or code.startswith("Throttling")
        return Receipt(outcome=Outcome.TRY_LATER if heals else Outcome.GIVE_UP, note=code)

    def _call(self, action: str, parameters: Mapping[str, str], key: str) -> Answer:
        query = query_of(parameters)
        headers = {
            "host": host_of(self._options["endpoint"]),
            "x-acs-action": action,
            "x-acs-version": VERSION,
            "x-acs-date": WallClock().moment().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": nonce_of(key),
            "accept": "application/json",
        }
        proof = signed(
            headers, query, key_id=self._options["key_id"], key_secret=self._options["key_secret"]
        )
        return post(self._options["endpoint"], f"/?{query}", proof)

    def _arrival(self, item: Mapping[str, Any]) -> Arrival | None:
        if "success" in item:
            arrived = item["success"] in (True, "true")
            return Report(
                outcome=Arrived.ARRIVED if arrived else Arrived.FAILED,
                reference=text_in(item, "biz_id"),
                key=text_in(item, "out_id") if item.get("out_id") else "",
                note=code_in(item.get("err_code")),
            )
        sign_name = item.get("sign_name")
        if sign_name and sign_name != self._options["sign_name"]:
            return None
        return Incoming(
            sender=phone_in(item, "phone_number"),
            text=text_in(item, "content"),
            message_id=text_in(item, "sequence_id"),
        )


def _as_they_write(phone: str) -> str:
    """Return a number as Aliyun takes it: one of mainland China without a country code, others without the plus."""
    digits = phone.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        return ""
    return digits.removeprefix("86") if phone.startswith("+86") else digits


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer text messages through Aliyun."""
    return {"sms-aliyun": AliyunSms}
