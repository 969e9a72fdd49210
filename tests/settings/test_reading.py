"""The settings file, the variables over it, and what is said when they are wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.errors import Misconfigured
from dispatch.model.actor import Actor, Role
from dispatch.model.rules import Rules
from dispatch.model.service import Urgency
from dispatch.settings import Settings, load_settings


def written(folder: Path, text: str) -> Path:
    """Return a settings file that says *text*."""
    path = folder / "dispatch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_and_variables_everything_stands_at_its_default() -> None:
    """Nobody has to configure anything."""
    assert load_settings(None, {}) == Settings()
    assert load_settings(None, {}).rules == Rules()


def test_the_file_is_read_as_a_whole(tmp_path: Path) -> None:
    """Every section ends up where it belongs, and what is not said stays at its default."""
    read = load_settings(
        written(
            tmp_path,
            """
            database = "postgresql://desk@localhost/town"
            community = "jinsong"
            [rules]
            reach_metres = 800
            channels = ["console", "phone-list"]
            owner = "王主任"
            [rules.offer_minutes]
            urgent = 5
            [plugins]
            off = ["acme"]
            [desk]
            local_role = "planner"
            [phones]
            area_code = "0351"
            [actors.wang]
            role = "grid_worker"
            grid = "G3"
            [channels.sms]
            retries = 3
            templates = { offer = "T1" }
            """,
        ),
        {},
    )

    assert read.phones.area_code == "0351"
    assert (read.database, read.community) == ("postgresql://desk@localhost/town", "jinsong")
    assert read.rules == Rules(
        reach_metres=800,
        channels=("console", "phone-list"),
        owner="王主任",
        offer_minutes={Urgency.URGENT: 5, Urgency.NORMAL: 30, Urgency.LOW: 120},
    )
    assert read.plugins.off == ("acme",)
    assert read.channels == {"sms": {"retries": 3, "templates": {"offer": "T1"}}}
    assert read.actor("wang") == Actor(name="wang", role=Role.GRID_WORKER, grid="G3")
    assert read.actor("somebody") == Actor(name="somebody", role=Role.PLANNER)


def test_on_one_computer_whoever_sits_there_works_for_the_whole_community() -> None:
    """Without any configuration the local user is its grid worker."""
    assert Settings().actor("li") == Actor(name="li", role=Role.GRID_WORKER, grid=None)


def test_a_variable_overrides_the_file_and_leaves_its_neighbours(tmp_path: Path) -> None:
    """Each setting has a variable, at any depth; a channel's hyphens are written as underscores."""
    offers = "[rules.offer_minutes]\nurgent = 5\nlow = 60\n"

    read = load_settings(
        written(tmp_path, f"{offers}[channels.json-folder]\nfolder='/a'"),
        {
            "DISPATCH_RULES__OFFER_MINUTES__URGENT": "7",
            "DISPATCH_RULES__CHANNELS": "console, phone-list",
            "DISPATCH_CHANNELS__JSON_FOLDER__FOLDER": "/b",
            "DISPATCH_CHANNELS__CONSOLE__ENABLED": "False",
            "DISPATCH_COMMUNITY": "lane",
            "DISPATCH_DATABASE": "here.db",
            "DISPATCH_ACTORS__LI__ROLE": "admin",
        },
    )

    assert read.rules.offer_minutes == {Urgency.URGENT: 7, Urgency.NORMAL: 30, Urgency.LOW: 60}
    assert read.rules.channels == ("console", "phone-list")
    assert read.channels == {"json-folder": {"folder": "/b"}, "console": {"enabled": False}}
    assert (read.community, read.database) == ("lane", "here.db")
    assert read.actor("li").role is Role.ADMIN


def test_the_command_lines_own_variables_are_no_settings() -> None:
    """They are read elsewhere, as are other programs' variables; an empty one is not set."""
    others = dict.fromkeys(["DISPATCH_AT", "DISPATCH_AS", "DISPATCH_LANG", "DISPATCH_CONFIG", "A__B"], "x")
    empty = {"DISPATCH_COMMUNITY": "", "DISPATCH_RULES__REST_MINUTES": ""}

    assert load_settings(None, others | empty) == Settings()


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("45", 45),
        ("45m", 45),
        ("45min", 45),
        ("2h", 120),
        ("1h30m", 90),
        ("1 h 30 m", 90),
        ("1d", 1440),
        ("120s", 2),
    ],
)
def test_a_number_whose_name_says_its_unit_may_be_a_duration(tmp_path: Path, said: str, minutes: int) -> None:
    """The field keeps its unit, whichever the file uses."""
    in_file = load_settings(written(tmp_path, f"[rules]\nrest_minutes = '{said}'"), {})
    in_variable = load_settings(None, {"DISPATCH_RULES__REST_MINUTES": said})

    assert (in_file.rules.rest_minutes, in_variable.rules.rest_minutes) == (minutes, minutes)


