"""Emptying the outbox: once each, whatever channels, workers and crashes do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select

from dispatch.desk.delivery.letters import read_letters
from dispatch.desk.delivery.outbox_out import Delivered, deliver
from dispatch.model.community import Places
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.request import Private
from dispatch.model.rules import Rules
from dispatch.store import events, outbox
from dispatch.store.community import places_of
from dispatch.store.engine import Database, mark
from dispatch.store.outbox import Delivery, Outgoing
from dispatch.store.tables import delivery

RULES = Rules(channels=("sms",), resident_channels=("sms",))
SENT, LATER, REFUSED = (Receipt(outcome=outcome) for outcome in (Outcome.SENT, Outcome.TRY_LATER, Outcome.GIVE_UP))
MINUTE = timedelta(minutes=1)


class Tape:
    """A channel that keeps what it was handed and answers as it was told, then SENT."""

    def __init__(self, *answers: Receipt | BaseException | str, **able: Any) -> None:
        self.capabilities = Capabilities(**{"reaches_real_people": False, **able})
        self.messages: list[Message] = []
        self._answers = list(answers)

    def send(self, message: Message) -> Receipt:
        """Keep the message and give the next answer."""
        self.messages.append(message)
        answer = self._answers.pop(0) if self._answers else SENT
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[return-value]  # some tests let a channel answer with rubbish


class Ledger(Tape):
    """A channel that can be asked what became of a message."""

    def __init__(self, *answers: Receipt | BaseException, known: Receipt | None = None) -> None:
        super().__init__(*answers)
        self.known = known
        self.asked: list[str] = []

    def outcome_of(self, key: str) -> Receipt | None:
        """Give the answer that was laid down."""
        self.asked.append(key)
        return self.known


class Hanging(Tape):
    """A channel that does not come back until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.released = Event(), Event()

    def send(self, message: Message) -> Receipt:
        """Keep the message and wait."""
        self.messages.append(message)
        self.entered.set()
        self.released.wait(timeout=30)
        return SENT


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """A hanging channel that lets go when the test ends."""
    channel = Hanging()
    yield channel
    channel.released.set()


@pytest.fixture
def run(database: Database, actor: Any) -> Callable[..., Delivered]:
    """Empty the outbox through the channels given by name."""

    def work(rules: Rules = RULES, *, listener: Any = None, limit: int = 100, **channels: Any) -> Delivered:
        by_name = {name.replace("_", "-"): channel for name, channel in channels.items()}
        return deliver(database, actor, rules, by_name, limit=limit, on_delivered=listener)

    return work


@pytest.fixture
def ask(street: Any) -> Callable[..., Outgoing]:
    """Ask somebody for something by a channel."""

    def work(channel: str = "sms", **said: Any) -> Outgoing:
        request_id = street.request()
        said = {"phone": "+9991381112222", **said} if "name" in said else said
        responder = street.responder(f"V{request_id[-12:]}", **said)
        offer_id = street.offer(request_id, responder)
        outgoing = Outgoing(
            request_id=request_id,
            offer_id=offer_id,
            recipient="responder",
            kind=MessageKind.OFFER,
            channel=channel,
        )
        street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [outgoing]))
        return outgoing

    return work


def rows(database: Database) -> list[Delivery]:
    """Everything in the outbox, in the order in which it came there."""
    return database.read(
        lambda tx: [
            outbox.to_model(row) for row in tx.connection.execute(select(delivery).order_by(delivery.c.id)).mappings()
        ]
    )


def states(database: Database) -> dict[str, str]:
    """How the message stands on each channel."""
    return {row.channel: row.state.value for row in rows(database)}


def happened(database: Database) -> list[str]:
    """The kinds of all events, in order."""
    return database.read(lambda tx: [one.kind for one in events.read(tx.connection, "street")])


def test_what_is_due_is_sent_once_and_said_so(database, ask, run):
    """One message each, in order; a second run finds nothing to do."""
    asked = [ask() for _ in range(3)]
    channel = Tape()

    assert run(sms=channel) == Delivered(sent=3)
    assert run(sms=channel) == Delivered()
    ids = {row.id: row.offer_id for row in rows(database)}
    assert [ids[message.key] for message in channel.messages] == [one.offer_id for one in asked]
    assert happened(database) == ["delivered"] * 3


