"""A community's folder read and checked: each kind of fault is one clear sentence with file and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.desk.loading.town_files import FILES, door_address, read_folder, read_town
from dispatch.errors import NotFound, Refused
from dispatch.i18n import say, say_error
from dispatch.model.community import Place, PlaceId, PlaceKind, Places
from dispatch.model.responder import Hours, Licence, Skill
from dispatch.model.service import Pool, Urgency
from dispatch.units import Position

LANE = {
    "community.csv": "code,name_zh,name_en,zone,phone_region\nlane,里弄,Lane,Asia/Shanghai,CN\n",
    "places.csv": """code,kind,parent,name,latitude,longitude,floors,lift,steward
lane,community,,里弄,37.85,112.55,,,P1
1,building,lane,1号楼,37.85,112.55,6,no,
1-1,unit,1,1单元,,,6,no,
1-2,unit,1,2单元,,,6,no,
""",
    "services.csv": """code,name_zh,name_en,skills,licence,urgency,pool,minutes,words
drain,通下水,drain,plumbing:2,,urgent,property,45,下水道;堵了
""",
    "responders.csv": """\
code,kind,name,phone,place,floor,door,capacity,skills,licences,hours,latitude,longitude
P1,party_member,赵一,+9991380000001,1-1,3,301,2,plumbing:3@2050-12-31,,mon 08:00-18:00,,
S1,shop,钱记,+9991380000002,1,,,,,electrician,,37.8501,112.5501
""",
    "households.csv": "code,place,floor,door,residents,centre,bonds\n1-1-301,1-1,3,301,2,yes,P1\n",
}

FAULTS = (
    (
        *("community.csv", "lane,里", "Lane,里"),
        "2: code: Lane is not a code (in small letters, digits, - and _, 40 at most)",
    ),
    ("community.csv", "里弄", "", "2: name_zh is empty"),
    (
        *("community.csv", "Asia/Shanghai", "Asia/Peking"),
        "2: zone: Asia/Peking is not a time zone such as Asia/Shanghai",
    ),
    ("community.csv", "CN", "CHN", "2: phone_region: CHN is not a country in two letters"),
    ("community.csv", "CN\n", "CN\nmews,弄,Mews,,\n", "3: one community has one row"),
    (
        *("places.csv", "1-2,unit", "1-2,flat"),
        "5: kind: flat is none of community, grid, micro_grid, building, unit",
    ),
    ("places.csv", "1-2,unit", "1-2,", "5: kind is empty"),
    ("places.csv", "1-2,unit", "1,unit", "5: 1 stands already on line 3"),
    (
        *("places.csv", "1-2,unit", "1 2,unit"),
        "5: code: 1 2 is not a code (in letters, digits, - . and _, 40 at most)",
    ),
    ("places.csv", "building,lane", "building,mews", "3: parent: places.csv has no mews"),
    ("places.csv", "building,lane", "building,", "3: parent is empty"),
    ("places.csv", "building,lane", "building,1-1", "3: a building does not lie in a unit (1-1)"),
    ("places.csv", "building,lane", "building,1", "3: a building does not lie in a building (1)"),
    ("places.csv", "community,,", "community,1,", "2: the community itself lies in no other place, not in 1"),
    ("places.csv", "building,lane", "community,", "there is not exactly one place of kind community"),
    ("places.csv", "37.85,", "137.85,", "2: latitude: 137.85 is not in degrees from -90 to 90"),
    ("places.csv", "37.85,112.55", "37.85,", "2: latitude and longitude are written both or neither"),
    ("places.csv", "6,no", "0,no", "3: floors: 0 is not a whole number from 1 to 200"),
    ("places.csv", "6,no", "six,no", "3: floors: six is not a whole number from 1 to 200"),
    ("places.csv", "6,no", "6,maybe", "3: lift: maybe is neither yes nor no"),
    ("places.csv", ",P1", ",P7", "2: steward: responders.csv has no P7"),
    ("services.csv", "plumbing:2", "plumbing:7", "2: skills: the level of plumbing is 7, not 1 to 5"),
    (
        *("services.csv", "plumbing:2", "plumbing@2027-01-01"),
        "2: skills: a service needs plumbing on any day (leave @ and the date out)",
    ),
    ("services.csv", "urgent", "now", "2: urgency: now is none of urgent, normal, low"),
    (
        *("services.csv", "property", "all"),
        "2: pool: all is none of neighbours, companies, once_helped, property",
    ),
    ("services.csv", "45", "0", "2: minutes: 0 is not a whole number from 1 to 1440"),
    (
        *("services.csv", ",,urgent", ",An Electrician,urgent"),
        "2: licence: An Electrician is not a code (in small letters, digits, - and _, 40 at most)",
    ),
    (
        *("responders.csv", "shop", "merchant"),
        "3: kind: merchant is none of party_member, volunteer, shop, property_staff, expert, team",
    ),
    ("responders.csv", "钱记", "", "3: name is empty"),
    ("responders.csv", "钱记", "钱" * 201, "3: name is 201 characters long, more than 200"),
    ("responders.csv", "+9991380000002", "", "3: phone is empty"),
    (
        *("responders.csv", "+9991380000002", "call me"),
        "3: phone: call me is not a phone number (write a mobile number, or a land line with its area code)",
    ),
    ("responders.csv", "02,1,", "02,9,", "3: place: places.csv has no 9"),
    ("responders.csv", "1-1,3,", "1-1,3.5,", "2: floor: 3.5 is not a whole number from -9 to 200"),
    ("responders.csv", "301,2,", "301,100,", "2: capacity: 100 is not a whole number from 0 to 99"),
    (
        *("responders.csv", "plumbing:3@2050-12-31", "plumbing:3@31.12.2050"),
        "2: skills: 31.12.2050 is not a day (write it as 2027-06-30)",
    ),
    (
        *("responders.csv", "mon 08:00", "mon 8"),
        "2: hours: mon 8-18:00 is not a stretch of the week (write mon-fri 08:00-18:00 or sat 09:00-12:00)",
    ),
    ("responders.csv", "112.5501", "", "3: latitude and longitude are written both or neither"),
    ("households.csv", "1-1,3", "1-9,3", "2: place: places.csv has no 1-9"),
    ("households.csv", ",2,yes", ",-1,yes", "2: residents: -1 is not a whole number from 0 to 999"),
    ("households.csv", ",2,yes", ",,yes", "2: residents is empty"),
    ("households.csv", "yes,P1", "yes,P1;V9", "2: bonds: responders.csv has no V9"),
    (
        *("households.csv", "yes,P1", "yes,"),
        "2: a centre household has a party member who hosts it: bonds is empty",
    ),
    ("households.csv", ",301,", ",,", "2: door is empty"),
    ("households.csv", "yes,P1", "yes,P1,x", "2: this row has 8 cells, the heading 7"),
    (
        *("households.csv", "centre", "is_centre"),
        "1: there is no column is_centre; known are code, place, door, residents, floor, centre, bonds",
    ),
    ("households.csv", "floor,door", "floor,floor", "1: column floor stands twice|1: column door is missing"),
    ("households.csv", "1-1-301", '"1-1-301', "2: the quotation marks do not close"),
)
"""File, what stands in it, what stands there instead, and the faults after the file's name."""


