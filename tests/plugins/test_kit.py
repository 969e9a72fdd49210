"""The contract kit finds out each channel that breaks one promise, and says which."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, ClassVar
from urllib import error, request

import pytest

from dispatch.errors import Misconfigured
from dispatch.model.arrival import Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, FieldKind
from dispatch.testing import Tried, Verdict, check_trouble, try_channel

SENT = Receipt(outcome=Outcome.SENT)
URL = Field("url", "网址", "address", FieldKind.URL, required=True)
TOKEN = Field("token", "密钥", "token", FieldKind.SECRET, required=True)


class Good:
    """Keeps every promise."""

    capabilities = Capabilities()
    fields: ClassVar[tuple[Field, ...]] = (URL, TOKEN)
    outcomes: ClassVar[dict[int, Outcome]] = {400: Outcome.GIVE_UP, 500: Outcome.TRY_LATER}
    patience = 0.2

    def __init__(self, options: Options) -> None:
        """Open."""
        self.url, self.token = options["url"], options["token"]

    def letter(self, message: Message) -> request.Request:
        """Make what goes out."""
        return request.Request(self.url, json.dumps(message.to_json()).encode(), {"Key": message.key})

    def send(self, message: Message) -> Receipt:
        """Send once."""
        try:
            with request.urlopen(self.letter(message), timeout=self.patience):
                return SENT
        except error.HTTPError as refusal:
            return Receipt(outcome=self.outcomes[refusal.code])
        except error.URLError:
            return Receipt(outcome=Outcome.TRY_LATER)
        except OSError:
            return Receipt(outcome=Outcome.UNKNOWN)


def _opened_by_calling(options: Options) -> Good:
    request.urlopen(options["url"], timeout=1).close()
    return Good(options)


class _Chatty(Good):
    def send(self, message: Message) -> Receipt:
        logging.getLogger("chatty").debug("posting with %s", self.token)
        return super().send(message)


class _Printing(Good):
    def send(self, message: Message) -> Receipt:
        print(self.token)
        return super().send(message)


class _Noting(Good):
    def send(self, message: Message) -> Receipt:
        receipt = super().send(message)
        return receipt if receipt.outcome is Outcome.SENT else Receipt(outcome=receipt.outcome, note=self.token)


class _Quoting(Good):
    def send(self, message: Message) -> Receipt:
        logging.getLogger("quoting").info("to %s", message.to)
        return super().send(message)


class _Optimist(Good):
    outcomes: ClassVar[dict[int, Outcome]] = {400: Outcome.SENT, 500: Outcome.TRY_LATER}


class _Pessimist(Good):
    outcomes: ClassVar[dict[int, Outcome]] = {400: Outcome.GIVE_UP, 500: Outcome.GIVE_UP}


class _Patient(Good):
    patience = 30


class _Forgetful(Good):
    def letter(self, message: Message) -> request.Request:
        return request.Request(self.url, message.text.encode("utf-8", "replace"))


class _Raising(Good):
    def send(self, message: Message) -> Receipt:
        try:
            return super().send(message)
        except KeyError:
            raise ValueError(self.token) from None

    outcomes: ClassVar[dict[int, Outcome]] = {400: Outcome.GIVE_UP}


class _Deaf(Good):
    capabilities = Capabilities(is_two_way=True)


class _Silent(Good):
    def called_back(self, call: Callback) -> CallbackAnswer:
        return CallbackAnswer(status=403)


class _TwoWay(Good):
    capabilities = Capabilities(is_two_way=True)

    def called_back(self, call: Callback) -> CallbackAnswer:
        return CallbackAnswer(status=403)

    def collect(self) -> Any:
        """Give one of each."""
        return [Report(outcome=Arrived.ARRIVED, reference="m-1"), Incoming(sender="+9991", text="a", message_id="1")]

    def acknowledge(self, arrivals: Any) -> None:
        """Let go."""


class _Trusting(_TwoWay):
    def called_back(self, call: Callback) -> CallbackAnswer:
        return CallbackAnswer()


class _Gullible(_TwoWay):
    def called_back(self, call: Callback) -> CallbackAnswer:
        return CallbackAnswer(status=403, arrivals=(Report(outcome=Arrived.ARRIVED),))


class _Fragile(_TwoWay):
    def called_back(self, call: Callback) -> CallbackAnswer:
        json.loads(call.body)
        return CallbackAnswer(status=403)


class _Scatterbrained(_TwoWay):
    def collect(self) -> Any:
        return ["yes"]


class _Unlabelled(Good):
    fields = (URL, Field("token", "", "token", FieldKind.SECRET, required=True))


class _Odd(Good):
    capabilities = Capabilities(part_lengths=(67, 70))


class _Short(Good):
    capabilities = Capabilities(longest_text=60)

    def send(self, message: Message) -> Receipt:
        return super().send(message) if len(message.text) <= 60 else Receipt(outcome=Outcome.GIVE_UP)


def _broken(tried: list[Tried]) -> list[str]:
    return [str(one.why) for one in tried if one.verdict is Verdict.BROKEN]


@pytest.mark.parametrize("channel", [Good, _TwoWay, _Short])
def test_a_channel_that_keeps_every_promise_passes(channel: OpenChannel) -> None:
    """Also with one that hears back, and with one that takes short texts only: whatever applies was tried."""
    tried = try_channel("good", channel, {}, seconds=2)

    assert _broken(tried) == []
    assert len([one for one in tried if one.verdict is Verdict.KEPT]) >= 14


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        (_opened_by_calling, "it called its provider while it was opened"),
        (_Chatty, "one of its secrets stands in the log"),
        (_Printing, "one of its secrets stands in what it prints"),
        (_Noting, "one of its secrets stands in a receipt, an answer or an error"),
        (_Quoting, "an address or a text stands in the log"),
        (_Optimist, "a message that its provider refused ended as sent"),
        (_Pessimist, "a message whose provider answered HTTP 500 ended as give_up"),
        (_Patient, "it did not come back within 0.6 s"),
        (_Forgetful, "a key handed over twice arrived 2 times"),
        (_Raising, "send raised ValueError at test_kit.py"),
        (_Raising, "one of its secrets stands in a receipt, an answer or an error"),
        (_Deaf, "has neither collect nor called_back"),
        (_Silent, "declares neither is_two_way nor gives_receipts"),
        (_Trusting, "a call of a stranger was answered with 200"),
        (_Gullible, "a call of a stranger brought something in"),
        (_Fragile, "called_back raised JSONDecodeError"),
        (_Scatterbrained, "str is neither a Report nor an Incoming"),
        (_Unlabelled, "the option token has no label in both languages"),
        (_Odd, "a part among others is no longer than one alone"),
    ],
)
def test_a_channel_that_breaks_a_promise_is_found_out(channel: Callable[[Options], Any], said: str) -> None:
    """The line says how it was broken, and the other promises are tried all the same."""
    if not hasattr(channel, "fields"):
        channel.fields = Good.fields  # type: ignore[attr-defined]

    tried = try_channel("bad", channel, {}, seconds=0.6)

    assert any(said in why for why in _broken(tried)), _broken(tried)
    assert len(tried) == 20


def test_what_cannot_be_made_up_has_to_be_given() -> None:
    """A sender id of a certain form cannot be guessed: the error names it by its label, and says how to give it."""

    class Signed(Good):
        fields = (*Good.fields, Field("sign", "签名", "signature", pattern="[A-Z]{4}", required=True))

    with pytest.raises(Misconfigured) as told:
        try_channel("signed", Signed, {})

    assert str(told.value) == "channels.signed.sign (signature): is missing"
    assert told.value.hint == "give it for this trial: --option {option}=…"
    assert _broken(try_channel("signed", Signed, {"sign": "ABCD"}, seconds=2)) == []


def test_nothing_is_sent_to_real_people_without_an_address_to_send_to() -> None:
    """A channel whose provider cannot be stood in for is not tried by sending."""
    sent: list[Message] = []

    class Radio:
        capabilities = Capabilities()
        fields: ClassVar[tuple[Field, ...]] = ()

        def __init__(self, options: Options) -> None:
            """Open."""

        def send(self, message: Message) -> Receipt:
            sent.append(message)
            return SENT

    tried = try_channel("radio", Radio, {})

    assert sent == []
    assert [one.verdict for one in tried].count(Verdict.NOT_TRIED) == 8
    assert len(try_channel("radio", Radio, {}, to="+9991380000001")) == 20
    assert {one.to for one in sent} > {"+9991380000001"}


def test_real_secrets_of_the_settings_stay_here() -> None:
    """What is tried against a provider of ours is given made-up secrets; where one is really sent to, it is looked for."""
    seen: list[str] = []

    class Watched(Good):
        def __init__(self, options: Options) -> None:
            super().__init__(options)
            seen.append(options["token"])

    try_channel("watched", Watched, {"token": "the-real-one"}, seconds=2)

    assert "the-real-one" not in seen


def test_an_authors_own_test_says_what_was_broken() -> None:
    """``check_trouble`` raises at the first broken promise, and is silent otherwise."""
    check_trouble(Good, seconds=2)

    with pytest.raises(AssertionError, match="ended as give_up"):
        check_trouble(_Pessimist, seconds=2)


class _Careful(Good):
    """Gives every message up that it has no approved text for, and calls nobody."""

    def send(self, message: Message) -> Receipt:
        """Give it up."""
        return Receipt(outcome=Outcome.GIVE_UP, note="no approved text")


def test_a_channel_that_calls_nobody_is_not_blamed_for_a_provider_that_is_gone() -> None:
    """What was not seen is not tried, and no promise of a provider in trouble counts as broken by it."""
    tried = try_channel("careful", _Careful, {}, seconds=2)
    trouble = [one for one in tried if "provider is gone" in str(one.name)]

    assert [one.verdict for one in trouble] == [Verdict.NOT_TRIED]
