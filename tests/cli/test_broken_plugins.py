"""A plugin that breaks stops no command: it is named, with the way to leave it out."""

import sys
from pathlib import Path

import pytest

from dispatch.plugins import elsewhere

RULES = '[rules]\nchannels = ["bell", "phone-list"]\nresident_channels = ["bell"]\n[channels.bell]\nkey = "k"\n'
LEFT_OUT = 'leave it out in dispatch.toml: [plugins] off = ["bell"]'


@pytest.fixture(
    params=["raise RuntimeError('no')", "raise SystemExit(3)", "import os; os._exit(4)", "import time; time.sleep(99)"]
)
def broken(request, office, monkeypatch) -> Path:
    """An office in which messages are to go by a channel whose plugin breaks when it is imported."""
    monkeypatch.setattr(elsewhere, "LOOK_SECONDS", 1)
    folder = office / "site"
    about = folder / "acme_bell-1.2.dist-info"
    about.mkdir(parents=True)
    (folder / "acme_bell.py").write_text(request.param, encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-bell\nVersion: 1.2\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[sandan]\nbell = acme_bell\n", encoding="utf-8")
    (office / "dispatch.toml").write_text(RULES, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    return office


def test_what_was_to_go_by_it_goes_to_the_next_channel(call, broken):
    """The worker goes on, says once what broke, and the people asked stand on the phone list."""
    call("take", "8号楼2单元301 下水道堵了 王阿姨 +9991380000001", "--yes")
    call("--at", "2026-11-23T09:00+08:00", "round")

    ran = call("--at", "2026-11-23T09:00+08:00", "run", "--every", "0.1s", "--for", "0.5s")
    sent = call("--json", "--at", "2026-11-23T09:00+08:00", "phones")

    assert ran.code == 0
    assert ran.err.count(LEFT_OUT) == 1
    assert ran.err.count("plugin bell (acme-bell 1.2) broke: it cannot be loaded:") >= 1
    assert sent.document["rows"]
    assert "acme_bell" not in sys.modules


def test_whoever_looks_sees_it_as_broken(call, broken):
    """The list of plugins names it with what is wrong; help does not even look."""
    listed = call("--json", "plugin", "list")
    (bell,) = (one for one in listed.document if one["name"] == "bell")

    assert bell["fault"].startswith("it cannot be loaded: ")
    assert (call("channel", "list").code, call("--help").code, call("deliver", "--help").code) == (0, 0, 0)


def test_a_channel_that_nobody_offers_is_still_a_mistake_in_the_settings(call, office):
    """Where no plugin broke, an unknown name is a typing error, and said so."""
    (office / "dispatch.toml").write_text(RULES, encoding="utf-8")

    told = call("deliver")

    assert told.code == 6
    assert "nothing offers a channel called bell" in told.err
