"""Take a request: one typed line, shown and confirmed; or field by field; or many lines from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from dispatch.cli.calling import Call, Misused, confirm, current, note, parse_window, print_json, tell
from dispatch.cli.group import argument, command, option
from dispatch.cli.showing import service_name
from dispatch.cli.words import language, words
from dispatch.errors import DispatchError, Refused, Unavailable
from dispatch.i18n import Sentence, say_error
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order, Private, Source
from dispatch.model.service import Urgency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.desk.intake import Taken
    from dispatch.desk.typed_line.line import LineGuess
    from dispatch.model.service import Service
    from dispatch.store.engine import Transaction


@command()
@argument("text", nargs=-1)
@option("--service", metavar="CODE", help="The service, by its code or its name.")
@option("--place", metavar="PLACE", help="Building, unit and door, such as 8-2-301.")
@option("--name", default="", help="What the resident is called.")
@option("--phone", default="", help="Where the resident can be rung.")
@option("--note", default="", help="Anything else, as it was said.")
@option("--urgency", type=click.Choice([one.value for one in Urgency]), help="How pressing it is.")
@option("--headcount", type=int, default=None, help="How many people are needed.")
@option("--window", metavar="A/B", help="When the work may begin: from A to B.")
@option("--key", metavar="KEY", help="The same key with the same content makes no second request.")
@option("--counter", is_flag=True, help="It came over the counter, not by phone.")
@option("--stdin", "from_stdin", is_flag=True, help="Read many lines; each is acknowledged by a line.")
@option("--yes", "-y", is_flag=True, help="Take it as understood, without asking.")
def take(text: tuple[str, ...], from_stdin: bool, yes: bool, **said: Any) -> None:
    """Take a request (下单).

    One typed line is read, shown and confirmed: dispatch take "8号楼2单元301 下水道堵了 王阿姨".
    What is not clear is asked, never guessed.
    """
    call = current()
    source = Source.COUNTER if said.pop("counter") else Source.PHONE
    if from_stdin:
        raise SystemExit(_take_lines(call))
    if text and (said["service"] or said["place"]):
        raise Misused("a typed line and --service or --place do not go together", hint="use one or the other")
    if text:
        order, advice = _from_line(call, " ".join(text), said, source, yes=yes)
    else:
        order, advice = _from_fields(call, said, source)
    taken = call.write(lambda tx: _take(tx, call, order))
    call.if_lost = lost_answer(taken)
    _acknowledge(call, taken, order, advice)


def _take(tx: Transaction, call: Call, order: Order) -> Taken:
    from dispatch.desk.intake import take_request

    return take_request(tx, call.actor, call.rules, order)


def lost_answer(taken: Taken) -> Unavailable:
    """Return what to say where the number of a request that is taken cannot be printed."""
    return Unavailable(
        "request {number} is taken; only the answer could not be written: {why}",
        number=taken.number,
        why="",
        hint="do not take it again; look at it: dispatch request show {number}",
    )


def read_line(call: Call, text: str) -> LineGuess:
    """Read a typed line against this community's places and services."""
    from dispatch.desk.typed_line.line import parse_line
    from dispatch.store.community import community_of, places_of, services_of

    def work(tx: Transaction) -> LineGuess:
        where = community_of(tx.connection, tx.community)
        return parse_line(
            text,
            places_of(tx.connection, tx.community),
            services_of(tx.connection, tx.community, active_only=True),
            where.phone_region,
            now=tx.now,
            zone=where.zone,
        )

    return call.read(work)


def _from_line(
    call: Call, text: str, said: dict[str, Any], source: Source, *, yes: bool
) -> tuple[Order, Sequence[Sentence]]:
    from dispatch.desk.emergencies import emergency_advice

    advice = emergency_advice(text)
    for sentence in advice:
        note(sentence)
    try:
        guess = _ask_what_is_open(call, read_line(call, text), yes=yes)
        order = with_options(call, guess.order(source=source, key=said["key"]), said)
    except DispatchError as error:
        raise _with_advice(error, advice) from error
    for line in guess.warnings() if yes else guess.shown(language()):
        note(line)
    if not yes and not confirm("take it like this?"):
        raise Refused("nothing was taken", hint="give the line again as it should be")
    other = tuple(service_name(one) for one in guess.needs if one.code != order.service)
    if other:
        note("not in this request: {services}; type it as a line of its own when this one is taken", services=other)
    return order, advice


