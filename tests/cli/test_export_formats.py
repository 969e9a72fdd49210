"""Taking requests and responders away in a form that a plugin offers."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import LINE, Call


def test_requests_and_responders_go_out_as_json_lines(call: Call, office: Path) -> None:
    """The file is named after its form, and holds what the sheet would."""
    call("take", LINE, "--yes")
    ended = call("--json", "export", "requests", "--format", "jsonl")
    [row] = [json.loads(line) for line in (office / "requests.jsonl").read_text(encoding="utf-8").splitlines()]

    assert (ended.code, ended.document["rows"], ended.document["file"]) == (0, 1, "requests.jsonl")
    assert (row["number"], row["name"], row["received_at"]) == (1, "王阿姨", "2026-11-23T09:00:00")
    assert call("export", "responders", "--format", "jsonl", "--output", "people.jsonl").code == 0
    assert len((office / "people.jsonl").read_text(encoding="utf-8").splitlines()) > 100


def test_a_form_that_nobody_offers_is_a_usage_error(call: Call, office: Path) -> None:
    """The hint lists those that are offered; a template is for sheets."""
    unknown = call("export", "requests", "--format", "odt")
    template = call("export", "requests", "--format", "jsonl", "--template", "office.xlsx")

    assert (unknown.code, unknown.errors) == (
        2,
        ["error: there is no export format odt", "hint:  choose one of: xlsx, csv, jsonl"],
    )
    assert (template.code, template.errors[0]) == (2, "error: a template is a sheet, and jsonl is none")
    assert [one.name for one in office.glob("requests.*")] == []


def test_a_broken_exporter_ends_with_seven_and_leaves_no_file(call: Call, office: Path) -> None:
    """It is named with the way to leave it out."""
    (office / "plugins").mkdir()
    (office / "plugins" / "forms.py").write_text(
        "from dispatch.plugins import Exporter, hookimpl\n@hookimpl\ndef dispatch_exporters():\n"
        "    return {'bad': Exporter(write=lambda what, rows: None, ending='.bad')}\n",
        encoding="utf-8",
    )
    (office / "dispatch.toml").write_text('[plugins]\nfolder = "plugins"\n', encoding="utf-8")
    ended = call("export", "requests", "--format", "bad")

    assert (ended.code, ended.errors[0]) == (7, "error: plugin forms (file) broke: the export format bad gave no bytes")
    assert list(office.glob("*.bad")) == []
