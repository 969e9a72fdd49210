"""A test message over a channel that sends only approved texts."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.conftest import Call


class Provider(ThreadingHTTPServer):
    """Says yes, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.asked: list[dict[str, list[str]]] = []


class _Answering(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        self.server.asked.append(parse_qs(urlsplit(self.path).query))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"Code": "OK", "BizId": "1"}')

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider on a free port."""
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_test_message_goes_out_as_an_approved_text(
    call: Call, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider takes no other; it is about request 0, which there is not. On a rehearsal nothing leaves."""
    (tmp_path / "sms.toml").write_text(
        f"""
[channels.sms-aliyun]
key_id = "k"
key_secret = "s"
sign_name = "劲松社区"
endpoint = "http://127.0.0.1:{provider.server_address[1]}"

[channels.sms-aliyun.templates]
not_needed = "SMS_3"
""",
        encoding="utf-8",
    )
    (tmp_path / "sms.toml").chmod(0o600)
    config = ("--config", str(tmp_path / "sms.toml"), "--lang", "zh")
    to = ("channel", "test", "sms-aliyun", "--to", "+8612300000000")
    rehearsed = call(*config, *to)
    monkeypatch.delenv("DISPATCH_AT")  # a real database knows only the time of day
    real = ("--database", str(tmp_path / "real.db"))
    call(*real, "init")

    ended = call(*config, *real, *to)

    assert rehearsed.code == 0
    assert ended.errors == []
    assert [json.loads(one["TemplateParam"][0]) for one in provider.asked] == [{"number": "0", "news": "不需要了"}]
    assert provider.asked[0]["PhoneNumbers"] == ["12300000000"]
