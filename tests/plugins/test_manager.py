"""Finding plugins, checking them, and telling which one broke."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from dispatch.errors import Misconfigured, PluginBroke
from dispatch.model.actor import Actor
from dispatch.model.message import Outcome, Receipt
from dispatch.plugins.manager import BUILT_IN, load
from dispatch.settings import Settings
from dispatch.store.engine import Database
from dispatch.testing import a_message, a_problem
from dispatch.wiring import Wired

Install = Callable[..., None]

WORKS = """
    from dispatch.plugins import Capabilities, Outcome, Receipt, hookimpl

    class Bell:
        capabilities = Capabilities(needs_phone=False)
        def __init__(self, options): pass
        def send(self, message): return Receipt(outcome=Outcome.SENT)

    @hookimpl
    def dispatch_channels():
        return {"bell": Bell}
"""
SENT = Receipt(outcome=Outcome.SENT)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Give a function that installs a plugin as a package manager would: a module and its metadata."""
    monkeypatch.syspath_prepend(tmp_path)

    def install_one(
        source: str, name: str = "bell", package: str = "acme-bell", version: str = "1.2"
    ) -> None:
        module = f"plugin_{package}_{name}".replace("-", "_")
        (tmp_path / f"{module}.py").write_text(dedent(source), encoding="utf-8")
        about = tmp_path / f"{package.replace('-', '_')}-{version}.dist-info"
        about.mkdir(exist_ok=True)
        (about / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n", encoding="utf-8"
        )
        entries = about / "entry_points.txt"
        before = entries.read_text(encoding="utf-8") if entries.exists() else "[sandan]\n"
        entries.write_text(f"{before}{name} = {module}\n", encoding="utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)

    return install_one


def test_our_own_plugins_offer_our_own_channels() -> None:
    """Built-ins are plugins like any other."""
    plugins = load(installed=False)

    assert [plugin.name for plugin in plugins.found()] == [
        module.rpartition(".")[2].replace("_", "-") for module in BUILT_IN
    ]
    assert {"console", "json-folder", "phone-list", "sms-aliyun", "sms-smpp", "sms-tencent", "webhook"} <= set(plugins.channels())


def test_an_installed_plugin_is_found_by_its_entry_point(install: Install) -> None:
    """Installing the package is all there is to do."""
    install(WORKS)
    plugins = load()
    found = {plugin.name: plugin for plugin in plugins.found()}["bell"]

    assert (found.package, found.version, found.hooks) == ("acme-bell", "1.2", ("dispatch_channels",))
    assert plugins.channels()["bell"]({}).send(a_message()) == SENT


def test_installed_plugins_can_be_left_alone(install: Install) -> None:
    """Tests and rehearsals may want ours only."""
    install("raise RuntimeError('imported')")

    assert "bell" not in load(installed=False).channels()


@pytest.mark.parametrize("off", ["bell", "acme-bell"])
def test_a_plugin_left_out_is_not_even_imported(install: Install, off: str) -> None:
    """The way out of a broken plugin works, by its name or its package's."""
    install("raise RuntimeError('imported')")

    assert "bell" not in load(off=[off]).channels()


def test_one_of_our_own_can_be_left_out() -> None:
    """So that somebody else may offer a channel of that name."""
    assert "console" not in load(off=["console"], installed=False).channels()


def test_two_loads_share_nothing(install: Install) -> None:
    """A fresh set of plugins each time: what was left out once is back."""
    install(WORKS)

    assert "bell" not in load(off=["bell"]).channels()
    assert "bell" in load().channels()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import a_module_that_is_nowhere", "it cannot be loaded: ModuleNotFoundError"),
        ("raise SystemExit(3)", "it cannot be loaded: SystemExit"),
        ("def (", "it cannot be loaded: SyntaxError"),
        ("x = 1", "it answers to no hook"),
        (
            "from dispatch.plugins import hookimpl\n@hookimpl\ndef dispatch_chanels(): return {}",
            "a hook is not as we ask for it: unknown hook 'dispatch_chanels'",
        ),
        (
            "from dispatch.plugins import hookimpl\n@hookimpl\ndef dispatch_delivered(letter): pass",
            "a hook is not as we ask for it: Plugin 'acme-bell:bell' for hook 'dispatch_delivered'",
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_is_named_with_its_package_and_the_way_out(
    install: Install, source: str, why: str
) -> None:
    """Whoever reads the error knows what to remove or to switch off."""
    install(source)

    plugins = load()
    (told,) = plugins.faults
    (found,) = (one for one in plugins.found() if one.name == "bell")

    assert str(told.params["plugin"]) == "bell (acme-bell 1.2)"
    assert str(told.params["why"]).startswith(why)
    assert told.hint is not None
    assert told.hint.format_map(told.params).endswith('[plugins] off = ["bell"]')
    assert found.fault == told.params["why"]
    assert sorted(plugins.channels()) == sorted(load(installed=False).channels())


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("1 / 0", "it failed when asked for its channels: ZeroDivisionError at "),
        ("['bell']", "dispatch_channels returned no mapping of names"),
        ("{'Bell_1': print}", "a channel's name is lower-case-with-hyphens, and Bell_1 is not"),
        ("{7: print}", "a channel's name is lower-case-with-hyphens, and 7 is not"),
        ("{'bell': 'print'}", "what it offers as channel bell cannot be called"),
    ],
)
def test_a_plugin_that_offers_nonsense_is_named(install: Install, answer: str, why: str) -> None:
    """What a plugin returns is looked at before anything is done with it."""
    install(f"from dispatch.plugins import hookimpl\n@hookimpl\ndef dispatch_channels(): return {answer}")

    plugins = load()

    assert "bell" not in plugins.channels()
    assert [str(told.params["why"])[: len(why)] for told in plugins.faults] == [why]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("def __init__(self, options): options['password']", "channel bell does not open: KeyError at "),
        ("def __init__(self, options): pass", "channel bell does not say what it can do"),
        ("capabilities = None", "channel bell does not open: TypeError"),
    ],
)
def test_a_channel_that_does_not_open_is_its_plugins_fault(install: Install, body: str, why: str) -> None:
    """And the error names the plugin, not only the channel."""
    source = (
        "from dispatch.plugins import hookimpl\n"
        f"class Bell:\n    {body}\n"
        "@hookimpl\ndef dispatch_channels(): return {'bell': Bell}"
    )
    install(source)

    with pytest.raises(PluginBroke) as told:
        load().channels()["bell"]({})

    assert str(told.value.params["why"]).startswith(why)
    assert told.value.params["name"] == "bell"


