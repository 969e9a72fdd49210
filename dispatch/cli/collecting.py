"""Requests that other systems bring: taken in at a command, and at each look of the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from dispatch.cli.calling import Call, current, note, print_json, tell
from dispatch.cli.formatting import runs
from dispatch.cli.group import command
from dispatch.cli.words import language, words
from dispatch.errors import PluginBroke, Refused
from dispatch.i18n import say_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.desk.orders_in import BroughtIn

SOME_REFUSED: Final = 3
"""The exit code where an order was not taken."""


@command()
def collect() -> None:
    """Take in the requests that other systems bring: each source with a section [sources.NAME] in dispatch.toml.

    What cannot be read waits on dispatch today. Exit 3 where an order was refused, 7 where a source broke.
    """
    call = current()
    if not call.settings.sources:
        raise Refused(
            "no source of requests is set up",
            hint="see which there are: dispatch plugin list; then write a section [sources.NAME] into dispatch.toml",
        )
    sources = call.wired.sources
    call.say_what_broke()
    closed = {name for name, section in call.settings.sources.items() if section.get("enabled") is False}
    unasked = set(call.settings.sources) - set(sources) - closed
    done = _collected(call)
    if call.as_json:
        print_json([_json(one) for one in done])
    else:
        for name in sorted(unasked) if call.wired.is_rehearsal else ():
            tell("{source} is not asked on a rehearsal, since real people ask there", source=name)
        for one in done:
            _print(one)
    if any(one.fault for one in done) or (unasked and not call.wired.is_rehearsal):
        raise click.exceptions.Exit(PluginBroke.exit_code)
    if any(one.refusals for one in done):
        raise click.exceptions.Exit(SOME_REFUSED)


def bring_in(call: Call) -> None:
    """Take in what the sources bring, and note on stderr what there is to say of it; nothing where there are none."""
    if not call.settings.sources:
        return
    call.wired.sources  # noqa: B018  opened, so that what broke while they were is said first
    call.say_what_broke()
    for one in _collected(call):
        if one.numbers:
            note("new requests from {source}: {numbers}", source=one.source, numbers=_numbers(one.numbers))
        _say_emergencies(one)
        if one.refusals:
            note(
                "orders from {source} that could not be taken: {count}; they wait on: dispatch today",
                source=one.source,
                count=len(one.refusals),
            )
        _say_fault(one)


def _collected(call: Call) -> Sequence[BroughtIn]:
    from dispatch.desk.orders_in import collect_orders

    return collect_orders(
        call.database,
        call.actor,
        call.rules,
        call.wired.sources,
        language=language(),
        area_code=call.settings.phones.area_code,
    )


def _print(one: BroughtIn) -> None:
    _say_emergencies(one)
    tell(
        "{source}: taken {taken}, refused {refused}, already in {already}",
        source=one.source,
        taken=len(one.numbers),
        refused=len(one.refusals),
        already=one.already,
    )
    if one.numbers:
        tell("new requests: {numbers}; next: dispatch round", numbers=_numbers(one.numbers))
    for key, why in one.refusals:
        tell("order {key}: {why}", key=key, why=say_error(why, language())[0])
    if one.refusals:
        tell("the refused ones wait on: dispatch today")
    _say_fault(one)


def _say_emergencies(one: BroughtIn) -> None:
    for number in one.emergencies:
        note("request {number} has emergency words; look at it now: dispatch request show {number}", number=number)


def _say_fault(one: BroughtIn) -> None:
    if one.fault is not None:
        note(one.fault.message, **one.fault.params)


def _numbers(numbers: Sequence[int]) -> tuple[str, ...]:
    return tuple(runs(numbers))


def _json(one: BroughtIn) -> dict[str, Any]:
    return {
        "source": one.source,
        "numbers": one.numbers,
        "emergencies": one.emergencies,
        "already": one.already,
        "refusals": [{"key": key, "why": say_error(why, language())[0]} for key, why in one.refusals],
        "fault": None if one.fault is None else words(one.fault.message, **one.fault.params),
    }
