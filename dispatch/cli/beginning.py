"""Begin: make the database, load the community."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import current, print_json, tell
from dispatch.cli.group import argument, command, option
from dispatch.errors import Conflict, DispatchError, Unavailable
from dispatch.i18n import Sentence

if TYPE_CHECKING:
    from dispatch.desk.loading.desk_edits import DeskValue
    from dispatch.desk.loading.town_files import Town
    from dispatch.desk.loading.town_in import Loaded
    from dispatch.store.engine import Database

_SHOWN = 20
"""Values of the desk that are named one by one."""


@command()
@option("--from", "folder", metavar="FOLDER", help="Load this community as well.")
@option("--rehearsal", is_flag=True, help="Mark it: only fake twins of the channels are used, and --at is obeyed.")
def init(folder: str | None, rehearsal: bool) -> None:
    """Make the database and a commented dispatch.toml.

    What is there already stays as it is.
    """
    from dispatch.desk.loading.town_files import read_folder
    from dispatch.desk.loading.town_in import load_town
    from dispatch.settings import starter_toml
    from dispatch.store.engine import mark, marked
    from dispatch.store.towns import codes_of_communities
    from dispatch.store.upgrade import upgrade
    from dispatch.wiring import database_of, open_desk

    call = current()
    town = read_folder(Path(folder), area_code=call.settings.phones.area_code) if folder is not None else None
    database = call.closing(database_of(call.settings, call.where))
    path = database.path
    was_there = path is not None and path.exists() and path.stat().st_size > 0
    if path is not None and not path.parent.is_dir():
        _make_folder(path.parent)
    with _whole_or_nothing(database):
        before, _ = upgrade(database)
        with database.owner_connection() as connection:
            is_rehearsal = marked(connection, "rehearsal") == "yes"
            if before is None:
                mark(connection, "rehearsal", "yes" if rehearsal else "no")
            elif rehearsal and not is_rehearsal:
                raise Conflict(
                    "{database} is there already and is no rehearsal",
                    database=database.shown,
                    hint="name another file: --database rehearsal.db",
                )
    config = Path("dispatch.toml")
    written = not config.exists() and call.said.get("every_config") is None
    if written:
        _write_text(config, starter_toml())
    loaded = None
    if town is not None:
        name = call.said.get("every_as")
        wired = open_desk(call.settings, database=call.where, actor_name=name, at=call.at if rehearsal else None)
        call.closing(wired.database)
        known = wired.database.read(lambda tx: codes_of_communities(tx.connection))
        if town.community.code not in known:
            loaded = wired.database.write(lambda tx: load_town(tx, wired.actor, wired.rules, town))
    if call.as_json:
        print_json(
            {
                "database": database.shown,
                "was_there": was_there or before is not None,
                "rehearsal": rehearsal or (before is not None and is_rehearsal),
                "config": str(config) if written else None,
                "loaded": loaded.to_json() if loaded else None,
            }
        )
        return
    if before is None:
        tell("made the database {database}", database=database.shown)
    else:
        tell("the database {database} was there already", database=database.shown)
    if written:
        tell("wrote {config}; every setting stands in it with its usual value", config=str(config))
    _tell_what_was_loaded(folder, town, loaded)


@command()
@argument("folder", type=click.Path(path_type=Path))
@option("--rename", is_flag=True, help="Even though the community is called otherwise by now.")
@option("--file-wins", is_flag=True, help="The files count even where the desk has corrected something since.")
def load(folder: Path, rename: bool, file_wins: bool) -> None:
    """Load or update a community from its folder of CSV files.

    Loading the same folder twice changes nothing. What was corrected at the desk since stays, and is told.
    """
    from dispatch.desk.loading.town_files import read_folder
    from dispatch.desk.loading.town_in import load_town

    call = current()
    town = read_folder(folder, area_code=call.settings.phones.area_code)
    loaded = call.write(lambda tx: load_town(tx, call.actor, call.rules, town, rename=rename, file_wins=file_wins))
    if call.as_json:
        print_json(loaded.to_json())
        return
    tell(
        "{community}: {places} places, {households} households, {residents} residents, {responders} responders, "
        "{services} services",
        community=loaded.community,
        places=loaded.places,
        households=loaded.households,
        residents=loaded.residents,
        responders=loaded.responders,
        services=loaded.services,
    )
    tell(
        "added {added}, changed {changed}, unchanged {unchanged}, retired {retired}",
        added=loaded.added,
        changed=loaded.changed,
        unchanged=loaded.unchanged,
        retired=loaded.retired,
    )
    if loaded.is_nothing:
        tell("nothing is changed")
    _tell_what_stays(loaded)


def _tell_what_was_loaded(folder: str | None, town: Town | None, loaded: Loaded | None) -> None:
    if loaded is not None:
        tell(
            "loaded {community}: {places} places, {responders} responders, {services} services",
            community=loaded.community,
            places=loaded.places,
            responders=loaded.responders,
            services=loaded.services,
        )
    elif town is not None:
        tell(
            "community {community} is in it already and stays as it is; to bring it up to date: "
            "dispatch load {folder}",
            community=town.community.code,
            folder=folder,
        )
    else:
        tell("next: dispatch load FOLDER")


def _tell_what_stays(loaded: Loaded) -> None:
    """Say what of the desk's was kept though the files have it otherwise."""
    if loaded.desk_kept:
        tell(
            "kept as corrected at the desk ({count}): {values}",
            count=len(loaded.desk_kept),
            values=_shown(loaded.desk_kept),
        )
    both = [one for one in loaded.desk_kept if one.file_changed]
    if both:
        tell(
            "in the files these have changed as well, and the desk's value was kept ({count}): {values}; to take"
            " what the files say in all of the above: dispatch load FOLDER --file-wins",
            count=len(both),
            values=_shown(both),
        )
    if loaded.left:
        tell(
            "in the files, and asked no more, as was said here ({count}): {codes}; to ask one again: "
            "dispatch responder edit {code} --active",
            count=len(loaded.left),
            codes=loaded.left[:_SHOWN],
            code=loaded.left[0],
        )


def _shown(values: Sequence[DeskValue]) -> tuple[Sentence | str, ...]:
    shown = tuple(one.sentence() for one in values[:_SHOWN])
    return shown if len(values) <= _SHOWN else (*shown, "…")


@contextmanager
def _whole_or_nothing(database: Database) -> Iterator[None]:
    """Leave no half-made file where there was none: with it the next try would find what is no database of ours."""
    path = database.path
    made_here = path is not None and not path.exists()
    try:
        yield
    except BaseException:
        if path is not None and made_here:
            with suppress(DispatchError):
                database.close()
            for end in ("", "-wal", "-shm", "-journal"):
                with suppress(OSError):
                    path.with_name(path.name + end).unlink(missing_ok=True)
        raise


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unavailable(
            "the folder {folder} cannot be made", folder=str(folder), hint="name another place: --database PATH"
        ) from fault


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise Unavailable(
            "{path} cannot be written", path=str(path), hint="go to a folder of your own, or name one: --config FILE"
        ) from fault
