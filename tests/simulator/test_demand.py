"""The made-up towns: the article's numbers, nobody real, and the same bytes on every machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from dispatch.model.community import PlaceKind
from dispatch.simulator.demand import people
from dispatch.simulator.demand.boston import generate_boston
from dispatch.simulator.demand.jinsong import ANCHOR, JINSONG, generate_jinsong, generate_town
from dispatch.simulator.demand.neighbours import HE, PUPILS_TEAM, QIN, STUDENTS
from dispatch.simulator.demand.orders import PHRASES, made_up_requests
from dispatch.simulator.demand.people import REAL_NAMES, People
from dispatch.simulator.demand.sheet import Town, read_sheet, write_town

ROOT = Path(__file__).parents[2]
TOWNS = {"jinsong": generate_jinsong(), "boston": generate_boston()}
PLACES = read_sheet(TOWNS["jinsong"], "places.csv")
SERVICES = read_sheet(TOWNS["jinsong"], "services.csv")
RESPONDERS = read_sheet(TOWNS["jinsong"], "responders.csv")
HOUSEHOLDS = read_sheet(TOWNS["jinsong"], "households.csv")
DAY = date(2026, 11, 23)


def by_code(rows: Iterable[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return rows by their code."""
    return {row["code"]: row for row in rows}


def skills_of(row: dict[str, str]) -> dict[str, int]:
    """Return levels by skill that count on the anchor's day."""
    held = [piece.partition("@") for piece in row["skills"].split(";") if piece]
    return {
        name: int(level)
        for name, _, level in (
            skill.partition(":") for skill, _, day in held if not day or day >= str(ANCHOR)
        )
    }


def recognised(line: str) -> str:
    """Return the service whose word in the line is the longest."""
    found = [
        (len(word), row["code"])
        for row in SERVICES
        for word in row["words"].split(";")
        if word and word in line
    ]
    return max(found, default=(0, ""))[1]


@pytest.mark.parametrize("town", TOWNS)
def test_the_fixtures_are_what_the_generator_writes(town: str, tmp_path: Path) -> None:
    """Each file is the same to the last byte: `python -m dispatch.simulator.demand fixtures`."""
    write_town(tmp_path, TOWNS[town])
    kept = {path.name: path.read_bytes() for path in (ROOT / "fixtures" / town).glob("*.csv")}

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


