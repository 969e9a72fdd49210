"""Done, rated, taken back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import Call, confirm, current, is_asked, note, print_json, tell
from dispatch.cli.group import argument, command, option
from dispatch.cli.showing import moved_json, note_if_nobody_told
from dispatch.cli.values import REQUEST_NUMBER
from dispatch.i18n import Sentence
from dispatch.model.lifecycle import STATE_SENTENCES, RequestState

if TYPE_CHECKING:
    from dispatch.desk.unkeying import Unkeyed
    from dispatch.store.engine import Transaction

UNDONE_SENTENCES = {
    "taken": Sentence("taken back: request {numbers} was taken by mistake and is cancelled"),
    "offered": Sentence("taken back: {codes} will not be asked for request {numbers}"),
    "edited": Sentence("taken back: request {numbers} is as it was"),
    "responder-edited": Sentence("taken back: {codes} is as before"),
    "rated": Sentence("taken back: request {numbers} is rated with {stars} again"),
    "answer-read": Sentence("taken back: the answer waits in today again"),
}


@command()
@argument("number", type=REQUEST_NUMBER)
def done(number: int) -> None:
    """Say that a request is done; the resident is asked for a rating."""
    from dispatch.desk.closing import finish

    call = current()
    _ask_if_early(call, number)
    now = call.write(lambda tx: finish(tx, call.actor, call.rules, number))
    if call.as_json:
        print_json(moved_json(call, now))
    else:
        tell("request {number} is {state}", number=number, state=STATE_SENTENCES[now.state])
    note_if_nobody_told(call, number)


def _ask_if_early(call: Call, number: int) -> None:
    """Ask about work that was agreed for later, where somebody is there to be asked; elsewhere say so and go on."""
    from dispatch.desk.delivery.wording import window_said
    from dispatch.desk.pages import show_request

    request = call.read(lambda tx: show_request(tx, call.actor, number)).line.request
    window = request.window
    if window is None or window[0] <= call.now or request.state not in (RequestState.ARRANGED, RequestState.DOING):
        return
    when = window_said(window, call.zone, call.now)
    if call.as_json or not is_asked():
        note("request {number} was agreed for {when}, which is still to come", number=number, when=when)
    elif not confirm("request {number} was agreed for {when}; is it done already?", number=number, when=when):
        note("nothing was changed")
        raise click.exceptions.Exit(0)


@command()
@argument("number", type=REQUEST_NUMBER)
@argument("stars")
@option("--comment", default="", help="What the resident said of it.")
def rate(number: int, stars: str, comment: str) -> None:
    """Rate what was done (评单): 1 to 5 stars, or one of three faces: 满意, 一般, 不满意."""
    from dispatch.desk.closing import rate as give_stars
    from dispatch.desk.stars import read_stars

    call = current()
    value = read_stars(stars)
    before, now = call.write(
        lambda tx: (_stars_of(tx, number), give_stars(tx, call.actor, call.rules, number, value, comment))
    )
    if call.as_json:
        print_json(moved_json(call, now))
    elif before is None:
        tell("request {number} is rated with {stars}", number=number, stars=value)
    elif before == value:
        tell("request {number} was rated with {stars} before; the stars are the same", number=number, stars=value)
    else:
        tell("request {number} is rated with {stars}; it was {before}", number=number, stars=value, before=before)


def _stars_of(tx: Transaction, number: int) -> int | None:
    from dispatch.store.requests import with_number

    return with_number(tx.connection, tx.community, number).rating


_UNKEYED = {
    "asked-still": Sentence("the keying is taken back; they can be keyed again until {time}"),
    "not-asked": Sentence("the keying is taken back; they are not asked, as before"),
    "noted": Sentence("the keying is taken back; it can be keyed again"),
    "told": Sentence(
        "stands, both sides have been told; if they do not come: dispatch request release {number} --from {code}"
    ),
    "gone-on": Sentence(
        "stands, the request has gone on; if they come after all:"
        " dispatch offer {number} --to {code} --again --accepted"
    ),
}


@command()
@option("--crossed-out", is_flag=True, help="It is printed, nobody has rung, and the rows are crossed out.")
def undo(crossed_out: bool) -> None:
    """Take back the last step that has not left the building.

    It is your own last step of the last day: requests taken or imported, people asked, answers that were noted,
    a correction, other stars, or a change to a responder. What ends a request or moves it on stays, and so does
    what both sides have heard; it says so, and names the way out.
    """
    from dispatch.desk.undoing import undo as take_back

    call = current()
    undone = call.write(lambda tx: take_back(tx, call.actor, call.rules, crossed_out=crossed_out))
    if call.as_json:
        print_json(
            {
                "undone": undone.what,
                "requests": list(undone.numbers),
                "responders": list(undone.codes),
                "answers": [asdict(one) for one in undone.answers],
                "stays": [{"request": number, "responder": code} for number, code in undone.stays],
            }
        )
        return
    for one in undone.answers:
        _tell_unkeyed(one)
    if not undone.answers:
        said = UNDONE_SENTENCES[undone.what]
        params = {"numbers": tuple(map(str, undone.numbers)), "codes": undone.codes, "stars": undone.stars}
        tell(Sentence(said.id, params))


def _tell_unkeyed(one: Unkeyed) -> None:
    where = Sentence("request {number}", {"number": one.number})
    if one.row is not None:
        where = Sentence("row {row}, {where}", {"row": one.row, "where": where})
    until = current().clock_text(one.until)
    said = Sentence(_UNKEYED[one.how].id, {"number": one.number, "code": one.code, "time": until})
    tell("{where}, {who}: {outcome}", where=where, who=one.code or Sentence("resident"), outcome=said)
