"""Options of every channel that calls servers whose address may be anybody's."""

from __future__ import annotations

from typing import Final

from dispatch.plugins.fields import Field, FieldKind

PRIVATE_AND_PLAIN: Final = (
    Field(
        "allow_private",
        "允许的内网网段",
        "private networks that may be called",
        FieldKind.LIST,
        default=[],
        trial=["127.0.0.0/8"],
    ),
    Field("plain_http", "允许不加密", "without encryption", FieldKind.FLAG, default=False, trial=True),
)
