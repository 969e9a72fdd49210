"""Any day at all: random steps at the desk, and after each of them the promises P3 to P6, P9 and P10, asked in SQL."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dispatch.clock import StoppedClock
from dispatch.desk import closing
from dispatch.desk.editing import Correction, edit_request
from dispatch.desk.intake import take_request
from dispatch.desk.matching import offer_by_hand, run_round
from dispatch.desk.replies import give_back, reply_on_behalf
from dispatch.desk.roster import Change, edit_responder
from dispatch.desk.undoing import undo
from dispatch.errors import Conflict, Refused
from dispatch.model.actor import Actor
from dispatch.model.request import Order
from dispatch.model.rules import Rules
from dispatch.store import events
from dispatch.store.engine import Database
from dispatch.store.tables import delivery
from tests.conftest import NINE, Street

MUST_BE_EMPTY = {
    "P3: nobody looks at it again": """
        SELECT number FROM request WHERE next_check_at IS NULL
        AND state IN ('received','triaged','asking','arranged','doing','needs_person')""",
    "P3: asking, and nobody is asked": """
        SELECT number FROM request r WHERE state = 'asking' AND NOT EXISTS
        (SELECT 1 FROM offer o WHERE o.request_id = r.id AND o.state = 'offered')""",
    "P3: somebody is asked, and it is not asking": """
        SELECT number FROM request r WHERE state <> 'asking' AND EXISTS
        (SELECT 1 FROM offer o WHERE o.request_id = r.id AND o.state = 'offered')""",
    "P3: arranged, and somebody is missing": """
        SELECT number FROM request r WHERE state IN ('arranged','doing') AND
        (SELECT count(*) FROM request_slot s WHERE s.request_id = r.id AND NOT s.retired) <>
        (SELECT count(*) FROM offer o WHERE o.request_id = r.id AND o.state IN ('accepted','doing'))""",
    "P3: everybody is there, and it waits": """
        SELECT number FROM request r WHERE state IN ('triaged','asking') AND NOT EXISTS
        (SELECT 1 FROM request_slot s WHERE s.request_id = r.id AND NOT s.retired AND NOT EXISTS
         (SELECT 1 FROM offer o WHERE o.request_id = r.id AND o.slot_no = s.slot_no
          AND o.state IN ('accepted','doing','done')))""",
    "P3: it needs a person, and none is named": """
        SELECT number FROM request WHERE state = 'needs_person' AND (owner IS NULL OR reason IS NULL)""",
    "over, and somebody still holds a place": """
        SELECT number FROM request r JOIN offer o ON o.request_id = r.id
        WHERE r.state IN ('done','rated','promoted','handed_over','unable','merged','cancelled')
        AND o.state IN ('offered','accepted','doing')""",
    "P4: more people than places": """
        SELECT r.number FROM request r JOIN offer o ON o.request_id = r.id AND o.state IN ('accepted','doing','done')
        GROUP BY r.id, o.slot_no HAVING count(*) > 1""",
    "P4: asked and accepted beyond the headcount": """
        SELECT number FROM request r WHERE r.state IN ('asking','arranged','doing') AND
        (SELECT count(*) FROM offer o WHERE o.request_id = r.id AND o.state IN ('offered','accepted','doing')) >
        (SELECT count(*) FROM request_slot s WHERE s.request_id = r.id AND NOT s.retired)""",
    "P5: two in one seat": """
        SELECT responder_id FROM offer WHERE state IN ('offered','accepted','doing')
        GROUP BY responder_id, seat_no HAVING count(*) > 1""",
    "P6: the same person holds it twice": """
        SELECT request_id FROM offer WHERE state IN ('offered','accepted','doing','done')
        GROUP BY request_id, responder_id HAVING count(*) > 1""",
    "P6: a decision about nobody": """
        SELECT w.request_id FROM wave w WHERE NOT EXISTS
        (SELECT 1 FROM offer o WHERE o.request_id = w.request_id AND o.wave_no = w.wave_no)""",
    "P7: asked, and no message says so": """
        SELECT id FROM offer o WHERE state = 'offered' AND NOT EXISTS
        (SELECT 1 FROM delivery d WHERE d.offer_id = o.id AND d.kind = 'offer' AND d.state <> 'dropped')""",
    "a message that nobody needs any more still waits": """
        SELECT d.id FROM delivery d JOIN offer o ON o.id = d.offer_id
        WHERE d.kind = 'offer' AND d.state = 'ready' AND o.state <> 'offered'""",
    "P10: an automatic decision asked somebody twice": """
        SELECT o.request_id FROM offer o JOIN wave w ON w.request_id = o.request_id AND w.wave_no = o.wave_no
        WHERE w.policy = 'one-at-a-time' AND EXISTS
        (SELECT 1 FROM offer e WHERE e.request_id = o.request_id AND e.responder_id = o.responder_id
         AND e.wave_no < o.wave_no)""",
}
"""What must never be, by the promise it would break."""

NUMBERS = st.integers(1, 6)
CODES = st.sampled_from(["V1", "V2", "V3", "V4"])


class AnyDay(RuleBasedStateMachine):
    """A street, four people, and a grid worker who does whatever comes to mind."""

    sqlite_file: Path
    build_street: Callable[[Database], Street]

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "desk.db"
        shutil.copy(self.sqlite_file, path)
        self.clock = StoppedClock(NINE)
        self.database = Database(path, clock=self.clock)
        self.street = type(self).build_street(self.database)
        self.actor = Actor(name="小李")
        for n in (1, 2, 3, 4):
            self.street.responder(f"V{n}", capacity=n % 2 + 1)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    def do(self, function: Callable[..., Any], *args: Any, **said: Any) -> None:
        """Do it; where it is refused, nothing may have happened (the invariants look)."""
        with suppress(Refused, Conflict):
            self.database.write(lambda tx: function(tx, self.actor, Rules(), *args, **said))

    @rule(headcount=st.integers(1, 3), key=st.sampled_from([None, "k"]))
    def take(self, headcount: int, key: str | None) -> None:
        self.do(take_request, Order(service="listen", place="8-2", headcount=headcount, key=key))

    @rule()
    def match(self) -> None:
        run_round(self.database, self.actor, Rules())

    @rule(number=NUMBERS, code=CODES, again=st.booleans())
    def ask(self, number: int, code: str, again: bool) -> None:
        self.do(offer_by_hand, number, code, again=again)

    @rule(number=NUMBERS, code=CODES, accepts=st.sampled_from([True, True, False]))
    def answer(self, number: int, code: str, accepts: bool) -> None:
        self.do(reply_on_behalf, number, code, accepts=accepts)

    @rule(minutes=st.sampled_from([1, 20, 61, 300]))
    def wait(self, minutes: int) -> None:
        self.clock.at += timedelta(minutes=minutes)

    @rule(number=NUMBERS, what=st.sampled_from(["start_work", "finish", "cancel", "promote", "triage", "reopen"]))
    def decide(self, number: int, what: str) -> None:
        self.do(getattr(closing, what), number)

    @rule(number=NUMBERS, what=st.sampled_from(["unable", "hand_over", "take_over"]))
    def explain(self, number: int, what: str) -> None:
        self.do(getattr(closing, what), number, "words")

    @rule(number=NUMBERS, other=NUMBERS)
    def merge(self, number: int, other: int) -> None:
        self.do(closing.merge, number, other)

    @rule(number=NUMBERS)
    def rate(self, number: int) -> None:
        self.do(closing.rate, number, 5)

    @rule(number=NUMBERS, headcount=st.sampled_from([None, 1, 2, 3]), place=st.sampled_from([None, None, "9"]))
    def edit(self, number: int, headcount: int | None, place: str | None) -> None:
        self.do(edit_request, number, Correction(headcount=headcount, place=place))

    @rule(code=CODES, capacity=st.integers(0, 3))
    def seats(self, code: str, capacity: int) -> None:
        self.do(edit_responder, code, Change(capacity=capacity))

    @rule(number=NUMBERS, code=CODES)
    def give_back(self, number: int, code: str) -> None:
        self.do(give_back, number, code)

    @rule()
    def undo(self) -> None:
        self.do(undo)

    @rule()
    def everything_leaves(self) -> None:
        self.database.write(
            lambda tx: tx.connection.execute(
                delivery.update().where(delivery.c.state == "ready").values(state="sent", channel="console")
            )
        )

    @invariant()
    def every_promise_holds(self) -> None:
        if not hasattr(self, "database"):
            return

        def look(tx: Any) -> dict[str, Any]:
            found = {name: tx.connection.exec_driver_sql(query).all() for name, query in MUST_BE_EMPTY.items()}
            return {name: rows for name, rows in found.items() if rows}

        assert self.database.read(look) == {}

    @rule()
    def the_chain_is_whole(self) -> None:
        read = self.database.read(lambda tx: list(events.read(tx.connection, "street")))

        assert [one.seq for one in read] == sorted(one.seq for one in read)


@pytest.mark.filterwarnings("ignore")
def test_no_promise_breaks_on_any_day(sqlite_file: Path, build_street: Callable[[Database], Street]) -> None:
    """Whatever is done in whatever order: nothing forgotten, nothing held twice, nobody asked twice by a round."""
    AnyDay.sqlite_file = sqlite_file
    AnyDay.build_street = staticmethod(build_street)

    run_state_machine_as_test(
        AnyDay,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
