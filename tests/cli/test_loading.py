"""A community's folder loaded again, as it is said at the desk."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.cli.conftest import ROOT, Call

MINE = "+9991380000011"


def folder_with_another_phone(office: Path) -> str:
    """Make a copy of Jinsong's folder in which P285 has another phone."""
    folder = office / "jinsong"
    shutil.copytree(ROOT / "fixtures" / "jinsong", folder)
    path = folder / "responders.csv"
    changed, count = re.subn(r"(?m)^(P285,[^,]*,[^,]*),[^,]*", r"\1,+9991380000022", path.read_text("utf-8"))
    assert count == 1
    path.write_text(changed, encoding="utf-8")
    return str(folder)


def phone(call: Call) -> str:
    """The phone of P285."""
    found = call("--json", "responder", "show", "P285").document["phone"]
    assert isinstance(found, str)
    return found


def test_the_same_folder_again_changes_nothing_and_names_what_the_desk_corrected(call: Call, office: Path) -> None:
    """A phone corrected in the morning is there after the evening's load, which says so."""
    call("responder", "edit", "P285", "--phone", MINE)
    done = call("load", str(ROOT / "fixtures" / "jinsong"))

    assert phone(call) == MINE
    assert "nothing is changed" in done.out
    assert "kept as corrected at the desk (1): P285: phone" in done.out
    assert "--file-wins" not in done.out


def test_a_changed_file_is_told_with_the_way_to_take_it(call: Call, office: Path) -> None:
    """The code, the field and the option are named; with the option the file's phone is taken."""
    call("responder", "edit", "P285", "--phone", MINE)
    folder = folder_with_another_phone(office)
    done = call("load", folder)
    kept = phone(call)
    document = call("--json", "load", folder).document
    won = call("load", folder, "--file-wins")

    assert kept == MINE
    assert "in the files these have changed as well" in done.out
    assert "P285: phone" in done.out
    assert "dispatch load FOLDER --file-wins" in done.out
    assert document["desk_kept"] == [{"code": "P285", "field": "phone", "file_changed": False}]
    assert phone(call) == "+9991380000022"
    assert "kept as corrected" not in won.out


def test_whom_the_desk_let_go_is_named_with_the_way_back(call: Call) -> None:
    """Nobody wonders why somebody in the file is never asked."""
    call("responder", "edit", "P285", "--left")
    done = call("load", str(ROOT / "fixtures" / "jinsong"))

    assert call("--json", "responder", "show", "P285").document["active"] is False
    assert "dispatch responder edit P285 --active" in done.out


def test_init_leaves_a_community_alone_that_is_in_already(call: Call, office: Path) -> None:
    """What is there already stays as it is, a changed folder or not."""
    folder = folder_with_another_phone(office)
    before = phone(call)
    done = call("init", "--from", folder)

    assert phone(call) == before
    assert f"community jinsong is in it already and stays as it is; to bring it up to date: dispatch load {folder}" in (
        done.out
    )
    assert call("--json", "init", "--from", folder).document["loaded"] is None