def test_a_channel_may_say_itself_what_is_wrong_with_its_options() -> None:
    """An error on purpose goes through as it is."""
    with pytest.raises(Misconfigured):
        load(installed=False).channels()["json-folder"]({})


def test_two_plugins_cannot_share_a_channel_name(install: Install) -> None:
    """Nothing is overridden by accident: neither has it, and the error names both."""
    install(WORKS)
    install(WORKS, name="gong", package="other-bell", version="0.1")

    plugins = load()

    assert "bell" not in plugins.channels()
    assert [str(told) for told in plugins.faults] == [
        "plugins bell (acme-bell 1.2) and gong (other-bell 0.1) both offer a channel called bell"
    ]


def test_nobody_takes_the_name_of_one_of_our_channels(install: Install) -> None:
    """Installing a package does not redirect the phone list."""
    install(WORKS.replace('"bell"', '"phone-list"'))

    plugins = load()

    assert plugins.channels()["phone-list"]({}).capabilities.is_two_way
    assert [str(told)[:46] for told in plugins.faults] == ["plugins phone-list (sandan 0.1.0) and bell (ac"]


def test_one_listener_that_breaks_keeps_nobody_from_hearing(
    install: Install, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is called by itself; the fault is logged without what the message holds."""
    hears = "from dispatch.plugins import hookimpl\nheard = []\n@hookimpl\ndef dispatch_delivered"
    install(f"{hears}(message, receipt): heard.append((message, receipt))", name="first")
    install(f"{hears}(message): raise ValueError(message.to)", name="second")
    install(f"{hears}(receipt): heard.append(receipt)", name="third")
    plugins = load()

    with caplog.at_level(logging.DEBUG):
        plugins.delivered(a_message(), SENT)

    assert sys.modules["plugin_acme_bell_first"].heard == [(a_message(), SENT)]
    assert sys.modules["plugin_acme_bell_third"].heard == [SENT]
    assert "listener second stopped: ValueError at plugin_acme_bell_second.py:" in caplog.text
    assert "+999" not in caplog.text


def test_a_plugin_that_cannot_be_loaded_costs_a_round_only_the_terms_of_others(
    install: Install, tmp_path: Path
) -> None:
    """Our own terms stay, and each round says which plugin broke."""
    install("raise RuntimeError('no')")
    terms = Wired(settings=Settings(), database=Database(tmp_path / "no.db"), actor=Actor(name="小李")).cost_terms
    problem, (said,) = terms.added_to(a_problem(), [])

    assert [one.name for one in terms.offered] == ["continuity"]
    assert problem == a_problem()
    assert str(said).startswith("left out of the costs: plugin bell (acme-bell 1.2) broke: it cannot be loaded")
