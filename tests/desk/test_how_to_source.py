"""The page that tells how to add a source of requests or a command, tried out."""

from __future__ import annotations

import json
import re
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from dispatch.desk.orders_in import collect_orders
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.plugins.json_inbox import JsonInbox
from dispatch.plugins.manager import Plugins, load
from dispatch.plugins.offered_sources import open_sources
from dispatch.store.engine import Database
from tests.conftest import Street

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "add-a-source-or-a-command.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.fixture
def dropped(tmp_path: Path) -> Plugins:
    """The page's two files, in the plugins folder."""
    folder = tmp_path / "plugins"
    folder.mkdir(mode=0o755)
    for name, code in zip(("mini_program", "seldom_asked"), _blocks("python"), strict=True):
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    return load(folder=folder)


class Server(BaseHTTPRequestHandler):
    """A mini-program's server with one order; it keeps what it is told."""

    told: list[Any] = []  # noqa: RUF012  one server in one test

    def do_GET(self) -> None:
        """Give what is new."""
        waiting = [] if self.told else [{"id": "m1", "text": "疏通下水", "where": "8号楼1单元", "phone": "+9991380000001"}]
        body = json.dumps(waiting).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Keep what became of it."""
        self.told.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """Its address."""
    Server.told.clear()
    with HTTPServer(("127.0.0.1", 0), Server) as there:
        threading.Thread(target=there.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{there.server_port}"
        there.shutdown()


def test_the_source_on_the_page_brings_requests(dropped: Plugins, server: str, database: Database, street: Street) -> None:
    """What an author copies from the page is found, asked and told, by the section on the page."""
    sections = tomllib.loads(_blocks("toml")[1])["sources"]
    sections["mini-program"]["url"] = server
    opened = open_sources(dropped.sources(), sections, broken=False, on_fault=pytest.fail)
    (done,) = collect_orders(database, Actor(name="wang"), Rules(), opened, language="en")

    assert (done.numbers, done.refusals, done.fault) == ([1], [], None)
    assert Server.told == [{"id": "m1", "number": 1, "why": ""}]
    assert opened["mini-program"].is_real


def test_the_command_on_the_page_answers(dropped: Plugins) -> None:
    """It is offered under its name, and gives a table."""

    class Office:
        def responders(self, *, private: bool = False) -> list[dict[str, Any]]:
            return [{"code": "V1", "skills": "x", "capacity": 1}, {"code": "V2", "skills": "y", "capacity": 4}]

    command = dropped.commands({})["seldom-asked"]
    assert command.run(Office(), {"capacity": 3}).rows == [("V2", "y")]  # type: ignore[arg-type]


def test_the_file_on_the_page_is_an_order(tmp_path: Path) -> None:
    """As the folder on the page takes it in."""
    section = tomllib.loads(_blocks("toml")[0])["sources"]["json-inbox"]
    folder = tmp_path / section["folder"]
    folder.mkdir()
    (folder / "A-1001.json").write_text(_blocks("json")[0], encoding="utf-8")
    (one,) = JsonInbox({"folder": str(folder)}).collect()

    assert (one.key, one.fault) == ("A-1001", "")
    assert one.fields["name"] == "王阿姨"