def faults(texts: dict[str, str]) -> list[str]:
    """Return every fault that reading finds, in English."""
    with pytest.raises(Refused) as caught:
        read_town(texts, "lane")
    told = caught.value.params["all"]
    assert isinstance(told, tuple)
    return [say(one, "en") for one in told]


def with_cell(file: str, old: str, new: str) -> dict[str, str]:
    """Return the lane with one piece of text replaced."""
    assert LANE[file].count(old) >= 1
    return {**LANE, file: LANE[file].replace(old, new, 1)}


def test_a_whole_folder_becomes_a_town() -> None:
    """Cells become what the model calls them, private ones apart."""
    town = read_town(LANE, "lane")
    member, shop = town.responders

    assert [place.code for place in town.places.up_from(PlaceId("1-1"))] == ["1-1", "1", "lane"]
    assert (town.services[0].urgency, town.services[0].pool) == (Urgency.URGENT, Pool.PROPERTY)
    assert (member.capacity, shop.capacity, member.hours) == (2, 1, (Hours(0, 480, 1080),))
    assert [type(one) for one in (*member.skills, *shop.licences)] == [Skill, Licence]
    assert (town.doors["P1"].name, town.doors["P1"].exact_address) == ("赵一", "1号楼1单元301")
    assert (town.doors["S1"].exact_address, town.doors["S1"].position) == (
        "1号楼",
        Position(37.8501, 112.5501),
    )
    assert town.household_doors["1-1-301"].floor == 3
    assert "赵一" not in repr(town)


