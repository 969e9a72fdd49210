"""Commands that plugins add, ours among them, as whoever types them meets them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import LINE, Call

HEAD = """\
from dispatch.i18n import BothNames
from dispatch.plugins import Column, Command, Field, FieldKind, Table, hookimpl
COLUMNS = (Column(name="said", zh="说的", en="what was said"),)
EMPTY = BothNames(zh="没有", en="nothing")
def table(*cells): return Table(columns=COLUMNS, rows=[(cell,) for cell in cells], empty=EMPTY)
"""
Install = Callable[..., None]


@pytest.fixture
def install(office: Path) -> Install:
    """Puts a plugin into the office's folder that offers one command, and runs what it is given."""
    (office / "dispatch.toml").write_text('[plugins]\nfolder = "plugins"\n', encoding="utf-8")

    def one(body: str, options: str = "()", name: str = "hello", file: str = "greeter") -> None:
        folder = office / "plugins"
        folder.mkdir(mode=0o755, exist_ok=True)
        offer = f"Command(run=run, zh='打招呼。', en='Say hello.', options={options})"
        code = f"{HEAD}def run(office, options):\n    {body}\n@hookimpl\ndef dispatch_commands():\n    return {{'{name}': {offer}}}\n"
        (folder / f"{file}.py").write_text(code, encoding="utf-8")

    return one


def test_coverage_says_where_nobody_came(call: Call) -> None:
    """Our own plugin of this kind: by building and service, worst first."""
    call("take", LINE, "-y")
    call("take", LINE.replace("8号楼2单元301", "3号楼1单元101"), "-y")
    call("offer", "2", "--to", _somebody(call), "--accepted")
    done = call("coverage", "--json")

    assert done.code == 0
    assert [(one["place"], one["requests"], one["served"], one["percent"]) for one in done.document] == [
        ("8号楼", 1, 0, 0),
        ("3号楼", 1, 1, 100),
    ]
    assert [one["requests"] for one in call("coverage", "--by", "service", "--json").document] == [2]
    shown = call("coverage", "--by", "place", "--lang", "zh").out.splitlines()
    assert shown[0].split() == ["地点", "求助", "有人接", "没人接", "接单率%"]
    assert shown[2].split() == ["8号楼", "1", "0", "1", "0"]


def _somebody(call: Call) -> str:
    for one in call("responder", "list", "--json").document:
        code = str(one["code"])
        if call("offer", "2", "--to", code, "--accepted", "--json").code == 0:
            call("undo", "-y")
            return code
    raise AssertionError("nobody may be sent")


def test_coverage_counts_the_last_days_only(call: Call) -> None:
    """Up to the newest request; nothing at all is said as such."""
    assert call("coverage").out == "no requests in this time\n"
    call("take", LINE, "-y")

    assert len(call("coverage", "--days", "0", "--json").document) == 1


