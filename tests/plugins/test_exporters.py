"""Export formats that plugins offer, ours among them, and what becomes of one that breaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dispatch.errors import PluginBroke
from dispatch.plugins.json_lines import write_json_lines
from dispatch.plugins.manager import Plugins, load

HEAD = "from dispatch.plugins import Exporter, hookimpl\n@hookimpl\ndef dispatch_exporters():\n    "


@pytest.fixture
def offering(tmp_path: Path) -> Callable[[str], Plugins]:
    """Loads a plugin that gives back an expression when asked for its export formats."""

    def one(expression: str) -> Plugins:
        folder = tmp_path / "plugins"
        folder.mkdir(mode=0o755, exist_ok=True)
        (folder / "forms.py").write_text(f"{HEAD}return {expression}", encoding="utf-8")
        return load(folder=folder)

    return one


def test_json_lines_are_one_of_ours() -> None:
    """The real user of the hook: a line for each row, Chinese as it is, a lone surrogate ends nothing."""
    offered = load(installed=False).exporters()["jsonl"]
    content = offered.written("requests", [{"number": 1, "name": "王阿姨", "rating": None}, {"number": 2}])

    assert offered.exporter.ending == ".jsonl"
    assert [json.loads(line) for line in content.decode().splitlines()] == [
        {"number": 1, "name": "王阿姨", "rating": None},
        {"number": 2},
    ]
    assert "王阿姨" in content.decode()
    assert write_json_lines("requests", [{"note": "\ud800"}]) == b'{"note": "?"}\n'


def test_a_plugin_offers_another_form(offering: Callable[[str], Plugins]) -> None:
    """It is handed rows, and what it gives is the file."""
    plugins = offering("{'count': Exporter(write=lambda what, rows: f'{what} {len(rows)}'.encode(), ending='.txt')}")

    assert plugins.exporters()["count"].written("responders", [{}, {}]) == b"responders 2"
    assert sorted(plugins.exporters()) == ["count", "jsonl"]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("1 / 0", "it failed when asked for its export formats: ZeroDivisionError"),
        ("7", "dispatch_exporters returned no mapping"),
        ("{'xlsx': Exporter(write=print, ending='.x')}", "xlsx cannot be the name of an export format"),
        ("{'Count': Exporter(write=print, ending='.x')}", "Count cannot be the name of an export format"),
        ("{'count': print}", "what it offers as export format count is none"),
        ("{'jsonl': Exporter(write=print, ending='.x')}", "jsonl is offered by json-lines (sandan"),
    ],
)
def test_a_plugin_that_offers_nonsense_is_named_and_left_out(
    offering: Callable[[str], Plugins], expression: str, why: str
) -> None:
    """Ours are offered all the same."""
    plugins = offering(expression)

    assert list(plugins.exporters()) == ["jsonl"]
    assert [str(fault.params["why"])[: len(why)] for fault in plugins.faults] == [why]


@pytest.mark.parametrize(
    ("write", "why"),
    [
        ("lambda what, rows: rows[9]", "the export format bad failed: IndexError at forms.py"),
        ("lambda what, rows: 'text'", "the export format bad gave no bytes"),
    ],
)
def test_an_exporter_that_breaks_is_named(offering: Callable[[str], Plugins], write: str, why: str) -> None:
    """With its plugin; nothing of the rows is in the error."""
    offered: Any = offering(f"{{'bad': Exporter(write={write}, ending='.x')}}").exporters()["bad"]

    with pytest.raises(PluginBroke) as told:
        offered.written("requests", [{"name": "王阿姨"}])

    assert str(told.value.params["why"]).startswith(why)
    assert "王" not in str(told.value)