def test_a_place_that_was_loaded_in_the_middle_of_a_run_is_known(database, ask):
    """The places are read once a run; a request that somebody has moved to a new one is written all the same."""
    ask()
    waiting = rows(database)
    before = Places(one for one in database.read(lambda tx: places_of(tx.connection, "street")) if one.code == "9")
    (letter,) = database.read(lambda tx: read_letters(tx, waiting, before))

    assert letter.place == "8号楼"


def test_a_crash_before_sending_lets_the_message_go_out_once(database, tmp_path, ask, run, clock):
    """A worker that died after taking the message up has sent nothing; the next one sends it, once."""
    ask()
    seen = die_while_sending(database, tmp_path, when="before")
    channel = Tape()

    assert seen == 0
    assert run(sms=channel) == Delivered()
    clock.at += 2 * MINUTE
    assert run(sms=channel) == Delivered(sent=1)
    assert run(sms=channel) == Delivered()
    assert len(channel.messages) == 1


def test_a_crash_after_sending_leads_to_one_blind_resend_at_most(database, tmp_path, ask, run, clock):
    """Nobody knows whether it went: it goes out once more, and after a second crash not again."""
    ask()
    seen = die_while_sending(database, tmp_path, when="after")
    clock.at += 2 * MINUTE
    seen += die_while_sending(database, tmp_path, when="after", minutes=2)
    clock.at += 2 * MINUTE
    channel = Tape()

    assert seen == 2
    assert run(sms=channel) == Delivered(gave_up=1, sent=1)
    assert channel.messages == []
    assert states(database) == {"sms": "gave_up", "phone-list": "sent"}


def test_a_channel_that_remembers_is_asked_instead_of_sending_again(database, tmp_path, ask, run, clock):
    """After a crash the channel says that it went: nobody gets it twice."""
    ask()
    die_while_sending(database, tmp_path, when="after")
    clock.at += 2 * MINUTE
    channel = Ledger(known=SENT)

    assert run(sms=channel) == Delivered(sent=1)
    assert channel.messages == []
    assert channel.asked == [row.id for row in rows(database)]


def test_a_message_the_channel_never_had_goes_out_however_often_a_worker_died(database, tmp_path, ask, run, clock):
    """Where it says that it has not got it, a resend is anything but blind."""
    ask()
    for minutes in (0, 2):
        die_while_sending(database, tmp_path, when="before", minutes=minutes)
        clock.at += 2 * MINUTE
    channel = Ledger(known=LATER)

    assert run(sms=channel) == Delivered(sent=1)
    assert len(channel.messages) == 1


def test_an_exception_leads_to_one_blind_resend_and_then_to_the_next_channel(database, ask, run, clock):
    """Two sends in all, then the phone list with an alarm."""
    ask()
    channel = Tape(RuntimeError("first"), RuntimeError("second"))

    assert run(sms=channel) == Delivered(unknown=1)
    assert run(sms=channel) == Delivered()
    clock.at += MINUTE
    assert run(sms=channel) == Delivered(gave_up=1, sent=1)
    clock.at += 10 * MINUTE
    run(sms=channel)
    assert len(channel.messages) == 2
    assert states(database) == {"sms": "gave_up", "phone-list": "sent"}
    assert "fell-to-phone-list" in happened(database)


def test_a_channel_is_asked_at_once_what_became_of_what_it_stumbled_over(ask, run):
    """An exception after the hand-over does no harm where the channel knows better."""
    ask()
    channel = Ledger(RuntimeError("after all"), known=SENT)

    assert run(sms=channel) == Delivered(sent=1)


@pytest.mark.parametrize("fault", [RuntimeError("broken"), SystemExit(3), KeyboardInterrupt(), "no receipt at all"])
def test_a_broken_channel_holds_up_no_other(ask, run, fault):
    """Whatever it raises or answers counts as unknown; the others go on."""
    ask("broken")
    ask("sms")
    ask("broken")
    broken, working = Tape(fault, fault), Tape()

    assert run(sms=working, broken=broken) == Delivered(sent=1, unknown=2)
    assert len(broken.messages) == 2


