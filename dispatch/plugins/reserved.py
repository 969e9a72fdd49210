"""The options that every channel's section may have: they are the desk's, and the channel never sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from dispatch.plugins.channel import Options
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.own_process import DEADLINE_SECONDS, MEMORY_MB

RESERVED: Final = (
    Field("enabled", "是否启用", "whether it is open", FieldKind.FLAG, default=True),
    Field("own_process", "单独的进程", "a process of its own", FieldKind.FLAG),
    Field(
        "memory_mb",
        "该进程最多用的内存（MB）",
        "memory of that process, in megabytes",
        FieldKind.NUMBER,
        default=MEMORY_MB,
        least=64,
    ),
    Field(
        "deadline_seconds",
        "该进程每次最多等的秒数",
        "how long that process is waited for, in seconds",
        FieldKind.NUMBER,
        default=DEADLINE_SECONDS,
        least=1,
        most=600,
    ),
    Field("per_minute", "每分钟最多发几条", "messages a minute at most", FieldKind.NUMBER, least=1),
    Field("daily_yuan", "每天最多花多少元", "yuan a day at most", FieldKind.NUMBER),
)
"""In the order in which the pages name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the desk itself has been told about a channel.

    Args:
        is_enabled: Whether it is opened at all.
        own_process: Whether it runs in a process of its own; none where nothing was said.
        memory_mb: How much memory that process may take, in megabytes.
        deadline_seconds: How long that process is waited for.
        per_minute: How many messages it is handed in a minute at most.
        daily_yuan: What it may cost in a day at most, in yuan.
    """

    is_enabled: bool = True
    own_process: bool | None = None
    memory_mb: int = MEMORY_MB
    deadline_seconds: int = DEADLINE_SECONDS
    per_minute: int | None = None
    daily_yuan: int | None = None


def taken_out(channel: str, section: Options) -> tuple[Limits, dict[str, Any]]:
    """Return what a section says to the desk, and what is left of it for the channel.

    Raises:
        Misconfigured: One of the desk's own options is not as it must be.
    """
    names = {one.name for one in RESERVED}
    said = checked(channel, {name: value for name, value in section.items() if name in names}, RESERVED)
    said["is_enabled"] = said.pop("enabled")
    return Limits(**said), {name: value for name, value in section.items() if name not in names}
