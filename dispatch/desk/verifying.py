"""Check every promise that the data can show, and name each break."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from dispatch.desk.audit import Anchor, chain_breaks, read_anchor
from dispatch.desk.authorize import authorize
from dispatch.desk.checking.breaks import Break, say_break
from dispatch.desk.checking.canaries import Canaries
from dispatch.desk.checking.replaying import Replay
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.store import checks, events, guards, marks, towns, traces
from dispatch.store.checks import Found
from dispatch.store.decency_checks import find_unprotected
from dispatch.store.engine import Transaction

TICK_SECONDS: Final = 30
"""How often the worker looks, unless it is told otherwise."""


def verify(
    tx: Transaction, actor: Actor, rules: Rules, *, tick_seconds: int = TICK_SECONDS, anchor: str | None = None
) -> list[Break]:
    """Check every promise that the data can show.

    Lateness counts against the last tick of the worker: where none runs, nothing is late.

    Args:
        tick_seconds: How often the worker looks.
        anchor: A line that ``audit anchor`` once printed; the log must still hold what it held then.

    Returns:
        Each break found, by promise; none where all is as promised.

    Raises:
        Refused: The anchor is none.
    """
    authorize(actor, "verify")
    anchored = read_anchor(anchor) if anchor is not None else None
    found = [say_break(one) for one in _find(tx, rules, tick_seconds, anchored)]
    return sorted(found, key=lambda one: (int(one.promise[1:]), one.number or 0))


def note_tick(tx: Transaction, actor: Actor) -> None:
    """Note that the worker has gone through everything that was due: what it left lying from now on is late.

    A worker of one grid does not go through everything, so its ticks do not count.
    """
    authorize(actor, "round")
    if actor.grid is None:
        marks.mark_moment(tx.connection, marks.LAST_TICK, tx.now)


def _find(tx: Transaction, rules: Rules, tick_seconds: int, anchored: Anchor | None) -> Iterator[Found]:
    connection = tx.connection
    for guard in guards.missing_guards(connection):
        params = {"held": guard.promise, "promise": guard.promise, "name": guard.name}
        yield Found(kind="guard-gone", params=params)
    replay = Replay()
    for code in towns.codes_of_communities(connection):
        yield from chain_breaks(tx, code, anchored)
        for happened in events.read(connection, code):
            yield from replay.hear(happened)
    yield from replay.compare_requests(traces.states_of_requests(connection))
    yield from replay.compare_offers(traces.states_of_offers(connection))
    last_tick = marks.marked_moment(connection, marks.LAST_TICK)
    grace = timedelta(seconds=2 * tick_seconds + rules.lease_seconds)
    limits = checks.Limits(due_by=last_tick - grace if last_tick else None, most_unknowns=rules.blind_resends + 1)
    for found in checks.find_breaks(connection, limits):
        if found.kind == "numbers-lost" and _is_accounted_for(found, replay.lost):
            continue
        yield found
    yield from find_unprotected(connection)
    yield from _people(tx, replay)


def _is_accounted_for(found: Found, lost: list[tuple[int, int]]) -> bool:
    first, last = int(str(found.params["first"])), int(str(found.params["last"]))
    return any(begin <= first and last <= end for begin, end in lost)


def _people(tx: Transaction, replay: Replay) -> Iterator[Found]:
    for table, number, person_id in traces.gone_people(tx.connection):
        if person_id in replay.erased:
            continue
        if number is not None:
            yield Found(kind="content-gone", number=number)
        else:
            yield Found(kind="person-gone", params={"table": table})
    nobodys = traces.nobodys_people(tx.connection) - replay.kept
    if nobodys:
        yield Found(kind="nobodys-people", params={"count": len(nobodys)})
    canaries = Canaries(traces.private_values(tx.connection), traces.public_words(tx.connection))
    told: set[tuple[str, str, int | None]] = set()
    for kept in traces.texts_outside(tx.connection):
        where = (kept.table, kept.column, kept.number)
        if where not in told and canaries.are_in(kept.value):
            told.add(where)
            yield Found(kind="private-outside", number=kept.number, params={"table": kept.table, "column": kept.column})