def _with_advice(error: DispatchError, advice: Sequence[Sentence]) -> DispatchError:
    """Return the error with the numbers to call in its own sentence, so that neither is read without the other."""
    if not advice:
        return error
    said = Refused(
        "{advice}. This line is not taken yet: {problem}",
        advice=tuple(advice),
        problem=Sentence(error.message, error.params),
        hint="when help is on its way, give the line again with what is missing, or use --service and --place",
    )
    return type(error)(said.message, hint=said.hint, **said.params)


def _ask_what_is_open(call: Call, guess: LineGuess, *, yes: bool) -> LineGuess:
    """Ask one open question after the other; where nobody can be asked, ``order`` names them all."""
    from dispatch.desk.typed_line.line import answer
    from dispatch.desk.typed_line.questions import NotAChoice

    while guess.questions and sys.stdin.isatty() and not yes:
        question = guess.questions[0]
        note(question.sentence)
        for at, choice in enumerate(question.choices, start=1):
            note("{at}  {label}", at=at, label=choice.label)
        typed = click.prompt(words("your answer"), err=True).strip()
        count = len(question.choices)
        if typed.isdigit() and 1 <= int(typed) <= count:
            typed = question.choices[int(typed) - 1].value
        elif question.key == "service":
            typed = service_code(typed, guess.catalogue)
        try:
            guess = answer(guess, question.key, typed)
        except NotAChoice:
            note("{answer} is none of the choices; type a number from 1 to {count}", answer=typed[:40], count=count)
        except DispatchError as error:
            message, hint = say_error(error, language())
            note("{message}", message=message if hint is None else f"{message} ({hint})")
    return guess


def _catalogue(call: Call) -> list[Service]:
    from dispatch.store.community import services_of

    return call.read(lambda tx: services_of(tx.connection, tx.community, active_only=True))


def service_code(text: str, catalogue: Iterable[Service]) -> str:
    """Return the code of the service that a text names: by its code, its name or one of its words; else the text."""
    from dispatch.desk.typed_line.need_words import find_services

    known = tuple(catalogue)
    wanted = text.strip().casefold()
    for one in known:
        if wanted in (one.code, one.name_zh, one.name_en.casefold()):
            return one.code
    found, _ = find_services(text, known)
    return found[0].code if len(found) == 1 else text


def with_options(call: Call, order: Order, said: dict[str, Any]) -> Order:
    """Let options that were given say more than the line."""
    from dispatch.desk.phones import parse_own_phone

    person = order.person
    if said["name"]:
        person = replace(person, name=said["name"])
    if said["phone"]:
        person = replace(person, phone=parse_own_phone(said["phone"], region_of(call)))
    if said["note"]:
        person = replace(person, notes=f"{person.notes}\n{said['note']}".strip())
    order = replace(order, person=person)
    if said["urgency"]:
        order = replace(order, urgency=Urgency(said["urgency"]))
    if said["headcount"] is not None:
        order = replace(order, headcount=said["headcount"])
    window = parse_window(call, said["window"])
    return replace(order, window=window) if window else order


def _from_fields(call: Call, said: dict[str, Any], source: Source) -> tuple[Order, Sequence[Sentence]]:
    from dispatch.desk.emergencies import emergency_advice

    if not said["service"] or not said["place"]:
        raise Misused(
            "a request needs a typed line, or --service and --place",
            hint="such as: dispatch take \"8号楼2单元301 下水道堵了 王阿姨\"",
        )
    advice = emergency_advice(said["note"])
    for sentence in advice:
        note(sentence)
    place, address, floor = place_of(call, said["place"])
    order = Order(
        service=service_code(said["service"], _catalogue(call)),
        place=place,
        person=Private(exact_address=address, floor=floor),
        source=source,
        key=said["key"],
    )
    return with_options(call, order, said), advice


