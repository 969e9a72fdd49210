"""The page that tells how to add a cost term, tried out."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from dispatch.plugins.manager import load
from dispatch.testing import a_problem

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "add-a-cost-term.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the page's file by the page's entry point."""
    (tmp_path / "party_members_first.py").write_text(_blocks("python")[0], encoding="utf-8")
    project = tomllib.loads(_blocks("toml")[0])["project"]
    [(name, module)] = project["entry-points"]["sandan"].items()
    about = tmp_path / "sandan_party_members_first-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(f"[sandan]\n{name} = {module}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "party_members_first", raising=False)


@pytest.mark.usefixtures("installed")
def test_the_term_on_the_page_works() -> None:
    """What an author copies from the page is found, asked and added, under its label."""
    problem, faults = load().cost_terms().added_to(
        a_problem(needs=[{"urgency": "urgent"}, {}], helpers=[{"kind": "party_member"}, {}]), []
    )

    assert faults == ()
    assert [(one.name, one.label.zh, one.metres) for one in problem.extra] == [
        ("party-members", "急事先请党员", {("n1", "h1"): -200})
    ]


@pytest.mark.usefixtures("installed")
def test_the_pages_own_test_passes() -> None:
    """The test that the page recommends, as it stands there."""
    found: dict[str, object] = {}
    exec(_blocks("python")[1], found)
    tests = [one for name, one in found.items() if name.startswith("test_")]

    assert len(tests) == 1
    tests[0]()  # type: ignore[operator]


@pytest.mark.usefixtures("installed")
def test_the_term_on_the_page_can_be_left_out() -> None:
    """By the settings that the page gives."""
    off = tomllib.loads(_blocks("toml")[1])["plugins"]["off"]

    assert [one.name for one in load(off=off).cost_terms().offered] == ["continuity"]
