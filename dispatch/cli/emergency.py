"""An emergency at the counter or on the telephone: whom to call, then kept at once, and only then what is open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dispatch.cli.acknowledging import tell_known, tell_repeats
from dispatch.cli.calling import Call, note, print_json, tell
from dispatch.cli.orders import service_typed, taken_json, with_options
from dispatch.cli.words import words
from dispatch.errors import DispatchError, Refused
from dispatch.i18n import Sentence
from dispatch.model.request import Order, Source
from dispatch.model.service import EMERGENCY, ServiceId, emergency_service

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dispatch.desk.intake import Taken
    from dispatch.desk.kept_emergencies import Understood
    from dispatch.desk.typed_line.questions import Question
    from dispatch.store.engine import Transaction

_BESIDE = {"name": "", "phone": "", "note": "", "urgency": None, "headcount": None, "window": None}
"""The options that say more than the line, as they are when none is given."""

_FILLS_IN = {
    "service": "--service …",
    "place": "--place …",
    "unit": "--place …",
    "door": "--place …",
    "phone": "--phone …",
    "name": "--name …",
    "headcount": "--headcount …",
    "window": "--window …",
}
"""The option of ``request edit`` that fills in what a question is about."""


def is_kept_at_once(text: str, service: str | None = None) -> bool:
    """Return whether what was said is an emergency, so that nothing may be asked before it is kept."""
    from dispatch.desk.emergencies import is_emergency
    from dispatch.desk.typed_line.line import visible

    return is_emergency_itself(service) or is_emergency(visible(text))


def is_emergency_itself(service: str | None) -> bool:
    """Return whether a service that was named is that of emergencies, by its code or either of its names."""
    ours = emergency_service(ServiceId(""), "")
    return (service or "").strip().casefold() in (ours.code, ours.name_zh, ours.name_en)


def advise(text: str) -> tuple[Sentence, ...]:
    """Say which numbers are called first, before anything else is done, and return what was said."""
    advice = advice_for(text)
    for sentence in advice:
        note(sentence)
    return advice


def advice_for(text: str) -> tuple[Sentence, ...]:
    """Return which numbers are called first."""
    from dispatch.desk.emergencies import emergency_advice
    from dispatch.desk.typed_line.line import visible

    return emergency_advice(visible(text))


def with_advice(error: DispatchError, advice: Sequence[Sentence], *, hint: str | None = None) -> DispatchError:
    """Return the error with the numbers to call in its own sentence, so that neither is read without the other.

    Args:
        hint: Another way out than the error's own.
    """
    if not advice:
        return error
    said = Refused(
        "{advice}. This line is not taken yet: {problem}",
        advice=tuple(advice),
        problem=Sentence(error.message, error.params),
    )
    return type(error)(said.message, hint=hint or error.hint, **{**error.params, **said.params})


def keep(call: Call, text: str, said: dict[str, Any], source: Source) -> tuple[Taken, Understood]:
    """Keep an emergency with what is certain of it; what is not is left open, and nothing is asked.

    Args:
        text: The line, or the note where there is no line.
        said: The options beside it.

    Raises:
        Conflict: The key was used before with other content.
        Unavailable: The database cannot be written now.
    """
    from dispatch.desk.kept_emergencies import keep_emergency, understand

    service = said.get("service") or ""
    if service:
        service = EMERGENCY if is_emergency_itself(service) else service_typed(service, call.catalogue)

    def work(tx: Transaction) -> Understood:
        return understand(
            tx,
            call.actor,
            text,
            source=source,
            key=said.get("key"),
            service=service,
            place=said.get("place") or "",
            area_code=call.settings.phones.area_code,
        )

    understood = _with_options(call, call.read(work), said)
    return call.write(lambda tx: keep_emergency(tx, call.actor, call.rules, understood))


def _with_options(call: Call, understood: Understood, said: dict[str, Any]) -> Understood:
    """Let each option say more than the line, one by one, so that one that cannot be does not take others along."""
    for name, nothing in _BESIDE.items():
        given = said.get(name, nothing)
        if given == nothing:
            continue
        try:
            order = with_options(call, understood.order, {**_BESIDE, name: given})
        except DispatchError as error:
            understood = understood.without(name, Sentence(error.message, error.params), str(given))
        else:
            rest = tuple(one for one in understood.open if one.key != name)
            understood = replace(understood, order=replace(order, urgency=understood.order.urgency), open=rest)
    return understood


def open_options(asked: Iterable[Question]) -> str:
    """Return the options of ``dispatch request edit`` that fill in what is open."""
    return " ".join(dict.fromkeys(_FILLS_IN[one.key] for one in asked if one.key in _FILLS_IN))


def kept_json(taken: Taken, understood: Understood, advice: Sequence[Sentence]) -> dict[str, Any]:
    """Give an emergency that was kept as programs read it."""
    return {
        **taken_json(taken, understood.order),
        "advice": [words(one) for one in advice],
        "open": [{"about": one.key, "question": words(one.sentence)} for one in understood.open],
    }


def acknowledge_kept(call: Call, taken: Taken, understood: Understood, advice: Sequence[Sentence]) -> None:
    """Say under which number an emergency is kept, what is still open, and every way on."""
    from dispatch.desk.emergencies import first_number

    if call.as_json:
        print_json(kept_json(taken, understood, advice))
        return
    number, order = taken.number, understood.order
    if not taken.is_new:
        tell_known(taken)
        return
    owner = call.rules.owner or call.actor.name
    tell("request {number} is kept: urgent, in the hands of {owner}", number=number, owner=owner)
    tell("place: {place}", place=where(understood))
    tell("service: {service}", service=what(call, order))
    if order.person.name:
        tell("name: {name}", name=order.person.name)
    if order.person.phone:
        tell("phone: {phone}", phone=order.person.phone)
    tell_repeats(taken)
    for one in understood.open:
        tell("not clear yet: {question}", question=one.sentence)
    options = open_options(understood.open)
    if options:
        tell("once it is clear: dispatch request edit {number} {options}", number=number, options=options)
    if order.service != EMERGENCY and all(one.key != "place" for one in understood.open):
        tell("when it can wait for a helper: dispatch request triage {number}", number=number)
    tell(
        "when others have it in hand: dispatch request handover {number} --to {whom}",
        number=number,
        whom=first_number(advice),
    )
    tell("if it was not meant like this: dispatch undo")


def acknowledge_kept_line(call: Call, line: int, taken: Taken, understood: Understood) -> None:
    """Say the same of one line of many, in one line."""
    said = {
        "line": line,
        "number": taken.number,
        "service": what(call, understood.order),
        "place": where(understood),
    }
    if not understood.open:
        tell("line {line}: request {number}, {service}, {place}: urgent, in a person's hands", **said)
        return
    tell(
        "line {line}: request {number}, {service}, {place}: urgent, in a person's hands; not clear yet: {questions} "
        "(dispatch request edit {number} {options})",
        **said,
        questions=tuple(one.sentence for one in understood.open),
        options=open_options(understood.open),
    )


def where(understood: Understood) -> Sentence | str:
    """Return where an emergency is, as far as it is known."""
    order = understood.order
    if not order.person.exact_address and any(one.key == "place" for one in understood.open):
        return Sentence("not clear yet")
    return order.person.exact_address or order.place


def what(call: Call, order: Order) -> Sentence | str:
    """Return the service an emergency is for, as far as it is known."""
    from dispatch.cli.showing import service_name

    known = {one.code: service_name(one) for one in call.catalogue}
    return known.get(order.service, Sentence("not clear yet"))
