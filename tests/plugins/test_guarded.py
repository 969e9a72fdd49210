"""What stands between the desk and every channel."""

import logging
from typing import Any, cast

import pytest

from dispatch.model.arrival import Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import Capabilities, Outcome, Receipt
from dispatch.plugins.guarded import Guarded, is_fiction
from dispatch.testing import RecordingChannel, a_message, check_channel

GATEWAY = Capabilities(needs_phone=True, reaches_real_people=True)
REAL = "somebody@example.org"


def test_a_guarded_channel_still_keeps_the_promise() -> None:
    """The guard changes nothing about a channel that is in order."""
    guard = Guarded("recording", RecordingChannel())

    class AsItSends:
        """What a channel that only sends shows of itself; a guard listens on behalf of every kind."""

        capabilities, send, outcome_of = guard.capabilities, guard.send, guard.outcome_of

    check_channel(AsItSends(), good_address="")


@pytest.mark.parametrize("number", ["+9991380000001", "009991380000001", " +999 138-0000-0001", "+999"])
def test_a_fictional_number_never_gets_to_a_channel_that_reaches_people(number: str) -> None:
    """Made-up people cannot be rung up, however their number is written."""
    inner = RecordingChannel(capabilities=GATEWAY)

    receipt = Guarded("sms", inner).send(a_message(to=number))

    assert (receipt.outcome, receipt.note) == (Outcome.GIVE_UP, "a number reserved for fiction")
    assert inner.messages == []


@pytest.mark.parametrize("number", [REAL, "+86999", "0999", ""])
def test_other_numbers_are_not_fiction(number: str) -> None:
    """999 inside a number, or behind another country's code, means nothing."""
    assert not is_fiction(number)


def test_a_channel_that_reaches_nobody_takes_fictional_numbers() -> None:
    """The phone list and the console serve rehearsals."""
    inner = RecordingChannel()

    assert Guarded("console", inner).send(a_message()).outcome is Outcome.SENT
    assert len(inner.messages) == 1


def test_a_channel_that_needs_a_number_is_not_asked_without_one() -> None:
    """No retry helps somebody without a phone."""
    inner = RecordingChannel(capabilities=GATEWAY)

    receipt = Guarded("sms", inner).send(a_message(to=""))

    assert (receipt.outcome, receipt.note) == (Outcome.GIVE_UP, "there is no phone number")
    assert inner.messages == []


def test_an_exception_counts_as_unknown_and_its_words_are_kept_from_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It may have been sent before it broke; and exceptions like to quote what they were handed."""
    inner = RecordingChannel([ValueError(f"{REAL} is busy")], GATEWAY)

    with caplog.at_level(logging.DEBUG):
        receipt = Guarded("sms", inner).send(a_message(to=REAL))

    assert (receipt.outcome, receipt.note) == (Outcome.UNKNOWN, "the channel stopped with an error")
    assert "ValueError at examples.py:" in caplog.text
    assert "example.org" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [True, None, Receipt(outcome=cast("Any", "sent")), Receipt(outcome=Outcome.SENT, note=cast("Any", 7))],
)
def test_what_is_no_receipt_counts_as_unknown(answer: object) -> None:
    """A channel that answers True has not said how it ended."""
    careless: Any = RecordingChannel()
    careless.send = lambda message: answer

    assert Guarded("careless", careless).send(a_message()).outcome is Outcome.UNKNOWN


def test_a_few_digits_of_the_message_hide_no_code_of_a_provider() -> None:
    """Somebody has to see it, though it takes 50 minutes or is request 503."""
    answer = Receipt(outcome=Outcome.GIVE_UP, note="HTTP 503")
    channel = Guarded("sms", RecordingChannel([answer]))

    assert channel.send(a_message(params={"minutes": "50", "number": "503"})) == answer



@pytest.mark.parametrize("private", [REAL, "下水道堵了，今天能去吗？", "王阿姨"])
def test_a_note_that_quotes_the_message_is_left_out(private: str) -> None:
    """Notes go into the log and onto screens, where address, text and names have no place."""
    told = Receipt(outcome=Outcome.TRY_LATER, note=f"could not reach {private} today", reference="77")
    inner = RecordingChannel([told], GATEWAY)
    message = a_message(to=REAL, text="下水道堵了，今天能去吗？", params={"name": "王阿姨", "none": ""})

    receipt = Guarded("sms", inner).send(message)

    assert private not in receipt.note
    assert (receipt.outcome, receipt.reference) == (Outcome.TRY_LATER, "77")


def test_a_reference_that_is_the_address_is_left_out() -> None:
    """Some gateways call a message by its number."""
    told = Receipt(outcome=Outcome.SENT, note="ok", reference=f"{REAL}/1")

    receipt = Guarded("sms", RecordingChannel([told], GATEWAY)).send(a_message(to=REAL))

    assert receipt == Receipt(outcome=Outcome.SENT, note="ok")


def test_a_long_note_is_shortened() -> None:
    """A gateway's page of HTML does not fill the outbox."""
    told = Receipt(outcome=Outcome.TRY_LATER, note="n" * 5_000, reference="r" * 5_000)

    receipt = Guarded("sms", RecordingChannel([told])).send(a_message())

    assert (len(receipt.note), len(receipt.reference)) == (200, 200)


