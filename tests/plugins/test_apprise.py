"""The channel to chats and mail, against servers on this machine that stand for the services."""

import email
import email.policy
import json
import logging
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from dispatch.errors import Misconfigured
from dispatch.model.message import Outcome, Receipt
from dispatch.plugins import apprise as channels
from dispatch.plugins.apprise import SCHEMES, AppriseAddresses
from dispatch.plugins.manager import load
from dispatch.testing import a_message, check_channel
from tests.plugins.far_side import FarSide

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # one of its modules wants a module of Python's that is to go
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.email import NotifyEmail
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.wecombot import NotifyWeComBot

LOCAL = {"allow_private": ["127.0.0.0/8"]}
HOOK = "dingtalk://0123456789abcdef"
PATHS = {
    NotifyDingTalk: "/robot/send?access_token={token}",
    NotifyFeishu: "/hook/{token}/",
    NotifyWeComBot: "/send?key={key}",
}


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """DingTalk, Feishu and WeCom, all of them one server on this machine."""
    with FarSide() as server:
        for kind, path in PATHS.items():
            monkeypatch.setattr(kind, "notify_url", server.url + path)
        yield server


def _channel(**more: object) -> AppriseAddresses:
    return AppriseAddresses({**LOCAL, **more})


def test_apprise_keeps_the_channel_promise(services: FarSide) -> None:
    """Each message arrives once, whatever is in it and however many threads send."""
    check_channel(_channel(), good_address=HOOK, bad_address="dingtalk://", effects=lambda: len(services.letters))


@pytest.mark.parametrize(
    ("address", "path", "where"),
    [
        ("dingtalk://0123456789abcdef", "/robot/send?access_token=0123456789abcdef", ("text", "content")),
        ("feishu://01234567-89ab", "/hook/01234567-89ab/", ("content", "text")),
        ("wecombot://01234567-89ab", "/send?key=01234567-89ab", ("text", "content")),
    ],
)
def test_a_chat_gets_the_whole_text(
    services: FarSide, address: str, path: str, where: tuple[str, str]
) -> None:
    """In Chinese, with the number of the request above it."""
    receipt = _channel().send(a_message(to=address))
    [letter] = services.letters
    said = json.loads(letter.body)[where[0]][where[1]]

    assert receipt == Receipt(outcome=Outcome.SENT, note="HTTP 200")
    assert letter.path == path
    assert said.splitlines() == ["12号单", a_message().text]


def test_a_chat_gets_the_link_once(services: FarSide) -> None:
    """Whether or not the text has it: there was no room in an SMS, but here there is."""
    link = "https://desk.example.org/o/3K"
    for key, text in (("without", "能去吗？"), ("with", f"能去吗？{link}")):
        _channel().send(a_message(key=key, to=HOOK, text=text, params={"link": link}))
    said = [json.loads(letter.body)["text"]["content"].splitlines()[1:] for letter in services.letters]

    assert said == [["能去吗？", link], [f"能去吗？{link}"]]


def test_bark_gets_no_picture_from_elsewhere() -> None:
    """What the library would add, an address on a foreign server for every phone to fetch, is left out."""
    with FarSide() as server:
        receipt = _channel().send(a_message(to=f"bark://127.0.0.1:{server.server_port}/phone"))
    [letter] = server.letters
    said = json.loads(letter.body)

    assert receipt.outcome is Outcome.SENT
    assert (said["device_key"], said["title"], said["body"]) == ("phone", "12号单", a_message().text)
    assert b"http" not in letter.body


def test_one_address_for_all_takes_what_is_kept_for_each(services: FarSide) -> None:
    """It is put in where the section says, and cannot change the rest of the address."""
    channel = _channel(url="wecombot://0123/?mentioned={to}&verify=yes")

    channel.send(a_message(to="li/../&verify=no?#@"))

    assert channel.capabilities.needs_address
    assert services.letters[0].path == "/send?key=0123"