def test_a_hanging_channel_holds_up_no_other(database, ask, run, hanging):
    """Its message counts as unknown when the lease nears its end; what waited behind it is left for later."""
    ask("hung")
    ask("hung")
    ask("sms")
    working = Tape()
    rules = Rules(channels=("sms",), lease_seconds=1)

    assert run(rules, sms=working, hung=hanging) == Delivered(sent=1, unknown=1)
    assert len(hanging.messages) == 1
    stuck, behind, _ = rows(database)
    assert (stuck.state, stuck.attempt, stuck.unknowns) == ("ready", 1, 1)
    assert (behind.state, behind.attempt, behind.unknowns) == ("ready", 0, 0)


def test_a_worker_that_comes_back_after_its_lease_changes_nothing(database, ask, actor, clock, hanging):
    """Another worker had the message meanwhile: the first one's receipt is refused, and that is written down."""
    ask()
    first = Thread(target=deliver, args=(database, actor, RULES, {"sms": hanging}))
    first.start()
    assert hanging.entered.wait(timeout=30)
    clock.at += 2 * MINUTE
    other = Database(str(database.path), clock=clock)

    assert deliver(other, actor, RULES, {"sms": Tape(REFUSED)}) == Delivered(gave_up=1, sent=1)
    hanging.released.set()
    first.join(timeout=30)
    assert states(database) == {"sms": "gave_up", "phone-list": "sent"}
    assert happened(database)[-1] == "came-late"
    other.close()


def test_what_may_heal_is_tried_again_later_and_later(database, ask, run, clock):
    """Not before its time; after the last try the next channel has it."""
    ask()
    channel = Tape(*[LATER] * 9)
    tries = []
    for second in range(0, 600, 5):
        before = len(channel.messages)
        run(sms=channel)
        if len(channel.messages) > before:
            tries.append(second)
        clock.at += timedelta(seconds=5)

    assert tries == [0, 15, 45, 105, 225]
    assert len(channel.messages) == RULES.send_attempts
    assert states(database) == {"sms": "gave_up", "phone-list": "sent"}


def test_a_refusal_passes_the_message_down_the_line_of_channels(database, ask, run):
    """The one wished for, then the community's in their order, last the phone list; each once."""
    ask("app")
    rules = Rules(channels=("sms", "app", "mail"))
    channels = {name: Tape(REFUSED) for name in ("app", "sms", "mail")}

    assert run(rules, **channels) == Delivered(gave_up=3, sent=1)
    assert [row.channel for row in rows(database)] == ["app", "sms", "mail", "phone-list"]
    assert [len(channel.messages) for channel in channels.values()] == [1, 1, 1]


def test_residents_are_passed_down_a_line_of_their_own(database, street, run):
    """What a resident hears never goes by the responders' channels."""
    request_id = street.request(state=RequestState.TRIAGED)
    notice = Outgoing(request_id=request_id, recipient="resident", kind=MessageKind.RECEIVED, channel="sms")
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [notice]))
    rules = Rules(channels=("app",), resident_channels=("sms", "mail"))
    app, mail = Tape(), Tape()

    assert run(rules, sms=Tape(REFUSED), mail=mail, app=app) == Delivered(gave_up=1, sent=1)
    assert (len(app.messages), len(mail.messages)) == (0, 1)


def test_somebody_whom_no_channel_reaches_is_an_alarm(database, street, ask, run):
    """Without a phone not even the phone list helps, and that is written down."""
    ask("sms", name="无名", phone="")

    assert run(sms=Tape(REFUSED)) == Delivered(gave_up=2)
    assert happened(database)[-1] == "nobody-told"


@pytest.mark.parametrize(
    ("phone", "able", "is_rehearsal"),
    [
        ("+9991380000001", {"reaches_real_people": True}, False),
        ("120", {"reaches_real_people": True, "needs_phone": False}, False),
        ("+8613800138000", {"reaches_real_people": True}, True),
        ("+9991380000001", {"longest_text": 10}, False),
    ],
    ids=["fiction", "emergency", "rehearsal", "too long"],
)
def test_some_messages_are_never_handed_to_a_channel(database, ask, run, phone, able, is_rehearsal):
    """Numbers of fiction and of the police, rehearsals and texts too long pass it by."""
    database.write(lambda tx: mark(tx.connection, "rehearsal", "yes" if is_rehearsal else "no"))
    ask(name="甲", phone=phone)
    channel = Tape(**able)

    assert run(sms=channel) == Delivered(gave_up=1, sent=1)
    assert channel.messages == []


