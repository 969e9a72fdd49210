"""A land line is typed as it is dialled next door, wherever a phone is typed."""

from __future__ import annotations

import shutil
from pathlib import Path

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType

from tests.cli.conftest import ROOT, Call

NUMBER = phonenumbers.example_number_for_type("CN", PhoneNumberType.FIXED_LINE)
assert NUMBER is not None
WHOLE = str(NUMBER.national_number)
AREA, HERE = WHOLE[:2], WHOLE[2:]
"""The library's example: its area code, and the number as it is dialled in its own town."""


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> str:
    """Set the area code; return the number as it is kept."""
    monkeypatch.setenv("DISPATCH_PHONES__AREA_CODE", f"0{AREA}")
    return f"+86{WHOLE}"


def test_a_line_with_a_land_line_of_this_town_is_taken(call: Call, at_home: str) -> None:
    """Nothing is asked, and the phone is kept with its area code."""
    taken = call("--json", "take", f"8号楼2单元301 下水道堵了 吴大爷 {HERE}", "--yes")

    assert taken.code == 0
    assert call("--json", "request", "show", "1").document["phone"] == at_home


def test_without_the_setting_it_is_asked_and_the_setting_is_named(call: Call) -> None:
    """Whoever is asked every time learns how not to be."""
    ended = call("take", f"8号楼2单元301 下水道堵了 吴大爷 {HERE}", "--yes")
    edited = call("responder", "edit", "V001", "--phone", HERE)

    assert (ended.code, edited.code) == (3, 3)
    assert "phones.area_code" in ended.err
    assert "area_code, below [phones]" in edited.err


def test_every_option_for_a_phone_knows_the_area_code(call: Call, at_home: str) -> None:
    """Of a request, of a responder, and of an answer that came from one."""
    call("take", "--service", "drain", "--place", "8-2", "--phone", HERE)
    call("request", "edit", "1", "--note", "x", "--phone", HERE)
    call("responder", "edit", "V001", "--phone", HERE)
    call("responder", "add", "V900", "--kind", "volunteer", "--place", "8-2", "--name", "张三丰", "--phone", HERE)
    stopped = call("--json", "reply", "--from", HERE, "退订")

    assert call("--json", "request", "show", "1").document["phone"] == at_home
    assert call("--json", "responder", "show", "V001").document["phone"] == at_home
    assert call("--json", "responder", "show", "V900").document["phone"] == at_home
    assert stopped.document["outcome"] == "opted-out"


def test_a_table_and_a_folder_know_the_area_code(call: Call, at_home: str) -> None:
    """Rows of an import and of a community's files are taken with the number as the office has it."""
    Path("requests.csv").write_text(f"service,place,phone\ndrain,8-2,{HERE}\n", encoding="utf-8")
    counts = call("--json", "import", "requests.csv").document
    shutil.copytree(ROOT / "fixtures" / "jinsong", "town")
    rows = Path("town/responders.csv")
    lines = rows.read_text("utf-8").splitlines(keepends=True)
    cells = lines[1].split(",")
    rows.write_text("".join([lines[0], ",".join([*cells[:3], HERE, *cells[4:]]), *lines[2:]]), encoding="utf-8")
    loaded = call("--json", "load", "town")

    assert counts["accepted"] == 1
    assert call("--json", "request", "show", "1").document["phone"] == at_home
    assert loaded.document["changed"] == 1
    assert call("--json", "responder", "show", cells[0]).document["phone"] == at_home


def test_an_emergency_has_its_area_code_too(call: Call, at_home: str) -> None:
    """Whoever is rung back in an emergency is rung at the whole number."""
    call("take", f"8号楼2单元301 老人晕倒了 吴大爷 {HERE}")

    assert call("--json", "request", "show", "1").document["phone"] == at_home
