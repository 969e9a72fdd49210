"""What is asked for wrongly, what is refused, and what is not set up right end with codes of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import LINE, Call

MISUSED: dict[str, tuple[str, ...]] = {
    "nothing said": ("take",),
    "no place": ("take", "--service", "drain"),
    "line and fields": ("take", LINE, "--service", "drain"),
    "an answer from nowhere": ("reply", "1 4821"),
    "an answer from two sides": ("reply", "--sheet", "1", "--from", "+9991380000001", "1 a"),
    "on behalf, about nothing": ("reply", "--on-behalf-of", "V0001", "--yes"),
    "pause and end": ("responder", "pause", "V0001"),
}


@pytest.mark.parametrize("arguments", [pytest.param(said, id=name) for name, said in MISUSED.items()])
def test_options_that_make_no_command_are_wrong_usage(call: Call, arguments: tuple[str, ...]) -> None:
    """Exit 2 and a hint, in both languages; as JSON the kind is usage."""
    plain, chinese, machine = call(*arguments), call("--lang", "zh", *arguments), call("--json", *arguments)

    assert (plain.code, chinese.code, machine.code) == (2, 2, 2)
    assert len(plain.errors) == len(chinese.errors) == 2
    assert machine.document["kind"] == "usage"


def test_a_folder_is_no_database(call: Call, office: Path) -> None:
    """Named as the database, it must be put right first: exit 6."""
    (office / "folder").mkdir()

    for arguments in (("today",), ("init",), ("take", LINE, "--yes")):
        ended = call("--database", "folder", *arguments)
        assert (ended.code, ended.out) == (6, ""), arguments
        assert "is a folder, not a database" in ended.errors[0] and len(ended.errors) == 2


@pytest.mark.parametrize(("rows", "code"), [("drain,8-2\n", 0), ("drain,8-2\nflying,8-2\n", 3), ("flying,8-2\n", 3)])
@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--json",)])
def test_an_import_says_by_its_code_that_rows_were_refused(
    call: Call, office: Path, rows: str, code: int, more: tuple[str, ...]
) -> None:
    """Exit 3 as soon as one row was refused, whatever was taken beside it."""
    (office / "rows.csv").write_text("service,place\n" + rows, encoding="utf-8")
    ended = call("import", "rows.csv", *more)

    assert (ended.code, ended.err) == (code, "")


def test_a_responder_is_not_given_what_cannot_be(call: Call) -> None:
    """A skill that no service asks for, an emergency line as somebody's phone: refused, with what could be meant."""
    before = call("responder", "show", "V001").out
    skill = call("responder", "edit", "V001", "--skills", "plumbing:2;plumming:1")
    phones = [call("responder", "edit", "V001", "--phone", one) for one in ("120", "110", "12345")]
    residents = call("take", "--service", "drain", "--place", "8-2", "--phone", "119")
    nothing = call("responder", "edit", "V001")

    assert skill.code == 3 and "no service here asks for plumming" in skill.errors[0]
    assert "plumbing" in skill.errors[1] and "haircut" in skill.errors[1]
    assert {one.code for one in (*phones, residents)} == {3}
    assert all("is a short code, not a person's phone" in one.errors[0] for one in (*phones, residents))
    assert nothing.code == 2 and nothing.errors[1] == "hint:  such as: dispatch responder edit V001 --capacity 2"
    assert call("responder", "show", "V001").out == before


@pytest.mark.parametrize("said", ["haircut", "上门理发", "理发", "A haircut at home"])
def test_a_service_is_named_as_people_call_it(call: Call, said: str) -> None:
    """By its code, by either name, or by a word of its own."""
    taken = call("--json", "take", "--service", said, "--place", "8-2").document

    assert taken["service"] == "haircut"


def test_nobody_has_a_skill_that_there_is_not(call: Call) -> None:
    """A mistyped skill is not answered with an empty list."""
    ended = call("responder", "list", "--skill", "plumming")

    assert (ended.code, ended.out) == (3, "")
    assert "plumbing" in ended.errors[1]
    assert call("responder", "list", "--skill", "plumbing").code == 0
