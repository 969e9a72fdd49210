"""Who may be asked at Jinsong: party members, volunteers, shops, experts, property staff and teams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from dispatch.simulator.demand.estate import Home
from dispatch.simulator.demand.people import People

HE = "V001"
"""贺师傅, the retired repairman; his given name is invented."""
QIN = "E001"
"""秦老师 of the 解忧杂货铺; her given name is invented."""
STUDENTS: Final = 12
"""Volunteers V002 to V013 are pupils: minors, asked only where the service allows it."""

_RETIRED = ("mon-sun 08:00-20:00", "mon-sun 09:00-18:00", "mon-fri 08:00-12:00", "mon-sat 14:00-20:00")
_AT_WORK = (
    "mon-fri 18:30-21:30;sat-sun 09:00-20:00",
    "sat-sun 08:00-20:00",
    "mon-fri 12:00-13:30;sat 09:00-18:00",
)
_TALENTS = {
    **{"tutoring": 12, "escort": 22, "welfare": 10, "plumbing": 6, "electrical": 5, "appliance": 8},
    **{"lifting": 10, "counselling": 2, "mediation": 8, "haircut": 5},
}
_PROPERTY = (
    ("plumbing:3;electrical:2", False),
    ("electrical:4", True),
    ("plumbing:4;lifting:2", False),
    ("electrical:3;plumbing:2", True),
)
_SHOPS = (
    ("五金店", "plumbing:3;electrical:3", "electrician", True, 4),
    ("家电维修部", "appliance:4;tv:4", None, True, 4),
    ("理发店", "haircut:4", None, True, 6),
    ("大药房", "errands:2", None, False, 5),
    ("超市", "errands:3;welfare:1", None, False, 6),
    ("小饭桌", "errands:2;tutoring:1", None, True, 5),
    ("液化气换气点", "lifting:3", "gas_delivery", True, 2),
    ("爱心企业", "welfare:2", None, False, 4),
)
_EXPERTS = (
    *(("counselling:4;listening:4", 2), ("law:5;mediation:4;welfare:3", 2), ("escort:4;first_aid:4", 3)),
    *(("tutoring:4;counselling:3", 2), ("electrical:5;appliance:4", 1), ("mediation:5", 1)),
)
_TEAMS = (
    *(("红色故事宣讲小分队", "story_telling:3"), ("烈士家书诵读小分队", "story_telling:3")),
    *(("红领巾小喇叭宣讲小分队", "story_telling:2"), ("宣讲第四小分队", "story_telling:2")),
    *(("宣讲第五小分队", "story_telling:2"), ("宣讲第六小分队", "story_telling:2")),
    *(("网格先锋队", "errands:2;lifting:3;welfare:2"), ("流动哨兵队", "patrol:3;errands:1")),
    *(("门房吹哨人", "patrol:2;errands:1"), ("文艺宣传队", "performance:4;listening:2")),
)
PUPILS_TEAM: Final = "红领巾小喇叭宣讲小分队"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One row of responders.csv at Jinsong, the cells as they are written."""

    code: str
    kind: str
    name: str
    phone: str
    home: Home
    skills: str
    licences: str = ""
    hours: str = ""
    reach: int | None = None
    capacity: int = 1
    adult: bool = True
    paid: bool = False
    was_helped: bool = False
    language: str = "zh"
    """The language of what is sent to them; 中文 but for one volunteer from abroad."""

    def row(self) -> tuple[object, ...]:
        """Give the cells in the order of the columns."""
        return (
            *(self.code, self.kind, self.name, self.phone, self.home.unit, self.home.floor, self.home.door),
            *(self.reach, self.capacity, self.adult, self.paid, self.was_helped, self.skills),
            *(self.licences, self.hours, None, self.language),
        )


def party_members(people: People, where: Sequence[Home], anchor: date) -> Iterator[Neighbour]:
    """Yield one party member for each home given, P001 upwards."""
    for at, home in enumerate(where, 1):
        yield _neighbour(people, f"P{at:03d}", "party_member", home, anchor, one_in=20)


def volunteers(people: People, where: Sequence[Home], anchor: date) -> Iterator[Neighbour]:
    """Yield one volunteer for each home given, V001 upwards: 贺师傅, then the pupils, then the others."""
    for at, home in enumerate(where, 1):
        code = f"V{at:03d}"
        if code == HE:
            yield Neighbour(
                code=code,
                kind="volunteer",
                name="贺长根",
                phone=people.phone(),
                home=home,
                skills="tv:4;appliance:4;electrical:2",
                hours="mon-sat 08:00-20:00",
                capacity=2,
            )
        elif at <= 1 + STUDENTS:
            yield Neighbour(
                code=code,
                kind="volunteer",
                name=people.name(),
                phone=people.phone(),
                home=home,
                adult=False,
                skills="tutoring:1;listening:1",
                hours="sat-sun 09:00-17:00",
                reach=500,
            )
        else:
            language = "en" if at == 2 + STUDENTS else "zh"
            lapsed = f"haircut:2@{anchor.year - 1}-06-30" if at == 3 + STUDENTS else None
            yield _neighbour(
                people,
                code,
                "volunteer",
                home,
                anchor,
                one_in=6,
                language=language,
                skills=lapsed,
            )


