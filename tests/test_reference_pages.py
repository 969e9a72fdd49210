"""The pages of docs/reference that are read off the code."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"


def _pages() -> dict[str, Callable[[], str]]:
    found = importlib.util.spec_from_file_location("write_reference", DOCS / "write_reference.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    pages: dict[str, Callable[[], str]] = module.PAGES
    return pages


PAGES = _pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_reference_page_says_what_the_code_says(name: str) -> None:
    """When this fails, ``python docs/write_reference.py`` writes the page anew."""
    written = (DOCS / "reference" / name).read_text(encoding="utf-8")

    assert written == PAGES[name]()


def test_every_setting_has_a_meaning_on_its_page() -> None:
    """No row of a table ends in an empty cell."""
    rows = [line for line in PAGES["settings.md"]().splitlines() if line.startswith("| `")]

    assert len(rows) > 20
    assert not [row for row in rows if row.split("|")[3].strip() == ""]


def test_every_hook_says_when_it_is_asked() -> None:
    """A plugin's author has to know."""
    page = PAGES["hooks.md"]()
    hooks = page.split("## `dispatch_")[1:]

    assert [hook.split("(")[0] for hook in hooks] == [
        *("channels", "cost_terms", "commands", "sources", "exporters", "delivered"),
    ]
    told = ("Asked once", "Asked once", "Asked when", "Asked when", "Asked when", "Called after")
    assert all(when in hook for when, hook in zip(told, hooks, strict=True))