def test_what_is_put_in_stays_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every character that means something in an address is written as an escape."""
    seen: list[str] = []

    def note(address: str) -> None:
        seen.append(address)

    monkeypatch.setattr(channels, "_service", note)

    _channel(url="mailto://desk.example.org?to={to}").send(a_message(to="a@b?&c=d/#\ud800李"))

    assert seen == ["mailto://desk.example.org?to=a%40b%3F%26c%3Dd%2F%23%3F%E6%9D%8E"]


def test_a_group_that_has_one_address_needs_none_of_anybodys(services: FarSide) -> None:
    """A section with a whole address sends everything there."""
    channel = _channel(url=HOOK)

    receipt = channel.send(a_message(to=""))

    assert not channel.capabilities.needs_address
    assert receipt.outcome is Outcome.SENT


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "json://127.0.0.1/",
        "jsons://127.0.0.1/",
        "xml://127.0.0.1/",
        "form://127.0.0.1/",
        "syslog://",
        "dbus://",
        "gnome://",
        "macosx://",
        "windows://",
        "glib://",
        "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef",
        "http://127.0.0.1/",
        "smpp://127.0.0.1/",
        "+9991380000001",
        "dingtalk:0123456789abcdef",
        "ding talk://x",
        "",
        "   ",
        "://x",
        "这不是地址",
    ],
)
def test_other_kinds_of_addresses_are_refused(services: FarSide, address: str) -> None:
    """Only services that the section allows are used; the note says so without the address."""
    receipt = _channel().send(a_message(to=address))

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note="this kind of address is not allowed")
    assert services.letters == []


def test_a_kind_of_address_that_the_section_names_is_open() -> None:
    """And then no other is."""
    with FarSide() as server:
        channel = _channel(schemes=["json"])
        receipts = [
            channel.send(a_message(key=to, to=to)) for to in (f"json://127.0.0.1:{server.server_port}/x", HOOK)
        ]

    assert [one.outcome for one in receipts] == [Outcome.SENT, Outcome.GIVE_UP]
    assert len(server.letters) == 1


@pytest.mark.parametrize("address", ["dingtalk://", "dingtalk://!!", "mailto://", "schan://", "bark://"])
def test_an_address_that_its_service_does_not_understand_is_given_up(address: str) -> None:
    """Nobody is called."""
    receipt = _channel().send(a_message(to=address))

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note="this address cannot be used")


def test_a_redirect_is_not_followed(services: FarSide) -> None:
    """Even where the address asks for it: who follows can be led anywhere, keys and text with them."""
    with FarSide() as elsewhere:
        services.statuses = [302, 307]
        services.more_headers = {"Location": elsewhere.url}
        receipts = [
            _channel().send(a_message(key=way, to=f"{HOOK}?redirect={way}")) for way in ("no", "yes")
        ]

    assert [one.outcome for one in receipts] == [Outcome.GIVE_UP] * 2
    assert {one.note for one in receipts} == {"the other side points elsewhere, and nobody goes there"}
    assert elsewhere.letters == []


@pytest.mark.parametrize(
    "address", ["bark://127.0.0.1:{}/phone", "barks://127.0.0.1:{}/phone", "mailto://127.0.0.1:{}?to=li@example.org&from=a@example.org"]
)
def test_a_private_network_is_not_called_unless_it_is_allowed(address: str) -> None:
    """Neither over HTTP nor for mail."""
    with FarSide() as server:
        receipt = AppriseAddresses({}).send(a_message(to=address.format(server.server_port)))

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note="this host leads into a private network")
    assert server.letters == []


def test_only_hosts_on_the_list_are_called_where_there_is_one() -> None:
    """Also where the network is open."""
    with FarSide() as server:
        to = f"bark://127.0.0.1:{server.server_port}/phone"
        receipts = [
            _channel(hosts=hosts).send(a_message(to=to))
            for hosts in (["api.day.app"], [f"127.0.0.1:{server.server_port}"])
        ]

    assert [one.outcome for one in receipts] == [Outcome.GIVE_UP, Outcome.SENT]
    assert receipts[0].note == "this host is not on the list of hosts"


def test_the_list_of_hosts_holds_for_mail_too() -> None:
    """Any port of a host on it will do: what speaks no HTTP has many."""
    mailbox = Mailbox()
    with _mail_server(mailbox) as port:
        to = f"mailto://127.0.0.1:{port}?from=desk@example.org&to=li@example.org"
        receipts = [
            _channel(hosts=hosts).send(a_message(to=to))
            for hosts in (["smtp.example.org"], ["127.0.0.1:1"], ["127.0.0.1"], [f"127.0.0.1:{port}"])
        ]

    assert [one.outcome for one in receipts] == [Outcome.GIVE_UP, Outcome.GIVE_UP, Outcome.SENT, Outcome.SENT]
    assert receipts[0].note == "this host is not on the list of hosts"
    assert len(mailbox.letters) == 2


@pytest.mark.parametrize(
    ("status", "said", "receipt"),
    [
        (200, b"ok", Receipt(outcome=Outcome.SENT, note="HTTP 200")),
        (200, b'{"errcode": 0}', Receipt(outcome=Outcome.SENT, note="HTTP 200")),
        (200, b"[" * 9999, Receipt(outcome=Outcome.SENT, note="HTTP 200")),
        (200, b'{"errcode": 310000}', Receipt(outcome=Outcome.GIVE_UP, note="errcode 310000")),
        (200, b'{"errcode": 130101}', Receipt(outcome=Outcome.TRY_LATER, note="errcode 130101")),
        (400, b"", Receipt(outcome=Outcome.GIVE_UP, note="HTTP 400")),
        (403, b"", Receipt(outcome=Outcome.GIVE_UP, note="HTTP 403")),
        (429, b"", Receipt(outcome=Outcome.TRY_LATER, note="HTTP 429")),
        (500, b'{"errcode": 310000}', Receipt(outcome=Outcome.TRY_LATER, note="HTTP 500")),
        (503, b"", Receipt(outcome=Outcome.TRY_LATER, note="HTTP 503")),
    ],
)
def test_the_services_answer_says_what_becomes_of_the_message(
    services: FarSide, status: int, said: bytes, receipt: Receipt
) -> None:
    """Also where a robot refuses with the status 200 and says so only within."""
    services.statuses, services.said = [status], said

    assert _channel().send(a_message(to=HOOK)) == receipt


def test_feishus_refusal_within_its_answer_is_given_up(services: FarSide) -> None:
    """The library itself looks for it, and its word is taken."""
    services.said = b'{"code": 9499, "msg": "Bad Request"}'

    receipt = _channel().send(a_message(to="feishu://0123"))

    assert receipt == Receipt(outcome=Outcome.GIVE_UP, note="the service refused the message")


def test_an_address_cannot_make_the_channel_try_again_by_itself(services: FarSide) -> None:
    """The outbox does that, and nothing sleeps meanwhile."""
    services.statuses = [503] * 4

    receipt = _channel().send(a_message(to=f"{HOOK}?retry=3&wait=0"))

    assert receipt.outcome is Outcome.TRY_LATER
    assert len(services.letters) == 1


def test_a_service_that_is_not_there_is_tried_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent."""
    monkeypatch.setattr(NotifyDingTalk, "notify_url", f"http://127.0.0.1:{_free_port()}/{{token}}")

    receipt = _channel().send(a_message(to=HOOK))

    assert receipt == Receipt(outcome=Outcome.TRY_LATER, note="the other side cannot be reached")


