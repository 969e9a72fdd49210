"""How requests, offers and reasons look: as JSON for programs, as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dispatch.cli.calling import Call, note, table, tell
from dispatch.cli.values import OneOf
from dispatch.cli.words import language, listed, words
from dispatch.desk.choices import URGENCY_WORDS, urgency_named
from dispatch.i18n import Sentence
from dispatch.model.lifecycle import HOLDS_SLOT, STATE_SENTENCES, OfferState
from dispatch.model.request import Request
from dispatch.model.service import Service, Urgency

if TYPE_CHECKING:
    from dispatch.desk.pages import Asked, Line, Whole

URGENCY_SENTENCES = {
    Urgency.URGENT: Sentence("urgent"),
    Urgency.NORMAL: Sentence("ordinary"),
    Urgency.LOW: Sentence("no hurry"),
}

URGENCY = OneOf(URGENCY_SENTENCES, URGENCY_WORDS, urgency_named)
"""How pressing something is, as an option."""

MISTAKEN_SENTENCE = Sentence("noted by mistake, taken back")

CALLED_SENTENCES = {"n": Sentence("called, no answer"), "x": Sentence("called, wrong number")}
"""How an offer is said that a letter keyed back from a phone sheet has ended: nobody waited for its deadline."""

REASON_SENTENCES = {
    "emergency": Sentence("emergency words"),
    "nobody-left": Sentence("nobody left to ask"),
    "window-over": Sentence("the time that was asked for is over"),
    "left-out": Sentence("nobody could be asked"),
    "no-answer": Sentence("they did not answer"),
    "wrong-number": Sentence("wrong number"),
    "declined": Sentence("declined"),
    "given-back": Sentence("given back"),
    "still-short": Sentence("more people are needed"),
    "edited": Sentence("corrected"),
    "reopened": Sentence("reopened"),
    "taken-over": Sentence("taken over by a person"),
    "undone": Sentence("taken back"),
    "by-resident": Sentence("the resident took it back"),
    "by-desk": Sentence("the desk took it back"),
    "unable": Sentence("could not be done"),
    "handed-over": Sentence("handed over"),
    "promoted": Sentence("made a big matter"),
    "repeat": Sentence("a repeat"),
    "afterwards": Sentence("recorded afterwards"),
}


def service_name(service: Service) -> str:
    """Return a service's name in the language of this run."""
    return service.name_zh if language() == "zh" else service.name_en


def request_json(request: Request, service: str) -> dict[str, Any]:
    """Give a request as programs read it; nothing of it is private."""
    return {
        "id": request.id,
        "number": request.number,
        "state": request.state.value,
        "service": service,
        "urgency": request.urgency.value,
        "headcount": request.headcount,
        "source": request.source.value,
        "window": list(request.window) if request.window else None,
        "received_at": request.received_at,
        "next_check_at": request.next_check_at,
        "owner": request.owner,
        "reason": request.reason,
        "rating": request.rating,
        "done_at": request.done_at,
        "version": request.version,
    }


def moved_json(call: Call, request: Request) -> dict[str, Any]:
    """Give a request that was just moved as programs read it."""
    from dispatch.store.community import services_of

    codes = call.read(
        lambda tx: {one.id: one.code for one in services_of(tx.connection, tx.community)}
    )
    return request_json(request, codes[request.service_id])


def note_if_nobody_told(call: Call, number: int) -> None:
    """Say on the screen that the resident hears nothing of the last step, so that somebody tells them."""
    from dispatch.desk.telling import was_nobody_told

    if call.read(lambda tx: was_nobody_told(tx, number)):
        note("no message goes to the resident of request {number}: tell them when you see them", number=number)


def asked_json(asked: Asked) -> dict[str, Any]:
    """Give one person asked as programs read it."""
    offer = asked.offer
    return {
        "id": offer.id,
        "responder": asked.code,
        "name": asked.name,
        "state": offer.state.value,
        "wave": offer.wave_no,
        "code": offer.code,
        "deadline_at": offer.deadline_at,
        "promised_at": offer.promised_at,
        "slot": offer.slot_no,
        "cost": offer.cost,
        "terms": dict(offer.terms),
    }


