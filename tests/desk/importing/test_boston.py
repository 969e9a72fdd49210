"""One real day of Boston's service requests, on a made-up town of helpers: taken, matched, answered for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dispatch.clock import StoppedClock
from dispatch.desk.explaining import explain_request
from dispatch.desk.importing.mapping_file import load_mapping
from dispatch.desk.importing.tables_in import import_file
from dispatch.desk.loading.town_files import read_folder
from dispatch.desk.loading.town_in import load_town
from dispatch.desk.matching import run_round
from dispatch.desk.snapshot import take_snapshot
from dispatch.desk.verifying import verify
from dispatch.model.actor import Actor
from dispatch.model.rules import Rules
from dispatch.policy.rings import plan_round
from dispatch.solver.check import breaks, is_proved_best
from dispatch.store.engine import Database

BOSTON = Path(__file__).parents[3] / "fixtures" / "boston"
RECORDS = "requests/boston311_2015_jan_jun.csv.gz"
DAY = date(2015, 2, 10)
MORNING_AFTER = datetime(2015, 2, 11, 9, tzinfo=ZoneInfo("America/New_York"))


def test_a_real_day_goes_in_is_matched_and_can_be_answered_for(
    database: Database, clock: StoppedClock, actor: Actor, records: Path, tmp_path: Path
) -> None:
    """Every row of the day goes in once; the plan is proved by the referee; each request has an answer to "why?"."""
    rules = Rules()
    clock.at = MORNING_AFTER
    town = read_folder(BOSTON)
    database.write(lambda tx: load_town(tx, actor, rules, town))
    mapping = load_mapping(BOSTON / "mapping.toml")
    errors = tmp_path / "errors.csv"
    done = import_file(database, actor, rules, records / RECORDS, mapping, on_day=DAY, errors=errors)
    assert done.accepted > 400
    assert done.refused == 0
    assert import_file(database, actor, rules, records / RECORDS, mapping, on_day=DAY, errors=errors).already == done.accepted

    problem = database.read(lambda tx: take_snapshot(tx, rules)).problem
    solution = plan_round(problem)
    assert breaks(problem, solution) == ()
    assert solution.status == "optimal"
    assert is_proved_best(problem, solution)

    ran = run_round(database, actor, rules)
    assert ran.is_optimal
    assert ran.considered == len(problem.needs)
    assert {number for number, _, _, _ in ran.offered} | {number for number, _, _ in ran.left_out} <= set(done.numbers)
    number, code, _, offer = ran.offered[0]
    assert offer is not None
    said = database.read(lambda tx: explain_request(tx, actor, rules, number))
    assert said.about == "chosen"
    assert any(code in str(one) for one in said.sentences)
    clock.at += timedelta(minutes=1)
    assert database.read(lambda tx: verify(tx, actor, rules)) == []
