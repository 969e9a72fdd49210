"""What is said back when a request was taken: what was understood, in one line, and what to tell the resident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.cli.calling import print_json, tell
from dispatch.cli.orders import taken_json
from dispatch.cli.showing import service_name
from dispatch.cli.words import listed, words
from dispatch.model.lifecycle import RequestState
from dispatch.model.service import Urgency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dispatch.cli.calling import Call
    from dispatch.desk.intake import Taken
    from dispatch.i18n import Sentence
    from dispatch.model.request import Order
    from dispatch.model.service import Service
    from dispatch.store.engine import Transaction


def acknowledge(call: Call, taken: Taken, order: Order, advice: Sequence[Sentence]) -> None:
    """Print what became of an order: what was understood, repeats of it, and what the resident is to hear."""
    if call.as_json:
        print_json({**taken_json(taken, order), "advice": [words(one) for one in advice]})
        return
    if not taken.is_new:
        tell_known(taken)
        return
    tell("request {number} is taken: {what}", number=taken.number, what=understood(call, order))
    tell_repeats(taken)
    _receipt(call, taken.number, has_phone=bool(order.person.phone))


def tell_known(taken: Taken) -> None:
    """Print that the key of an order was used before, and what became of that request if nothing follows it."""
    tell("request {number} had been taken already", number=taken.number)
    if taken.state is RequestState.CANCELLED:
        tell("it was cancelled since; if the need is there still, take it with another --key")


def tell_repeats(taken: Taken) -> None:
    """Print which request a new one looks like, and how to make one of the two."""
    if taken.repeats:
        tell(
            "it looks like request {other}; if it is the same need: dispatch request merge {number} {other}",
            number=taken.number,
            other=taken.repeats[-1],
        )


def _receipt(call: Call, number: int, *, has_phone: bool) -> None:
    if not has_phone:
        tell("please tell the resident: your number is {number}, and we are looking for somebody now", number=number)
        tell(
            "no phone was left, so nobody can tell them who comes; ask for one: "
            "dispatch request edit {number} --phone PHONE",
            number=number,
        )
    elif next(iter(call.rules.resident_channels), "phone-list") == "phone-list":
        tell(
            "please tell the resident: your number is {number}; we are looking for somebody now, "
            "and will ring you when we know who comes",
            number=number,
        )
    else:
        tell(
            "please tell the resident: your number is {number}; we are looking for somebody now, "
            "and will send you word who comes",
            number=number,
        )


def understood(call: Call, order: Order) -> str:
    """Write an order in one line: what, where, who, the phone covered, when, and for how many if more than one."""
    from dispatch.desk.delivery.wording import window_said
    from dispatch.desk.masking import mask_phone
    from dispatch.desk.pages import full_place
    from dispatch.store.community import places_of, services_of

    def look(tx: Transaction) -> tuple[Service, str]:
        service = next(one for one in services_of(tx.connection, tx.community) if one.code == order.service)
        places = places_of(tx.connection, tx.community)
        place = places.with_code(order.place)
        return service, full_place(places, place.id) if place is not None else order.place

    service, place = call.read(look)
    is_urgent = (order.urgency or service.urgency) is Urgency.URGENT
    when = window_said(order.window, call.zone, call.now) if order.window else None
    return listed(
        service_name(service),
        order.person.exact_address or place,
        order.person.name,
        mask_phone(order.person.phone) or words("no phone left"),
        words("{count} people", count=order.headcount) if order.headcount > 1 else "",
        words("urgent") if is_urgent and when else "",
        words(when) if when else words("at once") if is_urgent else words("as soon as possible"),
    )