def place_of(call: Call, text: str) -> tuple[str, str, int | None]:
    """Return code, exact address and floor of a place: a code of the community's own, or an address."""
    from dispatch.desk.typed_line.addresses import parse_address
    from dispatch.desk.typed_line.questions import refuse_while_open
    from dispatch.store.community import places_of

    places = call.read(lambda tx: places_of(tx.connection, tx.community))
    if places.with_code(text) is not None:
        return text, "", None
    guess = parse_address(text, places)
    refuse_while_open(guess.questions)
    assert guess.place is not None
    return guess.place, guess.exact_address, guess.floor


def region_of(call: Call) -> str:
    """Return the country whose phone numbers may be written without a country code."""
    from dispatch.store.community import community_of

    return call.read(lambda tx: community_of(tx.connection, tx.community).phone_region)


def taken_json(taken: Taken, order: Order) -> dict[str, Any]:
    """Give what became of an order as programs read it."""
    return {
        "id": taken.id,
        "number": taken.number,
        "state": taken.state.value,
        "service": order.service,
        "place": order.place,
        "new": taken.is_new,
        "repeats": list(taken.repeats),
    }


def _acknowledge(call: Call, taken: Taken, order: Order, advice: Sequence[Sentence]) -> None:
    if call.as_json:
        print_json({**taken_json(taken, order), "advice": [words(one) for one in advice]})
        return
    if not taken.is_new:
        tell("request {number} had been taken already", number=taken.number)
        return
    tell("request {number} is taken", number=taken.number)
    if taken.repeats:
        tell(
            "it looks like request {other}; if it is the same need: dispatch request merge {number} {other}",
            number=taken.number,
            other=taken.repeats[-1],
        )
    if taken.state is RequestState.NEEDS_PERSON:
        tell(
            "it is in a person's hands; when it can wait for a helper: dispatch request triage {number}",
            number=taken.number,
        )
    else:
        tell(
            "read aloud: your number is {number}; we will ask somebody and let you know who comes",
            number=taken.number,
        )


def _take_lines(call: Call) -> int:
    """Take many lines; answer each by one line: its number, or why it was not taken."""
    from dispatch.desk.emergencies import emergency_advice
    from dispatch.store.community import services_of

    names = {
        one.code: service_name(one) for one in call.read(lambda tx: services_of(tx.connection, tx.community))
    }
    refused = 0
    for at, line in enumerate(_lines_typed(), start=1):
        if not line.strip():
            continue
        advice = emergency_advice(line)
        for sentence in advice:
            note("line {line}: {advice}", line=at, advice=sentence)
        sys.stderr.flush()
        spoken = [words(one) for one in advice]
        try:
            guess = read_line(call, line.strip())
            order = guess.order(source=Source.LINES)
            taken = call.write(lambda tx, order=order: _take(tx, call, order))  # type: ignore[misc]
        except DispatchError as error:
            refused += 1
            message, hint = say_error(_with_advice(error, advice), language())
            if call.as_json:
                answer = {"line": at, "error": message, "hint": hint, "kind": error.kind, "advice": spoken}
                _print_line_json(answer)
            else:
                tell("line {line}: {message}", line=at, message=message if hint is None else f"{message} ({hint})")
        else:
            for warning in guess.warnings():
                note("line {line}: {advice}", line=at, advice=warning)
            if call.as_json:
                _print_line_json({"line": at, **taken_json(taken, order), "advice": spoken})
            else:
                tell(
                    "line {line}: request {number}, {service}, {place}: urgent, in a person's hands"
                    if taken.state is RequestState.NEEDS_PERSON
                    else "line {line}: request {number}, {service}, {place}",
                    line=at,
                    number=taken.number,
                    service=names[order.service],
                    place=order.person.exact_address or order.place,
                )
        sys.stdout.flush()
    return 3 if refused else 0


def _lines_typed() -> Any:
    """Yield lines from stdin, read as UTF-8 or, where it is not that, as GB18030, like the console of an older PC."""
    for raw in sys.stdin.buffer:
        try:
            yield raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            yield raw.decode("gb18030", errors="replace")


def _print_line_json(document: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(document, ensure_ascii=False))
