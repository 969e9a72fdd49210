"""What a plugin offers beside channels is tried too, and a broken promise is named by its offer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call

HEAD = "import itertools\nfrom dispatch.plugins import CostTerm, Exporter, hookimpl\n"
EXPORTER = HEAD + "@hookimpl\ndef dispatch_exporters():\n    return {'sheet': Exporter(write=write, ending='.txt')}\n"
TERM = HEAD + "@hookimpl\ndef dispatch_cost_terms():\n    return {'whim': CostTerm(metres=metres, en='a whim', zh=ZH)}\nZH = '兴致'\n"
LISTENER = HEAD + "@hookimpl\ndef dispatch_delivered(message, receipt):\n"


@pytest.mark.parametrize(
    ("name", "kind", "offer"),
    [
        ("json-lines", "exporter", "jsonl"),
        ("jsonl", "exporter", "jsonl"),
        ("continuity", "cost_term", "continuity"),
        ("delivery-log", "listener", "delivery-log"),
    ],
)
def test_ours_without_a_channel_keep_every_promise(call: Call, name: str, kind: str, offer: str) -> None:
    """They are tried as anybody's, by the plugin's name or the export format's."""
    ended = call("--json", "plugin", "test", name)

    [tried] = ended.document
    assert ended.code == 0 and tried[kind] == offer
    assert {one["verdict"] for one in tried["promises"]} == {"kept"}


@pytest.mark.parametrize(
    ("source", "offer", "broken"),
    [
        (EXPORTER + "def write(what, rows): return 'text'", "export format sheet:", "writes requests and responders"),
        (EXPORTER + "def write(what, rows): return rows[0]['number'] and b''", "export format sheet:", "writes a file for"),
        (EXPORTER + "n = itertools.count()\ndef write(what, rows): return b'%d' % next(n)", "export format sheet:",
         "writes the same file"),
        (EXPORTER + "def write(what, rows):\n    rows.reverse()\n    return b''", "export format sheet:",
         "leaves the rows"),
        (EXPORTER + "def write(what, rows):\n    print(rows)\n    return b''", "export format sheet:", "logs and prints"),
        (TERM + "def metres(problem, visits): return {('n1', 'nobody'): 1}", "cost term whim:", "gives whole metre"),
        (TERM + "def metres(problem, visits): return {('n1', 'h1'): 5001}", "cost term whim:", "gives whole metre"),
        (TERM + "n = itertools.count(1)\ndef metres(problem, visits):\n"
         "    return {(problem.needs[0].id, 'h1'): next(n)} if problem.needs else {}", "cost term whim:",
         "gives the same numbers"),
        (TERM + "ZH = 'whim'\ndef metres(problem, visits): return {}", "cost term whim:", "has a name in both"),
        (LISTENER + "    raise ValueError if receipt.outcome == 'unknown' else KeyError", "listener odd:", "hears of every"),
        (LISTENER + "    print(message.to)", "listener odd:", "logs and prints"),
    ],
)
def test_a_broken_promise_is_named_with_what_it_is_about(
    call: Call, office: Path, monkeypatch: pytest.MonkeyPatch, source: str, offer: str, broken: str
) -> None:
    """The offer stands above its lines, the promise is marked, and the exit code is seven."""
    (office / "odd_plugin.py").write_text(source, encoding="utf-8")
    about = office / "acme_odd-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-odd\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[sandan]\nodd = odd_plugin\n", encoding="utf-8")
    monkeypatch.syspath_prepend(office)
    monkeypatch.delitem(sys.modules, "odd_plugin", raising=False)

    ended = call("plugin", "test", "odd")

    assert ended.code == 7
    assert offer in ended.out.splitlines()
    assert any(line.startswith(f"BROKEN: {broken}") for line in ended.out.splitlines())
