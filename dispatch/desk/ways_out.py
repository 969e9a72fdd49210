"""The way out of where a request stands: a command that is obeyed there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.clearness import is_clear
from dispatch.desk.shorthand import write_licences
from dispatch.i18n import Sentence, sentence
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.request import Request
from dispatch.model.responder import WITHOUT_PHONE_UNTIL, Responder
from dispatch.model.service import Service
from dispatch.store import community as towns
from dispatch.store import offers, people
from dispatch.store.engine import Transaction

USUAL_WINDOW: Final = timedelta(hours=1)
"""How long the window is that a command proposes; whoever agrees on a time writes what was agreed on."""


def is_over(request: Request, now: datetime) -> bool:
    """Say whether the time that was asked for is over, so that nobody can come in it."""
    return request.window is not None and request.window[1] <= now


def may_be_offered(tx: Transaction, request: Request, *, accepted: bool = False) -> bool:
    """Say whether somebody could be asked by hand for a request, as far as the request goes.

    Args:
        accepted: Who says yes at once, and so comes before those who are asked and have not answered.
    """
    if is_over(request, tx.now):
        return False
    if request.state is RequestState.NEEDS_PERSON:
        return request.reason != "emergency"
    if request.state not in (RequestState.RECEIVED, RequestState.TRIAGED, RequestState.ASKING):
        return False
    made = offers.of_requests(tx.connection, [request.id])
    asked = 0 if accepted else sum(1 for one in made if one.state is OfferState.OFFERED)
    return len(offers.free_slots(tx.connection, request.id)) > asked


def next_step(tx: Transaction, request: Request) -> Sentence | None:
    """Name the next step for a request that needs a person, by the reason why it does; none for others."""
    if request.state is not RequestState.NEEDS_PERSON:
        return None
    number = request.number
    if not is_clear(tx, request):
        return sentence(
            "once it is clear: dispatch request edit {number} {options}",
            number=number,
            options="--service … --place …",
        )
    if request.reason == "emergency":
        return sentence("when it can wait for a helper: dispatch request triage {number}", number=number)
    if is_over(request, tx.now):
        return sentence(
            "agree on another time: dispatch request edit {number} --window BEGIN/END", number=number
        )
    if request.reason == "nobody-left":
        return sentence("see what would help: dispatch explain {number}", number=number)
    return sentence("when helpers may be asked for it: dispatch request triage {number}", number=number)


def wrong_number(responder: Responder) -> Sentence | None:
    """Say how somebody can be asked again whose phone was found wrong; none where it was not."""
    if responder.paused_until != WITHOUT_PHONE_UNTIL:
        return None
    return sentence(
        "{code}: wrong number; not asked until it is put right: dispatch responder edit {code} --phone PHONE",
        code=responder.code,
    )


def how(tx: Transaction, request: Request, remedy: Sentence) -> Sentence | None:
    """Name the command by which a remedy is put into effect; none where it comes about by itself."""
    make = _COMMANDS.get(remedy.id)
    return None if make is None else make(tx, request, remedy.params)


_Said = Mapping[str, object]


def _offer_then(_tx: Transaction, request: Request, said: _Said) -> Sentence:
    return sentence("then: dispatch offer {number} --to {code}", number=request.number, code=said["code"])


def _correct_phone(_tx: Transaction, request: Request, said: _Said) -> Sentence:
    return sentence(
        "then: dispatch responder edit {code} --phone PHONE, and: dispatch offer {number} --to {code} --again",
        number=request.number,
        code=said["code"],
    )


def _go_further(_tx: Transaction, request: Request, said: _Said) -> Sentence:
    return sentence(
        "if they agree: dispatch responder edit {code} --reach {reach}, and: dispatch offer {number} --to {code}",
        number=request.number,
        code=said["code"],
        reach=said["reach"],
    )


def _one_more(_tx: Transaction, request: Request, said: _Said) -> Sentence:
    return sentence(
        "if they agree: dispatch responder edit {code} --monthly-cap {cap}, and: dispatch offer {number} --to {code}",
        number=request.number,
        code=said["code"],
        cap=int(str(said["cap"])) + 1,
    )


def _say_floor(_tx: Transaction, request: Request, _said: _Said) -> Sentence:
    return sentence("then, with the door: dispatch request edit {number} --place PLACE-DOOR", number=request.number)


def _another_time(_tx: Transaction, request: Request, said: _Said) -> Sentence:
    begins = datetime.fromisoformat(str(said["moment"]))
    written = "/".join(f"{moment:%Y-%m-%dT%H:%M}" for moment in (begins, begins + USUAL_WINDOW))
    return sentence(
        "if it suits: dispatch request edit {number} --window {window}", number=request.number, window=written
    )


def _again(_tx: Transaction, request: Request, said: _Said) -> Sentence:
    return sentence(
        "do it: dispatch offer {number} --to {code} --again", number=request.number, code=said["code"]
    )


def _fewer(_tx: Transaction, request: Request, said: _Said) -> Sentence:
    missing = int(str(said["needed"])) - int(str(said["count"]))
    return sentence(
        "if fewer will do: dispatch request edit {number} --headcount {headcount}",
        number=request.number,
        headcount=request.headcount - missing,
    )


def _get_licence(tx: Transaction, request: Request, said: _Said) -> Sentence:
    one = people.with_code(tx.connection, tx.community, str(said["code"]))
    today = on_the_wall(tx.now, towns.community_of(tx.connection, tx.community).zone).date()
    kept = [
        each
        for each in one.licences
        if each.name != said["licence"] and (each.expires_on is None or each.expires_on >= today)
    ]
    licences = ";".join(filter(None, (write_licences(kept), f"{said['licence']}@DATE")))
    return sentence(
        "if they have it: dispatch responder edit {code} --licences \"{licences}\", "
        "and: dispatch offer {number} --to {code}",
        number=request.number,
        code=one.code,
        licences=licences,
    )


def _find_somebody(tx: Transaction, request: Request, _said: _Said) -> Sentence:
    services = {one.id: one for one in towns.services_of(tx.connection, tx.community)}
    return sentence(
        "when you have found them: dispatch responder add CODE --kind volunteer --place PLACE --name NAME "
        "--phone PHONE{more}, and: dispatch offer {number} --to CODE",
        number=request.number,
        more=_abilities(services[request.service_id]),
    )


def _abilities(service: Service) -> str:
    skills = ";".join(f"{name}:{level}" for name, level in sorted(service.skills.items()))
    return (f' --skills "{skills}"' if skills else "") + (
        f" --licences {service.licence}@DATE" if service.licence else ""
    )


_COMMANDS: Final[Mapping[str, Callable[[Transaction, Request, _Said], Sentence]]] = {
    "ask {code} from {moment} on": _offer_then,
    "wait until {code} has a hand free": _offer_then,
    "find out the right phone number of {code}, who could go": _correct_phone,
    "ask {code} to go {metres} m further than usual": _go_further,
    "ask {code} to take on one more this month than the {cap} they wished for": _one_more,
    "find out on which floor the door is: {code} could go to the ground floor": _say_floor,
    "agree on another time: {code} could come from {moment} on": _another_time,
    "everybody who could go was asked already ({count}): ask {code} again by hand": _again,
    "{needed} people are needed at once and {count} could go: ask for fewer, or find more": _fewer,
    "{code} could go with a licence that is in force: {licence}": _get_licence,
    "find somebody new with {skills}": _find_somebody,
    "find somebody new with the licence {licence}": _find_somebody,
    "find somebody new who lives near": _find_somebody,
}
"""By remedy; what is not here comes about by itself."""