class Remembering(RecordingChannel):
    """Knows one key, and breaks over another."""

    def outcome_of(self, key: str) -> Receipt | None:
        """Answer, or not."""
        if key == "broken":
            raise RuntimeError(key)
        if key == "careless":
            return Receipt(outcome=cast("Any", "sent"))
        return Receipt(outcome=Outcome.SENT) if key == "known" else None


def test_a_channel_that_remembers_is_asked_and_others_do_not_know() -> None:
    """Whoever asks need not know whether the channel can answer, nor guard against its faults."""
    remembering, forgetful = Guarded("a", Remembering()), Guarded("b", RecordingChannel())

    assert remembering.outcome_of("known") == Receipt(outcome=Outcome.SENT)
    assert remembering.outcome_of("unknown") is None
    assert remembering.outcome_of("broken") is None
    assert remembering.outcome_of("careless") is None
    assert forgetful.outcome_of("known") is None


REPORT = Report(outcome=Arrived.ARRIVED, reference="r1")
ANSWER = Incoming(sender="+9991380000001", text="1 4821", message_id="m1")


class TwoWay(RecordingChannel):
    """A channel over which things come back."""

    def __init__(self, brought: Any = (), answer: Any = None) -> None:
        super().__init__()
        self.brought = brought
        self.answer = answer
        self.let_go: list[Any] = []

    def collect(self) -> Any:
        return self.brought

    def acknowledge(self, arrivals: Any) -> None:
        self.let_go += arrivals

    def called_back(self, call: Callback) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_what_came_back_is_handed_on_and_let_go_of() -> None:
    """The guard changes nothing about what a channel in order brings."""
    inner = TwoWay((REPORT, ANSWER), CallbackAnswer(body="ok", arrivals=(ANSWER,)))
    guarded = Guarded("sms", inner)

    assert guarded.collect() == (REPORT, ANSWER)
    guarded.acknowledge([REPORT])
    assert inner.let_go == [REPORT]
    assert guarded.is_called_back
    assert guarded.called_back(Callback(method="POST")) == inner.answer


def test_a_channel_that_only_sends_brings_nothing() -> None:
    """Most channels hear nothing, and are not asked."""
    guarded = Guarded("console", RecordingChannel())

    guarded.acknowledge([REPORT])

    assert guarded.collect() == ()
    assert not guarded.is_called_back
    assert guarded.called_back(Callback(method="GET")) is None


@pytest.mark.parametrize("brought", [None, 7, "text", {"a": 1}, [REPORT, "x", Incoming(sender="", text="", message_id="")]])
def test_what_is_no_arrival_is_left_where_it_is(brought: Any) -> None:
    """A channel that returns nonsense brings only what is none."""
    found = Guarded("careless", TwoWay(brought)).collect()

    assert found == ((REPORT,) if isinstance(brought, list) else ())


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "ok",
        ValueError(ANSWER.sender),
        CallbackAnswer(status=99),
        CallbackAnswer(status=cast("Any", "200")),
        CallbackAnswer(content_type="text/plain\r\nSet-Cookie: a=b"),
        CallbackAnswer(arrivals=cast("Any", ("x",))),
        CallbackAnswer(arrivals=cast("Any", None)),
        CallbackAnswer(content_type=cast("Any", None)),
    ],
)
def test_what_is_no_answer_to_a_call_is_none(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The provider will call again; nothing private is in the log."""
    assert Guarded("careless", TwoWay(answer=answer)).called_back(Callback(method="POST")) is None
    assert ANSWER.sender not in caplog.text


def test_a_channel_that_breaks_while_it_is_heard_stops_nobody() -> None:
    """It brings the same again later."""
    inner: Any = TwoWay((REPORT,))
    inner.collect = inner.acknowledge = _breaks
    guarded = Guarded("broken", inner)

    assert guarded.collect() == ()
    guarded.acknowledge([REPORT])


def _breaks(*_: object) -> None:
    raise RuntimeError
