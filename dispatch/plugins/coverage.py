"""A command for planners: where and for what help was asked for, and how often somebody came."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch.i18n import BothNames
from dispatch.plugins.commands import Column, Command, Office, Table
from dispatch.plugins.exporters import Row
from dispatch.plugins.fields import Field, FieldKind
from dispatch.plugins.hookspecs import hookimpl

_UP_TO_BUILDING: Final = re.compile("[^楼栋幢座]*[楼栋幢座]")
_BY: Final = {"both": ("place", "service"), "place": ("place",), "service": ("service",)}
_HEADINGS: Final = {
    "place": Column(name="place", zh="地点", en="place"),
    "service": Column(name="service", zh="服务", en="service"),
}
_COUNTS: Final = (
    Column(name="requests", zh="求助", en="requests"),
    Column(name="served", zh="有人接", en="somebody came"),
    Column(name="not_served", zh="没人接", en="nobody came"),
    Column(name="percent", zh="接单率%", en="% served"),
)


def coverage(office: Office, options: Mapping[str, Any]) -> Table:
    """Count requests by building and service, those first for which most often nobody came.

    Those of the last ``days`` are counted, up to the newest request; 0 counts all.
    """
    by = _BY[options["by"]]
    asked: Counter[tuple[str, ...]] = Counter()
    served: Counter[tuple[str, ...]] = Counter()
    for row in _of_last(office.requests(), options["days"]):
        at = tuple(_building(row) if name == "place" else str(row[name] or "") for name in by)
        asked[at] += 1
        served[at] += bool(row["accepted_at"])
    worst_first = sorted(asked, key=lambda at: (served[at] - asked[at], at))
    return Table(
        columns=(*(_HEADINGS[name] for name in by), *_COUNTS),
        rows=[
            (*at, asked[at], served[at], asked[at] - served[at], round(100 * served[at] / asked[at]))
            for at in worst_first
        ],
        empty=BothNames(zh="这段时间没有求助", en="no requests in this time"),
    )


def _of_last(rows: Sequence[Row], days: int) -> list[Row]:
    found = [row for row in rows if row["received_at"]]
    if not days or not found:
        return found
    newest = max(datetime.fromisoformat(str(row["received_at"])) for row in found)
    return [row for row in found if datetime.fromisoformat(str(row["received_at"])) > newest - timedelta(days=days)]


def _building(row: Row) -> str:
    place = str(row["place"] or "")
    found = _UP_TO_BUILDING.match(place)
    return found[0] if found else place


@hookimpl
def dispatch_commands() -> Mapping[str, Command]:
    """Offer ``dispatch coverage``."""
    return {
        "coverage": Command(
            run=coverage,
            zh="看各处各类求助多少、有没有人接。",
            en="See where and for what help was asked for, and whether somebody came.",
            options=(
                Field(
                    "days",
                    "只看最近多少天，0 看全部",
                    "only the last so many days; 0 for all",
                    FieldKind.NUMBER,
                    default=30,
                    most=36_500,
                ),
                Field(
                    "by",
                    "按什么分：地点 place、服务 service、两样都分 both",
                    "what is counted apart",
                    default="both",
                    choices=tuple(_BY),
                ),
            ),
        )
    }
