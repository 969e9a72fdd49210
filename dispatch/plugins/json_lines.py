"""An export format for programs: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from dispatch.plugins.exporters import Exporter, Row
from dispatch.plugins.hookspecs import hookimpl


def write_json_lines(what: str, rows: Sequence[Row]) -> bytes:
    """Write a line for each row: its fields in their order, those that are empty too, in UTF-8."""
    return "".join(f"{json.dumps(dict(row), ensure_ascii=False)}\n" for row in rows).encode("utf-8", "replace")


@hookimpl
def dispatch_exporters() -> Mapping[str, Exporter]:
    """Offer JSON lines."""
    return {"jsonl": Exporter(write=write_json_lines, ending=".jsonl")}
