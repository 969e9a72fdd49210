"""What is said after rows came in, and how a copy is named that was given no name."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import LINE, Call


def test_an_import_says_which_numbers_it_gave(call: Call, office: Path) -> None:
    """Numbers that follow one another as a run, and what is next; a second time nothing is new."""
    (office / "three.csv").write_text("service,place,name\ndrain,8-2,王\nerrand,8-2,李\nerrand,4-2,赵\n", encoding="utf-8")
    call("take", LINE, "--yes")
    said = call("--lang", "zh", "import", "three.csv").out
    again = call("--lang", "zh", "import", "three.csv").out

    assert "新收的是2-4号单；接下来派单：dispatch round" in said
    assert "新收的" not in again


def test_a_copy_without_a_name_is_dated_and_beside_the_database(call: Call, office: Path) -> None:
    """Day and hour of the wall are its name, so that a copy of every day needs no thought."""
    done = call("--json", "database", "backup")

    assert done.code == 0
    assert Path(done.document["file"]).resolve() == (office / "desk-2026-11-23-0900.db").resolve()
    assert (office / "desk-2026-11-23-0900.db").exists()
