"""One request as a page: its resident, everybody who was asked, and its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.cli.calling import table, tell
from dispatch.cli.history import history_rows
from dispatch.cli.showing import CALLED_SENTENCES, MISTAKEN_SENTENCE, REASON_SENTENCES, service_name
from dispatch.cli.words import words
from dispatch.i18n import Sentence
from dispatch.model.lifecycle import OFFER_SENTENCES, OPEN, STATE_SENTENCES
from dispatch.model.service import EMERGENCY

if TYPE_CHECKING:
    from dispatch.cli.calling import Call
    from dispatch.desk.pages import Line, Whole

HEARD_SENTENCES = {
    "arrived": Sentence("the message arrived"),
    "failed": Sentence("the message did not arrive"),
    "under_way": Sentence("the message is under way"),
}
"""What a provider said of a message afterwards; no answer of whoever it went to."""


def print_whole(call: Call, whole: Whole) -> None:
    """Print a request with its resident, everybody who was asked, what happened, and what is to be put right."""
    line = whole.line
    one = line.request
    tell(
        "request {number}: {service}, {state}",
        number=one.number,
        service=service_name(line.service),
        state=STATE_SENTENCES[one.state],
    )
    facts = [
        ("where", whole.person.exact_address or whole.place),
        ("who asks", " ".join(part for part in (whole.person.name, whole.person.phone) if part)),
        ("as it was said", whole.person.notes),
        ("came in", call.clock_text(one.received_at)),
        ("people needed", str(one.headcount) if one.headcount > 1 else ""),
        ("when", " - ".join(call.clock_text(moment) for moment in one.window) if one.window else ""),
        ("looked at again", call.clock_text(one.next_check_at)),
        ("in whose hands", one.owner or ""),
        ("reason", words(REASON_SENTENCES.get(one.reason, one.reason)) if one.reason else ""),
        ("in words", whole.words),
        ("merged into", str(whole.merged_into) if whole.merged_into else ""),
        ("stars", str(one.rating) if one.rating else ""),
    ]
    for heading, fact in facts:
        if fact:
            tell("{heading}: {fact}", heading=words(heading), fact=fact)
    if line.service.code == EMERGENCY and one.state in OPEN:
        fills_in = "--service … --place …"
        tell("once it is clear: dispatch request edit {number} {options}", number=one.number, options=fills_in)
    ended = {
        str(event.params["offer"]): CALLED_SENTENCES[str(event.params["letter"])]
        for event in whole.history
        if event.kind == "offer-ended" and event.params.get("letter") in CALLED_SENTENCES
    }
    if line.asked:
        table(
            ["who", "name", "state", "code", "until"],
            [
                (
                    asked.code,
                    asked.name,
                    MISTAKEN_SENTENCE
                    if asked.offer.was_mistaken
                    else ended.get(str(asked.offer.id), OFFER_SENTENCES[asked.offer.state]),
                    "" if asked.offer.was_mistaken else asked.offer.code,
                    call.clock_text(asked.offer.deadline_at),
                )
                for asked in line.asked
            ],
        )
    _tell_what_came_back(call, line)
    table(["when", "what", "by"], history_rows(call, whole))
    for fix in whole.wrong_numbers:
        tell(fix)


def _tell_what_came_back(call: Call, line: Line) -> None:
    """Say by when somebody promised to be there, and what the providers say of the messages to those who are asked."""
    from dispatch.store.reports import heard_of

    for one in line.asked:
        if one.offer.promised_at is not None:
            tell("{code} said: there at {time}", code=one.code, time=call.clock_text(one.offer.promised_at))
    codes = {str(one.offer.id): one.code for one in line.asked}
    for heard in call.read(lambda tx: heard_of(tx.connection, codes)):
        tell(
            "{code}, {channel}, {time}: {what}",
            code=codes[heard.offer_id],
            channel=heard.channel,
            time=call.clock_text(heard.at),
            what=HEARD_SENTENCES[heard.outcome],
        )
