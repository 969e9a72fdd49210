"""Who may do what: the whole table, and no function of the desk that forgets to ask it."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import dispatch.cli
import dispatch.desk
from dispatch.desk.authorize import MAY, authorize
from dispatch.desk.closing import finish
from dispatch.desk.editing import Correction, edit_request
from dispatch.desk.exporting.tables_out import Exported
from dispatch.desk.kept_emergencies import Understood
from dispatch.desk.link_key import Links
from dispatch.desk.matching import run_round
from dispatch.desk.pages import list_requests, show_request
from dispatch.desk.phone_list.filled_in import FilledIn
from dispatch.desk.replies import reply_from_phone, reply_from_sheet
from dispatch.desk.roster import Change, edit_responder, list_responders, pause_responder, show_responder
from dispatch.errors import NotFound, Refused
from dispatch.model.actor import Actor, Role
from dispatch.model.lifecycle import RequestState
from dispatch.model.request import Order
from dispatch.model.rules import Rules
from dispatch.settings import Settings
from dispatch.store import people
from dispatch.store.tables import event
from tests.conftest import NINE, Street

ACTIONS = sorted(set().union(*MAY.values()))
WHOLE_COMMUNITY = {"load", "dump", "verify", "audit", "export"}
"""What touches everything."""

BUILDING_BLOCKS = {
    "answering.answer_at_desk",
    "answering.answer_offer",
    "answering.decline",
    "asking.ask",
    "asking.ask_in_place",
    "delivery.settling.drop",
    "delivery.settling.fall_on",
    "delivery.settling.leave_event",
    "delivery.settling.settle",
    "keying.key_row_back",
    "moves.end_offers",
    "moves.move",
    "moves.move_many",
    "moves.reaches",
    "moves.reaches_request",
    "moves.scope",
    "protecting.let_go_of_lonely_minors",
    "silence.back_to_waiting",
    "silence.end_unanswered",
    "silence.expire_offers",
    "telling.tell_resident",
    "telling.tell_who_comes",
    "unkeying.take_answers_back",
}
"""What the desk's functions are made of: called when the question has been asked, and by nobody outside the desk."""


def _actors() -> Iterator[tuple[str, Actor, bool]]:
    """Every role, with what it may reach: a label, the actor, and whether the object is its own."""
    for own in (True, False):
        said = "own" if own else "other"
        yield f"resident-{said}", Actor(name="r", role=Role.RESIDENT, reference="7" if own else "8"), own
        yield f"responder-{said}", Actor(name="v", role=Role.RESPONDER, reference="V7" if own else "V8"), own
        yield f"grid-worker-{said}", Actor(name="g", grid="G1" if own else "G2"), own
    yield "whole-grid-worker", Actor(name="w"), True
    for role in (Role.PLANNER, Role.ADMIN, Role.OPERATOR):
        yield role.value, Actor(name=role.value, role=role), True


def _may(actor: Actor, action: str, own: bool) -> bool:
    """Say by hand what the table must answer for an object that is request 7, responder V7, in G1."""
    if actor.role is Role.GRID_WORKER and action in WHOLE_COMMUNITY:
        return actor.grid is None
    return action in MAY[actor.role] and own


@pytest.mark.parametrize(("actor", "own"), [pytest.param(a, own, id=label) for label, a, own in _actors()])
@pytest.mark.parametrize("action", ACTIONS)
def test_every_role_may_what_the_table_says_and_nothing_else(actor: Actor, own: bool, action: str) -> None:
    """Each role, each action, on one's own object and on another's."""
    within = actor.grid in (None, "G1")

    def ask() -> None:
        authorize(actor, action, number=7, responder="V7", within=within)

    if _may(actor, action, own):
        ask()
    else:
        with pytest.raises(Refused):
            ask()


@pytest.mark.parametrize("role", list(Role))
def test_what_no_role_has_is_denied(role: Role) -> None:
    """An action that nobody thought of is refused to everybody."""
    with pytest.raises(Refused, match="may not"):
        authorize(Actor(name="x", role=role, reference="7"), "burn", number=7, responder="7")


@pytest.mark.parametrize("action", sorted(MAY[Role.GRID_WORKER]))
def test_what_one_may_not_see_is_not_there(action: str) -> None:
    """Another grid's request is "not found", so that nothing is learned by asking."""
    with pytest.raises(NotFound):
        authorize(Actor(name="g", grid="G2"), action, number=7, within=False)


def _functions() -> dict[str, Callable[..., Any]]:
    """Every public function of the desk that takes an actor, by module and name."""
    found = {}
    for one in pkgutil.walk_packages(dispatch.desk.__path__, "dispatch.desk."):
        module = import_module(one.name)
        for name, function in vars(module).items():
            is_ours = inspect.isfunction(function) and function.__module__ == one.name
            if is_ours and not name.startswith("_") and "actor" in inspect.signature(function).parameters:
                found[f"{one.name.removeprefix('dispatch.desk.')}.{name}"] = function
    return found


