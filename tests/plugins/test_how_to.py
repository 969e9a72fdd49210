"""The page that tells how to add a channel, tried out."""

import re
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from dispatch.model.message import Outcome
from dispatch.plugins.manager import load, load_alone
from dispatch.testing import FICTIONAL_PHONE, Verdict, a_message, check_channel, try_channel

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "add-a-channel.md"


class Gateway(ThreadingHTTPServer):
    """A gateway on this machine that remembers keys and turns one number away."""

    def __init__(self) -> None:
        """Listen on any free port."""
        super().__init__(("127.0.0.1", 0), _Answering)
        self.keys: set[str] = set()
        self.codes: list[int] = []


class _Answering(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        code = self.server.codes.pop(0) if self.server.codes else 404 if b"+9990000000000" in body else 200
        if code == 200:
            self.server.keys.add(self.headers["Idempotency-Key"])
        self.send_response(code)
        self.send_header("X-Reference", "m-1")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Run a gateway, reached without any proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Gateway() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the page's file by the page's entry point."""
    (tmp_path / "office_gateway.py").write_text(_first("python"), encoding="utf-8")
    [(name, module)] = tomllib.loads(_first("toml"))["project"]["entry-points"]["sandan"].items()
    about = tmp_path / "sandan_office_gateway-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: sandan-office-gateway\nVersion: 1.0\n", encoding="utf-8"
    )
    (about / "entry_points.txt").write_text(f"[sandan]\n{name} = {module}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "office_gateway", raising=False)


@pytest.mark.usefixtures("installed")
def test_the_channel_on_the_page_keeps_the_promise(gateway: Gateway) -> None:
    """What an author copies from the page passes the check that the page recommends."""
    channel = load().channels()["office-gateway"]({"url": f"http://127.0.0.1:{gateway.server_port}/"})

    check_channel(
        channel,
        good_address=FICTIONAL_PHONE,
        bad_address="+9990000000000",
        effects=lambda: len(gateway.keys),
    )


@pytest.mark.usefixtures("installed")
def test_the_channel_on_the_page_passes_the_contract_kit() -> None:
    """Its provider hangs, refuses and breaks off: no promise is broken."""
    alone = load_alone("office-gateway")
    assert alone is not None
    tried = try_channel("office-gateway", alone.channels()["office-gateway"], {})

    assert [str(one.why) for one in tried if one.verdict is Verdict.BROKEN] == []
    assert sum(one.verdict is Verdict.KEPT for one in tried) >= 13


@pytest.mark.usefixtures("installed")
def test_the_channel_on_the_page_reads_the_gateways_answers(gateway: Gateway) -> None:
    """A refusal is given up, trouble over there and a gateway that is gone are tried later."""
    channel = load().channels()["office-gateway"]({"url": f"http://127.0.0.1:{gateway.server_port}/"})
    gateway.codes = [200, 422, 503]

    outcomes = [channel.send(a_message()).outcome for _ in range(3)]
    closed = load().channels()["office-gateway"]({"url": "http://127.0.0.1:1/"}).send(a_message())

    assert outcomes == [Outcome.SENT, Outcome.GIVE_UP, Outcome.TRY_LATER]
    assert closed.outcome is Outcome.TRY_LATER


def test_the_channel_on_the_page_is_short() -> None:
    """A working channel takes one file of thirty lines."""
    lines = [line for line in _first("python").splitlines() if line.strip()]

    assert len(lines) <= 30


def _first(language: str) -> str:
    page = PAGE.read_text(encoding="utf-8")
    block = re.search(rf"^```{language}\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert block is not None
    return block[1]
