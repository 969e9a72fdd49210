"""Short links: looking changes nothing, the button decides once, and nothing private is ever shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.replies import reply_from_phone
from dispatch.errors import Unavailable
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.model.request import Private
from dispatch.model.rules import Rules
from dispatch.store import offers, outbox
from dispatch.store.outbox import Outgoing
from dispatch.store.tables import inbound, link
from tests.desk.conftest import Desk
from tests.web.conftest import LINKS, Caller

PHONE = "+9991381112222"
RESIDENT = Private(name="王阿姨", phone="+9991380007777", exact_address="8号楼2单元301", notes="摔了一跤")
YES, NO = "answer=yes", "answer=no"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


class Tape:
    """A channel that keeps what it was handed."""

    capabilities = Capabilities(reaches_real_people=False)

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> Receipt:
        """Keep the message."""
        self.messages.append(message)
        return Receipt(outcome=Outcome.SENT)


def ask(desk: Desk, code: str = "V1", *, request_id: Any = None, channel: str = "sms", **said: Any) -> str:
    """Ask somebody, send the message, and give the path of its link."""
    street = desk.street
    request_id = request_id or street.request(person=RESIDENT, **said)
    offer_id = street.offer(request_id, street.responder(code, phone=PHONE, language="en"))
    one = Outgoing(
        request_id=request_id, offer_id=offer_id, recipient="responder", kind=MessageKind.OFFER, channel=channel
    )
    street.database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [one]))
    tape = Tape()
    deliver(street.database, desk.actor, Rules(), {channel: tape}, links=LINKS)
    (message,) = tape.messages
    return message.params["link"].removeprefix(LINKS.public_url)


def state(desk: Desk, number: int = 1) -> str:
    """How the newest offer for a request stands."""
    return desk.offers(number)[-1][1]


def test_looking_shows_what_it_is_and_changes_nothing(desk: Desk, listening: Callable[..., Caller]) -> None:
    """Scanners and previews fetch links: by GET and HEAD nothing happens."""
    path = ask(desk)
    call = listening()
    before = desk.everything()

    shown, head = call("GET", path), call("HEAD", path)

    assert (shown.status, head.status, head.body) == (200, 200, "")
    assert desk.everything() == before
    for said in ("request 1", "clear a drain", "8号楼", "as soon as possible", "about ", "unpaid", "reply 1 1001"):
        assert said in unescape(shown.body)


def test_nothing_private_is_shown_before_or_after_acceptance(desk: Desk, listening: Callable[..., Caller]) -> None:
    """Whoever gets hold of the link learns neither name, phone, door nor what was said."""
    path = ask(desk)
    call = listening()
    pages = [call("GET", path).body, call("POST", path, YES, FORM).body, call("GET", path).body]

    for private in ("王阿姨", "0007777", "301", "2单元", "摔", "1112222"):
        assert not any(private in page for page in pages)
    assert "Name, phone and door come to you by message" in pages[-1]


def test_a_confidential_need_is_not_named(desk: Desk, listening: Callable[..., Caller]) -> None:
    """It is only help in the neighbourhood."""
    path = ask(desk, service="confidential" if "confidential" in desk.street.services else "drain")
    desk.street.database.write(lambda tx: tx.connection.execute(_services().update().values(confidential=True)))

    page = listening()("GET", path).body

    assert "neighbourhood help" in page
    assert "drain" not in page


def _services() -> Any:
    from dispatch.store.tables import service

    return service


@pytest.mark.parametrize(("said", "becomes", "told"), [(YES, "accepted", "You have taken it"), (NO, "declined", "cannot")])
def test_the_button_decides_and_the_same_again_shows_the_same(
    desk: Desk, listening: Callable[..., Caller], said: str, becomes: str, told: str
) -> None:
    """The first valid answer counts; pressing once more changes nothing."""
    path = ask(desk)
    call = listening()

    first = call("POST", path, said, FORM)
    before = desk.everything()
    again = call("POST", path, said, FORM)

    assert state(desk) == becomes
    assert first.status == 200
    assert told in first.body
    assert "<form" not in first.body
    assert again.body == first.body
    inbound_rows = [row for table in before for row in table if row and row[0] == "link"]
    assert len(inbound_rows) == 1


def test_another_answer_after_the_first_changes_nothing(desk: Desk, listening: Callable[..., Caller]) -> None:
    """A no after the yes leaves the yes; the desk hears of it."""
    path = ask(desk)
    call = listening()
    call("POST", path, YES, FORM)

    page = call("POST", path, NO, FORM)

    assert state(desk) == "accepted"
    assert "You have taken it" in page.body


def test_an_answer_by_sms_and_one_by_link_are_one(desk: Desk, listening: Callable[..., Caller]) -> None:
    """Whichever comes first decides, the other shows it."""
    path = ask(desk)
    code = desk.look(lambda tx: tx.connection.scalar(offers.offer.select().with_only_columns(offers.offer.c.code)))
    desk.do(reply_from_phone, PHONE, f"2 {code}")

    page = listening()("POST", path, YES, FORM)

    assert state(desk) == "declined"
    assert "You have said that you cannot" in page.body


def test_a_link_dies_with_its_offer(desk: Desk, listening: Callable[..., Caller]) -> None:
    """Whoever comes late reads why, and decides nothing."""
    street = desk.street
    path = ask(desk)
    (offer_id,) = desk.look(lambda tx: list(tx.connection.scalars(offers.offer.select().with_only_columns(offers.offer.c.id))))
    call = listening()

    street.database.clock.at += timedelta(minutes=31)  # type: ignore[attr-defined]
    assert "time to answer is over" in call("POST", path, YES, FORM).body
    street.move(offer_id, OfferState.WITHDRAWN)
    assert "no longer needed" in call("POST", path, YES, FORM).body
    request_id = desk.request(1).id
    street.move_request(request_id, RequestState.ARRANGED)
    assert "Somebody has taken it already" in call("POST", path, YES, FORM).body
    assert state(desk) == "withdrawn"


def test_a_link_acts_on_its_own_offer_only(desk: Desk, listening: Callable[..., Caller]) -> None:
    """Two people asked for the same have two links."""
    street = desk.street
    request_id = street.request(headcount=2, person=RESIDENT)
    first, second = ask(desk, "V1", request_id=request_id), ask(desk, "V2", request_id=request_id)
    assert first != second

    listening()("POST", first, YES, FORM)

    assert dict(desk.offers(1)) == {"V1": "accepted", "V2": "offered"}


@pytest.mark.parametrize("path", ["/o/", "/o/short", f"/o/{'A' * 20}", f"/o/{'A' * 20}/x", "/o/%00" + "A" * 19, "/o/a%2Fb"])
def test_a_link_that_is_none_is_not_found(desk: Desk, listening: Callable[..., Caller], path: str) -> None:
    """Whoever guesses learns nothing, in either language."""
    ask(desk)
    call = listening()

    assert call("GET", path).status == 404
    assert call("POST", path, YES, FORM).status in (404, 405)
    assert state(desk) == "offered"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (YES, {**FORM, "Sec-Fetch-Site": "cross-site"}),
        (YES, {"Content-Type": FORM["Content-Type"], "Origin": "https://elsewhere.example"}),
        ("answer=maybe", FORM),
        ("", FORM),
        ("\udcff".encode("utf-8", "surrogateescape"), FORM),
    ],
)
def test_only_the_button_of_our_own_page_acts(
    desk: Desk, listening: Callable[..., Caller], body: str | bytes, headers: dict[str, str]
) -> None:
    """A form on somebody else's page is refused, and so is what is no answer."""
    path = ask(desk)

    assert listening()("POST", path, body, headers).status == 403
    assert state(desk) == "offered"


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "https://help.example.cn", "Host": "help.example.cn"}])
def test_an_old_browser_may_answer_too(desk: Desk, listening: Callable[..., Caller], headers: dict[str, str]) -> None:
    """It does not say where its form stood, and the token in the address has to do."""
    path = ask(desk)

    assert listening()("POST", path, YES, headers).status == 200
    assert state(desk) == "accepted"