@pytest.mark.parametrize(("file", "old", "new", "said"), FAULTS)
def test_each_fault_is_one_sentence_with_file_and_line(file: str, old: str, new: str, said: str) -> None:
    """One fault gives one sentence, and nothing that merely follows from it."""
    expected = [f"{file}:{' ' if one[0].isalpha() else ''}{one}" for one in said.split("|")]

    assert faults(with_cell(file, old, new)) == expected


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda town: town.pop("places.csv"), ["places.csv: the file is missing"]),
        (lambda town: town.pop("responders.csv"), ["responders.csv: the file is missing"]),
        (lambda town: town.update({"services.csv": "\n \n"}), ["services.csv: the file is empty"]),
        (
            lambda town: town.update({"community.csv": "code,name_zh,name_en\n"}),
            ["community.csv: there is no row below the heading"],
        ),
    ],
)
def test_a_missing_file_is_told_once(change: Callable[[dict[str, str]], object], said: list[str]) -> None:
    """Rows of other files that point into it are not told as well."""
    town = dict(LANE)
    change(town)

    assert faults(town) == said


def test_households_may_be_left_out() -> None:
    """A community that keeps no households is loaded all the same."""
    town = read_town({name: text for name, text in LANE.items() if name != "households.csv"}, "lane")

    assert town.households == ()


def test_all_faults_are_told_together_and_ten_are_shown() -> None:
    """The hint lists the first ten in the order of files and lines, and says how many more there are."""
    town = with_cell("community.csv", "CN", "China")
    town["places.csv"] += "".join(f"9-{at},unit,9,{at}单元,,,,,\n" for at in range(12))
    with pytest.raises(Refused) as caught:
        read_town(town, "lane")
    sentence, hint = say_error(caught.value, "en")

    assert sentence == "lane was not loaded: 13 faults"
    assert hint is not None
    assert hint.startswith(
        "community.csv:2: phone_region: CHINA is not a country in two letters, places.csv:6: "
    )
    assert hint.endswith("places.csv:14: parent: places.csv has no 9; and 3 more")


def test_rows_are_counted_as_an_editor_counts_lines() -> None:
    """Blank rows and line ends inside quotation marks count."""
    town = dict(LANE)
    town["places.csv"] = town["places.csv"].replace(
        "1-2,unit,1", '\n2,building,lane,"2号\n楼",,,,,\n1-2,flat,1'
    )

    assert faults(town) == ["places.csv:8: kind: flat is none of community, grid, micro_grid, building, unit"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_folder_is_read_in_the_offices_encodings(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with a byte order mark or without, and what Chinese spreadsheets save."""
    for name, text in LANE.items():
        (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))

    read, expected = read_folder(tmp_path), read_town(LANE, "lane")

    assert list(read.places) == list(expected.places)
    assert replace(read, places=expected.places) == expected


def test_a_workbook_under_the_name_of_a_table_is_told(tmp_path: Path) -> None:
    """A file that is not what its name says is a fault of that file, beside the others' faults."""
    for name, text in with_cell("community.csv", "CN", "China").items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "places.csv").write_bytes(b"PK\x03\x04" + bytes(60))
    with pytest.raises(Refused) as caught:
        read_folder(tmp_path)
    told = caught.value.params["all"]
    assert isinstance(told, tuple)

    assert [say(one, "en").partition(":")[0] for one in told] == ["community.csv", "places.csv"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The sentence names it."""
    with pytest.raises(NotFound) as caught:
        read_folder(tmp_path / "nowhere")

    assert say_error(caught.value, "en")[1] == "a community is a folder of CSV files; the made-up one of a checkout is fixtures/jinsong"


@pytest.mark.parametrize(
    ("names", "door", "said"),
    [
        (("8号楼", "2单元"), "301", "8号楼2单元301"),
        (("8号楼", "8号楼2单元"), "301", "8号楼2单元301"),
        (("Elm House", "Stair 2"), "301", "Elm House, Stair 2, 301"),
        (("8号楼",), "", "8号楼"),
        ((), "平房7号", "平房7号"),
    ],
)
def test_a_door_is_called_as_people_call_it(names: tuple[str, ...], door: str, said: str) -> None:
    """Building, unit and door, joined as the script asks for."""
    kinds = (PlaceKind.BUILDING, PlaceKind.UNIT)
    places = [Place(id=PlaceId("0"), community="lane", code="0", kind=PlaceKind.GRID, name="一格")]
    for at, name in enumerate(names, 1):
        outer = PlaceId(str(at - 1))
        places.append(
            Place(
                id=PlaceId(str(at)),
                community="lane",
                code=str(at),
                kind=kinds[at - 1],
                name=name,
                parent_id=outer,
            )
        )

    assert door_address(Places(places), places[-1], door) == said


def test_every_column_of_every_file_is_in_the_reference() -> None:
    """The page about the format names each file and each of its columns."""
    page = (Path(__file__).parents[3] / "docs/reference/community-files.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")}

    for file, columns in FILES.items():
        for column in columns.needed + columns.others:
            assert f"| `{column}` |" in sections[file], (file, column)