def test_the_order_of_hashing_makes_no_difference() -> None:
    """A fresh process with another seed of hashing makes the same town."""
    script = (
        "from dispatch.simulator.demand.jinsong import generate_jinsong;import hashlib;"
        "print(hashlib.sha256(repr(sorted(generate_jinsong().items())).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1


def test_another_seed_makes_other_people_and_the_same_numbers() -> None:
    """The counts are promised, the people are not."""
    other = generate_jinsong(seed=7)
    members = [row for row in read_sheet(other, "responders.csv") if row["kind"] == "party_member"]

    assert other["responders.csv"] != TOWNS["jinsong"]["responders.csv"]
    assert sum(int(row["residents"]) for row in read_sheet(other, "households.csv")) == 7_964
    assert len(members) == 829


def test_jinsong_has_the_numbers_of_the_article() -> None:
    """Grids, micro-grids, centre households, residents, party members, services, story-telling teams."""
    kinds = Counter(row["kind"] for row in PLACES)
    teams = [row["name"] for row in RESPONDERS if row["kind"] == "team"]

    assert (kinds["community"], kinds["grid"], kinds["micro_grid"]) == (1, 8, 24)
    assert sum(row["centre"] == "yes" for row in HOUSEHOLDS) == 72
    assert sum(int(row["residents"]) for row in HOUSEHOLDS) == 7_964
    assert sum(row["kind"] == "party_member" for row in RESPONDERS) == 829
    assert [row["code"] for row in SERVICES if row["origin"] == "article"] == ["study", "medical", "hardship"]
    assert sum(row["origin"] == "default" for row in SERVICES) == 9
    assert sum("宣讲" in name or "诵读" in name for name in teams) == 6
    assert {"网格先锋队", "流动哨兵队", "门房吹哨人", "文艺宣传队"} < set(teams)


def test_jinsong_has_the_numbers_its_readme_assumes() -> None:
    """Whoever changes the one must change the other."""
    readme = (ROOT / "fixtures/jinsong/README.md").read_text(encoding="utf-8")
    kinds = Counter(row["kind"] for row in RESPONDERS)
    assumed = {
        "volunteers, 12 of them pupils": kinds["volunteer"],
        "shops, of which 21 are paid": kinds["shop"],
        "experts": kinds["expert"],
        "property staff, 9 of them holding": kinds["property_staff"],
        "buildings: 30 walk-ups of 5 or 6 floors, 18 with a lift": sum(
            row["kind"] == "building" for row in PLACES
        ),
        "households |": len(HOUSEHOLDS),
    }
    lines = {
        words: next(line for line in readme.splitlines() if line.startswith(f"| {words}"))
        for words in assumed
    }

    assert all(f"| {count:,} |" in lines[words] for words, count in assumed.items())
    assert sum(row["kind"] == "shop" and row["paid"] == "yes" for row in RESPONDERS) == 21
    assert sum(row["code"][0] == "W" and "electrician" in row["licences"] for row in RESPONDERS) == 9
    assert sum(row["kind"] == "building" and row["lift"] == "yes" for row in PLACES) == 18


def test_the_tree_branches_one_to_three_to_nine() -> None:
    """Every grid has three micro-grids, every micro-grid three centre households; kinds follow each other."""
    places = by_code(PLACES)
    kinds = list(PlaceKind)
    in_grid = Counter(row["parent"] for row in PLACES if row["kind"] == "micro_grid")
    micro_grids = [
        places[places[places[row["place"]]["parent"]]["parent"]]["code"]
        for row in HOUSEHOLDS
        if row["centre"] == "yes"
    ]

    assert set(in_grid.values()) == {3}
    assert set(Counter(micro_grids).values()) == {3}
    assert len(set(micro_grids)) == 24
    for row in PLACES:
        if row["parent"]:
            outer = places[row["parent"]]["kind"]
            assert kinds.index(PlaceKind(outer)) + 1 == kinds.index(PlaceKind(row["kind"]))


def test_every_household_is_looked_in_on() -> None:
    """Bonds cover every door, every party member has some nearby, a centre household is its host's own."""
    members = by_code(row for row in RESPONDERS if row["kind"] == "party_member")
    micro = {row["code"]: row for row in PLACES}

    def micro_grid(unit: str) -> str:
        return micro[micro[unit]["parent"]]["parent"]

    assert {row["bonds"] for row in HOUSEHOLDS} == set(members)
    for row in HOUSEHOLDS:
        host = members[row["bonds"]]
        lives_here = (host["place"], host["door"]) == (row["place"], row["door"])
        assert lives_here == (row["centre"] == "yes")
        assert micro_grid(host["place"]) == micro_grid(row["place"])


def test_the_larger_places_have_a_steward_of_their_own() -> None:
    """书记, branch secretaries and 楼组长 are different party members, each living in the place."""
    members = by_code(row for row in RESPONDERS if row["kind"] == "party_member")
    offices = {row["code"]: row["steward"] for row in PLACES if row["steward"]}

    assert len(offices) == len(set(offices.values())) == 1 + 8 + 24
    assert set(offices.values()) <= set(members)


@pytest.mark.parametrize("town", TOWNS)
def test_no_phone_can_be_dialled(town: str) -> None:
    """Every number begins with +999, is no number anywhere, and is given once."""
    phones = [row["phone"] for row in read_sheet(TOWNS[town], "responders.csv")]
    phones += [call.order.person.phone for call in made_up_requests(1, DAY, 200)] if town == "jinsong" else []

    assert all(phone.startswith("+999") and len(phone) == 14 and phone[1:].isdigit() for phone in phones)
    for phone in phones:
        with pytest.raises(phonenumbers.NumberParseException):
            phonenumbers.parse(phone, None)


@pytest.mark.parametrize("town", TOWNS)
def test_codes_and_phones_are_given_once(town: str) -> None:
    """No two rows of a file share a code, no two responders a phone."""
    for file in TOWNS[town]:
        codes = [row["code"] for row in read_sheet(TOWNS[town], file)]
        assert len(codes) == len(set(codes)), file
    phones = [row["phone"] for row in read_sheet(TOWNS[town], "responders.csv")]

    assert len(phones) == len(set(phones))


def test_nobody_the_article_names_is_made_up() -> None:
    """贺师傅 and 秦老师 are there with invented given names; the others it names are not."""
    named = by_code(RESPONDERS)

    assert not {row["name"] for row in RESPONDERS} & REAL_NAMES
    assert named[HE]["name"].startswith("贺")
    assert skills_of(named[HE])["tv"] >= 3
    assert named[QIN]["name"].startswith("秦")
    assert skills_of(named[QIN])["counselling"] >= 3


def test_a_real_name_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that must not occur are passed over, and the next is given instead."""
    drawn = [People("zh_CN", seed).name() for seed in range(20)]
    monkeypatch.setattr(people, "REAL_NAMES", frozenset(drawn))

    assert not {People("zh_CN", seed).name() for seed in range(20)} & set(drawn)


def test_a_minor_never_comes_to_a_door_alone() -> None:
    """Pupils and their team are minors; only 助学, held at the community's room, may be offered to them."""
    minors = [row for row in RESPONDERS if row["adult"] == "no"]

    assert len(minors) == STUDENTS + 1
    assert {row["kind"] for row in minors} == {"volunteer", "team"}
    assert [row["name"] for row in minors if row["kind"] == "team"] == [PUPILS_TEAM]
    assert [row["code"] for row in SERVICES if row["adults_only"] == "no"] == ["study"]
    assert next(row for row in SERVICES if row["code"] == "study")["proximity"] == "no"


@pytest.mark.parametrize("town", TOWNS)
def test_every_service_can_be_given_by_several(town: str) -> None:
    """Adults with skill and licence are there for each service, also in the pool that is asked first."""
    pools = {"companies": {"shop", "expert"}, "property": {"property_staff"}}
    responders = [row for row in read_sheet(TOWNS[town], "responders.csv") if row["adult"] == "yes"]
    for service in read_sheet(TOWNS[town], "services.csv"):
        able = [
            row
            for row in responders
            if all(skills_of(row).get(name, 0) >= level for name, level in skills_of(service).items())
            and (not service["licence"] or service["licence"] in row["licences"])
        ]
        first = pools.get(service["pool"])

        assert len(able) >= 2, service["code"]
        assert first is None or any(row["kind"] in first for row in able), service["code"]


def test_all_pools_and_all_five_small_matters_occur() -> None:
    """邻里、企业、互助微帮 and the property staff are each asked first for something; 五小 are all met."""
    assert {row["pool"] for row in SERVICES} == {"neighbours", "companies", "once_helped", "property"}
    assert {row["small_kind"] for row in SERVICES} == {"matter", "problem", "quarrel", "appeal", "hardship"}
    assert {row["code"] for row in SERVICES if row["confidential"] == "yes"} >= {"counselling", "mediation"}


@pytest.mark.parametrize("town", TOWNS)
def test_the_towns_do_not_age(town: str) -> None:
    """Papers run for twenty years at least, but for two at Jinsong that have run out on purpose."""
    rows = read_sheet(TOWNS[town], "responders.csv")
    days = [
        date.fromisoformat(piece.partition("@")[2])
        for row in rows
        for piece in f"{row['skills']};{row['licences']}".split(";")
        if "@" in piece
    ]

    assert sum(day < ANCHOR.replace(year=ANCHOR.year + 20) for day in days) == (2 if town == "jinsong" else 0)
    assert sum(day < ANCHOR for day in days) == (2 if town == "jinsong" else 0)


@pytest.mark.parametrize(
    ("line", "service"),
    [
        ("8号楼2单元301 下水道堵了 王阿姨", "drain"),
        ("楼道灯不亮", "lamp"),
        ("我家电视机最近老是收不到信号", "appliance"),
        ("老人一个人想找人说说话", "company"),
        ("换煤气罐", "gas-bottle"),
        ("想请人帮忙买药", "errand"),
        ("孩子厌学，家长很着急", "counselling"),
        ("楼上太吵，天天吵架", "mediation"),
        ("老人想理个发", "haircut"),
        ("想找人陪着去医院看病", "medical"),
        ("孩子作业没人辅导", "study"),
        ("低保怎么申请补助", "hardship"),
    ],
)
def test_the_words_of_the_services_recognise_what_people_say(line: str, service: str) -> None:
    """The longest word in the line belongs to the service meant."""
    assert recognised(line) == service


def test_every_made_up_phrase_is_recognised() -> None:
    """Each phrase of each service is found by the service's words."""
    assert {phrase: recognised(phrase) for said in PHRASES.values() for phrase in said} == {
        phrase: service for service, said in PHRASES.items() for phrase in said
    }


def test_a_days_calls_are_the_same_for_the_same_seed_and_day() -> None:
    """Seed and day decide everything; another day is another day."""
    calls = made_up_requests(1, DAY, 60)

    assert made_up_requests(1, DAY, 60) == calls
    assert made_up_requests(2, DAY, 60) != calls
    assert made_up_requests(1, date(2026, 11, 24), 60) != calls


def test_a_days_calls_come_in_by_day_from_doors_that_exist() -> None:
    """Earliest first, in waking hours of that day on the wall, for known services, some of them twice."""
    calls = made_up_requests(1, DAY, 400)
    walls = [call.at.astimezone(ZoneInfo("Asia/Shanghai")) for call in calls]
    doors = by_code(HOUSEHOLDS)

    assert len(calls) == 400
    assert [call.at for call in calls] == sorted(call.at for call in calls)
    assert all(wall.date() == DAY and 7 <= wall.hour <= 21 for wall in walls)
    assert {call.order.service for call in calls} == set(by_code(SERVICES))
    assert 10 <= len(calls) - len({call.line for call in calls}) <= 50
    for call in calls:
        door = doors[str(call.order.household)]
        assert call.order.place == door["place"]
        assert call.line.startswith(call.order.person.exact_address)
        assert call.order.person.exact_address.endswith(f"单元{door['door']}")


def test_a_town_of_another_size_keeps_its_shape() -> None:
    """More grids and volunteers, for benchmarks, still whole; too many people for the doors are refused."""
    size = replace(JINSONG, grids=16, residents=16_000, party_members=1_600, volunteers=6_000)
    town: Town = generate_town(size, seed=3)
    kinds = Counter(row["kind"] for row in read_sheet(town, "responders.csv"))

    assert kinds["volunteer"] == 6_000
    assert sum(row["kind"] == "grid" for row in read_sheet(town, "places.csv")) == 16
    assert sum(row["centre"] == "yes" for row in read_sheet(town, "households.csv")) == 144
    with pytest.raises(ValueError, match="do not fit"):
        generate_town(replace(JINSONG, residents=100_000), seed=3)


def test_the_mapping_of_boston_names_only_what_the_town_has() -> None:
    """Each value is mapped onto a place or a service of the folder."""
    mapping = tomllib.loads((ROOT / "fixtures/boston/mapping.toml").read_text(encoding="utf-8"))
    places, services = (by_code(read_sheet(TOWNS["boston"], file)) for file in ("places.csv", "services.csv"))

    assert {*mapping["values"]["place"].values(), mapping["defaults"]["place"]} == set(places)
    assert {*mapping["values"]["service"].values(), mapping["defaults"]["service"]} == set(services)