def test_a_channel_that_is_not_there_passes_the_message_on(database, ask, run):
    """A name that nobody offers any more strands no message."""
    ask("carrier-pigeon")
    channel = Tape()

    assert run(sms=channel) == Delivered(gave_up=1, sent=1)
    assert states(database) == {"carrier-pigeon": "gave_up", "sms": "sent"}


@pytest.mark.parametrize("ended", [OfferState.WITHDRAWN, OfferState.DECLINED, OfferState.EXPIRED])
def test_an_offer_that_has_ended_is_not_sent(database, street, ask, run, ended):
    """Nobody is asked for what is arranged already."""
    outgoing = ask()
    street.move(outgoing.offer_id, ended)
    channel = Tape()

    assert run(sms=channel) == Delivered(dropped=1)
    assert channel.messages == []
    assert states(database) == {"sms": "dropped"}


def test_an_offer_whose_deadline_has_passed_is_not_sent(ask, run, clock):
    """An answer to it would come too late."""
    ask()
    clock.at += 30 * MINUTE
    channel = Tape()

    assert run(sms=channel) == Delivered(dropped=1)


def test_the_listener_hears_of_an_attempt_when_it_is_saved(database, ask, run):
    """It finds the receipt in the database, and what it raises disturbs nobody."""
    ask()
    ask()
    heard = []

    def listener(message: Message, receipt: Receipt) -> None:
        stands = {row.id: row.state.value for row in rows(database)}[message.key]
        heard.append((stands, receipt.outcome))
        raise RuntimeError("not interested")

    assert run(sms=Tape(SENT, REFUSED), listener=listener) == Delivered(sent=2, gave_up=1)
    assert heard == [("sent", "sent"), ("gave_up", "give_up")]


def test_stopping_in_the_middle_leaves_what_was_not_begun_as_it_was(database, ask, actor):
    """Ctrl-C: the messages that nobody sent are not counted as lost."""
    for _ in range(3):
        ask("hung")
    ask("sms")
    channel = Hanging()

    def interrupt(message: Message, receipt: Receipt) -> None:
        channel.entered.wait(timeout=30)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(database, actor, RULES, {"hung": channel, "sms": Tape()}, on_delivered=interrupt)
    channel.released.set()

    assert [(row.channel, row.state, row.unknowns) for row in rows(database)] == [
        ("hung", "ready", 1),
        ("hung", "ready", 0),
        ("hung", "ready", 0),
        ("sms", "sent", 0),
    ]


def test_no_more_is_sent_than_the_limit(ask, run):
    """The rest waits for the next call."""
    for _ in range(5):
        ask()
    channel = Tape()

    assert run(sms=channel, limit=3) == Delivered(sent=3)
    assert run(sms=channel, limit=3) == Delivered(sent=2)


def test_only_the_channels_asked_for_are_emptied(database, ask, actor):
    """The phone list can be filled without sending a single message."""
    ask("sms")
    ask("phone-list")

    assert deliver(database, actor, RULES, {}, only={"phone-list"}) == Delivered(sent=1)
    assert states(database) == {"sms": "ready", "phone-list": "sent"}


def test_a_backlog_of_one_channel_holds_up_no_other(ask, run, hanging):
    """More than a batch waits on a hanging channel, and the others are served all the same."""
    for _ in range(120):
        ask("hung")
    for _ in range(3):
        ask("sms")
    working = Tape()
    rules = Rules(channels=("sms",), lease_seconds=1)

    assert run(rules, limit=1000, sms=working, hung=hanging).sent == 3


