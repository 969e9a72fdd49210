"""Any day at all: random steps at the desk, and after each of them the promises P3 to P6, P9 and P10, asked in SQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from dispatch.clock import StoppedClock
from dispatch.desk import closing
from dispatch.desk.by_hand import offer_by_hand
from dispatch.desk.editing import Correction, edit_request
from dispatch.desk.intake import take_request
from dispatch.desk.matching import run_round
from dispatch.desk.replies import give_back, reply_on_behalf
from dispatch.desk.roster import Change, edit_responder
from dispatch.desk.undoing import undo
from dispatch.errors import Conflict, Refused
from dispatch.model.request import Order
from tests.desk.conftest import Desk

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
        WHERE w.policy = 'phased' AND EXISTS
        (SELECT 1 FROM offer e WHERE e.request_id = o.request_id AND e.responder_id = o.responder_id
         AND e.wave_no < o.wave_no AND e.state <> 'withdrawn' AND e.code NOT LIKE 'mistaken-%')""",
}
"""What must never be, by the promise it would break."""

DAYS, STEPS = 16, 70
CLOSINGS = ("start_work", "finish", "finish", "cancel", "promote", "triage", "reopen", "take_over", "unable", "hand_over")
WORDY = {"take_over", "unable", "hand_over"}


@dataclass
class AnyDay:
    """A grid worker who does whatever comes to mind, and what they did."""

    desk: Desk
    clock: StoppedClock
    chance: Random
    done: list[str] = field(default_factory=list)

    def step(self) -> None:
        """Do one thing; what is refused must have changed nothing, which the promises show."""
        what = self.chance.choices([name for name, _ in STEP_WEIGHTS], [weight for _, weight in STEP_WEIGHTS])[0]
        self.done.append(what)
        with suppress(Refused, Conflict):
            getattr(self, what)()

    def do(self, function: Callable[..., Any], *args: Any, **said: Any) -> None:
        self.done.append(f"{function.__name__}{args}{said or ''}")
        self.desk.do(function, *args, **said)
        self.done.append("done")

    @property
    def number(self) -> int:
        return self.chance.randint(1, 5)

    @property
    def code(self) -> str:
        return f"V{self.chance.randint(1, 5)}"

    def take(self) -> None:
        headcount = self.chance.choice([1, 1, 2, 3])
        self.do(take_request, Order(service="listen", place="8-2", headcount=headcount))

    def match(self) -> None:
        run_round(self.desk.street.database, self.desk.actor, self.desk.rules)

    def ask(self) -> None:
        self.do(offer_by_hand, self.number, self.code, again=self.chance.random() < 0.5)

    def answer(self) -> None:
        number = self.number
        asked = [code for code, state in self.desk.offers(number) if state == "offered"]
        code = self.chance.choice(asked) if asked else self.code
        self.do(reply_on_behalf, number, code, accepts=self.chance.random() < 0.7)

    def wait(self) -> None:
        self.clock.at += timedelta(minutes=self.chance.choice([1, 20, 61, 300]))

    def decide(self) -> None:
        what = self.chance.choice(CLOSINGS)
        self.do(getattr(closing, what), self.number, *(["words"] if what in WORDY else []))

    def merge(self) -> None:
        self.do(closing.merge, self.number, self.number)

    def rate(self) -> None:
        self.do(closing.rate, self.number, 5)

    def edit(self) -> None:
        headcount, place = self.chance.choice([(1, None), (2, None), (3, None), (None, "9"), (2, "8-1")])
        self.do(edit_request, self.number, Correction(headcount=headcount, place=place))

    def seats(self) -> None:
        self.do(edit_responder, self.code, Change(capacity=self.chance.randint(0, 3)))

    def hand_back(self) -> None:
        number = self.number
        held = [code for code, state in self.desk.offers(number) if state in ("accepted", "doing")]
        self.do(give_back, number, self.chance.choice(held) if held else self.code)

    def take_back(self) -> None:
        self.do(undo)

    def everything_leaves(self) -> None:
        self.desk.send_everything()


STEP_WEIGHTS = (
    ("take", 4),
    ("match", 10),
    ("ask", 6),
    ("answer", 16),
    ("wait", 6),
    ("decide", 10),
    ("merge", 1),
    ("rate", 1),
    ("edit", 8),
    ("seats", 3),
    ("hand_back", 4),
    ("take_back", 5),
    ("everything_leaves", 2),
)
"""What comes to mind, and how often."""


@pytest.mark.parametrize("seed", range(DAYS))
def test_no_promise_breaks_on_any_day(desk: Desk, clock: StoppedClock, seed: int) -> None:
    """Whatever is done in whatever order: nothing forgotten, nothing held twice, nobody asked twice by a round."""
    for n in range(1, 6):
        desk.street.responder(f"V{n}", capacity=n % 2 + 1)
    day = AnyDay(desk, clock, Random(seed))
    for _ in range(3):
        day.take()

    def broken(tx: Any) -> dict[str, Any]:
        found = {name: tx.connection.exec_driver_sql(query).all() for name, query in MUST_BE_EMPTY.items()}
        return {name: rows for name, rows in found.items() if rows}

    for _ in range(STEPS):
        day.step()

        assert desk.look(broken) == {}, " | ".join(map(str, day.done[-8:]))
