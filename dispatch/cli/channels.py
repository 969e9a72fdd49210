"""The ways messages leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import current, note, print_json, table, tell
from dispatch.cli.group import Group, argument, option
from dispatch.cli.words import language, words
from dispatch.errors import NotFound, Refused
from dispatch.i18n import Sentence, say, sentence
from dispatch.model.message import Message, MessageKind, Outcome
from dispatch.plugins.fields import Field, FieldKind

if TYPE_CHECKING:
    from dispatch.plugins.declaring import Declared

OUTCOME_SENTENCES = {
    Outcome.SENT: Sentence("it was sent"),
    Outcome.TRY_LATER: Sentence("not sent; it can be tried again later"),
    Outcome.GIVE_UP: Sentence("not sent, and it cannot be"),
    Outcome.UNKNOWN: Sentence("nobody knows whether it was sent"),
}

KIND_SENTENCES = {
    FieldKind.TEXT: Sentence("a text"),
    FieldKind.SECRET: Sentence("a secret"),
    FieldKind.NUMBER: Sentence("a number"),
    FieldKind.FLAG: Sentence("true or false"),
    FieldKind.LIST: Sentence("a list"),
    FieldKind.TABLE: Sentence("a table"),
    FieldKind.URL: Sentence("a web address"),
    FieldKind.FOLDER: Sentence("a folder"),
}


@click.group(cls=Group)
def channel() -> None:
    """See and try the ways messages leave."""


@channel.command("list")
def list_channels() -> None:
    """See which channels are offered, what they can do, what they are handed, and what is still to be set."""
    from dispatch.cli import declarations

    call = current()
    plugins = declarations.plugins_of(call)
    offered = declarations.all_declared(call, plugins)
    last = declarations.last_messages(call, offered)
    if call.as_json:
        print_json([declarations.channel_json(call, one, last.get(name)) for name, one in offered.items()])
    else:
        # Not "yes" and "no": on the phone sheet these are what somebody who is asked says.
        table(
            ["channel", "open", "used", "what it can do", "what it is handed", "last message", "set up"],
            [
                (
                    name,
                    Sentence("it is open" if declarations.is_opened(call, one) else "it is not open"),
                    Sentence("in use" if declarations.is_used(call, name) else "not in use"),
                    declarations.abilities(one.can),
                    declarations.reads(one.can),
                    declarations.last_words(call, last.get(name)),
                    declarations.what_is_wrong(one),
                )
                for name, one in offered.items()
            ],
        )
    call.say_what_broke(plugins)
    plugins.let_go()


@channel.command("show")
@argument("name")
def show_channel(name: str) -> None:
    """See a channel's options, and its section of dispatch.toml ready to be pasted; secrets are never shown."""
    from dispatch.cli import declarations
    from dispatch.plugins.declaring import snippet

    call = current()
    plugins = declarations.plugins_of(call)
    offered = declarations.all_declared(call, plugins)
    call.say_what_broke(plugins)
    plugins.let_go()
    if name not in offered:
        raise NotFound(
            "nothing offers a channel called {name}",
            name=name,
            hint="offered: {offered}",
            offered=tuple(sorted(offered)),
        )
    one, last = offered[name], declarations.last_messages(call, [name]).get(name)
    lines = snippet(one)
    if call.as_json:
        fields = [_field_json(field, one) for field in one.fields or ()]
        print_json({**declarations.channel_json(call, one, last), "fields": fields, "section": lines})
        return
    tell("{channel}, by plugin {plugin}", channel=name, plugin=one.plugin.shown)
    for heading, fact in (
        ("what it can do", declarations.abilities(one.can)),
        ("what it is handed", declarations.reads(one.can)),
        ("last message", declarations.last_words(call, last)),
        ("set up", declarations.what_is_wrong(one)),
    ):
        if fact:
            tell("{heading}: {fact}", heading=words(heading), fact=fact)
    if one.fields:
        table(
            ["option", "label", "kind", "needed", "now"],
            [
                (
                    field.name,
                    words(Sentence("{label}", {"label": field.label})),
                    KIND_SENTENCES[field.kind],
                    Sentence("needed") if field.required else "",
                    _now(field, one),
                )
                for field in one.fields
            ],
        )
    elif one.fields is None:
        tell("it does not declare its options")
    tell("for dispatch.toml:")
    for line in lines:
        click.echo(line)


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
    trial = Sentence("a test message from dispatch; nothing needs to be done")
    if opened[name].capabilities.templates_only:
        trial = sentence("request {number}: it is no longer needed, thank you", number=0)
    receipt = opened[name].send(
        Message(
            key=new_id(),
            kind=MessageKind.NOT_NEEDED,
            to=address,
            text=say(trial, language()),
            language=language(),
            number=0,
            template=trial.id,
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
    offered = load(off=call.settings.plugins.off, folder=call.settings.plugins.found_in).channels()
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


def _now(field: Field, one: Declared) -> Sentence | str:
    """Say what an option stands at; of a secret only whether it is set."""
    if field.kind is FieldKind.SECRET:
        return Sentence("it is set" if one.options.get(field.name) else "it is not set")
    value = one.options.get(field.name, field.default)
    return "" if value is None else str(value)


def _field_json(field: Field, one: Declared) -> dict[str, object]:
    is_secret = field.kind is FieldKind.SECRET
    return {
        "name": field.name,
        "label": {"zh": field.zh, "en": field.en},
        "kind": field.kind.value,
        "required": field.required,
        "default": field.default,
        "choices": list(field.choices),
        "set": one.options.get(field.name) not in (None, ""),
        "value": None if is_secret else one.options.get(field.name),
    }
