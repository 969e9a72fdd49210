"""Requests that other systems bring, as a grid worker meets them: dispatch collect, dispatch run, dispatch today."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Call

ORDER = {"note": "下水道堵了", "address": "8号楼2单元301", "name": "王阿姨", "phone": "+9991380000001"}
Put = Callable[..., Path]


@pytest.fixture
def inbox(office: Path) -> Put:
    """Puts an order into the folder of a json-inbox on trial; text is put as it is."""
    (office / "dispatch.toml").write_text('[sources.json-inbox]\nfolder = "incoming"\ntrial = true\n', encoding="utf-8")
    (office / "incoming").mkdir()

    def put(name: str, said: dict[str, object] | str = ORDER) -> Path:
        file = office / "incoming" / f"{name}.json"
        file.write_text(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False), encoding="utf-8")
        os.utime(file, (0, 0))
        return file

    return put


def test_an_order_of_another_system_becomes_a_request(call: Call, office: Path, inbox: Put) -> None:
    """It is taken once, under the other system's name, and its file goes to done with the number beside it."""
    inbox("A-1")
    done = call("collect")

    assert (done.code, done.out) == (
        0,
        "json-inbox: taken 1, refused 0, already in 0\nnew requests: 1; next: dispatch round\n",
    )
    shown = call("request", "show", "1", "--json").document
    assert (shown["service"], shown["name"], shown["address"]) == ("drain", "王阿姨", "8号楼2单元301")
    assert shown["source"] == "system"
    assert [one.name for one in (office / "incoming").glob("*.json")] == []
    answer = json.loads((office / "incoming" / "done" / "A-1.answer.json").read_text(encoding="utf-8"))
    assert answer == {"key": "A-1", "number": 1, "why": None}


def test_the_same_order_again_is_no_second_request(call: Call, inbox: Put) -> None:
    """Whether under the same name, or under another with the same key."""
    inbox("A-1")
    inbox("B-1", {**ORDER, "key": "A-1"})
    call("collect")
    inbox("A-1")

    assert call("collect").out == "json-inbox: taken 0, refused 0, already in 1\n"
    assert len(call("request", "list", "--json").document) == 1


def test_what_cannot_be_read_waits_for_a_person(call: Call, office: Path, inbox: Put) -> None:
    """It comes back with its reason, exit 3; today shows what was written; put right, it is taken and waits no more."""
    inbox("A-1", {"note": "想找人聊聊天气", "phone": "+9991380000009"})
    done = call("collect")

    assert done.code == 3
    assert "order A-1: the address 想找人聊聊天气 is not clear: which building, unit and door is it?" in done.out
    answer = json.loads((office / "incoming" / "refused" / "A-1.answer.json").read_text(encoding="utf-8"))
    assert answer["number"] is None
    assert answer["why"].startswith("the address 想找人聊聊天气 is not clear")
    today = call("today").out
    assert "an order from json-inbox that could not be taken" in today
    assert "): 想找人聊聊天气" in today
    assert "+9991380000009" not in today
    inbox("A-1")
    assert call("collect").code == 0
    assert "could not be taken" not in call("today").out


def test_a_person_ticks_off_what_could_not_be_read(call: Call, inbox: Put) -> None:
    """With the digits that today shows."""
    inbox("A-1", {"note": "?"})
    call("collect")
    (waiting,) = call("today", "--json").document["unclear"]

    assert waiting["source"] == "json-inbox"
    assert call("reply", "--seen", waiting["answer"]).code == 0
    assert call("today", "--json").document["unclear"] == []


@pytest.mark.parametrize("said", [{"note": "煤气漏了"}, {"note": "煤气漏了", "nte": "x"}, '{"note": "煤气漏了"'])
def test_an_emergency_is_never_refused(call: Call, inbox: Put, said: dict[str, object] | str) -> None:
    """Nothing says where, or the file is broken: it is in a person's hands all the same, and that is said first."""
    inbox("A-1", said)
    done = call("collect")

    assert done.code == 0
    assert "request 1 has emergency words; look at it now" in done.err
    assert call("request", "show", "1", "--json").document["state"] == "needs_person"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{", "it cannot be read: the file is no JSON"),
        ("[1]", "it cannot be read: the file holds no JSON object"),
        ('{"nte": "x"}', "it cannot be read: no order has the field nte; there are: key, service"),
        ('{"note": ["x"]}', "it cannot be read: note is no text"),
        ('{"note": "' + "x" * 70_000 + '"}', "it cannot be read: the file is larger than 65536 bytes"),
    ],
)
def test_files_that_are_no_orders_are_refused_with_a_reason(call: Call, office: Path, inbox: Put, said: str, why: str) -> None:
    """The others are taken."""
    inbox("bad", said)
    inbox("good")
    done = call("collect")

    assert done.code == 3
    assert f"order bad: {why}" in done.out
    assert "taken 1, refused 1" in done.out
    assert (office / "incoming" / "refused" / "bad.json").exists()