def test_the_log_of_deliveries_tells_no_names_phones_or_texts(database, street, ask, run):
    """Codes and numbers only, for accepted work too."""
    ask(name="甲乙丙")
    request_id = street.request(
        person=Private(name="丁戊己", phone="+9991387654321", exact_address="8号楼2单元301", notes="怕狗")
    )
    offer_id = street.offer(request_id, street.responder("V9", name="庚辛壬"), OfferState.ACCEPTED)
    details = Outgoing(
        request_id=request_id,
        offer_id=offer_id,
        recipient="responder",
        kind=MessageKind.DETAILS,
        channel="sms",
    )
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [details]))
    channel = Tape(REFUSED)
    run(sms=channel)
    log = database.read(
        lambda tx: json.dumps(
            [(one.kind, dict(one.params)) for one in events.read(tx.connection, "street")],
            ensure_ascii=False,
        )
    )
    private = ["甲乙丙", "丁戊己", "庚辛壬", "+999", "301", "怕狗", "8号楼"]

    assert "delivered" in log
    assert any("丁戊己" in message.text for message in channel.messages)
    assert [word for word in private if word in log] == []


def test_messages_are_worded_from_what_the_database_holds(database, street, run):
    """Each in its reader's language: the offer with the walk to another house, the resident's with who comes."""
    request_id = street.request(headcount=3)
    reader = street.responder("V1", place="9", language="en")
    adult = street.responder("V2", name="贺建国", phone="+9991380007777")
    minor = street.responder("V3", name="小明", phone="+9991380008888", is_adult=False)
    offered = street.offer(request_id, reader)
    street.offer(request_id, adult, OfferState.ACCEPTED, slot_no=1)
    street.offer(request_id, minor, OfferState.ACCEPTED, slot_no=2)
    outgoing = [
        Outgoing(
            request_id=request_id,
            offer_id=offer_id,
            recipient=recipient,
            kind=kind,
            channel="sms",
        )
        for offer_id, recipient, kind in (
            (offered, "responder", MessageKind.OFFER),
            (None, "resident", MessageKind.WHO_COMES),
        )
    ]
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, outgoing))
    channel = Tape()
    run(sms=channel)
    offer, who_comes = channel.messages

    assert offer.text == (
        "request 1: clear a drain, 8号楼 (4 min on foot), as soon as possible, about 45 min, unpaid."
        " Reply 1 1001 to take it, 2 1001 if you cannot"
    )
    assert who_comes.language == "zh"
    assert "贺建国（+999 138 000 7777）、小明会来" in who_comes.text


def test_a_rounds_worth_of_messages_is_sent_by_two_workers_once_each(database, ask, actor, clock):
    """However the two share the work, each message is handed over once."""
    for _ in range(30):
        ask()
    channel = Tape()
    other = Database(str(database.path), clock=clock)
    workers = [Thread(target=deliver, args=(one, actor, RULES, {"sms": channel})) for one in (database, other)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    assert sorted(message.key for message in channel.messages) == sorted(row.id for row in rows(database))
    assert {row.state for row in rows(database)} == {"sent"}
    other.close()


def die_while_sending(database: Database, folder: Path, *, when: str, minutes: int = 0) -> int:
    """Let another process deliver and die in the middle; return how many messages it handed over."""
    handed_over = folder / f"handed-over-{minutes}"
    program = textwrap.dedent(
        """
        import os, sys
        from datetime import UTC, datetime, timedelta
        from pathlib import Path
        from dispatch.clock import StoppedClock
        from dispatch.desk.delivery.outbox_out import deliver
        from dispatch.model.actor import Actor
        from dispatch.model.message import Capabilities
        from dispatch.model.rules import Rules
        from dispatch.store.engine import Database

        path, when, minutes, handed_over = sys.argv[1:]

        class Deadly:
            capabilities = Capabilities(reaches_real_people=False)

            def outcome_of(self, key):
                return None

            def send(self, message):
                if when == "after":
                    Path(handed_over).write_text(message.key)
                os._exit(9)

        clock = StoppedClock(datetime(2026, 11, 23, 1, tzinfo=UTC) + timedelta(minutes=int(minutes)))
        deliver(Database(path, clock=clock), Actor(name="x"), Rules(channels=("sms",)), {"sms": Deadly()})
        """
    )
    arguments = [str(database.path), when, str(minutes), str(handed_over)]
    found = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
        timeout=60,
    )
    assert found.returncode == 9
    return int(handed_over.exists())
