"""The people: seen, added, corrected, paused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dispatch.cli.abilities import hours_said, licences_said, services_by_skill, skills_said
from dispatch.cli.calling import Call, Misused, current, parse_until, print_json, table, tell
from dispatch.cli.group import Group, argument, option
from dispatch.cli.orders import own_phone, place_of
from dispatch.cli.values import METRES, SEATS, OneOf
from dispatch.desk.choices import KIND_WORDS, LANGUAGE_WORDS
from dispatch.errors import Refused
from dispatch.i18n import Sentence
from dispatch.model.responder import Responder, ResponderKind

if TYPE_CHECKING:
    from dispatch.desk.roster import Change
    from dispatch.model.request import Private
    from dispatch.store.engine import Transaction

F = TypeVar("F", bound=Callable[..., Any])

KIND_SENTENCES = {
    ResponderKind.PARTY_MEMBER: Sentence("party member"),
    ResponderKind.VOLUNTEER: Sentence("volunteer"),
    ResponderKind.SHOP: Sentence("shop"),
    ResponderKind.PROPERTY_STAFF: Sentence("property staff"),
    ResponderKind.EXPERT: Sentence("expert"),
    ResponderKind.TEAM: Sentence("team"),
}

KIND = OneOf(KIND_SENTENCES, KIND_WORDS)
LANGUAGE_SENTENCES = {"zh": Sentence("Chinese"), "en": Sentence("English")}
TONGUE = OneOf(LANGUAGE_SENTENCES, LANGUAGE_WORDS)


@click.group(cls=Group)
def responder() -> None:
    """Look at the people, add, correct, pause."""


@responder.command("list")
@option("--kind", type=KIND, help="Only these.")
@option("--skill", help="Only those with this skill, by its code or the name of its service.")
@option("--name", help="Only those called so; a part of the name will do.")
@option("--phone", metavar="DIGITS", help="Only those with this phone; its last digits will do.")
@option("--all", "everybody", is_flag=True, help="Those who have left as well.")
def list_(kind: str | None, skill: str | None, name: str | None, phone: str | None, everybody: bool) -> None:
    """See the people who may be asked; names are masked."""
    from dispatch.desk.masking import mask_name
    from dispatch.desk.roster import list_responders

    call = current()
    if skill is not None:
        skill = _skills(call)(skill)
    found = call.read(lambda tx: list_responders(tx, call.actor, active_only=not everybody, name=name, phone=phone))
    found = [
        (one, kept)
        for one, kept in found
        if (kind is None or one.kind.value == kind)
        and (skill is None or any(skill == have.name for have in one.skills))
    ]
    if call.as_json:
        print_json([_responder_json(call, one) for one, _ in found])
        return
    serves = _serves(call)
    table(
        ["called by", "kind", "name", "skills", "seats"],
        [
            (one.code, KIND_SENTENCES[one.kind], mask_name(kept.name), skills_said(one.skills, serves), one.capacity)
            for one, kept in found
        ],
    )


@responder.command("show")
@argument("code")
def show(code: str) -> None:
    """See one person with name and phone."""
    from dispatch.desk.roster import addresses_of, show_responder

    call = current()
    one, kept, place = call.read(lambda tx: show_responder(tx, call.actor, call.code_of(tx, "see", code)))
    addresses = call.read(lambda tx: addresses_of(tx, call.actor, one))
    if call.as_json:
        print_json({**_responder_json(call, one), **_private_json(kept), "place": place, "addresses": addresses})
        return
    _print_responder(call, one, kept, place)
    if addresses:
        tell("{heading}: {fact}", heading=Sentence("reached without a phone by"), fact=tuple(addresses))


def _editable(function: F) -> F:
    for add in reversed(
        (
            option("--kind", type=KIND, help="What they are."),
            option("--place", metavar="PLACE", help="Where they start from: building, unit and door."),
            option("--name", help="What they are called."),
            option("--phone", help="Where they can be rung."),
            option("--note", help="What to know when ringing them: hard of hearing, ring the landline."),
            option("--skills", metavar="LIST", help="Such as plumbing:3@2027-06-30;errands:1, or a service's name."),
            option("--licences", metavar="LIST", help="Such as electrician@2027-01-31."),
            option("--hours", metavar="LIST", help="Such as mon-fri 08:00-18:00;sat 09:00-12:00, or weekends."),
            option("--reach", type=METRES, metavar="METRES", help="How far they go."),
            option("--capacity", type=SEATS, help="How many requests they may hold at once."),
            option("--monthly-cap", type=SEATS, help="How many requests they take on in a month; 0 for any number."),
            option("--quiet", metavar="HOURS", help="When not to ask them, such as 20:00-08:00; '' for no such hours."),
            option("--no-stairs/--stairs", default=None, help="Whether they are spared stairs, or climb."),
            option("--adult/--minor", default=None, help="Whether they are of age."),
            option("--paid/--free", default=None, help="Whether their work costs money."),
            option("--helped/--not-helped", default=None, help="Whether they were once helped themselves."),
            option("--channel", help="How they wish to be reached."),
            option(
                "--address",
                "addresses",
                multiple=True,
                metavar="CHANNEL=ADDRESS",
                help="Where a channel that needs no phone reaches them; nothing after = forgets it.",
            ),
            option("--language", type=TONGUE, help="The language of what is sent to them."),
            option("--active/--left", default=None, help="Whether they may still be asked at all."),
        )
    ):
        function = add(function)
    return function


@responder.command("add")
@argument("code")
@_editable
def add(code: str, **said: Any) -> None:
    """Add somebody who may be asked: --kind, --place and --name at least."""
    from dispatch.desk.roster import add_responder

    call = current()
    change = _change(call, said)
    _changed(call, call.write(lambda tx: add_responder(tx, call.actor, call.rules, code, change)), "{code} is added")


@responder.command("edit")
@argument("code")
@_editable
def edit(code: str, **said: Any) -> None:
    """Correct what is known of somebody."""
    from dispatch.desk.roster import edit_responder

    call = current()
    if all(one is None or one == () for one in said.values()):
        raise Misused(
            "nothing is said that is to be corrected",
            code=code,
            hint="such as: dispatch responder edit {code} --capacity 2",
        )
    change = _change(call, said)
    _changed(
        call,
        call.write(lambda tx: edit_responder(tx, call.actor, call.rules, _meant(call, tx, code), change)),
        "{code} is corrected",
    )


@responder.command("pause")
@argument("code")
@option("--until", metavar="TIME", help="Not asked before then: tomorrow, 2026-12-01 or 2026-12-01T08:00.")
@option("--end", is_flag=True, help="Ask them again from now on.")
def pause(code: str, until: str | None, end: bool) -> None:
    """Leave somebody in peace until a day."""
    from dispatch.desk.roster import pause_responder

    call = current()
    if end is (until is not None):
        raise Misused("a pause needs --until, or --end to end it", hint="such as: --until 2026-12-01")
    moment: datetime | None = parse_until(call, until) if until is not None else None
    now = call.write(lambda tx: pause_responder(tx, call.actor, call.rules, _meant(call, tx, code), moment))
    _changed(call, now, "{code} is asked again" if moment is None else "{code} is not asked before {time}")


@responder.command("link")
@argument("code")
def link(code: str) -> None:
    """Make a link with which somebody lets messages come to their phone; it is for them alone, for a week."""
    from dispatch.desk.links import new_subscribe_link

    call = current()
    links = call.wired.links
    if links is None:
        raise Refused(
            "nothing says where phones reach us",
            hint="write it into dispatch.toml, below [listen]: public_url = \"https://…\"",
        )
    made = call.write(lambda tx: new_subscribe_link(tx, call.actor, links, _meant(call, tx, code)))
    if call.as_json:
        print_json({"link": made})
    else:
        tell("to be opened on the phone that gets the messages: {link}", link=made)


def _meant(call: Call, tx: Transaction, who: str) -> str:
    return call.code_of(tx, "responder_edit", who)


def _change(call: Call, said: dict[str, Any]) -> Change:
    from dispatch.desk.catalogue_names import licence_reader
    from dispatch.desk.roster import Change
    from dispatch.desk.shorthand import parse_hours, parse_licences, parse_skills
    from dispatch.model.quiet import parse_quiet

    place, address, floor = place_of(call, said["place"]) if said["place"] else (None, None, None)
    return Change(
        kind=ResponderKind(said["kind"]) if said["kind"] else None,
        place=place,
        exact_address=address,
        floor=floor,
        name=said["name"],
        phone=own_phone(call, said["phone"]) if said["phone"] else None,
        notes=said["note"],
        skills=parse_skills(said["skills"], _skills(call, may_be_new=True)) if said["skills"] is not None else None,
        licences=(
            parse_licences(said["licences"], licence_reader(call.catalogue)) if said["licences"] is not None else None
        ),
        hours=parse_hours(said["hours"]) if said["hours"] is not None else None,
        reach_metres=said["reach"],
        capacity=said["capacity"],
        monthly_cap=said["monthly_cap"],
        no_stairs=said["no_stairs"],
        quiet=parse_quiet(said["quiet"]) if said["quiet"] is not None else None,
        is_adult=said["adult"],
        is_paid=said["paid"],
        was_helped=said["helped"],
        channel=said["channel"],
        language=said["language"],
        is_active=said["active"],
        addresses=_addresses(call, said["addresses"]),
    )


def _addresses(call: Call, said: tuple[str, ...]) -> dict[str, str] | None:
    """Read CHANNEL=ADDRESS, for channels that are there and need an address of their own."""
    found: dict[str, str] = {}
    for one in said:
        channel, sign, address = (part.strip() for part in one.partition("="))
        if not sign or not channel:
            raise Misused(
                "{text} is not written as CHANNEL=ADDRESS", text=one, hint="such as: --address mail=li@example.org"
            )
        if address:
            able = {name for name, opened in call.wired.channels.items() if opened.capabilities.needs_address}
            if channel not in able:
                raise Refused(
                    "the channel {channel} needs no address, or is not set up",
                    channel=channel,
                    hint="see which channels there are: dispatch channel list",
                )
        found[channel] = address
    return found or None


def _changed(call: Call, one: Responder, said: str) -> None:
    if call.as_json:
        print_json(_responder_json(call, one))
    else:
        tell(said, code=one.code, time=call.clock_text(one.paused_until))


def _responder_json(call: Call, one: Responder) -> dict[str, Any]:
    from dispatch.desk.shorthand import write_hours, write_licences, write_skills
    from dispatch.model.quiet import write_quiet

    return {
        "code": one.code,
        "kind": one.kind.value,
        "skills": write_skills(one.skills),
        "licences": write_licences(one.licences),
        "hours": write_hours(one.hours),
        "quiet": write_quiet(one.quiet),
        "monthly_cap": one.monthly_cap,
        "no_stairs": one.no_stairs,
        "reach_metres": one.reach_metres,
        "capacity": one.capacity,
        "adult": one.is_adult,
        "paid": one.is_paid,
        "was_helped": one.was_helped,
        "channel": one.channel,
        "language": one.language,
        "paused_until": one.paused_until,
        "active": one.is_active,
        "version": one.version,
    }


def _private_json(kept: Private) -> dict[str, Any]:
    return {"name": kept.name, "phone": kept.phone, "address": kept.exact_address, "note": kept.notes}


def _skills(call: Call, *, may_be_new: bool = False) -> Callable[[str], str]:
    from dispatch.desk.catalogue_names import skill_reader
    from dispatch.store.community import services_of

    services = call.read(lambda tx: services_of(tx.connection, tx.community))
    return skill_reader(services, may_be_new=may_be_new)


def _serves(call: Call) -> dict[str, tuple[str, ...]]:
    return services_by_skill(call.catalogue)


def _print_responder(call: Call, one: Responder, kept: Private, place: str) -> None:
    from dispatch.model.quiet import write_quiet

    facts = [
        ("name", kept.name),
        ("phone", kept.phone),
        ("where", kept.exact_address or place),
        ("what to know", kept.notes),
        ("kind", KIND_SENTENCES[one.kind]),
        ("skills", skills_said(one.skills, _serves(call))),
        ("licences", licences_said(one.licences)),
        ("hours", hours_said(one.hours)),
        ("own quiet hours", write_quiet(one.quiet)),
        ("seats", one.capacity),
        ("requests a month at most", one.monthly_cap),
        ("stairs", None if not one.no_stairs else Sentence("does not climb stairs")),
        ("of age", None if one.is_adult else Sentence("a minor: goes only where an adult goes too")),
        ("not asked before", call.clock_text(one.paused_until)),
    ]
    tell("responder {code}", code=one.code)
    for heading, fact in facts:
        if fact not in ("", None):
            tell("{heading}: {fact}", heading=Sentence(heading), fact=fact)
