"""What remembers that a message was sent."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from dispatch.model.message import Message, Outcome, Receipt
from dispatch.plugins.once import Once
from dispatch.testing import RecordingChannel, a_message


def test_a_key_is_sent_once() -> None:
    """However often it is handed over, and with the receipt of the first time."""
    inner = RecordingChannel([Receipt(outcome=Outcome.SENT, reference="m-1")])
    once = Once(inner.send)

    receipts = [once.send(a_message()) for _ in range(3)]

    assert [one.reference for one in receipts] == ["m-1"] * 3
    assert len(inner.messages) == 1


def test_what_was_not_sent_is_tried_again() -> None:
    """An exception, too, leaves the way free for the next try."""
    inner = RecordingChannel([Receipt(outcome=Outcome.TRY_LATER), OSError(), Receipt(outcome=Outcome.UNKNOWN)])
    once = Once(inner.send)
    ended = []
    for _ in range(4):
        try:
            ended.append(once.send(a_message()).outcome)
        except OSError:
            ended.append(None)

    assert ended == [Outcome.TRY_LATER, None, Outcome.UNKNOWN, Outcome.SENT]


def test_two_threads_with_one_key_send_it_once() -> None:
    """The second waits for how the first ends."""
    begun, go_on = Event(), Event()
    sent: list[str] = []

    def slowly(message: Message) -> Receipt:
        sent.append(message.key)
        begun.set()
        assert go_on.wait(30)
        return Receipt(outcome=Outcome.SENT)

    once = Once(slowly)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(once.send, a_message())
        assert begun.wait(30)
        second = threads.submit(once.send, a_message())
        go_on.set()

        assert [first.result().outcome, second.result().outcome] == [Outcome.SENT] * 2
    assert len(sent) == 1


def test_only_the_newest_keys_are_remembered() -> None:
    """A channel that runs for years does not fill the memory."""
    inner = RecordingChannel()
    once = Once(inner.send, most=2)
    for key in ("a", "b", "c"):
        once.send(a_message(key=key))

    assert once.outcome_of("a") is None
    assert once.outcome_of("c") is not None
