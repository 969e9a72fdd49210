"""A made-up town of responders over the streets of Boston, for days of the city's own 311 requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dispatch.simulator.demand.people import People
from dispatch.simulator.demand.sheet import (
    COMMUNITY_COLUMNS,
    PLACE_COLUMNS,
    RESPONDER_COLUMNS,
    SERVICE_COLUMNS,
    Town,
    degrees,
    sheet,
)

SEED: Final = 311
RESPONDERS: Final = 1_500

NEIGHBOURHOODS: Final = (
    # code, name, millionths of a degree north and east of its middle (estimated), share of the people
    ("allston-brighton", "Allston / Brighton", 42_352_000, -71_140_000, 11),
    ("back-bay", "Back Bay", 42_350_000, -71_081_000, 4),
    ("beacon-hill", "Beacon Hill", 42_358_000, -71_068_000, 2),
    ("charlestown", "Charlestown", 42_378_000, -71_064_000, 3),
    ("chestnut-hill", "Chestnut Hill", 42_322_000, -71_166_000, 1),
    ("dorchester", "Dorchester", 42_301_000, -71_065_000, 18),
    ("downtown", "Downtown", 42_356_000, -71_058_000, 4),
    ("east-boston", "East Boston", 42_376_000, -71_033_000, 7),
    ("fenway", "Fenway", 42_344_000, -71_097_000, 5),
    ("hyde-park", "Hyde Park", 42_256_000, -71_124_000, 5),
    ("jamaica-plain", "Jamaica Plain", 42_311_000, -71_113_000, 6),
    ("mattapan", "Mattapan", 42_278_000, -71_092_000, 4),
    ("mission-hill", "Mission Hill", 42_332_000, -71_103_000, 3),
    ("roslindale", "Roslindale", 42_286_000, -71_129_000, 5),
    ("roxbury", "Roxbury", 42_319_000, -71_084_000, 8),
    ("south-boston", "South Boston", 42_336_000, -71_046_000, 6),
    ("south-end", "South End", 42_341_000, -71_074_000, 4),
    ("west-roxbury", "West Roxbury", 42_281_000, -71_157_000, 4),
)

_SERVICES = (
    # code, name_zh, name_en, skill, licence, urgency, pool, minutes, small_kind, words
    (
        "street-light",
        "路灯",
        "street light",
        "electrical:2",
        "electrician",
        "normal",
        "property",
        45,
        "problem",
    ),
    (
        "signal",
        "红绿灯",
        "traffic signal",
        "electrical:3",
        "electrician",
        "urgent",
        "property",
        60,
        "problem",
    ),
    ("sign", "路牌标线", "street sign or marking", "signs:1", None, "low", "property", 45, "problem"),
    ("pothole", "路面坑洞", "pothole", "paving:2", None, "normal", "property", 60, "problem"),
    ("sidewalk", "人行道", "sidewalk", "paving:2", None, "normal", "property", 90, "problem"),
    ("street-cleaning", "街道保洁", "street cleaning", "cleaning:1", None, "low", "neighbours", 45, "matter"),
    ("litter", "垃圾箱", "litter basket", "cleaning:1", None, "low", "neighbours", 20, "matter"),
    ("bulk", "大件垃圾", "bulky waste", "lifting:1", None, "low", "companies", 30, "matter"),
    ("recycling", "回收桶", "recycling cart", "lifting:1", None, "low", "companies", 20, "matter"),
    ("graffiti", "涂鸦清除", "graffiti", "painting:1", None, "low", "neighbours", 60, "matter"),
    ("tree", "树木", "tree", "tree_care:2", None, "normal", "property", 90, "problem"),
    ("park", "公园维护", "park upkeep", "gardening:1", None, "low", "neighbours", 60, "matter"),
    ("animal", "动物", "animal", "animal_care:2", None, "normal", "property", 45, "problem"),
    ("pest", "鼠虫害", "pests", "pest_control:2", "pest_control", "normal", "companies", 60, "problem"),
    ("housing", "住房条件", "living conditions", "inspection:2", None, "normal", "property", 60, "hardship"),
    ("heat", "供暖", "heating", "heating:2", None, "urgent", "companies", 60, "hardship"),
    (
        "building",
        "房屋查验",
        "building inspection",
        "inspection:3",
        None,
        "normal",
        "property",
        60,
        "problem",
    ),
    ("plumbing", "水管", "plumbing", "plumbing:2", None, "urgent", "companies", 60, "problem"),
    (
        "electrical",
        "房屋电路",
        "wiring in a building",
        "electrical:3",
        "electrician",
        "urgent",
        "companies",
        60,
        "problem",
    ),
    ("water", "上下水", "water and drains", "plumbing:3", None, "urgent", "property", 90, "problem"),
    ("snow", "除雪", "snow", "lifting:1", None, "urgent", "neighbours", 45, "problem"),
    ("vehicle", "弃置车辆", "abandoned vehicle", "parking:1", None, "low", "property", 30, "problem"),
    ("parking", "停车", "parking", "parking:1", None, "low", "property", 30, "problem"),
    ("food", "食品卫生", "food safety", "inspection:2", None, "normal", "property", 60, "problem"),
    ("noise", "噪声", "noise", "mediation:1", None, "normal", "neighbours", 45, "quarrel"),
    ("accessibility", "无障碍", "accessibility", "listening:1", None, "normal", "neighbours", 30, "appeal"),
    ("comment", "意见建议", "comment", "listening:1", None, "low", "once_helped", 15, "appeal"),
    ("fire", "消防事务", "fire department errand", "inspection:2", None, "normal", "property", 45, "problem"),
    ("other", "其他", "something else", "listening:1", None, "low", "once_helped", 30, "matter"),
)
_WORDS = {
    "street-light": "street light;streetlight;lamp post",
    "sign": "sign;crosswalk;marking",
    "signal": "traffic light;signal",
    "bulk": "bulky;mattress;sofa",
    "vehicle": "abandoned car;abandoned bike;vehicle",
    "other": "",
}
_FAR = frozenset({"comment", "accessibility", "other"})

_CREWS = (
    *("electrical:4;signs:1", "paving:3;signs:2", "paving:3;lifting:2", "tree_care:3;gardening:2"),
    *("inspection:4", "inspection:3;parking:2", "plumbing:4", "animal_care:3;parking:2", "parking:2;signs:3"),
)
_TRADES = (
    *("electrical:4;heating:2", "plumbing:4;heating:3", "pest_control:3", "lifting:3;cleaning:2"),
    *("heating:4", "painting:3", "gardening:3;tree_care:2"),
)
_GOODWILL = (
    *(
        "cleaning:2",
        "cleaning:1;painting:1",
        "gardening:1;cleaning:1",
        "listening:2",
        "mediation:2;listening:2",
    ),
    *(
        "lifting:2",
        "lifting:1;painting:2",
        "animal_care:2",
        "listening:1;cleaning:1",
        "lifting:2;gardening:2",
    ),
)
_LICENCE_OF = {"electrical": "electrician", "pest_control": "pest_control"}
_KINDS = (
    # kind, letter, in a hundred, skills, hours, kilometres, capacity
    (
        "volunteer",
        "V",
        60,
        _GOODWILL,
        ("mon-fri 17:00-21:00;sat-sun 08:00-20:00", "mon-sun 09:00-17:00", ""),
        (1, 3),
        1,
    ),
    ("shop", "S", 15, _TRADES, ("mon-sat 08:00-18:00",), (4, 10), 3),
    (
        "property_staff",
        "C",
        20,
        _CREWS,
        ("mon-sun 06:00-18:00", "mon-sun 12:00-24:00", "mon-fri 07:00-16:00"),
        (5, 12),
        4,
    ),
    (
        "expert",
        "E",
        3,
        ("inspection:5;mediation:3", "mediation:4;listening:4"),
        ("mon-fri 09:00-17:00",),
        (5, 15),
        2,
    ),
    ("team", "T", 2, ("cleaning:3;lifting:3;painting:2",), ("sat-sun 09:00-17:00", ""), (3, 6), 6),
)


def generate_boston(seed: int = SEED, responders: int = RESPONDERS) -> Town:
    """Make up responders over the neighbourhoods of a real city; nobody and no door is real.

    Args:
        seed: The same seed gives the same bytes on every machine.
        responders: How many people, shops, crews and teams.

    Returns:
        The text of each of its four CSV files by file name; nothing is known of households.
    """
    people = People("en_US", seed)
    return {
        "community.csv": sheet(COMMUNITY_COLUMNS, [("boston", "波士顿", "Boston", "America/New_York", "US")]),
        "places.csv": sheet(PLACE_COLUMNS, _place_rows()),
        "services.csv": sheet(SERVICE_COLUMNS, _service_rows()),
        "responders.csv": sheet(
            (*RESPONDER_COLUMNS, "latitude", "longitude"), _responder_rows(people, responders)
        ),
    }


def _place_rows() -> Iterator[tuple[object, ...]]:
    yield ("boston", "community", None, "Boston", degrees(42_330_000), degrees(-71_085_000), None, None, None)
    for code, name, north, east, _ in NEIGHBOURHOODS:
        yield (code, "grid", "boston", name, degrees(north), degrees(east), None, None, None)


def _service_rows() -> Iterator[tuple[object, ...]]:
    for code, name_zh, name_en, skill, licence, urgency, pool, minutes, small_kind in _SERVICES:
        is_near = code not in _FAR
        words = _WORDS.get(code, name_en)
        yield (
            *(
                code,
                name_zh,
                name_en,
                skill,
                licence,
                urgency,
                pool,
                minutes,
                False,
                is_near,
                licence is not None,
            ),
            *(small_kind, "own", words),
        )


def _responder_rows(people: People, many: int) -> Iterator[tuple[object, ...]]:
    chance = people.random
    shares = [share for *_, share in NEIGHBOURHOODS]
    kinds = [kind for kind in _KINDS for _ in range(kind[2])]
    for at in range(many):
        kind, letter, _, skill_sets, hours, (least, most), capacity = kinds[at % len(kinds)]
        code, name, north, east, _ = chance.choices(NEIGHBOURHOODS, shares)[0]
        skills = chance.choice(skill_sets)
        licence = _LICENCE_OF.get(skills.partition(":")[0])
        yield (
            *(f"{letter}{at + 1:04d}", kind, _called(people, kind, name), people.phone(), code, None, None),
            *(1000 * chance.randint(least, most), capacity, True, kind == "shop", chance.randrange(8) == 0),
            *(skills, licence and f"{licence}@2049-12-31", chance.choice(hours), None, "en"),
            *(degrees(north + _strays(people)), degrees(east + _strays(people) * 4 // 3)),
        )


def _called(people: People, kind: str, neighbourhood: str) -> str:
    if kind == "shop":
        return f"{people.family_name()} & Daughters"
    return f"{neighbourhood} clean-up crew" if kind == "team" else people.name()


def _strays(people: People) -> int:
    """Give millionths of a degree, around 0, seldom above 0.012°: bell-shaped, in whole numbers alone."""
    return sum(people.random.randrange(-3_500, 3_501) for _ in range(4))
