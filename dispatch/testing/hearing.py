"""What a channel promises about what comes back over it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from dispatch.i18n import sentence
from dispatch.model.arrival import Callback, CallbackAnswer, Incoming, Report, arrival_from_json
from dispatch.plugins.channel import Channel
from dispatch.plugins.faults import where_it_broke
from dispatch.testing.overheard import Overheard
from dispatch.testing.promises import DoesNotApply, Promise, expect

_WRONG: Final = "Bearer a-token-of-nobody"
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_BODIES: Final = (
    ("", b""),
    (_JSON, b"{}"),
    (_JSON, b"null"),
    (_JSON, b"[[[[1]]]]"),
    (_JSON, b'{"phone": {}, "text": [7], "id": null'),
    (_JSON, b'[{"phone_number": 7, "sms_size": "x", "content": null}]'),
    (_FORM, b"From=%FF%FE&Text=&MessageId"),
    ("text/xml", b"<a><b></a>"),
    ("", bytes(range(256)) * 40),
)
_CALLS: Final = (
    *(
        Callback(
            method="POST",
            path="/a-token-of-nobody",
            query={"token": "a-token-of-nobody", "signature": "0" * 64, "timestamp": "0"},
            headers={"content-type": kind, "authorization": _WRONG, "x-signature": "0" * 64},
            body=body,
        )
        for kind, body in _BODIES
    ),
    Callback(method="GET"),
    Callback(method="", path="/../..", headers={"content-length": "-1"}),
)


def hearing_promises(channel: Channel, heard: Overheard) -> Iterator[Promise]:
    """Give what is promised about what comes back."""
    yield Promise(sentence("hears back by a way of its own where it declares that it does"), lambda: _declares(channel))
    yield Promise(sentence("gives what came back, and again until it is stored"), lambda: _collects(channel, heard))
    yield Promise(sentence("turns calls away that are not its provider's"), lambda: _turns_away(channel, heard))


def _declares(channel: Channel) -> None:
    can = channel.capabilities
    collects, called = (callable(getattr(channel, name, None)) for name in ("collect", "called_back"))
    if not (can.is_two_way or can.gives_receipts or collects or called):
        raise DoesNotApply(sentence("it declares that nothing comes back over it"))
    if not can.reaches_real_people and not (collects or called):
        raise DoesNotApply(sentence("nothing leaves this computer by it: a person keys the answers back"))
    told = sentence("it declares that something comes back, and has neither collect nor called_back")
    expect(collects or called, told)
    told = sentence("something comes back over it, and it declares neither is_two_way nor gives_receipts")
    expect(can.is_two_way or can.gives_receipts, told)
    told = sentence("it has collect but not acknowledge")
    expect(not collects or callable(getattr(channel, "acknowledge", None)), told)


def _collects(channel: Any, heard: Overheard) -> None:
    if not callable(getattr(channel, "collect", None)):
        raise DoesNotApply(sentence("it collects nothing by itself"))
    for _ in range(2):
        came: object = channel.collect()
        expect(isinstance(came, Sequence), sentence("collect gave {kind}, not a list", kind=type(came).__name__))
        assert isinstance(came, Sequence)
        for one in came:
            _whole(one)
            heard.note(one.to_json())
    channel.acknowledge(())


def _turns_away(channel: Any, heard: Overheard) -> None:
    if not callable(getattr(channel, "called_back", None)):
        raise DoesNotApply(sentence("its provider calls nobody"))
    for call in _CALLS:
        try:
            answer: object = channel.called_back(call)
        except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
            heard.note(fault)
            expect(False, sentence("called_back raised {fault} at a strange call", fault=where_it_broke(fault)))
        kind = type(answer).__name__
        expect(isinstance(answer, CallbackAnswer), sentence("called_back gave {kind}, not a CallbackAnswer", kind=kind))
        assert isinstance(answer, CallbackAnswer)
        for one in answer.arrivals:
            _whole(one)
        plain = json.loads(json.dumps(answer.to_json()))
        told = sentence("the answer to a call does not survive a trip through JSON")
        expect(CallbackAnswer.from_json(plain) == answer, told)
        heard.note(answer.to_json())
        told = sentence("a call of a stranger brought something in")
        expect(not answer.arrivals, told)
        if call.method == "POST":
            told = sentence("a call of a stranger was answered with {status}", status=answer.status)
            expect(not 200 <= answer.status < 300, told)


def _whole(one: object) -> None:
    kind = type(one).__name__
    expect(isinstance(one, Report | Incoming), sentence("{kind} is neither a Report nor an Incoming", kind=kind))
    assert isinstance(one, Report | Incoming)
    told = sentence("what came back does not survive a trip through JSON")
    expect(arrival_from_json(json.loads(json.dumps(one.to_json()))) == one, told)
