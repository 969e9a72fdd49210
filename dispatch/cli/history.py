"""What happened to a request, a line each: the step that people took, not also the state that followed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.cli.corrected import FIELD_SENTENCES
from dispatch.cli.showing import CALLED_SENTENCES, MISTAKEN_SENTENCE, REASON_SENTENCES
from dispatch.cli.words import listed, words
from dispatch.i18n import Sentence
from dispatch.model.lifecycle import OFFER_SENTENCES, STATE_SENTENCES, RequestState
from dispatch.model.message import MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dispatch.cli.calling import Call
    from dispatch.desk.pages import Whole
    from dispatch.store.events import Event

_FOLLOWS = frozenset({RequestState.TRIAGED, RequestState.ASKING, RequestState.ARRANGED})
"""States into which a request comes by what was asked and answered."""

_SAYS_IT = frozenset({"offered", "accepted", "declined", "offer-ended", "wrong-number", "edited", "undone"})
"""What is noted in the same step as such a state, and tells more."""

_TO_HELPER = frozenset({MessageKind.OFFER, MessageKind.DETAILS, MessageKind.NOT_NEEDED})


def history_rows(call: Call, whole: Whole) -> list[tuple[str, str, str]]:
    """Return when, what and by whom, oldest first; the same twice in a row is written once."""
    rows: list[tuple[str, str, str]] = []
    for event in _telling(whole):
        row = (call.clock_text(event.at), _happened(event, whole), event.actor)
        if not rows or rows[-1] != row:
            rows.append(row)
    return rows


def _telling(whole: Whole) -> Iterator[Event]:
    told = {event.step for event in whole.history if event.kind in _SAYS_IT}
    for event in whole.history:
        if event.kind == "moved":
            came_in = event.params["was"] == RequestState.RECEIVED and not event.params.get("reason")
            if event.params["now"] in _FOLLOWS and (event.step in told or came_in):
                continue
        yield event


def _happened(event: Event, whole: Whole) -> str:
    from dispatch.desk.staying import KIND_SENTENCES

    if event.kind == "moved":
        reason = event.params.get("reason")
        said = words(STATE_SENTENCES.get(str(event.params["now"]), str(event.params["now"])))
        return _with(said, words(REASON_SENTENCES.get(str(reason), str(reason)))) if reason else said
    if event.kind == "offer-ended" and event.params.get("why") == "mistaken":
        return words(MISTAKEN_SENTENCE)
    if event.kind == "offer-ended" and event.params.get("letter") in CALLED_SENTENCES:
        return words(CALLED_SENTENCES[str(event.params["letter"])])
    if event.kind == "offer-ended":
        return words(OFFER_SENTENCES.get(str(event.params["now"]), str(event.params["now"])))
    if event.kind == "nobody-told" and not (whole.person.phone or event.params.get("message") in _TO_HELPER):
        return words("the resident left no phone, so nobody could tell them")
    said = words(KIND_SENTENCES.get(event.kind, event.kind))
    if event.kind == "edited":
        fields = event.params.get("fields", ())
        return _with(said, listed(*(words(FIELD_SENTENCES[one]) for one in fields if one in FIELD_SENTENCES)))
    if event.kind == "rating-corrected":
        return _with(said, f"{event.params['was']} → {event.params['now']}")
    if event.kind == "wrong-number":
        return f"{said} {whole.codes.get(str(event.params['responder']), '')}".strip()
    if event.kind == "offered":
        said = words("still asked") if "instead_of" in event.params else said
        return f"{said} {whole.codes.get(str(event.params['responder']), '')}".strip()
    return said


def _with(said: str, more: str) -> str:
    return words(Sentence("{heading}: {fact}", {"heading": said, "fact": more})) if more else said