def others(
    people: People, where: Iterator[Home], counts: dict[str, int], anchor: date
) -> Iterator[Neighbour]:
    """Yield shops, experts, property staff and teams, so many of each; shops stand on ground floors.

    Args:
        people: Where names and phones come from.
        where: A home for each.
        counts: How many by kind; beyond the kinds of trade known here the list begins again.
        anchor: The day from which papers are dated.
    """
    later = f"@{anchor.year + 24}-12-31"
    trades = [trade for trade in _SHOPS for _ in range(trade[4])]
    for at in range(counts["shop"]):
        trade, skills, licence, paid, _ = trades[at % len(trades)]
        yield Neighbour(
            code=f"S{at + 1:03d}",
            kind="shop",
            name=f"{people.family_name()}记{trade}",
            phone=people.phone(),
            home=next(where),
            skills=skills,
            licences=licence + later if licence else "",
            hours="mon-sun 09:00-21:00",
            capacity=4,
            paid=paid,
        )
    known = [skills for skills, many in _EXPERTS for _ in range(many)]
    for at in range(counts["expert"]):
        yield Neighbour(
            code=f"E{at + 1:03d}",
            kind="expert",
            name=people.name() if at else "秦雪筠",
            phone=people.phone(),
            home=next(where),
            skills=known[at % len(known)] if at else "counselling:5;listening:5;tutoring:3",
            hours="mon-fri 09:00-12:00;mon-fri 14:00-18:00;sat 09:00-12:00",
            capacity=3,
        )
    for at in range(counts["property_staff"]):
        skills, is_licensed = _PROPERTY[at % len(_PROPERTY)]
        day = later if at != 1 else f"@{anchor.year - 1}-12-31"
        yield Neighbour(
            code=f"W{at + 1:03d}",
            kind="property_staff",
            name=people.name(),
            phone=people.phone(),
            home=next(where),
            skills=skills,
            licences="electrician" + day if is_licensed else "",
            hours="mon-sun 08:00-18:00" if at % 3 else "mon-sun 00:00-08:00;mon-sun 16:00-24:00",
            capacity=3,
        )
    for at in range(counts["team"]):
        name, skills = _TEAMS[at % len(_TEAMS)]
        yield Neighbour(
            code=f"T{at + 1:03d}",
            kind="team",
            name=name,
            phone=people.phone(),
            home=next(where),
            skills=skills,
            hours="mon-sun 09:00-20:00",
            capacity=4,
            adult=name != PUPILS_TEAM,
        )


def _neighbour(
    people: People,
    code: str,
    kind: str,
    home: Home,
    anchor: date,
    *,
    one_in: int,
    language: str = "zh",
    skills: str | None = None,
) -> Neighbour:
    """Make up a neighbour; one in so many was once helped themselves."""
    chance = people.random
    life = chance.choices((_RETIRED, _AT_WORK, ("",)), (50, 40, 10))[0]
    able = skills or _skills(people)
    licensed = "electrical" in able and chance.randrange(12) == 0
    return Neighbour(
        code=code,
        kind=kind,
        name=people.name(),
        phone=people.phone(),
        home=home,
        skills=able,
        licences=f"electrician@{anchor.year + 22}-12-31" if licensed else "",
        hours=chance.choice(life),
        reach=chance.choices((None, 300, 500, 800), (70, 10, 12, 8))[0],
        capacity=chance.choices((1, 2, 3), (76, 20, 4))[0],
        was_helped=chance.randrange(one_in) == 0,
        language=language,
    )


def _skills(people: People) -> str:
    chance = people.random
    held = {
        name: chance.randint(1, 2)
        for name, share in (("errands", 7), ("listening", 6))
        if chance.randrange(10) < share
    }
    for _ in range(chance.choices((0, 1, 2, 3), (35, 40, 18, 7))[0]):
        talent = chance.choices(tuple(_TALENTS), tuple(_TALENTS.values()))[0]
        held.setdefault(talent, chance.choices((1, 2, 3, 4), (30, 40, 22, 8))[0])
    return ";".join(f"{name}:{level}" for name, level in held.items()) or "listening:1"
