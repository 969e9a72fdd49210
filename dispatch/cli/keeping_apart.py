"""Who never goes to whom, and who never goes together."""

from __future__ import annotations

import click

from dispatch.cli.calling import current, print_json, table, tell
from dispatch.cli.group import Group, argument, option
from dispatch.cli.values import REQUEST_NUMBER


@click.group(cls=Group)
def block() -> None:
    """Note who never goes to whom; neither of them is told."""


_HOUSEHOLD = option("--household", metavar="CODE", help="The household, by its code.")
_REQUEST = option("--request", "number", type=REQUEST_NUMBER, metavar="N", help="A request of the resident.")


@block.command("add")
@argument("code")
@_HOUSEHOLD
@_REQUEST
def add(code: str, household: str | None, number: int | None) -> None:
    """Let somebody never go to a household, or to whoever asked for a request."""
    from dispatch.desk.keeping_apart import block as block_them

    call = current()
    done = call.write(
        lambda tx: block_them(
            tx, call.actor, call.rules, call.code_of(tx, "block", code), household=household, number=number
        )
    )
    if call.as_json:
        print_json({"new": done.is_new, "still_going": list(done.still_going)})
        return
    tell("{code} is not sent there any more" if done.is_new else "that held before; nothing changed", code=code)
    for one in done.still_going:
        tell(
            "{code} has accepted request {number} there; if they must not go: "
            "dispatch request release {number} --from {code}",
            code=code,
            number=one,
        )


@block.command("remove")
@argument("code")
@_HOUSEHOLD
@_REQUEST
def remove(code: str, household: str | None, number: int | None) -> None:
    """Let them go there again."""
    from dispatch.desk.keeping_apart import unblock

    call = current()
    lifted = call.write(
        lambda tx: unblock(
            tx, call.actor, call.rules, call.code_of(tx, "block", code), household=household, number=number
        )
    )
    if call.as_json:
        print_json({"removed": lifted})
    else:
        tell("{code} may be sent there again" if lifted else "there was no such block", code=code)


@block.command("list")
def list_() -> None:
    """See every block; keep it to yourself."""
    from dispatch.desk.keeping_apart import list_blocks

    call = current()
    found = call.read(lambda tx: list_blocks(tx, call.actor))
    if call.as_json:
        print_json(
            [
                {
                    "responder": one.code,
                    "household": one.household,
                    "name": one.name,
                    "phone": one.door.phone,
                    "address": one.door.address,
                    "since": one.since,
                }
                for one in found
            ]
        )
        return
    table(
        ["responder", "never goes to", "name", "phone", "since"],
        [
            (one.code, one.household or one.door.address, one.name, one.door.phone, call.clock_text(one.since))
            for one in found
        ],
    )


@click.group(cls=Group)
def apart() -> None:
    """Note who is never sent together."""


@apart.command("add")
@argument("code")
@argument("other")
def add_pair(code: str, other: str) -> None:
    """Let two people never be sent to the same request."""
    from dispatch.desk.keeping_apart import set_apart

    call = current()
    call.write(
        lambda tx: set_apart(
            tx, call.actor, call.rules, call.code_of(tx, "block", code), call.code_of(tx, "block", other)
        )
    )
    if call.as_json:
        print_json({"apart": [code, other]})
    else:
        tell("{code} and {other} are not sent together any more", code=code, other=other)


@apart.command("remove")
@argument("code")
@argument("other")
def remove_pair(code: str, other: str) -> None:
    """Let two people be sent together again."""
    from dispatch.desk.keeping_apart import let_together

    call = current()
    were = call.write(
        lambda tx: let_together(
            tx, call.actor, call.rules, call.code_of(tx, "block", code), call.code_of(tx, "block", other)
        )
    )
    if call.as_json:
        print_json({"removed": were})
    elif were:
        tell("{code} and {other} may be sent together again", code=code, other=other)
    else:
        tell("they were not kept apart")


@apart.command("list")
def list_pairs() -> None:
    """See who is never sent together."""
    from dispatch.desk.keeping_apart import list_apart

    call = current()
    found = call.read(lambda tx: list_apart(tx, call.actor))
    if call.as_json:
        print_json([list(pair) for pair in found])
    else:
        table(["responder", "never with"], found)
