"""What the residents of a made-up town ask for in a day: typed lines, and the orders they amount to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.model.request import Order, Private, Source
from dispatch.simulator.demand.jinsong import generate_jinsong
from dispatch.simulator.demand.people import People
from dispatch.simulator.demand.sheet import Town, read_sheet

PHRASES: Final = {
    "study": ("孩子作业没人辅导", "想找人给孩子补补课", "孙子数学跟不上课"),
    "medical": ("明天想找人陪着去医院", "老人要去卫生服务站量血压", "复查没人陪，想要个陪诊的"),
    "hardship": ("想问问困难补助怎么申请", "低保年审不会填表", "家里困难，想要点米面油"),
    "drain": ("下水道堵了", "厨房下水返水", "马桶堵住了", "水龙头一直滴水", "卫生间漏水"),
    "lamp": ("楼道灯不亮", "楼道灯泡坏了", "家里老跳闸", "插座没电"),
    "appliance": ("电视收不到信号", "洗衣机不转了", "油烟机坏了", "手机不会用，想请人教教"),
    "company": ("老人一个人想找人说说话", "想找人陪我下棋", "一个人闷得慌，想聊聊天"),
    "errand": ("腿脚不方便，想请人代买菜", "帮忙取快递", "想请人买药", "中午没人做饭，想订餐"),
    "gas-bottle": ("换煤气罐", "液化气没了，换一罐", "想请人换液化气罐"),
    "counselling": ("最近老是睡不着", "孩子厌学，不知道怎么办", "心里难受，想做心理咨询"),
    "mediation": ("楼上太吵，说了也不听", "楼道堆杂物，请人评评理", "为车位吵起来了"),
    "haircut": ("老人出不了门，想理个发", "想请人上门剪头发"),
}
_SHARES = dict(zip(PHRASES, (5, 8, 4, 16, 14, 12, 8, 14, 5, 4, 5, 5), strict=True))
_HOURS = dict(zip(range(7, 22), (3, 9, 12, 11, 8, 4, 3, 6, 8, 8, 7, 7, 6, 5, 3), strict=True))
"""Share of a day's calls by the hour on the wall: assumed, most in the morning, fewer at noon."""
_CALLED = ("阿姨", "大爷", "女士", "先生", "奶奶", "师傅")
_REPEATED_OF = 16


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One call: when it came, what the grid worker typed, and what it amounts to.

    Args:
        at: Aware, UTC.
        line: Such as "8号楼2单元301 下水道堵了 王阿姨 +9991380000001".
    """

    at: datetime
    line: str
    order: Order


def made_up_requests(seed: int, day: date, many: int, town: Town | None = None) -> tuple[MadeUp, ...]:
    """Make up a day's calls at Jinsong, earliest first; one in 16 repeats an earlier one.

    Args:
        seed: The same seed, day and town give the same calls.
        day: On the community's calendar.
        many: How many calls.
        town: A town of Jinsong's make; the reference community where absent.
    """
    people = People("zh_CN", seed * 100_000 + day.toordinal())
    chance = people.random
    where = generate_jinsong() if town is None else town
    zone = ZoneInfo(read_sheet(where, "community.csv")[0]["zone"])
    doors = read_sheet(where, "households.csv")
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    moments = sorted(
        midnight + timedelta(hours=hour, minutes=chance.randrange(60), seconds=chance.randrange(60))
        for hour in chance.choices(tuple(_HOURS), tuple(_HOURS.values()), k=many)
    )
    calls: list[MadeUp] = []
    for moment in moments:
        if calls and chance.randrange(_REPEATED_OF) == 0:
            again = chance.choice(calls)
            calls.append(MadeUp(moment.astimezone(UTC), again.line, again.order))
            continue
        service = chance.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
        door = chance.choice(doors)
        phrase = chance.choice(PHRASES[service])
        name = people.family_name() + chance.choice(_CALLED)
        calls.append(_call(moment, service, door, phrase, name, people.phone()))
    return tuple(calls)


def _call(moment: datetime, service: str, door: dict[str, str], phrase: str, name: str, phone: str) -> MadeUp:
    building, _, unit = door["place"].partition("-")
    address = f"{building}号楼{unit}单元{door['door']}"
    order = Order(
        service=service,
        place=door["place"],
        person=Private(name=name, phone=phone, exact_address=address, floor=int(door["floor"]), notes=phrase),
        source=Source.LINES,
        household=door["code"],
    )
    return MadeUp(moment.astimezone(UTC), f"{address} {phrase} {name} {phone}", order)
