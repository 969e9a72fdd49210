"""Take a request: one typed line, shown and confirmed; or field by field; or many lines from a file."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from dispatch.cli.acknowledging import acknowledge
from dispatch.cli.calling import Call, Misused, confirm, current, note, tell
from dispatch.cli.emergency import (
    acknowledge_kept,
    acknowledge_kept_line,
    advice_for,
    advise,
    is_kept_at_once,
    keep,
    kept_json,
    with_advice,
)
from dispatch.cli.group import argument, command, option
from dispatch.cli.orders import lost_answer, place_of, read_line, service_typed, taken_json, with_options
from dispatch.cli.showing import URGENCY, service_name
from dispatch.cli.values import PEOPLE
from dispatch.cli.words import language, words
from dispatch.errors import DispatchError, Refused
from dispatch.i18n import Sentence, say_error
from dispatch.model.request import Order, Private, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dispatch.desk.intake import Taken
    from dispatch.desk.typed_line.line import LineGuess
    from dispatch.store.engine import Transaction

_AGAIN = "when help is on its way, give the line again with what is missing, or use --service and --place"
"""The way out for a line that speaks of danger only mildly, and is asked about like any other."""


MOST_LISTED = 9
"""Choices that are listed to be counted, where one may answer in one's own words as well."""


@command()
@argument("text", nargs=-1)
@option("--service", metavar="SERVICE", help="The service, by its code or its name.")
@option("--place", metavar="PLACE", help="Building, unit and door, such as 8-2-301.")
@option("--name", default="", help="What the resident is called.")
@option("--phone", default="", help="Where the resident can be rung.")
@option("--note", default="", help="Anything else, as it was said.")
@option("--urgency", type=URGENCY, help="How pressing it is.")
@option("--headcount", type=PEOPLE, default=None, help="How many people are needed.")
@option("--window", metavar="TIME", help="When the work may begin: today, tomorrow 9:00-11:00, or A/B.")
@option("--key", metavar="KEY", help="The same key with the same content makes no second request.")
@option("--counter", is_flag=True, help="It came over the counter, not by phone.")
@option("--stdin", "from_stdin", is_flag=True, help="Read many lines; each is acknowledged by a line.")
@option("--yes", "-y", is_flag=True, help="Take it as understood, without asking.")
def take(text: tuple[str, ...], from_stdin: bool, yes: bool, **said: Any) -> None:
    """Take a request (下单).

    One typed line is read, shown and confirmed: dispatch take "8号楼2单元301 下水道堵了 王阿姨".
    What is not clear is asked, never guessed. An emergency is kept at once, whatever is
    not clear: whom to call is said first, and nothing is asked.
    """
    call = current()
    source = Source.COUNTER if said.pop("counter") else Source.PHONE
    if from_stdin:
        raise SystemExit(_take_lines(call))
    line = " ".join(text)
    if not line and not any(value is not None and value != "" for value in said.values()) and sys.stdin.isatty():
        line = click.prompt(words("type one line"), err=True)
    typed = tuple(one for one in (line, said["note"]) if one.strip())
    if is_kept_at_once("\n".join(typed), said["service"]):
        _keep_at_once(call, typed, said, source)
        return
    if text and (said["service"] or said["place"]):
        raise Misused("a typed line and --service or --place do not go together", hint="use one or the other")
    if line:
        order, advice = _from_line(call, line, said, source, yes=yes)
    else:
        order, advice = _from_fields(call, said, source)
    taken = call.write(lambda tx: _take(tx, call, order))
    call.if_lost = lost_answer(taken)
    acknowledge(call, taken, order, advice)


def _take(tx: Transaction, call: Call, order: Order) -> Taken:
    from dispatch.desk.intake import take_request

    return take_request(tx, call.actor, call.rules, order)


def _keep_at_once(call: Call, typed: tuple[str, ...], said: dict[str, Any], source: Source) -> None:
    """Keep an emergency, whatever is open about it: whoever holds the telephone is asked nothing first."""
    advice = advise("\n".join(typed))
    line, beside = (*typed, "", "")[:2]
    try:
        taken, understood = keep(call, line, {**said, "note": beside}, source)
    except DispatchError as error:
        raise with_advice(error, advice) from error
    call.if_lost = lost_answer(taken)
    acknowledge_kept(call, taken, understood, advice)


def _from_line(
    call: Call, text: str, said: dict[str, Any], source: Source, *, yes: bool
) -> tuple[Order, Sequence[Sentence]]:
    advice = advise(text)
    try:
        guess = _ask_what_is_open(call, read_line(call, text), yes=yes)
        if yes:
            _refuse_what_would_be_asked(guess)
        order = with_options(call, guess.order(source=source, key=said["key"]), said)
    except DispatchError as error:
        raise with_advice(error, advice, hint=_AGAIN) from error
    for line in guess.warnings() if yes else guess.shown(language()):
        note(line)
    if not yes and not confirm("take it like this?"):
        if call.as_json:
            raise Refused("nothing was taken", hint="give the line again as it should be")
        tell("nothing was taken; with the arrow key ↑ the line comes back: put right what is wrong, press Enter")
        tell("or say it after the line: --phone PHONE, --name NAME, --window A/B, --headcount N, --note TEXT")
        raise click.exceptions.Exit(Refused.exit_code)
    other = tuple(service_name(one) for one in guess.needs if one.code != order.service)
    if other:
        note("not in this request: {services}; type it as a line of its own when this one is taken", services=other)
    return order, advice