@given(st.integers(0, 1_000_000))
def test_every_whole_number_is_read_as_itself(number: int) -> None:
    """Up to a million, by a variable as by the file."""
    assert load_settings(None, {"DISPATCH_RULES__REACH_METRES": str(number)}).rules.reach_metres == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("comunity = 'x'", "dispatch.toml: comunity: there is no such setting"),
        ("[ruls]", "dispatch.toml: ruls: there is no such setting"),
        ("[rules]\nrest_minute = 5", "dispatch.toml: rules.rest_minute: there is no such setting"),
        (
            "[rules.offer_minutes]\nsoon = 5",
            "dispatch.toml: rules.offer_minutes.soon: there is no such setting",
        ),
        ("[actors.wang]\ngird = 'G1'", "dispatch.toml: actors.wang.gird: there is no such setting"),
        ("rules = 5", "dispatch.toml: rules: is no section"),
        ("[rules]\noffer_minutes = 5", "dispatch.toml: rules.offer_minutes: is no section"),
        ("[channels]\nsms = 'on'", "dispatch.toml: channels.sms: is no section"),
        ("[rules]\nreach_metres = 1.5", "dispatch.toml: rules.reach_metres: 1.5 is not a whole number"),
        ("[rules]\nreach_metres = true", "dispatch.toml: rules.reach_metres: True is not a whole number"),
        ("[rules]\nreach_metres = '2h'", "dispatch.toml: rules.reach_metres: 2h is not a whole number"),
        (
            "[rules]\nrest_minutes = '90s'",
            "dispatch.toml: rules.rest_minutes: 90s is not a whole number, nor such as 30m, 2h, 1d",
        ),
        (
            "[rules.offer_minutes]\nurgent = 0",
            "dispatch.toml: rules.offer_minutes.urgent: 0 is not between 1 and 43200",
        ),
        ("[rules]\nblind_resends = 2", "dispatch.toml: rules.blind_resends: 2 is not between 0 and 1"),
        ("[rules]\ncode_days = 29", "dispatch.toml: rules.code_days: 29 is not between 30 and 3650"),
        ("[rules]\nrest_minutes = -1", "dispatch.toml: rules.rest_minutes: -1 is not between 0 and 1000000"),
        ("[rules]\nowner = 5", "dispatch.toml: rules.owner: 5 is not text"),
        ("[rules]\nchannels = [1]", "dispatch.toml: rules.channels: is not a list of names"),
        ("[rules]\nchannels = 1", "dispatch.toml: rules.channels: is not a list of names"),
        ("community = 7", "dispatch.toml: community: 7 is not text"),
        ("[phones]\narea_code = 351", "dispatch.toml: phones.area_code: 351 is not text"),
        ("[phones]\narea_code = 'home'", "dispatch.toml: phones.area_code: home is not an area code such as 0351"),
        ("[channels.a]\nenabled = 'no'", "dispatch.toml: channels.a.enabled: no is neither true nor false"),
        ("[channels.sms]\nrate = inf", "dispatch.toml: channels.sms.rate: inf is not a number"),
        (
            "[channels.sms.since]\nday = 2026-11-23",
            "dispatch.toml: channels.sms.since.day: dates are written as text, in quotation marks",
        ),
    ],
)
def test_what_is_wrong_is_told_with_file_and_dotted_path(tmp_path: Path, text: str, said: str) -> None:
    """Whoever wrote the file finds the place, and a typo is not passed over."""
    with pytest.raises(Misconfigured) as told:
        load_settings(written(tmp_path, text), {})

    assert str(told.value) == said


def test_a_wrong_role_is_told_with_the_right_ones(tmp_path: Path) -> None:
    """The choice is short enough to be listed."""
    with pytest.raises(Misconfigured) as told:
        load_settings(written(tmp_path, "[desk]\nlocal_role = 'boss'"), {})

    fault = told.value.params["fault"]
    assert told.value.params["spot"] == "dispatch.toml: desk.local_role"
    assert getattr(fault, "params", {})["choices"] == tuple(Role)