def _given(street: Street, folder: Path) -> dict[str, Any]:
    """Something for each parameter that a function of the desk cannot do without."""
    return {
        "database": street.database,
        "rules": Rules(),
        "number": 1,
        "into": 2,
        "action": "see",
        "stars": 5,
        "other": "V2",
        "why": "why",
        "to_whom": "property",
        "owner": "owner",
        "channels": {},
        "sources": {},
        "private": False,
        "language": "en",
        "what": "requests",
        "rows": 1,
        "correction": Correction(headcount=2),
        "order": Order(service="drain", place="8-1"),
        "understood": Understood(order=Order(service="emergency", place="8"), open=()),
        "orders": [Order(service="drain", place="8-1")],
        "codes": ["V1"],
        "code": "V1",
        "done_at": NINE,
        "target": None,
        "done": Exported(
            what="requests", rows=0, headings=(), unknown=(), withheld=0, content=b"", path=None
        ),
        "path": _small_file(folder),
        "folder": folder,
        "town": None,
        "phone": "+9991380000001",
        "text": "1 a",
        "accepts": True,
        "sheet_no": 1,
        "tag": "1000",
        "change": Change(name="n"),
        "until": NINE + timedelta(days=1),
        "file": folder / "copy.db",
        "send": False,
        "out": StringIO(),
        "settings": Settings(),
        "channel": "sms",
        "arrivals": [],
        "token": "A" * 20,
        "subscription": "{}",
        "links": Links("https://help.example.cn", b"k" * 32),
        "filled_in": FilledIn(answers=(), requests={}, codes={}),
        "one": street.database.read(lambda tx: people.with_code(tx.connection, "street", "V1")),
        "address": "a@b.example",
        "where": str(street.database.path),
    }


def _small_file(folder: Path) -> Path:
    path = folder / "requests.csv"
    path.write_text("service,place\ndrain,8-1\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(set(_functions()) - BUILDING_BLOCKS - {"authorize.authorize"}))
@pytest.mark.parametrize("role", [Role.RESIDENT, Role.GRID_WORKER])
def test_a_function_of_the_desk_refuses_whoever_may_nothing(
    street: Street, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, role: Role
) -> None:
    """Whatever it does, somebody whose role includes nothing is told so, and nothing has happened."""
    street.responder("V1")
    for state in (RequestState.TRIAGED, RequestState.TRIAGED):
        street.request(state=state)
    monkeypatch.setitem(MAY, role, frozenset())
    nobody = Actor(name="nobody", role=role, reference="1", grid="G1")
    function = _functions()[name]
    needed = [
        one.name
        for one in inspect.signature(function).parameters.values()
        if one.default is inspect.Parameter.empty and one.name not in ("tx", "actor")
    ]
    given = {one: value for one, value in _given(street, tmp_path).items() if one in needed}
    assert sorted(given) == sorted(needed), "this test does not know what to give"

    with pytest.raises(Refused) as refused:
        if "tx" in inspect.signature(function).parameters:
            street.database.write(lambda tx: function(tx=tx, actor=nobody, **given))
        else:
            function(actor=nobody, **given)
    assert "may not" in str(refused.value)
    assert street.database.read(lambda tx: tx.connection.execute(event.select()).all()) == []


def test_building_blocks_are_used_inside_the_desk_only() -> None:
    """What does not ask is called by nothing that a person calls."""
    for path in sorted(Path(dispatch.cli.__path__[0]).glob("*.py")):
        imported = {
            f"{node.module}.{alias.name}".removeprefix("dispatch.desk.")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        assert not imported & BUILDING_BLOCKS, path.name


def test_a_grid_worker_sees_and_changes_only_their_grid(street: Street) -> None:
    """Requests and responders of the other grid are not there for them."""
    street.responder("V8", place="8-1")
    street.responder("V9", place="9")
    street.request(place="8-1", state=RequestState.ARRANGED)
    street.request(place="9", state=RequestState.ARRANGED)
    worker = Actor(name="小张", grid="G2")

    def read(work: Callable[..., Any], *args: Any) -> Any:
        return street.database.read(lambda tx: work(tx, worker, *args))

    def write(work: Callable[..., Any], *args: Any) -> Any:
        return street.database.write(lambda tx: work(tx, worker, Rules(), *args))

    assert [one.request.number for one in read(list_requests)] == [2]
    assert [one.code for one, _ in read(list_responders)] == ["V9"]
    for attempt in (
        lambda: read(show_request, 1),
        lambda: read(show_responder, "V8"),
        lambda: write(finish, 1),
        lambda: write(edit_request, 1, Correction(headcount=2)),
        lambda: write(edit_responder, "V8", Change(capacity=1)),
        lambda: write(edit_responder, "V9", Change(place="8-1")),
        lambda: write(pause_responder, "V8", None),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_a_round_of_one_grid_asks_for_that_grid_only(street: Street) -> None:
    """The other grid's requests wait for their own worker."""
    for code in ("V1", "V2"):
        street.responder(code, skills=())
    street.request("listen", place="8-1", state=RequestState.TRIAGED)
    street.request("listen", place="9", state=RequestState.TRIAGED)
    done = run_round(street.database, Actor(name="小张", grid="G2"), Rules())

    assert [number for number, _, _, _ in done.offered] == [2]


def test_a_responder_answers_for_themselves_only(street: Street) -> None:
    """Neither from somebody else's phone nor for a whole printed sheet."""
    mine = street.responder("V1", phone="+9991390000001")
    street.responder("V2", phone="+9991390000002")
    street.offer(street.request(), mine)
    them = Actor(name="V2", role=Role.RESPONDER, reference="V2")

    with pytest.raises(NotFound):
        street.database.write(lambda tx: reply_from_phone(tx, them, Rules(), "+9991390000001", "1"))
    with pytest.raises(Refused):
        street.database.write(lambda tx: reply_from_sheet(tx, them, Rules(), 1, "1 a"))
    reply = street.database.write(
        lambda tx: reply_from_phone(
            tx, Actor(name="V1", role=Role.RESPONDER, reference="V1"), Rules(), "+9991390000001", "1"
        )
    )
    assert reply.outcome == "accepted"
