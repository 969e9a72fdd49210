"""``dispatch listen`` as a process of its own: where it listens, what it answers, how it ends."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import LINE, Call

Start = Callable[..., "subprocess.Popen[bytes]"]


def address(process: subprocess.Popen[bytes]) -> tuple[str, int]:
    """Where a process says it listens."""
    assert process.stderr is not None
    line = process.stderr.readline().decode()
    found = re.fullmatch(r"listening on http://(127\.0\.0\.1):(\d+); Ctrl-C ends it\n", line)
    assert found, line
    return found[1], int(found[2])


def get(where: tuple[str, int], path: str, method: str = "GET", body: str | None = None) -> tuple[int, str]:
    """Call once."""
    connection = http.client.HTTPConnection(*where, timeout=20)
    connection.request(method, path, body)
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer.status, said


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_answers_and_ends_quietly(start: Start, ending: signal.Signals) -> None:
    """One line on stderr, nothing of the calls, and no error when it is told to stop."""
    process = start("listen", "--port", "0")
    where = address(process)

    assert get(where, "/o/" + "A" * 20)[0] == 404
    assert get(where, "/channels/sms", "POST", "x")[0] == 404
    process.send_signal(ending)
    out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (0, b"", b"")


def test_it_stops_by_itself_after_a_while(start: Start) -> None:
    """``--for`` says how long."""
    process = start("listen", "--port", "0", "--for", "1s")
    address(process)

    process.communicate(timeout=30)
    assert process.returncode == 0


def test_somebody_takes_a_request_by_the_link_in_a_message(
    call: Call, start: Start, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the order to the yes, with the commands of a day; the secret lies beside the database."""
    (office / "dispatch.toml").write_text(
        '[listen]\npublic_url = "https://help.example.cn"\n[rules]\nchannels = ["json-folder"]\npolicy = "one-at-a-time"\n'
        '[channels.json-folder]\nfolder = "out"\ntrial = true\n',
        encoding="utf-8",
    )
    (office / "out").mkdir()
    assert call("take", LINE, "--yes").code == 0
    assert call("round").code == 0
    assert call("deliver").code == 0
    sent = [json.loads(one.read_text(encoding="utf-8")) for one in (office / "out").glob("*.json")]
    link = next(one["params"]["link"] for one in sent if one["kind"] == "offer")
    where = address(process := start("listen", "--port", "0"))

    shown = get(where, link.removeprefix("https://help.example.cn"))
    done = get(where, link.removeprefix("https://help.example.cn"), "POST", "answer=yes")
    process.terminate()
    process.communicate(timeout=30)

    assert (shown[0], done[0]) == (200, 200)
    assert [one["state"] for one in call("request", "show", "1", "--json").document["offers"]] == ["accepted"]
    assert (office / "desk.db.link-key").stat().st_mode & 0o077 == 0
    assert call("verify").code == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "help.example.cn"])
def test_it_listens_to_this_computer_only(call: Call, host: str) -> None:
    """Elsewhere only behind a server that speaks HTTPS, and it says how."""
    refused = call("listen", "--host", host)

    assert refused.code == 3
    assert "can be reached by other computers" in refused.err
    assert "behind_tls_proxy = true" in refused.err


def test_only_who_may_deliver_listens(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said at once, and not to the first who calls."""
    monkeypatch.setenv("DISPATCH_ACTORS__P__ROLE", "planner")

    assert call("--as", "p", "listen", "--for", "1s").code == 3


def test_a_port_that_is_taken_is_said(call: Call, start: Start) -> None:
    """With the way to choose another."""
    process = start("listen", "--port", "0")
    _, port = address(process)

    refused = call("listen", "--port", str(port))
    process.terminate()
    process.communicate(timeout=30)

    assert refused.code == 5
    assert "--port" in refused.err


def test_what_it_needs_is_said_where_it_is_not_installed(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, and how to install it."""
    monkeypatch.setattr("dispatch.cli.listening.find_spec", lambda _name: None)

    refused = call("listen")

    assert refused.code == 6
    assert refused.errors == [
        "error: what listens over HTTP is not installed",
        'hint:  install it: pip install "sandan[web]"',
    ]


def test_a_link_to_subscribe_is_made_for_one_person(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the settings say where phones reach us; else it says that."""
    code = call("responder", "list", "--json").document[0]["code"]
    refused = call("responder", "link", code)
    monkeypatch.setenv("DISPATCH_LISTEN__PUBLIC_URL", "https://help.example.cn")

    made = call("responder", "link", code, "--json").document["link"]

    assert refused.code == 3
    assert "public_url" in refused.err
    assert re.fullmatch(r"https://help\.example\.cn/push/[0-9A-Za-z]{20}", made)


@pytest.mark.parametrize("url", ["help.example.cn", "http://help.example.cn", "https://help.example.cn/", "https://a b"])
def test_an_address_that_cannot_be_is_refused(call: Call, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Without HTTPS everybody on the way reads the link."""
    monkeypatch.setenv("DISPATCH_LISTEN__PUBLIC_URL", url)

    refused = call("today")

    assert refused.code == 6
    assert "is not an address such as https://help.example.cn" in refused.err