def test_every_answer_keeps_the_token_from_leaking(desk: Desk, listening: Callable[..., Caller]) -> None:
    """No referrer, no copy, no search engine, nothing from elsewhere; for errors too."""
    path = ask(desk)
    call = listening()

    for one in (call("GET", path), call("POST", path, YES, FORM), call("GET", "/o/x"), call("GET", "/static/style.css")):
        assert one.headers["referrer-policy"] == "no-referrer"
        assert one.headers["cache-control"] == "no-store"
        assert "noindex" in one.headers["x-robots-tag"]
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["content-security-policy"].startswith("default-src 'self'; form-action 'self'")


def test_no_page_needs_anything_from_elsewhere_or_written_in_it(desk: Desk, listening: Callable[..., Caller]) -> None:
    """No script or style stands in the page, none comes from another server, and plain forms are all that acts."""
    page = listening()("GET", ask(desk)).body

    assert "<script" not in page
    assert "style=" not in page
    assert "://" not in page
    assert '<form method="post" action="">' in page


def test_a_stranger_s_name_for_this_server_is_refused(desk: Desk, listening: Callable[..., Caller]) -> None:
    """A page elsewhere whose name was pointed at this computer reads nothing."""
    path = ask(desk)

    assert listening()("GET", path, headers={"Host": "evil.example"}).status == 421