def line_json(line: Line) -> dict[str, Any]:
    """Give one line of a list as programs read it: the resident masked."""
    return {
        **request_json(line.request, line.service.code),
        "place": line.place,
        "resident": line.resident,
        "waited_minutes": line.waited_minutes,
        "offers": [asked_json(one) for one in line.asked],
    }


def whole_json(whole: Whole) -> dict[str, Any]:
    """Give one request with its resident and its history as programs read it."""
    return {
        **line_json(whole.line),
        "place": whole.place,
        "name": whole.person.name,
        "phone": whole.person.phone,
        "address": whole.person.exact_address,
        "floor": whole.person.floor,
        "note": whole.person.notes,
        "words": whole.words,
        "merged_into": whole.merged_into,
        "history": [
            {
                "at": one.at,
                "kind": one.kind,
                "actor": one.actor,
                "on_behalf_of": one.on_behalf_of,
                "params": dict(one.params),
            }
            for one in whole.history
        ],
    }


def waited(minutes: int) -> str:
    """Write a stretch of minutes as people say it: "45 min", "3 h", "2 d"."""
    if minutes < 120:
        return words("{minutes} min", minutes=minutes)
    if minutes < 48 * 60:
        return words("{hours} h", hours=minutes // 60)
    return words("{days} d", days=minutes // (24 * 60))


def lines_table(call: Call, lines: list[Line] | tuple[Line, ...]) -> None:
    """Print requests one a line, the resident masked, the door for whoever may look it up."""
    table(
        ["no.", "what", "where", "state", "waited", "who"],
        [
            (
                one.request.number,
                service_name(one.service) + _marks(one),
                f"{one.door or one.place} {one.name}".strip(),
                _state(one),
                _waited(call, one),
                _who(call, one),
            )
            for one in lines
        ],
    )


def _waited(call: Call, line: Line) -> str:
    """Write how long a resident has waited, or for when it was agreed while that is still to come."""
    window = line.request.window
    if window is None or window[0] <= call.now:
        return waited(line.waited_minutes)
    from dispatch.desk.delivery.wording import window_said

    return words("for {when}", when=window_said((window[0], window[0]), call.zone, call.now))


def _marks(line: Line) -> str:
    marks = []
    if line.request.urgency is Urgency.URGENT:
        marks.append(words(URGENCY_SENTENCES[Urgency.URGENT]))
    if line.request.headcount > 1:
        marks.append(words("{count} people", count=line.request.headcount))
    return words(" ({marks})", marks=listed(*marks)) if marks else ""


def _state(line: Line) -> str:
    state = words(STATE_SENTENCES[line.request.state])
    reason = line.request.reason
    if reason is None:
        return state
    said = words(REASON_SENTENCES.get(reason, reason))
    return state if said == state else words("{heading}: {fact}", heading=state, fact=said)


def _who(call: Call, line: Line) -> str:
    if line.request.owner:
        return line.request.owner
    holding = [_holds(call, one) for one in line.asked if one.offer.state in HOLDS_SLOT]
    asked = [
        words("{code} until {time}", code=one.code, time=call.clock_text(one.offer.deadline_at))
        for one in line.asked
        if one.offer.state is OfferState.OFFERED
    ]
    return ", ".join(holding + asked)


def _holds(call: Call, one: Asked) -> str:
    who = f"{one.code} {one.name}"
    if one.offer.promised_at is None or one.offer.state is OfferState.DONE:
        return who
    return words("{who}, said: there at {time}", who=who, time=call.clock_text(one.offer.promised_at))


def print_lines(call: Call, heading: str, lines: list[Line] | tuple[Line, ...]) -> None:
    """Print a heading with its requests; nothing where there are none."""
    if lines:
        tell("{heading}: {count}", heading=Sentence(heading), count=len(lines))
        lines_table(call, lines)
