"""A channel's options are checked by what it declares, before it is opened."""

from typing import Any

import pytest

from dispatch.errors import Misconfigured
from dispatch.i18n import say_error
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.opening import open_channels
from dispatch.testing import RecordingChannel

FIELDS = (
    Field("host", "主机", "host", required=True, pattern="[a-z.]+"),
    Field("port", "端口", "port", FieldKind.NUMBER, default=2775, least=1, most=65535),
    Field("password", "密码", "password", FieldKind.SECRET),
    Field("mode", "方式", "mode", default="both", choices=("both", "send")),
    Field("tls", "加密", "encrypted", FieldKind.FLAG),
    Field("hosts", "允许的主机", "allowed hosts", FieldKind.LIST),
    Field("templates", "模板", "templates", FieldKind.TABLE),
    Field("url", "网址", "address", FieldKind.URL),
)


@pytest.mark.parametrize(
    ("given", "name", "read"),
    [
        ({}, "port", 2775),
        ({"port": "80"}, "port", 80),
        ({}, "mode", "both"),
        ({"tls": "TRUE"}, "tls", True),
        ({"hosts": "a.cn, b.cn"}, "hosts", ["a.cn", "b.cn"]),
        ({"templates": {"offer": "SMS_1"}}, "templates", {"offer": "SMS_1"}),
        ({"url": "https://sms.example/send"}, "url", "https://sms.example/send"),
        ({"password": "p"}, "password", "p"),
    ],
)
def test_an_option_is_read_as_its_kind(given: dict[str, Any], name: str, read: object) -> None:
    """From the file as TOML gives it, from a variable as text; what is not given is its default."""
    assert checked("sms", {"host": "sms.example", **given}, FIELDS)[name] == read


def test_what_has_no_default_and_is_not_given_is_not_there() -> None:
    """The channel can tell what it was told from what it was not."""
    assert checked("sms", {"host": "h"}, FIELDS) == {"host": "h", "port": 2775, "mode": "both"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "channels.sms.host (host): is missing"),
        ({"host": ""}, "channels.sms.host (host): is missing"),
        ({"host": 7}, "channels.sms.host (host): is not text"),
        ({"host": "A B"}, "channels.sms.host (host): is not as it must be"),
        ({"host": "h", "port": "x"}, "channels.sms.port (port): is not a whole number"),
        ({"host": "h", "port": True}, "channels.sms.port (port): is not a whole number"),
        ({"host": "h", "port": 0}, "channels.sms.port (port): is not between 1 and 65535"),
        ({"host": "h", "mode": "x"}, "channels.sms.mode (mode): is none of both, send"),
        ({"host": "h", "tls": "yes"}, "channels.sms.tls (encrypted): is neither true nor false"),
        ({"host": "h", "hosts": [1]}, "channels.sms.hosts (allowed hosts): is not a list of texts"),
        ({"host": "h", "templates": {"a": 1}}, "channels.sms.templates (templates): is not a table of texts"),
        ({"host": "h", "url": "ftp://x"}, "channels.sms.url (address): is no address that begins with http:// or https://"),
        ({"host": "h", "url": "http://[x"}, "channels.sms.url (address): is no address that begins with http:// or https://"),
        ({"host": "h", "hsot": 1}, "channels.sms.hsot: there is no such option"),
    ],
)
def test_what_is_wrong_is_named_by_path_and_label(given: dict[str, Any], said: str) -> None:
    """The sentence says where to look, and the hint how to set it."""
    with pytest.raises(Misconfigured) as told:
        checked("sms", given, FIELDS)

    assert str(told.value) == said


def test_the_hint_names_the_section_and_the_variable() -> None:
    """Either will do, and a secret is better off as a variable."""
    with pytest.raises(Misconfigured) as told:
        checked("sms-smpp", {}, FIELDS)

    _, hint = say_error(told.value, "en")
    assert hint == "set it in dispatch.toml below [channels.sms-smpp], or as DISPATCH_CHANNELS__SMS_SMPP__HOST"


def test_a_secret_is_never_repeated() -> None:
    """What is wrong with it is said without it."""
    with pytest.raises(Misconfigured) as told:
        checked("sms", {"host": "h", "password": ["hunter2"]}, FIELDS)

    assert "hunter2" not in repr(told.value) + str(told.value)


def test_a_channel_that_declares_its_fields_is_opened_with_checked_options() -> None:
    """It need not check anything itself."""
    opened = []

    class Channel(RecordingChannel):
        fields = FIELDS

        def __init__(self, options: Any) -> None:
            super().__init__()
            opened.append(options)

    open_channels({"sms": Channel}, {"sms": {"host": "h", "port": "99"}}, rehearsal=False)

    assert opened == [{"host": "h", "port": 99, "mode": "both"}]
    with pytest.raises(Misconfigured, match="no such option"):
        open_channels({"sms": Channel}, {"sms": {"host": "h", "x": 1}}, rehearsal=False)