def test_a_busy_database_asks_to_come_again(
    desk: Desk, listening: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the time after which, and the page says so in words."""
    path = ask(desk)
    call = listening()

    def busy(*_: object) -> None:
        raise Unavailable("the database is busy")

    monkeypatch.setattr(type(desk.street.database), "write", busy)
    answer = call("POST", path, YES, FORM)

    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert "busy" in answer.body


def test_a_database_that_takes_too_long_is_not_waited_for(
    desk: Desk, listening: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever calls hears so before they hang up."""
    from threading import Event

    path, released = ask(desk), Event()
    monkeypatch.setattr("dispatch.web.app.PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(type(desk.street.database), "write", lambda *_: released.wait(20))

    answer = listening()("POST", path, YES, FORM)
    released.set()

    assert answer.status == 503


def test_what_breaks_tells_nobody_why(
    desk: Desk, listening: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the caller nor the log learns the token."""
    path = ask(desk)

    def breaks(*_: object) -> None:
        raise RuntimeError(path)

    monkeypatch.setattr(type(desk.street.database), "read", breaks)
    answer = listening()("GET", path)

    assert (answer.status, answer.body) == (500, "something went wrong here")
    assert answer.headers["cache-control"] == "no-store"
    assert "RuntimeError at " in caplog.text
    assert path not in caplog.text


def test_a_body_without_end_is_refused(desk: Desk, listening: Callable[..., Caller]) -> None:
    """A million bytes are the most."""
    path = ask(desk)

    assert listening()("POST", path, "x" * 1_000_001, FORM).status == 413


def test_the_database_keeps_no_token(desk: Desk) -> None:
    """Whoever reads it, or a copy of it, can follow no link."""
    token = ask(desk).rpartition("/")[2]

    assert len(token) == 20
    assert token not in repr(desk.everything())
    (row,) = desk.look(lambda tx: tx.connection.execute(link.select()).all())
    assert len(row.token_hash) == 64


def test_the_answer_by_link_is_kept_as_one(desk: Desk, listening: Callable[..., Caller]) -> None:
    """Like any other answer, once."""
    listening()("POST", ask(desk), YES, FORM)

    rows = desk.look(lambda tx: tx.connection.execute(inbound.select()).all())
    assert [(row.channel, row.outcome, row.words_id) for row in rows] == [("link", "accepted", None)]
