"""Done, rated, taken back."""

from __future__ import annotations

from dispatch.cli.calling import current, print_json, tell
from dispatch.cli.group import argument, command, option
from dispatch.cli.showing import moved_json, note_if_nobody_told
from dispatch.errors import Refused
from dispatch.i18n import Sentence
from dispatch.model.lifecycle import STATE_SENTENCES

_FACES = {
    ":(": 1,
    ":|": 3,
    ":)": 5,
    "不满意": 1,
    "一般": 3,
    "满意": 5,
    "bad": 1,
    "fair": 3,
    "good": 5,
}

UNDONE_SENTENCES = {
    "taken": Sentence("taken back: request {numbers} was taken by mistake and is cancelled"),
    "offered": Sentence("taken back: {codes} will not be asked for request {numbers}"),
    "accepted": Sentence("taken back: {codes} has not accepted request {numbers}"),
    "edited": Sentence("taken back: request {numbers} is as it was"),
    "responder-edited": Sentence("taken back: {codes} is as before"),
}


@command()
@argument("number", type=int)
def done(number: int) -> None:
    """Say that a request is done; the resident is asked for a rating."""
    from dispatch.desk.closing import finish

    call = current()
    now = call.write(lambda tx: finish(tx, call.actor, call.rules, number))
    if call.as_json:
        print_json(moved_json(call, now))
    else:
        tell("request {number} is {state}", number=number, state=STATE_SENTENCES[now.state])
    note_if_nobody_told(call, number)


@command()
@argument("number", type=int)
@argument("stars")
@option("--comment", default="", help="What the resident said of it.")
def rate(number: int, stars: str, comment: str) -> None:
    """Rate what was done (评单): 1 to 5 stars, or one of three faces: 满意, 一般, 不满意."""
    from dispatch.desk.closing import rate as give_stars

    call = current()
    value = _FACES.get(stars.strip().lower()) or (int(stars) if stars.strip().isdecimal() else None)
    if value is None:
        raise Refused(
            "{stars} is neither stars nor a face", stars=stars, hint="1 to 5, or one of 满意, 一般, 不满意"
        )
    now = call.write(lambda tx: give_stars(tx, call.actor, call.rules, number, value, comment))
    if call.as_json:
        print_json(moved_json(call, now))
    else:
        tell("request {number} is rated with {stars}", number=number, stars=value)


@command()
def undo() -> None:
    """Take back the last step that has not left the building.

    It is your own last step of the last day: requests taken or imported, people asked, somebody's yes, a
    correction, or a change to a responder. A no, a call without answer, and whatever ends a request or moves it on
    stays; it says so, and names the way out.
    """
    from dispatch.desk.undoing import undo as take_back

    call = current()
    undone = call.write(lambda tx: take_back(tx, call.actor, call.rules))
    if call.as_json:
        print_json(
            {
                "undone": undone.what,
                "requests": list(undone.numbers),
                "responders": list(undone.codes),
                "stays": [{"request": number, "responder": code} for number, code in undone.stays],
            }
        )
        return
    said = UNDONE_SENTENCES[undone.what]
    tell(Sentence(said.id, {"numbers": tuple(map(str, undone.numbers)), "codes": undone.codes}))
    for number, code in undone.stays:
        tell(
            "{code}, request {number}: that row stands; to ask again: dispatch offer {number} --to {code} --again",
            code=code,
            number=number,
        )
