"""Who is meant by a code, a name or a phone, and who may ask so."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.desk.finding import find_code
from dispatch.desk.roster import Change, add_responder, edit_responder, list_responders
from dispatch.errors import Conflict, DispatchError, NotFound, Refused
from dispatch.i18n import say_error
from dispatch.model.actor import Actor, Role
from dispatch.model.responder import ResponderKind
from dispatch.store import events
from tests.conftest import Street
from tests.desk.conftest import Desk

PLANNER = Actor(name="p", role=Role.PLANNER)
WORKER = Actor(name="g", grid="G1")


@pytest.fixture(autouse=True)
def people(street: Street) -> None:
    """Three in the house 8 and one in the other grid."""
    street.responder("V017", name="谢斌", phone="+9991380001234")
    street.responder("V018", name="王桂荣", phone="+9991380005678")
    street.responder("V019", name="王桂英", phone="+9991380009678", place="8-2")
    street.responder("W1", name="王桂荣", phone="+9991390001234", place="9")


def _find(desk: Desk, text: str, actor: Actor | None = None, action: str = "see") -> str:
    return desk.look(lambda tx: find_code(tx, actor or desk.actor, action, text))


def _error(desk: Desk, text: str, actor: Actor | None = None, action: str = "see") -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        _find(desk, text, actor, action)
    return say_error(refused.value, "zh")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((text, "V017") for text in ("V017", "v017", "Ｖ０１７", " V017 ")),
        *((text, "V017") for text in ("谢斌", "谢 斌", "80001234", "+999 138 0001 234", "+9991380001234")),
        *((text, "V018") for text in ("5678", "05678")),
        *((text, "V019") for text in ("王桂英", "9678")),
        ("w1", "W1"),
    ],
)
def test_one_person_is_found_by_code_name_or_phone(desk: Desk, typed: str, code: str) -> None:
    """Capitals, width and blanks make no difference; four last digits are enough."""
    assert _find(desk, typed) == code


def test_several_are_listed_with_covered_names(desk: Desk) -> None:
    """Code, covered name and building; the code decides."""
    assert _error(desk, "王桂荣") == ("“王桂荣”可能是好几个人：V018 王**（8号楼）、W1 王**（9号楼）", "请改写代号")
    assert _error(desk, "1234")[0] == "“1234”可能是好几个人：V017 谢**（8号楼）、W1 王**（9号楼）"


@pytest.mark.parametrize("typed", ["王", "桂英", "王师傅", "谢师傅", "谢"])
def test_part_of_a_name_is_never_taken_for_the_name(desk: Desk, typed: str) -> None:
    """Not even where only one person has it: the likely ones are listed."""
    message, hint = _error(desk, typed)

    assert message.startswith(f"没有人全名是“{typed}”；名字相近的：V01") and hint == "请写代号，或写全名"


@pytest.mark.parametrize("typed", ["李四", "V999", "234", "0000", "", "  "])
def test_nobody_is_said_to_be_nobody(desk: Desk, typed: str) -> None:
    """With the ways to name somebody; three digits are too few."""
    message, hint = _error(desk, typed)

    assert message == f"没有接单人{typed}" and hint is not None and "responder list" in hint


def test_who_may_not_see_names_finds_nobody_by_name(desk: Desk) -> None:
    """A planner and a worker of another grid are answered as if there were nobody: they learn nothing by asking."""
    unknown = _error(desk, "李四", PLANNER, "explain")

    assert _find(desk, "v017", PLANNER, "explain") == "V017"
    for text in ("谢斌", "80001234", "谢"):
        said = _error(desk, text, PLANNER, "explain")
        assert said == (unknown[0].replace("李四", text), unknown[1])
    for text in ("390001234", "w1", "W9"):
        assert _error(desk, text, WORKER) == (f"没有接单人{text}", unknown[1])
    assert _find(desk, "王桂荣", WORKER) == "V018"
    assert _find(desk, "W1", WORKER, "offer") == "W1"


def test_a_responder_finds_themselves_and_nobody_else(desk: Desk) -> None:
    """Their own code in capitals or not; another's is not there."""
    own = Actor(name="v", role=Role.RESPONDER, reference="V017")

    assert _find(desk, "v017", own, "reply") == "V017"
    for text in ("V018", "王桂英", "谢斌"):
        assert _error(desk, text, own, "reply")[0] == f"没有接单人{text}"


def test_somebody_out_of_sight_is_answered_like_nobody(desk: Desk) -> None:
    """The same sentence and the same hint, whether there is somebody of that code beyond the grid or not."""

    def error(code: str) -> tuple[str, str | None]:
        with pytest.raises(NotFound) as refused:
            desk.street.database.write(lambda tx: edit_responder(tx, WORKER, desk.rules, code, Change(capacity=2)))
        return say_error(refused.value, "en")

    there, nowhere = error("W1"), error("W9")
    assert (there[0].replace("W1", "W9"), there[1]) == nowhere


def test_what_was_typed_to_find_somebody_is_in_no_event(desk: Desk) -> None:
    """Neither name nor phone, whatever is done about them."""
    desk.do(edit_responder, _find(desk, "谢斌", action="responder_edit"), Change(capacity=2))
    log = str(desk.look(lambda tx: [one.params for one in events.read(tx.connection, "street")]))

    assert log and "谢斌" not in log and "1234" not in log


def test_a_code_that_differs_in_capitals_only_is_taken(desk: Desk) -> None:
    """Otherwise v017 would be two people."""
    new = Change(kind=ResponderKind.VOLUNTEER, place="8-2", name="赵六")

    with pytest.raises(Conflict, match="a responder V017 already"):
        desk.do(add_responder, "v017", new)


def test_people_are_listed_by_part_of_a_name_or_last_digits(desk: Desk) -> None:
    """For those who may see names; others are refused."""

    def codes(actor: Actor, **said: str) -> list[str]:
        return [one.code for one, _ in desk.look(lambda tx: list_responders(tx, actor, **said))]  # type: ignore[arg-type]

    assert codes(desk.actor, name="王桂") == ["V018", "V019", "W1"]
    assert codes(desk.actor, name="王", phone="5678") == ["V018"]
    assert codes(WORKER, name="王桂荣") == ["V018"]
    assert codes(PLANNER) == ["V017", "V018", "V019", "W1"]
    with pytest.raises(Refused, match="may not do this"):
        codes(PLANNER, name="王")
    with pytest.raises(Refused, match="neither a phone nor its last 4 digits"):
        codes(desk.actor, phone="78")


@given(text=st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_any_text_finds_somebody_or_is_refused(desk: Desk, text: str) -> None:
    """Nothing that can be typed raises anything but an error of ours."""
    for actor in (desk.actor, PLANNER, replace(WORKER, grid="G2")):
        with suppress(DispatchError):
            assert _find(desk, text, actor, "explain") in ("V017", "V018", "V019", "W1")
