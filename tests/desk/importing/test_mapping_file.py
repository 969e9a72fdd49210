"""Mapping files: everything known is read, everything else is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dispatch.desk.importing.mapping import USUAL, Only, Pick, SheetMapping
from dispatch.desk.importing.mapping_file import load_mapping
from dispatch.errors import Misconfigured, NotFound
from dispatch.model.community import PlaceKind
from dispatch.units import Position

BOSTON = Path(__file__).parents[3] / "fixtures" / "boston" / "mapping.toml"


def mapping_of(folder: Path, text: str) -> SheetMapping:
    """Read a mapping file that says this."""
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return load_mapping(path)


def test_every_key_is_read(tmp_path: Path) -> None:
    """One file with all there is."""
    mapping = mapping_of(
        tmp_path,
        """
sheet = "七月"
encoding = "big5"
delimiter = ";"
zone = "America/New_York"
dates = ["%m/%d/%Y"]
key_prefix = "b-"
ignored = ["来源"]
usual = false
[columns]
key = "编号"
service = ["类型", "原因"]
note = {join = ["原因", "类型"], with = ": "}
phone = {join = ["区号", "号码"]}
[values.service]
"路灯 坏" = "lamp"
[values.headcount]
"两人" = 2
[defaults]
service = "other"
headcount = 1
[[only]]
column = "日期"
on = 2015-01-20
[[only]]
column = "日期"
from = 2015-01-20
to = 2015-01-22
[[only]]
column = "状态"
in = ["Open"]
not_in = "Closed"
[place]
kinds = ["grid", "building"]
most_metres = 800
unknown = [[42, -71.5]]
""",
    )

    assert (mapping.sheet, mapping.encoding, mapping.delimiter, mapping.key_prefix) == (
        "七月",
        "big5",
        ";",
        "b-",
    )
    assert (mapping.zone, mapping.is_usual, mapping.ignored) == (
        ZoneInfo("America/New_York"),
        False,
        ("来源",),
    )
    assert len(mapping.dates) == 1
    assert mapping.picks == {
        "key": Pick(choices=(("编号",),)),
        "service": Pick(choices=(("类型", "原因"),)),
        "note": Pick(choices=(("原因",), ("类型",)), between=": "),
        "phone": Pick(choices=(("区号",), ("号码",)), between=" "),
    }
    assert mapping.values == {"service": {"路灯 坏": "lamp"}, "headcount": {"两人": "2"}}
    assert mapping.defaults == {"service": "other", "headcount": "1"}
    assert mapping.only == (
        Only(heading="日期", first=date(2015, 1, 20), last=date(2015, 1, 20)),
        Only(heading="日期", first=date(2015, 1, 20), last=date(2015, 1, 22)),
        Only(heading="状态", among=frozenset({"open"}), but=frozenset({"closed"})),
    )
    assert mapping.kinds == {PlaceKind.GRID, PlaceKind.BUILDING}
    assert (mapping.most_metres, mapping.unknown) == (800, {Position(42.0, -71.5)})


def test_an_empty_file_is_the_usual_mapping(tmp_path: Path) -> None:
    """Everything has a default."""
    assert mapping_of(tmp_path, "") == USUAL


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("colums = {}", "colums"),
        ("[columns]\nphon = 'x'", "columns.phon"),
        ("[columns]\nnote = {joins = []}", "columns.note.joins"),
        ("[values.phone]\nx = 'y'", "values.phone"),
        ("[defaults]\nphone = '1'", "defaults.phone"),
        ("[place]\nmetres = 1", "place.metres"),
        ("[[only]]\ncolumn = 'x'\nat = 1", "only[0].at"),
    ],
)
def test_an_unknown_key_is_named_by_its_path(tmp_path: Path, text: str, path: str) -> None:
    """A misspelt key never goes unnoticed; the hint lists what is known there."""
    with pytest.raises(Misconfigured, match="is not known") as refused:
        mapping_of(tmp_path, text)

    assert refused.value.params["path"] == path
    assert refused.value.params["known"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("sheet = 1", "sheet"),
        ("usual = 1", "usual"),
        ("zone = 'Mars/Olympus'", "zone"),
        ("zone = '../etc'", "zone"),
        ("dates = ['%Y']", "dates[0]"),
        ("dates = [1]", "dates"),
        ("columns = 'x'", "columns"),
        ("[columns]\nphone = 1", "columns.phone"),
        ("[values]\nservice = 'x'", "values.service"),
        ("[values.service]\nx = []", "values.service.x"),
        ("[place]\nmost_metres = true", "place.most_metres"),
        ("[place]\nkinds = ['street']", "place.kinds"),
        ("[place]\nunknown = [[1]]", "place.unknown"),
        ("[[only]]\non = 2015-01-20", "only[0].column"),
        ("[[only]]\ncolumn = 'x'\non = '2015-01-20'", "only[0].on"),
        ("[[only]]\ncolumn = 'x'\non = 2015-01-20T09:00:00", "only[0].on"),
        ("only = ['x']", "only[0]"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_by_its_path(tmp_path: Path, text: str, path: str) -> None:
    """The sentence says what it should be."""
    with pytest.raises(Misconfigured, match="should be") as refused:
        mapping_of(tmp_path, text)

    assert refused.value.params["path"] == path


def test_what_is_no_toml_and_what_is_no_file_are_told(tmp_path: Path) -> None:
    """With the line, and with the path."""
    with pytest.raises(Misconfigured, match="is not TOML"):
        mapping_of(tmp_path, "a = = 1")
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match="is not TOML"):
        load_mapping(tmp_path / "b.toml")
    with pytest.raises(NotFound):
        load_mapping(tmp_path / "none.toml")


def test_the_mapping_of_boston_is_read() -> None:
    """The file that lies in fixtures speaks this language."""
    mapping = load_mapping(BOSTON)

    assert mapping.picks["service"].choices == (("TYPE", "REASON"),)
    assert mapping.values["service"]
