"""Plugins that do everything wrong beside one that is healthy: nothing stops, and all of the healthy one's arrive."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from dispatch.desk.delivery.outbox_out import deliver
from dispatch.model.message import MessageKind
from dispatch.model.rules import Rules
from dispatch.plugins import elsewhere
from dispatch.plugins.manager import load
from dispatch.plugins.opening import open_channels
from dispatch.store import outbox
from dispatch.store.outbox import Outgoing
from dispatch.store.tables import delivery
from tests.desk.delivery import hostile

MESSAGES = 200
NAMES = (*hostile.AT_IMPORT, *hostile.IN_SEND, hostile.HEALTHY)
RULES = Rules(lease_seconds=600)


def test_nothing_that_a_plugin_does_stops_the_desk(database, street, actor, clock, tmp_path, monkeypatch, caplog):
    """200 messages each: the healthy one's arrive once, the others' end or go on, and no process is left behind."""
    caplog.set_level(logging.CRITICAL)
    site, mark = tmp_path / "site", str(tmp_path / "a-mark-of-this-test")
    site.mkdir()
    Path(mark).mkdir()
    hostile.install(site)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("TMPDIR", mark)
    monkeypatch.setenv("DISPATCH_DATABASE", "postgresql://secret@somewhere/day")
    monkeypatch.setattr(sys, "argv", ["dispatch", "--database", "postgresql://secret@somewhere/day"])
    monkeypatch.setattr(elsewhere, "LOOK_SECONDS", 2)
    wait_for(database, street)
    pid, plugins = os.getpid(), load()
    sections = {name: {} if name == hostile.HEALTHY else hostile.QUICK for name in NAMES}
    channels = open_channels(plugins.channels(), sections, rehearsal=False, broken=True, on_fault=plugins.add_fault)
    plugins.let_go()
    running = hostile.processes_with(mark)
    try:
        for _ in range(3):
            deliver(database, actor, RULES, channels)
            clock.at += timedelta(minutes=8)
            if not any(state == "ready" for _, state in stand(database)):
                break
    finally:
        for one in channels.values():
            one.close()

    arrived = hostile.arrived(site, hostile.HEALTHY)
    ends = stand(database)
    assert (len(arrived), len(set(arrived))) == (MESSAGES, MESSAGES)
    assert ends[hostile.HEALTHY, "sent"] == MESSAGES
    assert {state for _, state in ends} <= {"sent", "gave_up"}
    assert {sum(count for (name, _), count in ends.items() if name == one) for one in NAMES} == {MESSAGES}
    honest = {"floods", "forks", "clears-the-environment", "turns-the-clock", "gives-a-long-note", "lies"}
    assert {name for name in hostile.IN_SEND if ends[name, "sent"] == MESSAGES} >= honest
    assert {name for name in NAMES if ends[name, "gave_up"] == MESSAGES} >= {*hostile.AT_IMPORT, "raises", "sleeps"}
    assert ends["phone-list", "sent"] == MESSAGES
    assert len({str(one.params["plugin"]) for one in plugins.faults}) == len(hostile.AT_IMPORT)
    assert "secret" not in (site / "seen").read_text(encoding="utf-8")
    assert not any(name.startswith("hostile_") for name in sys.modules)
    assert os.getpid() == pid
    assert running
    assert gone(mark)


def wait_for(database, street) -> None:
    """Let each person be told by every channel, all at once."""
    offers = []
    for at in range(MESSAGES):
        request_id = street.request()
        offers.append((request_id, street.offer(request_id, street.responder(f"V{at}"))))
    outgoing = [
        Outgoing(request_id=request, offer_id=offer, recipient="responder", kind=MessageKind.OFFER, channel=name)
        for request, offer in offers
        for name in NAMES
    ]
    database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, outgoing))


def stand(database) -> Counter[tuple[str, str]]:
    """How many messages of each channel stand in which state."""
    rows = database.read(lambda tx: tx.connection.execute(select(delivery.c.channel, delivery.c.state)).all())
    return Counter((channel, state) for channel, state in rows)


def gone(mark: str) -> bool:
    """Whether no process with that mark is left, soon."""
    for _ in range(200):
        if not hostile.processes_with(mark):
            return True
        time.sleep(0.05)
    return False
