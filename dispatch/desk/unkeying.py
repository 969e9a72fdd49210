"""Take answers back that were keyed by mistake, each as far as it has not left the building."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from dispatch.desk.answering import has_phone
from dispatch.desk.asking import ask_in_place
from dispatch.desk.moves import end_offers, move
from dispatch.desk.protecting import let_go_of_lonely_minors
from dispatch.desk.silence import back_to_waiting
from dispatch.desk.ways_out import may_be_offered
from dispatch.errors import NotAllowedNow
from dispatch.i18n import Sentence
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer, OfferId
from dispatch.model.lifecycle import OfferState, RequestState
from dispatch.model.message import MessageKind
from dispatch.model.responder import WITHOUT_PHONE_UNTIL
from dispatch.model.rules import Rules
from dispatch.store import offers, outbox, people, phone_sheets, requests
from dispatch.store.engine import Transaction
from dispatch.store.events import Event

How = Literal["asked-still", "not-asked", "noted", "told", "printed", "gone-on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unkeyed:
    """What became of one answer when the keying was taken back.

    Args:
        how: "asked-still", they can be keyed again; "not-asked", as before it was keyed; "noted", it had decided
            nothing. The others stay as they were keyed: "told", both sides have heard of it; "printed", what tells
            them stands on a sheet; "gone-on", the request has.
        number: The request's.
        code: The responder's; none on a row about a resident.
        row: Where it stands on its sheet.
        was: What had been keyed: "accepted", "declined", "no-answer", "wrong-number", "told".
        until: Until when they can answer.
    """

    how: How
    number: int
    code: str | None
    was: str
    row: int | None = None
    until: datetime | None = None

    @property
    def stays(self) -> bool:
        """Whether it stands as it was keyed."""
        return self.how in _STAYS


@dataclass(slots=True)
class _Keyed:
    """One answer of the step: about an offer, or only written on a row."""

    request_id: str
    was: str
    offer_id: str | None = None
    row: Event | None = None
    asked_here: bool = field(default=False)


_STAYS: Final = ("told", "printed", "gone-on")
_TELLS: Final = frozenset(MessageKind) - {MessageKind.OFFER}
_DECIDED: Final = {"accepted": "accepted", "declined": "declined"}


def is_keyed(happened: Event) -> bool:
    """Return whether an event is one of an answer that somebody noted."""
    return happened.kind in ("accepted", "declined", "keyed-back", "wants-out", "stays") or (
        happened.kind == "offer-ended" and "letter" in happened.params
    )


def take_answers_back(
    tx: Transaction, actor: Actor, rules: Rules, step: Sequence[Event], *, crossed_out: bool
) -> tuple[Unkeyed, ...]:
    """Take back what one step keyed: yes, no, nobody picked up, wrong number, told.

    An offer whose answer is taken back stands again, for the same person, until
    the same moment: the tables let nothing go back, so it is a new one.

    Args:
        crossed_out: What would tell both sides stands on a printed sheet, nobody has rung, and it is crossed out.

    Returns:
        What became of each, by row and number.

    Raises:
        NotAllowedNow: None of them can be taken back, or what tells both sides is printed and not crossed out.
    """
    done = [_take_back(tx, actor, rules, one, crossed_out=crossed_out) for one in _keyed(tx, step)]
    printed = next((one for one in done if one.how == "printed"), None)
    if printed is not None or all(one.stays for one in done):
        accepted = [str(one.params["offer"]) for one in step if one.kind == "accepted"]
        raise _none_taken_back(tx, printed or done[0], accepted)
    return tuple(sorted(done, key=lambda one: (one.row or 0, one.number, one.code or "")))


def _keyed(tx: Transaction, step: Sequence[Event]) -> list[_Keyed]:
    """Return the answers of a step, the row where each stood with it."""
    asked_here = {str(one.params["offer"]) for one in step if one.kind == "offered"}
    by_offer: dict[str, _Keyed] = {}
    for one in reversed(step):
        if is_keyed(one) and one.kind != "keyed-back":
            offer_id = str(one.params["offer"])
            letter = "wrong-number" if one.params.get("letter") == "x" else "no-answer"
            was = _DECIDED.get(one.kind, letter if one.kind == "offer-ended" else "noted")
            by_offer[offer_id] = _Keyed(str(one.request_id), was, offer_id, asked_here=offer_id in asked_here)
    rest = []
    for one in reversed(step):
        if one.kind != "keyed-back":
            continue
        on_sheet = phone_sheets.delivery_on_sheet(
            tx.connection, tx.community, int(one.params["sheet"]), int(one.params["row"])
        )
        about = on_sheet.offer_id if on_sheet else None
        decided = by_offer.get(about or "")
        if decided is not None and decided.row is None:
            decided.row = one
        else:
            rest.append(_Keyed(str(one.request_id), "noted", about, row=one))
    return [*by_offer.values(), *rest]


def _take_back(tx: Transaction, actor: Actor, rules: Rules, keyed: _Keyed, *, crossed_out: bool) -> Unkeyed:
    how: How = "noted"
    until = None
    offer = offers.with_id(tx.connection, OfferId(keyed.offer_id)) if keyed.offer_id else None
    if offer is not None and keyed.was == "accepted":
        how, until = _take_yes_back(tx, actor, rules, offer, keyed.asked_here, crossed_out)
    elif offer is not None and keyed.was != "noted":
        if keyed.was == "wrong-number":
            has_phone(tx, offer)
        again = ask_in_place(tx, actor, rules, offer)
        how, until = ("asked-still", again.deadline_at) if again else ("gone-on", None)
    if keyed.row is not None and how not in _STAYS:
        _clear_row(tx, keyed.row, offer)
    row = int(keyed.row.params["row"]) if keyed.row else None
    (request,) = requests.with_ids(tx.connection, [keyed.request_id]).values()
    code = None if offer is None or _is_for_resident(tx, keyed) else _code(tx, offer)
    return Unkeyed(how=how, number=request.number, code=code, was=keyed.was, row=row, until=until)


def _take_yes_back(
    tx: Transaction, actor: Actor, rules: Rules, offer: Offer, asked_here: bool, crossed_out: bool
) -> tuple[How, datetime | None]:
    request = requests.with_ids(tx.connection, [offer.request_id], lock=True)[offer.request_id]
    if offer.state not in (OfferState.ACCEPTED, OfferState.DOING):
        return "gone-on", None
    if set(outbox.kinds_that_left(tx.connection, [offer.id])) & _TELLS:
        if not outbox.is_only_printed(tx.connection, [offer.id], _TELLS):
            return "told", None
        if not crossed_out:
            return "printed", None
    end_offers(tx, actor, [offer], OfferState.RELEASED, request.number, tell=False, why="mistaken")
    if request.state in (RequestState.ARRANGED, RequestState.DOING):
        move(tx, actor, rules, request, RequestState.ASKING, reason="undone")
    released = offers.with_id(tx.connection, offer.id)
    assert released is not None, "no offer is ever removed"
    again = None if asked_here else ask_in_place(tx, actor, rules, released)
    if again is None:
        offers.take_code_off(tx.connection, released)
    back_to_waiting(tx, actor, rules, [request.id], reason="undone")
    let_go_of_lonely_minors(tx, actor, rules, [request.id])
    return ("asked-still", again.deadline_at) if again else ("not-asked", None)


def _clear_row(tx: Transaction, keyed_back: Event, offer: Offer | None) -> None:
    """Let a row say what it said before, and a phone that had been noted as wrong be wrong again."""
    params = keyed_back.params
    before = params.get("before")
    phone_sheets.key_back(tx.connection, tx.community, int(params["sheet"]), int(params["row"]), before)
    if offer is not None and before == "x" and params["letter"] == "a":
        people.change_pause(tx.connection, offer.responder_id, WITHOUT_PHONE_UNTIL)
    if offer is not None and before != "x" and params["outcome"] == "wrong-number":
        has_phone(tx, offer)


def _is_for_resident(tx: Transaction, keyed: _Keyed) -> bool:
    """Return whether it stood on a row that was a call to the resident."""
    if keyed.row is None:
        return False
    sheet, row = int(keyed.row.params["sheet"]), int(keyed.row.params["row"])
    stood = phone_sheets.delivery_on_sheet(tx.connection, tx.community, sheet, row)
    return stood is not None and stood.delivery.recipient == "resident"


def _code(tx: Transaction, offer: Offer) -> str:
    return people.with_ids(tx.connection, tx.community, [offer.responder_id])[offer.responder_id].code


def named_rows(tx: Transaction, offer_ids: Sequence[str]) -> tuple[Sentence, ...]:
    """Name the rows of printed sheets where these offers stand and nobody keyed anything back."""
    rows = phone_sheets.rows_about(tx.connection, tx.community, offer_ids)
    return tuple(Sentence("row {row} of phone sheet {sheet}", {"row": row, "sheet": sheet}) for sheet, row in rows)


def _none_taken_back(tx: Transaction, first: Unkeyed, offer_ids: Sequence[str]) -> NotAllowedNow:
    if first.how == "printed":
        return NotAllowedNow(
            "it is printed: {rows}",
            rows=named_rows(tx, offer_ids),
            code=first.code,
            number=first.number,
            hint="if nobody has rung yet, cross that out on the paper, then: dispatch undo --crossed-out;"
            " if {code} has been told and does not come: dispatch request release {number} --from {code}",
        )
    if first.how == "told":
        return NotAllowedNow(
            "{code} and the resident have been told that {code} comes to request {number}, so that yes stands",
            code=first.code,
            number=first.number,
            hint="if {code} does not come: dispatch request release {number} --from {code}",
        )
    if first.was == "accepted":
        return NotAllowedNow(
            "request {number} has moved on since {code} said yes, so that yes stands",
            code=first.code,
            number=first.number,
            hint="see what can be done: dispatch request show {number}",
        )
    return NotAllowedNow(
        "request {number} has moved on since, so what was noted of {code} stands",
        code=first.code,
        number=first.number,
        hint="if {code} comes after all: dispatch offer {number} --to {code} --again --accepted"
        if may_be_offered(tx, requests.with_number(tx.connection, tx.community, first.number), accepted=True)
        else "see what can be done: dispatch request show {number}",
    )