def test_a_command_of_a_plugin_is_typed_like_ours(call: Call, install: Install) -> None:
    """Its options are checked, its help speaks both languages, --json gives a document."""
    fields = "(Field('count', '几次', 'how often', FieldKind.NUMBER, default=2, least=1, most=3), "
    fields += "Field('loud_voice', '大声', 'loudly', FieldKind.FLAG, default=False), "
    fields += "Field('to', '对谁', 'to whom', FieldKind.LIST))"
    install("return table(*[f\"hi {one}{'!' * options['loud_voice']}\" for one in options['to'] * options['count']])", fields)

    assert call("hello", "--to", "a", "--to", "b", "--count", "1", "--json").document == [{"said": "hi a"}, {"said": "hi b"}]
    assert call("hello", "--to", "a", "--loud-voice").out.splitlines()[2:] == ["hi a!", "hi a!"]
    assert call("hello").out == "nothing\n"
    assert call("hello", "--count", "9").code == 2
    helped = call("hello", "--help", "--lang", "zh").out
    assert "打招呼。" in helped
    assert "几次；不写就是 2" in helped
    assert "how often; 2 unless given" in call("hello", "--help").out


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return 1 / 0", "the command hello failed: ZeroDivisionError at greeter.py:7"),
        ("return 'hi'", "the command hello gave no table"),
        ("return Table(columns=COLUMNS, rows=[('a', 'b')], empty=EMPTY)", "the command hello gave no table"),
        ("return table({'a': 1})", "the command hello gave no table"),
        ("raise SystemExit(0)", "the command hello failed: SystemExit"),
    ],
)
def test_a_command_that_breaks_names_its_plugin(call: Call, install: Install, body: str, why: str) -> None:
    """Exit 7, one sentence, the way to leave it out; never a traceback."""
    install(body)
    done = call("hello")

    assert done.code == 7
    assert why in done.errors[0]
    assert done.errors[0].startswith("error: plugin greeter (")
    assert done.errors[1] == 'hint:  leave it out in dispatch.toml: [plugins] off = ["greeter"]'


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("take", "()", "take is one of our own commands"),
        ("Hello", "()", "Hello cannot be the name of a command"),
        ("hello", "(Field('json', 'x', 'x'),)", "json cannot be an option of hello"),
        ("hello", "(Field('key', 'x', 'x', FieldKind.SECRET),)", "key cannot be an option of hello"),
        ("coverage", "()", "coverage is offered by coverage (sandan"),
    ],
)
def test_no_plugin_takes_the_name_of_another_command(
    call: Call, install: Install, name: str, options: str, why: str
) -> None:
    """Ours works on as ours; what is wrong with the plugin is said where plugins are looked at."""
    install("return table()", options, name=name)

    assert call("take", LINE, "-y").code == 0
    assert call("coverage").code == 0
    assert why in call("plugin", "list").err


def test_what_nobody_offers_is_said_as_before(call: Call, install: Install) -> None:
    """And a plugin that cannot be loaded is named beside it, for it may have been its command."""
    install("return table()")
    (Path("plugins") / "broken.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    done = call("helo")

    assert done.code == 2
    assert "plugin broken" in done.err
    assert "No such command 'helo'" in done.err


def test_names_and_phones_are_only_shown_to_whoever_may_see_them(call: Call, install: Install, office: Path) -> None:
    """Without being asked for they are not there; a look at them is noted; a planner is refused it."""
    install("return table(*map(str, office.requests(private=True)))")
    install("return table(*map(str, (*office.requests(), *office.responders())))", name="plain", file="plain")
    install("return table(len(office.problem().needs))", name="open-needs", file="needs")
    call("take", LINE, "-y")
    plain = call("plain").out

    assert "'number': 1" in plain
    assert "王阿姨" not in plain
    assert "+999" not in plain
    assert "2单元301" not in plain
    assert call("open-needs", "--json").document == [{"said": 1}]
    assert "exported" not in call("dump").out
    assert "王阿姨" in call("hello").out
    assert '"exported"' in call("dump").out
    with (office / "dispatch.toml").open("a", encoding="utf-8") as file:
        file.write('[actors.li]\nrole = "planner"\n')
    assert call("plain", "--as", "li").code == 0
    assert call("hello", "--as", "li").code == 3


def test_the_list_of_plugins_says_by_which_names_they_are_used(call: Call, install: Install) -> None:
    """Commands, sources and forms are typed by their names, so those stand there."""
    install("return table()")
    found = {one["name"]: one["offers"] for one in call("plugin", "list", "--json").document}

    assert found["greeter"] == {"dispatch_commands": ["hello"]}
    assert found["json-inbox"] == {"dispatch_sources": ["json-inbox"]}
    assert found["json-lines"] == {"dispatch_exporters": ["jsonl"]}
    assert "commands: hello" in call("plugin", "list").out


def test_help_says_where_more_commands_are(call: Call, install: Install) -> None:
    """And loads none of them: ours are named alone."""
    install("return table()")
    shown = call("--help").out

    assert shown.rstrip().endswith("Plugins may add commands: see them with dispatch plugin list.")
    assert "hello" not in shown
