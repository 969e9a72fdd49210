"""Every way in which a promise can be found broken, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dispatch.i18n import Sentence
from dispatch.model.lifecycle import STATE_SENTENCES
from dispatch.store.checks import Found

KINDS: Final[dict[str, tuple[str, Sentence]]] = {
    "numbers-lost": ("P1", Sentence("requests {first} to {last} were taken and are gone")),
    "request-gone": ("P1", Sentence("the log knows a request that is gone ({id})")),
    "content-gone": ("P1", Sentence("what the resident of request {number} said is gone")),
    "person-gone": ("P1", Sentence("name and phone of somebody in table {table} are gone")),
    "no-slots": ("P1", Sentence("request {number} is open and needs nobody")),
    "key-twice": ("P2", Sentence("request {number} shares its key with another")),
    "number-twice": ("P2", Sentence("there are several requests {number}")),
    "forgotten": ("P3", Sentence("request {number} is open and nobody will look at it again")),
    "nobody-named": ("P3", Sentence("request {number} needs a person, and nobody is named or told why")),
    "waiting-while-asked": ("P3", Sentence("request {number} waits as if nobody were asked, but somebody is")),
    "asking-nobody": ("P3", Sentence("request {number} counts as being asked for, but nobody is asked")),
    "arranged-short": ("P3", Sentence("request {number} counts as arranged, but somebody is missing")),
    "held-after-the-end": ("P3", Sentence("request {number} is over, but somebody is still asked for it or holds it")),
    "overdue": ("P3", Sentence("request {number} should have been looked at before the last round")),
    "slot-twice": ("P4", Sentence("two people hold place {slot} of request {number}")),
    "slot-beyond": ("P4", Sentence("{code} holds a place of request {number} that it does not have")),
    "slot-retired": ("P4", Sentence("{code} holds a place of request {number} that is no longer needed")),
    "slot-unlike-state": ("P4", Sentence("{code} holds a place of request {number} without having accepted, or none")),
    "asked-beyond-need": ("P4", Sentence("request {number} has everybody it needs, but somebody is still asked")),
    "seat-twice": ("P5", Sentence("{code} holds two requests on seat {seat}")),
    "seat-beyond": ("P5", Sentence("{code} was asked for request {number} beyond their capacity")),
    "pair-twice": ("P6", Sentence("{code} was asked for request {number} while still asked or helping")),
    "wave-twice": ("P6", Sentence("wave {wave} of request {number} was decided twice")),
    "wave-gap": ("P6", Sentence("a wave of request {number} is missing")),
    "wave-for-nobody": ("P6", Sentence("wave {wave} of request {number} was decided, but nobody was asked")),
    "wave-undecided": ("P6", Sentence("{code} was asked for request {number} without a decision")),
    "never-handed-over": ("P7", Sentence("{code} is asked for request {number}, but no message says so")),
    "message-overdue": ("P7", Sentence("a message ({message}) for request {number} is stuck on its way by {channel}")),
    "message-twice": ("P8", Sentence("a message ({message}) for request {number} stands twice in the outbox")),
    "sent-too-often": ("P8", Sentence("a message ({message}) for request {number} was sent blindly more than once")),
    "asks-in-vain": ("P9", Sentence("a message still to be sent asks for request {number}, which is answered already")),
    "code-twice": ("P9", Sentence("one answer code of {code} stands for two requests")),
    "end-unlike-state": ("P9", Sentence("{code}'s part in request {number} is over without a moment, or the reverse")),
    "yes-twice": ("P9", Sentence("{code} was told twice that they have request {number}")),
    "yes-without-effect": ("P9", Sentence("somebody was told by {channel} that they have a request, but have none")),
    "silence-unfollowed": ("P10", Sentence("nobody answered for request {number}, and nothing followed")),
    "deadline-passed": ("P10", Sentence("{code} was to answer for request {number} before the last round")),
    "event-edited": ("P15", Sentence("event {seq} was edited")),
    "event-not-linked": ("P15", Sentence("event {seq} does not follow the one before it")),
    "tail-missing": ("P15", Sentence("the log has {events} events; on {day} it had {wanted}")),
    "anchor-differs": ("P15", Sentence("the log up to event {wanted} is not the one of {day}")),
    "event-out-of-order": ("P15", Sentence("event {seq} ({happened}) cannot follow what the log says before it")),
    "request-unrecorded": ("P15", Sentence("the log does not know of request {number}")),
    "request-unexplained": ("P15", Sentence("request {number} is {stands}, but the log says {said}")),
    "offer-unrecorded": ("P15", Sentence("the log does not know of somebody asked for request {number}")),
    "offer-unexplained": ("P15", Sentence("an offer for request {number} is {stands}, but the log says {said}")),
    "offer-gone": ("P15", Sentence("the log knows an offer that is gone ({id})")),
    "guard-gone": ("P15", Sentence("what holds {held} in the database is gone: {name}")),
    "minor-alone": ("P18", Sentence("{code} is a minor, and no adult goes to request {number} or only adults may")),
    "sent-together": ("P18", Sentence("{code} and {other} go to request {number} and are never sent together")),
    "sent-all-the-same": ("P18", Sentence("{code} was asked for request {number} and is not available for it")),
    "private-outside": ("P16", Sentence("something private stands in {table}.{column}")),
    "nobodys-people": ("P16", Sentence("{count} private records belong to nobody")),
}
"""Every way in which a promise can be found broken: the promise, and how it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One promise found broken.

    Args:
        promise: Its number: "P4".
        kind: The way it is broken, as a code that stays the same.
        what: The sentence.
        number: The request it concerns, where it is one.
    """

    promise: str
    kind: str
    what: Sentence
    number: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Give plain data; the sentence as its id and parameters."""
        return {"promise": self.promise, "kind": self.kind, "request": self.number, "what": self.what.to_json()}


def say_break(found: Found) -> Break:
    """Put what was found into its sentence."""
    promise, what = KINDS[found.kind]
    params = {name: _said(value) for name, value in found.params.items()} | {"number": found.number}
    return Break(
        promise=str(found.params.get("promise", promise)),
        kind=found.kind,
        what=Sentence(what.id, params),
        number=found.number,
    )


def _said(value: object) -> object:
    """Say a state as people do; other codes stay as they are."""
    return STATE_SENTENCES.get(value, value) if isinstance(value, str) else value