class _Listening(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


def test_no_address_comes_into_the_log(services: FarSide) -> None:
    """The library writes addresses, keys and texts into its own; whoever listens to everything hears none of it."""
    listening, root = _Listening(), logging.getLogger()
    services.statuses = [403]
    level = root.level
    root.addHandler(listening)
    root.setLevel(logging.DEBUG)
    try:
        for to in (HOOK, "dingtalk://!!", "bark://127.0.0.1:1/phone", "file://x"):
            _channel().send(a_message(key=to, to=to))
    finally:
        root.removeHandler(listening)
        root.setLevel(level)

    assert listening.heard == []


class Mailbox:
    """Keeps what a mail server takes, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Take a recipient, or not."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Keep a letter."""
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@contextmanager
def _mail_server(mailbox: Mailbox) -> Iterator[int]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=_free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _mail(port: int) -> AppriseAddresses:
    return _channel(url=f"mailto://127.0.0.1:{port}?from=desk@example.org&to={{to}}")


def test_mail_arrives_with_its_subject_and_the_whole_text() -> None:
    """At a real mail server."""
    mailbox = Mailbox()
    with _mail_server(mailbox) as port:
        receipt = _mail(port).send(a_message(to="li@example.org"))
    [letter] = mailbox.letters

    assert receipt.outcome is Outcome.SENT
    assert (letter["subject"], letter["to"]) == ("12号单", "li@example.org")
    assert "下水道堵了，今天上午能去吗" in letter.get_body(("plain", "html")).get_content()


@pytest.mark.parametrize(
    ("refusal", "receipt"),
    [
        ("550 no such mailbox", Receipt(outcome=Outcome.GIVE_UP, note="SMTP 550")),
        ("451 greylisted, come back later", Receipt(outcome=Outcome.TRY_LATER, note="SMTP 451")),
    ],
)
def test_a_mail_servers_refusal_is_for_good_or_for_now(refusal: str, receipt: Receipt) -> None:
    """As the first digit of its code says; the note has the code and not the address."""
    mailbox = Mailbox()
    mailbox.refusals = {"li@example.org": refusal}
    with _mail_server(mailbox) as port:
        given = _mail(port).send(a_message(to="li@example.org"))

    assert given == receipt
    assert mailbox.letters == []


def test_a_mail_server_that_is_not_there_is_tried_later() -> None:
    """It may be started again."""
    receipt = _mail(_free_port()).send(a_message(to="li@example.org"))

    assert receipt == Receipt(outcome=Outcome.TRY_LATER, note="the service did not take the message")


def test_what_a_service_does_not_end_in_time_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have gone out."""
    monkeypatch.setattr(channels, "SECONDS", 0.05)

    def slowly(self: object, *args: object, **more: object) -> bool:
        done.wait(30)
        return True

    from threading import Event

    done = Event()
    monkeypatch.setattr(NotifyEmail, "send", slowly)
    try:
        receipt = _mail(1).send(a_message(to="li@example.org"))
    finally:
        done.set()

    assert receipt == Receipt(outcome=Outcome.UNKNOWN, note="there was no answer in time")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "json://127.0.0.1/{to}"}, "channels.apprise.url: this kind of address is not allowed"),
        ({"allow_private": ["here"]}, "channels.apprise.allow_private: is no network such as 192.168.3.0/24"),
    ],
)
def test_a_wrong_option_is_told_when_the_channel_is_opened(options: dict[str, object], said: str) -> None:
    """Nobody finds out from silence, and the address is not repeated."""
    with pytest.raises(Misconfigured) as told:
        AppriseAddresses(options)

    assert str(told.value) == said


def test_without_the_extra_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the channel is opened."""
    monkeypatch.setattr(channels, "find_spec", lambda name: None)

    with pytest.raises(Misconfigured) as told:
        AppriseAddresses({})

    assert told.value.hint == 'install it: pip install "sandan[apprise]"'


def test_apprise_is_among_the_channels() -> None:
    """Each person's own address is what it needs, and no phone."""
    channel = load(installed=False).channels()["apprise"]({})

    assert channel.capabilities.needs_address
    assert not channel.capabilities.needs_phone


def test_opening_does_not_load_the_library() -> None:
    """A command that only looks at the channels does not wait for it."""
    code = (
        "import sys; from dispatch.plugins.apprise import AppriseAddresses; AppriseAddresses({}); "
        "assert not {'apprise', 'requests'} & set(sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)

    assert done.returncode == 0, done.stderr


def test_every_kind_of_address_that_is_open_is_one_of_the_librarys() -> None:
    """A misspelt name would open nothing."""
    from apprise import Apprise

    services = Apprise().details(show_disabled=True)["schemas"]
    known = {scheme for one in services for kind in ("protocols", "secure_protocols") for scheme in one[kind] or ()}

    assert set(SCHEMES) <= known
