"""Sources of requests that plugins offer, and what becomes of one that breaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from dispatch.desk.importing.headings import IMPORTED_FIELDS
from dispatch.errors import Misconfigured, PluginBroke
from dispatch.plugins.manager import Plugins, load
from dispatch.plugins.offered_sources import MOST, OpenedSource, open_sources, sources_of
from dispatch.plugins.registering import Plugin
from dispatch.plugins.sources import BROUGHT_FIELDS, Brought, Settled

HEAD = "from dispatch.plugins import Brought, hookimpl\n@hookimpl\ndef dispatch_sources():\n    "
ONE = Brought(key="a", fields={"note": "x"})


@pytest.fixture
def offering(tmp_path: Path) -> Callable[[str], Plugins]:
    """Loads a plugin that gives back an expression when asked for its sources."""

    def one(expression: str) -> Plugins:
        folder = tmp_path / "plugins"
        folder.mkdir(mode=0o755, exist_ok=True)
        (folder / "city.py").write_text(f"{HEAD}return {expression}", encoding="utf-8")
        return load(folder=folder)

    return one


class Bringing:
    """Brings what it is told to."""

    is_real = False

    def __init__(self, brings: Callable[[], Any]) -> None:
        self.brings, self.told = brings, Event()

    def collect(self) -> Any:
        """Return it."""
        return self.brings()

    def settled(self, outcomes: Any) -> None:
        """Remember that it was told."""
        self.told.set()


def _opened(source: object, seconds: float = 5) -> OpenedSource:
    plugin = Plugin(name="city", package="acme", version="1.2")
    opened = sources_of(plugin, lambda: {"hotline": lambda options: source})["hotline"].open({}, seconds=seconds)
    assert opened is not None
    return opened


def test_an_order_may_say_what_a_sheet_may_say() -> None:
    """No field is forgotten on either side."""
    assert {*BROUGHT_FIELDS, "key"} == set(IMPORTED_FIELDS)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("1 / 0", "it failed when asked for its sources: ZeroDivisionError"),
        ("7", "dispatch_sources returned no mapping"),
        ("{'Hot line': print}", "a source's name is lower-case-with-hyphens, and Hot line is not"),
        ("{'hotline': 7}", "what it offers as source hotline cannot be called"),
        ("{'json-inbox': print}", "json-inbox is offered by json-inbox (sandan"),
    ],
)
def test_a_plugin_that_offers_nonsense_is_named_and_left_out(
    offering: Callable[[str], Plugins], expression: str, why: str
) -> None:
    """Ours are offered all the same."""
    plugins = offering(expression)

    assert list(plugins.sources()) == ["json-inbox"]
    assert [str(fault.params["why"])[: len(why)] for fault in plugins.faults] == [why]


@pytest.mark.parametrize(
    ("brings", "why"),
    [
        (lambda: 1 / 0, "source hotline failed: ZeroDivisionError at test_sources.py"),
        (lambda: "orders", "source hotline brought no list of orders"),
        (lambda: [{"key": "a"}], "source hotline brought an order that is none, or has no key"),
        (lambda: [Brought(key="", fields={})], "source hotline brought an order that is none, or has no key"),
        (lambda: [Brought(key="k" * 201, fields={})], "source hotline brought an order that is none, or has no key"),
        (lambda: [Brought(key="a", fields={"nte": "x"})], "source hotline brought the field nte, which no order has"),
        (
            lambda: [Brought(key="a", fields={"note": ["x"]})],  # type: ignore[dict-item]
            "source hotline brought something in note that is no text",
        ),
    ],
)
def test_what_is_no_order_is_not_taken_for_one(brings: Callable[[], Any], why: str) -> None:
    """The plugin is named, with its package and version."""
    with pytest.raises(PluginBroke) as broke:
        _opened(Bringing(brings)).collect()

    assert str(broke.value.params["why"])[: len(why)] == why
    assert broke.value.params["plugin"] == "city (acme 1.2)"


def test_a_source_that_does_not_come_back_holds_nobody_up() -> None:
    """Nor is it asked again while it is still at it."""
    free, asked = Event(), []

    def hangs() -> list[Brought]:
        asked.append(1)
        free.wait(60)
        return []

    source = _opened(Bringing(hangs), seconds=0.1)
    for _ in range(2):
        with pytest.raises(PluginBroke, match=r"hotline gave no answer within 0\.1 s"):
            source.collect()
    free.set()

    assert asked == [1]


def test_what_is_brought_is_made_fit_to_be_kept() -> None:
    """Numbers become text, what is empty goes, no zero byte or half character reaches the database."""
    fields = {"headcount": 2, "note": "a\0b\ud800 ", "name": None, "phone": "  "}
    (one,) = _opened(Bringing(lambda: [Brought(key="a", fields=fields)])).collect()

    assert dict(one.fields) == {"headcount": "2", "note": "ab?"}


def test_a_flood_comes_in_parts() -> None:
    """A hundred at a time; the source brings the rest when it is asked again."""
    many = [Brought(key=str(number), fields={}) for number in range(3 * MOST)]

    assert len(_opened(Bringing(lambda: many)).collect()) == MOST


def test_a_source_is_told_what_became_of_its_orders() -> None:
    """Through the same guard: one that breaks then is named."""
    good = Bringing(lambda: [ONE])
    _opened(good).settled([Settled(key="a", number=1)])

    assert good.told.is_set()

    class Breaks(Bringing):
        def settled(self, outcomes: Any) -> None:
            raise OSError("the phone is +9991380000001")

    with pytest.raises(PluginBroke) as broke:
        _opened(Breaks(lambda: [ONE])).settled([Settled(key="a", number=1)])
    assert "+999" not in str(broke.value)


def test_a_source_that_cannot_be_opened_is_left_out() -> None:
    """The others are opened; one whose options are wrong is the office's to put right."""

    class NotSaying:
        def __init__(self, options: Any) -> None:
            """Says nothing of is_real."""

    plugin = Plugin(name="city", package="acme")
    offered = sources_of(plugin, lambda: {"a": lambda options: 1 / 0, "b": NotSaying, "c": lambda options: Bringing(list)})
    faults: list[PluginBroke] = []
    opened = open_sources(offered, {"a": {}, "b": {}, "c": {}}, broken=False, on_fault=faults.append)

    assert list(opened) == ["c"]
    assert [str(one.params["why"]).partition(":")[0] for one in faults] == [
        "source a does not open",
        "source b does not say whether real people ask there (is_real)",
    ]
    with pytest.raises(Misconfigured, match="nothing offers a source called d"):
        open_sources(offered, {"d": {}}, broken=False, on_fault=faults.append)
    assert open_sources(offered, {"d": {}}, broken=True, on_fault=faults.append) == {}
