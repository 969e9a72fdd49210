"""OR-Library's assignment problems: every published optimum, proved."""

from __future__ import annotations

import csv
import gzip
from importlib.util import find_spec

import numpy as np
import pytest

from dispatch.solver.paths.levels import Aim
from dispatch.solver.paths.plan import Plan

NAMES = ("assign100", "assign200", "assign300", "assign400", "assignp800", "assignp1500")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("compiled", [False, *([True] if find_spec("numba") else [])])
def test_published_optima_are_found_and_proved(records, name, compiled):
    """Dense files hold a matrix, sparse ones the allowed pairs."""
    folder = records / "assignment"
    with (folder / "optimal.csv").open(encoding="utf-8") as table:
        published = {row["instance"]: int(row["published_optimum"]) for row in csv.DictReader(table)}
    with gzip.open(folder / f"{name}.txt.gz", "rt", encoding="utf-8") as file:
        size, *numbers = (int(float(word)) for word in file.read().split())
    if name.startswith("assignp"):
        rows, columns, costs = np.array(numbers).reshape(-1, 3).T
        rows, columns = rows - 1, columns - 1
    else:
        rows, columns, costs = np.repeat(np.arange(size), size), np.tile(np.arange(size), size), np.array(numbers)
    aims = [Aim("unserved_normal", left_out=np.ones(size, dtype=np.int64)), Aim("cost", pair=costs)]
    plan = Plan(rows, columns, aims, np.ones(size, dtype=np.int64), requests=size, compiled=compiled)

    assert plan.values() == (0, published[name])
    assert plan.is_proved()
