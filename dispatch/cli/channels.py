"""The ways messages leave."""

from __future__ import annotations

import click

from dispatch.cli.calling import current, note, print_json, table, tell
from dispatch.cli.group import Group, argument, option
from dispatch.cli.words import language, words
from dispatch.errors import NotFound, Refused
from dispatch.i18n import Sentence
from dispatch.model.message import Message, MessageKind, Outcome

OUTCOME_SENTENCES = {
    Outcome.SENT: Sentence("it was sent"),
    Outcome.TRY_LATER: Sentence("not sent; it can be tried again later"),
    Outcome.GIVE_UP: Sentence("not sent, and it cannot be"),
    Outcome.UNKNOWN: Sentence("nobody knows whether it was sent"),
}


@click.group(cls=Group)
def channel() -> None:
    """See and try the ways messages leave."""


@channel.command("list")
def list_channels() -> None:
    """See which channels are offered, and which are open."""
    call = current()
    offered = call.wired.plugins.channels()
    opened = call.wired.channels
    call.say_what_broke()
    rows = [
        {
            "name": name,
            "open": name in opened,
            "used": name in (*call.rules.channels, *call.rules.resident_channels),
            "leaves_this_computer": opened[name].capabilities.reaches_real_people if name in opened else None,
        }
        for name in sorted(set(offered) | set(opened))
    ]
    if call.as_json:
        print_json(rows)
        return
    # Not "yes" and "no": on the phone sheet these are what somebody who is asked says.
    table(
        ["channel", "open", "used"],
        [
            (
                row["name"],
                Sentence("it is open" if row["open"] else "it is not open"),
                Sentence("in use" if row["used"] else "not in use"),
            )
            for row in rows
        ],
    )


@channel.command("test")
@argument("name")
@option("--to", "address", required=True, metavar="ADDRESS", help="Where to send the test message.")
def test_channel(name: str, address: str) -> None:
    """Send one test message over a channel, outside of any request."""
    from dispatch.store.ids import new_id
    from dispatch.store.outbox import PHONE_LIST

    call = current()
    opened = call.wired.channels
    call.say_what_broke()
    if name not in opened:
        raise NotFound("there is no open channel {name}", name=name, hint="see them all: dispatch channel list")
    if name == PHONE_LIST:
        raise Refused(
            "{name} sends nothing: it is read off the requests, so a test message would stand on no sheet",
            name=name,
            hint="see what stands on it: dispatch phones",
        )
    receipt = opened[name].send(
        Message(
            key=new_id(),
            kind=MessageKind.NOT_NEEDED,
            to=address,
            text=words("a test message from dispatch; nothing needs to be done"),
            language=language(),
            number=0,
        )
    )
    if call.as_json:
        print_json(receipt.to_json())
    else:
        tell("{channel}: {outcome}", channel=name, outcome=OUTCOME_SENTENCES[receipt.outcome])
        if receipt.note:
            tell(receipt.note)


@channel.command("new-keys")
@argument("name")
def new_keys(name: str) -> None:
    """Make new keys for a channel, and print them as its section of dispatch.toml; nothing is changed."""
    from dispatch.plugins.manager import load

    call = current()
    offered = load(off=call.settings.plugins.off).channels()
    if name not in offered:
        raise NotFound(
            "nothing offers a channel called {name}",
            name=name,
            hint="offered: {offered}",
            offered=tuple(sorted(offered)),
        )
    make = getattr(offered[name], "new_keys", None)
    if make is None:
        raise Refused("{name} needs no keys of ours", name=name)
    made = make()
    if call.as_json:
        print_json(made)
        return
    click.echo(f"[channels.{name}]")
    for option_name, key in made.items():
        click.echo(f'{option_name} = "{key}"')
    note("put this into dispatch.toml, and show it to nobody: whoever has the key can sign as this desk")