def test_an_unknown_setting_is_told_with_the_known_ones(tmp_path: Path) -> None:
    """The hint lists what stands at that place."""
    with pytest.raises(Misconfigured) as told:
        load_settings(written(tmp_path, "[plugins]\nof = []"), {})

    assert (told.value.hint, told.value.params["known"]) == ("known here: {known}", ("off", "folder"))


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("DISPATCH_RULES__REST_MINUTE", "5", "there is no such setting"),
        ("DISPATCH_RULES__REST_MINUTES", "soon", "soon is not a whole number, nor such as 30m, 2h, 1d"),
        ("DISPATCH_RULS__REST_MINUTES", "5", "there is no such setting"),
        ("DISPATCH_PLUGINS__OFF__ALL", "5", "is not a list of names"),
        ("DISPATCH_PHONES__AREA_CODE", "+86", "+86 is not an area code such as 0351"),
    ],
)
def test_what_is_wrong_with_a_variable_is_told_with_its_name(variable: str, text: str, said: str) -> None:
    """The file is not to blame."""
    with pytest.raises(Misconfigured) as told:
        load_settings(None, {variable: text})

    assert str(told.value) == f"{variable}: {said}"


def test_a_variable_below_what_is_no_section_is_the_files_fault(tmp_path: Path) -> None:
    """What stands in the file is not quietly replaced."""
    with pytest.raises(Misconfigured) as told:
        load_settings(written(tmp_path, "rules = 5"), {"DISPATCH_RULES__REST_MINUTES": "5"})

    assert str(told.value) == "dispatch.toml: rules: is no section"


def test_notepads_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """A file saved on an office PC is read like any other."""
    path = tmp_path / "dispatch.toml"
    path.write_bytes(b"\xef\xbb\xbf" + 'community = "劲松"'.encode())

    assert load_settings(path, {}).community == "劲松"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('community = "劲松"'.encode("gb18030"), "dispatch.toml is not UTF-8 text"),
        (b"community = ", "dispatch.toml is not TOML: "),
    ],
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    """With the line, where TOML knows it."""
    path = tmp_path / "dispatch.toml"
    path.write_bytes(content)

    with pytest.raises(Misconfigured) as told:
        load_settings(path, {})

    assert str(told.value).startswith(said)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder is not a file."""
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_settings(tmp_path, {})


def test_paths_are_counted_from_the_file_that_names_them(tmp_path: Path) -> None:
    """Whatever folder the command is called from; other options are left as they are."""
    channels = "[channels.a]\nfolder = 'out'\nfile = '/x/y'\nname = 'out'\nca_file = 'c'\n[channels.b]\nfolder = 7"

    read = load_settings(written(tmp_path, f"database = 'town.db'\n{channels}"), {})

    assert read.database == str(tmp_path / "town.db")
    assert read.channels["a"] == {
        **{"folder": str(tmp_path / "out"), "file": "/x/y", "name": "out"},
        "ca_file": str(tmp_path / "c"),
    }
    assert read.channels["b"] == {"folder": 7}


def test_settings_cannot_be_changed_once_read(tmp_path: Path) -> None:
    """Everything that works by them sees the same."""
    read = load_settings(written(tmp_path, "[channels.a]\nb = 1\n[actors.li]\n"), {})

    for name in (each.name for each in fields(read)):
        with pytest.raises(AttributeError):
            setattr(read, name, None)
    for mapping in (read.channels, read.channels["a"], read.actors, read.rules.offer_minutes):
        with pytest.raises(TypeError):
            mapping["x"] = 1  # type: ignore[index]


def test_every_setting_can_be_given_by_its_variable() -> None:
    """No setting is only for the file: each leaf, given its own default as text, is taken."""
    given = {f"DISPATCH_{'__'.join(path).upper()}": text for path, text in _leaves(Settings())}

    assert load_settings(None, given) == Settings()
    assert "DISPATCH_RULES__OFFER_MINUTES__LOW" in given


def _leaves(thing: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    inner: Mapping[str, object]
    if isinstance(thing, Mapping):
        inner = {str(key): value for key, value in thing.items()}
    elif is_dataclass(thing):
        inner = {each.name: getattr(thing, each.name) for each in fields(thing)}
    else:
        text = ",".join(thing) if isinstance(thing, tuple) else "" if thing is None else str(thing)
        yield path, text
        return
    for name, value in inner.items():
        yield from _leaves(value, (*path, name))


PLAIN = st.recursive(st.integers() | st.text() | st.booleans(), st.lists)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(["a", "b"]), PLAIN))
def test_a_channels_options_are_handed_on_as_they_are(tmp_path: Path, options: dict[str, object]) -> None:
    """What a plugin's own section says is the plugin's business."""
    text = "[channels.x]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in options.items())

    assert load_settings(written(tmp_path, text), {}).channels["x"] == options


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    if isinstance(value, str):
        escaped = "".join(f"\\U{ord(each):08x}" for each in value)
        return f'"{escaped}"'
    return str(value)