def _refuse_what_would_be_asked(guess: LineGuess) -> None:
    from dispatch.desk.typed_line.questions import missing_of

    if guess.questions:
        raise Refused(
            "this is not clear yet: {questions}",
            questions=tuple(question.sentence for question in guess.questions),
            missing=missing_of(guess.questions),
            hint="write it with: {missing}; or leave -y out, and you are asked",
        )


def _ask_what_is_open(call: Call, guess: LineGuess, *, yes: bool) -> LineGuess:
    """Ask one open question after the other; where nobody can be asked, ``order`` names them all."""
    from dispatch.desk.typed_line.line import answer
    from dispatch.desk.typed_line.questions import NotAChoice

    while guess.questions and sys.stdin.isatty() and not yes:
        question = guess.questions[0]
        note(question.sentence)
        # A building is quicker typed than found among forty.
        listed = () if question.is_open and len(question.choices) > MOST_LISTED else question.choices
        for at, choice in enumerate(listed, start=1):
            note("{at}  {label}", at=at, label=choice.label)
        typed = click.prompt(words("your answer"), err=True).strip()
        if typed.isdigit() and 1 <= int(typed) <= len(listed):
            typed = listed[int(typed) - 1].value
        elif question.key == "service":
            typed = service_typed(typed, guess.catalogue)
        try:
            guess = answer(guess, question.key, typed)
        except NotAChoice:
            said, count = typed[:40], len(listed)
            note("{answer} is none of the choices; type a number from 1 to {count}", answer=said, count=count)
        except DispatchError as error:
            message, hint = say_error(error, language())
            note("{message}", message=message if hint is None else f"{message} ({hint})")
    return guess


def _from_fields(call: Call, said: dict[str, Any], source: Source) -> tuple[Order, Sequence[Sentence]]:
    if not said["service"] or not said["place"]:
        raise Misused(
            "a request needs a typed line, or --service and --place",
            hint="such as: dispatch take \"8号楼2单元301 下水道堵了 王阿姨\"",
        )
    advice = advise(said["note"])
    place, address, floor = place_of(call, said["place"])
    order = Order(
        service=call.service_of(said["service"]),
        place=place,
        person=Private(exact_address=address, floor=floor),
        source=source,
        key=said["key"],
    )
    return with_options(call, order, said), advice


def _take_lines(call: Call) -> int:
    """Take many lines; answer each by one line: its number, or why it was not taken."""
    refused = 0
    for at, raw in enumerate(_lines_typed(), start=1):
        line = raw.strip()
        if not line:
            continue
        advice = advice_for(line)
        for sentence in advice:
            note("line {line}: {advice}", line=at, advice=sentence)
        sys.stderr.flush()
        try:
            if is_kept_at_once(line):
                taken, understood = keep(call, line, {}, Source.LINES)
                if call.as_json:
                    _print_line_json({"line": at, **kept_json(taken, understood, advice)})
                else:
                    acknowledge_kept_line(call, at, taken, understood)
            else:
                _take_one_of_many(call, at, line, advice)
        except DispatchError as error:
            refused += 1
            _refuse_one_of_many(call, at, error, advice)
        sys.stdout.flush()
    return 3 if refused else 0


def _take_one_of_many(call: Call, at: int, line: str, advice: Sequence[Sentence]) -> None:
    guess = read_line(call, line)
    order = guess.order(source=Source.LINES)
    taken = call.write(lambda tx: _take(tx, call, order))
    for warning in guess.warnings():
        note("line {line}: {advice}", line=at, advice=warning)
    if call.as_json:
        _print_line_json({"line": at, **taken_json(taken, order), "advice": [words(one) for one in advice]})
        return
    assert guess.service is not None
    tell(
        "line {line}: request {number}, {service}, {place}",
        line=at,
        number=taken.number,
        service=service_name(guess.service),
        place=order.person.exact_address or order.place,
    )


def _refuse_one_of_many(call: Call, at: int, error: DispatchError, advice: Sequence[Sentence]) -> None:
    way_out = _AGAIN if isinstance(error, Refused) else None
    message, hint = say_error(with_advice(error, advice, hint=way_out), language())
    if call.as_json:
        spoken = [words(one) for one in advice]
        _print_line_json({"line": at, "error": message, "hint": hint, "kind": error.kind, "advice": spoken})
    else:
        tell("line {line}: {message}", line=at, message=message if hint is None else f"{message} ({hint})")


def _lines_typed() -> Iterator[str]:
    """Yield lines from stdin, read as UTF-8 or, where it is not that, as GB18030, like the console of an older PC."""
    for raw in sys.stdin.buffer:
        try:
            yield raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            yield raw.decode("gb18030", errors="replace")


def _print_line_json(document: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(document, ensure_ascii=False))
