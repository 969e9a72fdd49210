"""The log of deliveries: the real user of the hook that hears of each attempt to send."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dispatch.model.message import Outcome, Receipt
from dispatch.plugins.manager import load
from dispatch.testing import a_message


def test_each_attempt_is_a_line_without_anything_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which message, for which request, how it ended; neither address, text, code nor details."""
    file = tmp_path / "deliveries.jsonl"
    monkeypatch.setenv("DISPATCH_DELIVERY_LOG", str(file))
    message, plugins = a_message(), load(installed=False)
    plugins.delivered(message, Receipt(outcome=Outcome.TRY_LATER, note="HTTP 503"))
    plugins.delivered(message, Receipt(outcome=Outcome.SENT, reference="m-1"))
    text = file.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]

    assert [(one["outcome"], one["note"], one["reference"]) for one in lines] == [
        ("try_later", "HTTP 503", ""),
        ("sent", "", "m-1"),
    ]
    assert {(one["key"], one["kind"], one["request"]) for one in lines} == {(message.key, "offer", 12)}
    assert not any(private in text for private in (message.to, message.text, message.code, "8号楼"))


def test_nothing_is_written_where_nobody_asked_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is built in, and silent."""
    monkeypatch.delenv("DISPATCH_DELIVERY_LOG", raising=False)
    monkeypatch.chdir(tmp_path)
    load(installed=False).delivered(a_message(), Receipt(outcome=Outcome.SENT))

    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk, or a folder in its place, is told in the log of the program, and the delivery goes on."""
    monkeypatch.setenv("DISPATCH_DELIVERY_LOG", str(tmp_path))
    load(installed=False).delivered(a_message(), Receipt(outcome=Outcome.SENT))

    assert "listener delivery-log stopped: IsADirectoryError" in caplog.text
