"""What a plugin offers beside channels is tried too, and a broken promise is named by its offer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Call

HEAD = "import itertools\nfrom dispatch.plugins import CostTerm, Exporter, hookimpl\n"
EXPORTER = HEAD + "@hookimpl\ndef dispatch_exporters():\n    return {'sheet': Exporter(write=write, ending='.txt')}\n"
TERM = HEAD + "@hookimpl\ndef dispatch_cost_terms():\n    return {'whim': CostTerm(metres=metres, en='a whim', zh=ZH)}\nZH = '兴致'\n"
SOURCE = """from dispatch.plugins import Brought, Field, FieldKind, hookimpl
class City:
    is_real = True
    fields = (Field("url", "网址", "address", FieldKind.URL, required=True), Field("key", "密钥", "key", FieldKind.SECRET))
    def __init__(self, options): self.url, self.key, self.keys = options["url"], options.get("key"), ["a", "b"]
    def collect(self): return [Brought(key=one, fields={}) for one in self.keys]
    def settled(self, outcomes): self.keys = [one for one in self.keys if one not in {each.key for each in outcomes}]
{more}
@hookimpl
def dispatch_sources(): return {"city": City}
"""
COMMAND = """from dispatch.i18n import BothNames
from dispatch.plugins import Column, Command, Field, Table, hookimpl
import itertools
NAMES = ("a",)
def table(*rows):
    columns = tuple(Column(name=one, zh="甲", en=one) for one in NAMES)
    return Table(columns=columns, rows=rows, empty=BothNames(zh="无", en="none"))
OPTIONS = ()
{more}
@hookimpl
def dispatch_commands(): return {"ask": Command(run=run, zh="问。", en="Ask.", options=OPTIONS)}
"""
LISTENER = HEAD + "@hookimpl\ndef dispatch_delivered(message, receipt):\n"


@pytest.mark.parametrize(
    ("name", "kind", "offer"),
    [
        ("json-lines", "exporter", "jsonl"),
        ("jsonl", "exporter", "jsonl"),
        ("continuity", "cost_term", "continuity"),
        ("delivery-log", "listener", "delivery-log"),
        ("coverage", "command", "coverage"),
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
        (SOURCE.replace("{more}", "    def collect(self): return [Brought(key=str(id(object())), fields={})] + [None]"),
         "source of requests city:", "brings whole orders"),
        (SOURCE.replace("{more}", "    n = 0\n    def collect(self):\n        self.n += 1\n"
                        "        return [Brought(key=str(self.n), fields={})]"),
         "source of requests city:", "brings whole orders"),
        (SOURCE.replace("{more}", "    def settled(self, outcomes): pass"), "source of requests city:", "lets go of what"),
        (SOURCE.replace("{more}", "    def settled(self, outcomes): [self.keys.remove(one.key) for one in outcomes]"),
         "source of requests city:", "takes no harm"),
        (SOURCE.replace("{more}", "    def collect(self):\n        import urllib.request\n"
                        "        urllib.request.urlopen(self.url)\n        return []"),
         "source of requests city:", "comes back in time"),
        (SOURCE.replace("{more}", "    def collect(self):\n        print(self.key)\n        return []"),
         "source of requests city:", "logs and prints no secret"),
        (COMMAND.replace("{more}", "def run(office, options): return [('a',)]"), "command ask:", "answers with a table"),
        (COMMAND.replace("{more}", "def run(office, options): return table((office.requests()[0]['number'],))"),
         "command ask:", "answers with a table where"),
        (COMMAND.replace("{more}", "n = itertools.count()\ndef run(office, options): return table((next(n),))"),
         "command ask:", "answers the same"),
        (COMMAND.replace("{more}", "NAMES = ('a', 'a')\ndef run(office, options): return table((1, 2))"),
         "command ask:", "can be read by programs"),
        (COMMAND.replace("{more}", "OPTIONS = (Field('x', '', 'x'),)\ndef run(office, options): return table((1,))"),
         "command ask:", "speaks both languages"),
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

    ended = call("plugin", "test", "odd", "--seconds", "1")

    assert ended.code == 7
    assert offer in ended.out.splitlines()
    assert any(line.startswith(f"BROKEN: {broken}") for line in ended.out.splitlines())


def test_a_source_is_tried_with_what_waits_there(call: Call, office: Path) -> None:
    """Orders that are put where --option says are brought, settled and let go; nothing is taken as a request."""
    (office / "trial").mkdir()
    (office / "trial" / "a.json").write_text('{"note": "x"}', encoding="utf-8")
    ended = call("plugin", "test", "json-inbox", "--option", f"folder={office / 'trial'}")

    assert ended.code == 0
    assert "promises kept: 5, broken: 0" in ended.out
    assert (office / "trial" / "done" / "a.json").exists()
    assert call("request", "list", "--json").document == []


def test_what_is_made_up_for_a_trial_goes_into_no_file_of_the_office(
    call: Call, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though a variable names one for what is really delivered."""
    monkeypatch.setenv("DISPATCH_DELIVERY_LOG", str(office / "deliveries.jsonl"))

    assert call("plugin", "test", "delivery-log").code == 0
    assert not (office / "deliveries.jsonl").exists()


@pytest.mark.parametrize("name", ["web-push", "webhook", "sms-aliyun", "sms-tencent", "sms-smpp", "json-folder"])
def test_our_gateways_can_be_tried_without_any_option(call: Call, name: str) -> None:
    """Keys and texts are made up for the trial, and no promise is broken."""
    ended = call("plugin", "test", name, "--json")
    verdicts = [one["verdict"] for one in ended.document[0]["promises"]]

    assert ended.code == 0
    assert "broken" not in verdicts
    assert verdicts.count("kept") >= 3