def test_the_worker_takes_orders_in_at_each_look(call: Call, inbox: Put) -> None:
    """And asks people for them in the same look."""
    inbox("A-1")
    inbox("A-2", {"note": "?"})
    done = call("run", "--every", "1s", "--for", "1s")

    assert done.code == 0
    assert "new requests from json-inbox: 1" in done.err
    assert "orders from json-inbox that could not be taken: 1; they wait on: dispatch today" in done.err
    assert "1 waiting, " in done.err


def test_on_a_rehearsal_nobody_asks_where_real_people_ask(call: Call, office: Path, inbox: Put) -> None:
    """Their orders stay where they are, and that is said."""
    (office / "dispatch.toml").write_text('[sources.json-inbox]\nfolder = "incoming"\n', encoding="utf-8")
    file = inbox("A-1")
    done = call("collect")

    assert done.code == 0
    assert done.out == "json-inbox is not asked on a rehearsal, since real people ask there\n"
    assert file.exists()


def test_nothing_to_collect_from_is_said(call: Call) -> None:
    """With the way to set something up."""
    done = call("collect")

    assert done.code == 3
    assert done.errors == [
        "error: no source of requests is set up",
        "hint:  see which there are: dispatch plugin list; then write a section [sources.NAME] into dispatch.toml",
    ]


@pytest.mark.parametrize(
    ("section", "code", "said"),
    [
        ("[sources.nowhere]", 6, "sources: nothing offers a source called nowhere"),
        ("[sources.json-inbox]", 6, "sources.json-inbox.folder (where the files are put): is missing"),
        ('[sources.json-inbox]\nfolder="x"\nfodler="x"', 6, "sources.json-inbox.fodler: there is no such option"),
        ('[sources.json-inbox]\nfolder="gone"\ntrial=true', 7, "broke: the folder is not there"),
        ("[sources.json-inbox]\nenabled=false", 0, ""),
    ],
)
def test_a_source_that_is_not_as_it_must_be_is_named(call: Call, office: Path, section: str, code: int, said: str) -> None:
    """With the setting, or what went wrong; nothing is half done."""
    (office / "dispatch.toml").write_text(f"{section}\n", encoding="utf-8")
    done = call("collect")

    assert done.code == code
    assert said in done.err


def test_a_source_that_is_away_does_not_stop_the_worker(call: Call, office: Path) -> None:
    """It is named at each look, and the look goes on."""
    (office / "dispatch.toml").write_text('[sources.json-inbox]\nfolder="gone"\ntrial=true\n', encoding="utf-8")
    call("take", "8号楼2单元301 下水道堵了 王阿姨 +9991380000001", "-y")
    done = call("run", "--every", "1s", "--for", "1s")

    assert done.code == 0
    assert "plugin json-inbox (sandan" in done.err
    assert "1 waiting, " in done.err


def test_a_plugin_that_breaks_elsewhere_is_named_and_changes_nothing(call: Call, office: Path, inbox: Put) -> None:
    """It is none of the sources that are set up."""
    (office / "plugins").mkdir(mode=0o755)
    (office / "plugins" / "broken.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    with (office / "dispatch.toml").open("a", encoding="utf-8") as file:
        file.write('[plugins]\nfolder = "plugins"\n')
    inbox("A-1")
    done = call("collect")

    assert done.code == 0
    assert "plugin broken" in done.err
    assert "taken 1" in done.out


def test_programs_read_what_was_collected(call: Call, inbox: Put) -> None:
    """One document: numbers, refusals with their reasons, faults."""
    inbox("A-1")
    inbox("A-2", {"note": "?"})
    (one,) = call("collect", "--json").document

    assert (one["source"], one["numbers"], one["already"], one["fault"]) == ("json-inbox", [1], 0, None)
    assert [refusal["key"] for refusal in one["refusals"]] == ["A-2"]


def test_it_is_said_in_chinese(call: Call, inbox: Put) -> None:
    """As a grid worker reads it."""
    inbox("A-1")
    inbox("A-2", {"note": "?"})
    done = call("collect", "--lang", "zh")

    assert done.out.splitlines()[0] == "json-inbox：收下 1，没收 1，早已收过 0"
    assert "没收下的在 dispatch today 里等人看" in done.out
