"""Everything a plugin may do, and when it is asked.

Two families, told apart by grammar: a plural noun asks what a plugin offers,
a past participle tells it what has happened.
"""

from __future__ import annotations

from collections.abc import Mapping

import pluggy

from dispatch.model.message import Message, Receipt
from dispatch.plugins.channel import OpenChannel
from dispatch.plugins.commands import Command
from dispatch.plugins.cost_terms import CostTerm
from dispatch.plugins.exporters import Exporter
from dispatch.plugins.sources import OpenSource

NAMESPACE = "dispatch"

hookspec = pluggy.HookspecMarker(NAMESPACE)
hookimpl = pluggy.HookimplMarker(NAMESPACE)


@hookspec
def dispatch_channels() -> Mapping[str, OpenChannel]:  # type: ignore[empty-body]  # a specification is never run
    """Offer ways to send a message.

    Asked once, when a command that sends starts, before anything is sent: in a process of the plugin's own, in
    which its channels then run.
    Only channels that have a section in ``dispatch.toml`` or are named in
    ``rules.channels`` or ``rules.resident_channels`` are then opened, so
    offering one costs nothing.

    Returns:
        A name for each channel (lower case, digits, hyphens) and how to open it. A name
        that two plugins offer is neither's, and the commands that send name both; nothing is
        overridden by accident.
    """


@hookspec
def dispatch_cost_terms() -> Mapping[str, CostTerm]:  # type: ignore[empty-body]  # a specification is never run
    """Offer reasons that make one pairing worse, or better, than another, beyond our own.

    Asked once, when a command that matches or explains starts. Each term is then
    asked once for every problem that is matched or explained, with the whole of it, so that it may
    look at all needs and helpers together: a round first reads the database and asks outside any
    transaction, an offer by hand and an explanation ask within theirs. What it gives goes on as
    numbers: the solver never runs a plugin's code, and the referee adds up the same numbers.

    A term is pure: the same problem and visits give the same numbers, nothing is looked up, changed
    or remembered, and no clock is read (the moment is ``problem.at``). It is quick, a few
    milliseconds for 60 needs and 1,500 helpers: nothing is decided while it is asked, and no deadline guards it.

    It returns whole metre-equivalents from -5,000 to 5,000 for pairs of a need and a helper of the
    problem; what it leaves out counts 0. Cost is the last of the levels: no term makes anybody
    eligible, leaves anybody out or outweighs class, waiting, who is asked first or load.

    A term that raises, takes longer than five seconds or gives anything else is left out of that
    problem as a whole, and the round or the explanation says which plugin broke. It never stops the desk.

    Returns:
        A name for each term (lower case, digits, hyphens) and the term, with what people call it in
        both languages: an explanation says that. No name may be one of ours (distance, stairs, skill, bond,
        paid) or another plugin's; then the terms of installed plugins are left out, with an error that names them.
    """


@hookspec
def dispatch_commands() -> Mapping[str, Command]:  # type: ignore[empty-body]  # a specification is never run
    """Offer commands beside ours: ``dispatch NAME``, with help in both languages, a table and ``--json``.

    Asked when a command is typed that is none of ours, and by ``dispatch plugin list``: ours work whatever is
    installed, and ``dispatch --help`` names ours alone. A command looks at the office through what it is handed,
    with the rights of whoever typed it, and gives a table back; it sees no database and changes nothing.
    ``coverage`` is one of ours.

    One that raises or gives anything else than a table ends with exit 7 and the plugin's name.

    Returns:
        A name for each command (lower case, digits, hyphens) and the command. One of our own names may not be among
        them. A name that two plugins offer is the first one's, and the other is named as broken.
    """


@hookspec
def dispatch_sources() -> Mapping[str, OpenSource]:  # type: ignore[empty-body]  # a specification is never run
    """Offer other systems in which residents ask for help, such as a mini-program or the city's hotline.

    Asked when ``dispatch collect`` or ``dispatch run`` starts and a section ``[sources.NAME]`` stands in
    ``dispatch.toml``; only sources that have one are opened. ``json-inbox`` is one of ours.

    At each look a source hands over plain orders, which are read like the rows of a sheet that is imported, and is
    told what became of each once that is on the disk: the request's number, or why it was refused. It sees no
    database. An order is known by its own key, so that one that is brought twice is one request. An emergency that
    cannot be read is kept all the same, in a person's hands; what else cannot be read waits on ``dispatch today``
    until somebody has looked at it.

    One that raises, takes longer than 30 s or brings anything else than orders is named, and asked again at the
    next look; the others go on. On a rehearsal only those are asked whose ``is_real`` is false.

    Returns:
        A name for each source (lower case, digits, hyphens) and how to open it. A name that two plugins offer
        is the first one's, and the other is named as broken.
    """


@hookspec
def dispatch_exporters() -> Mapping[str, Exporter]:  # type: ignore[empty-body]  # a specification is never run
    """Offer other forms of file in which requests and responders can be taken away.

    Asked when ``dispatch export`` is called with a ``--format`` that is not ``xlsx`` or ``csv``. The exporter is
    handed rows and gives back the file's bytes: it sees no database, and what is private in the rows is in
    them because whoever exports may see it. ``jsonl`` is one of ours.

    One that raises or gives anything else than bytes ends that export with exit 7 and the plugin's name; no
    file is written.

    Returns:
        A name for each form (lower case, digits, hyphens) and the exporter. A name that two plugins offer
        is the first one's, and the other is named as broken.
    """


@hookspec
def dispatch_delivered(message: Message, receipt: Receipt) -> None:
    """Hear that an attempt to send has ended, well or badly.

    Called after the receipt has been committed, in the delivery worker.
    Exceptions are logged and otherwise ignored: a listener cannot undo a delivery.

    Args:
        message: What was sent, including the person's address: treat it as private.
        receipt: How it ended.
    """
