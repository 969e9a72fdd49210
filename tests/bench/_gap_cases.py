"""Generalized assignment to measure with: the library's instances, and more drawn by the literature's recipe."""

from __future__ import annotations

import os
import zipfile
from math import log
from pathlib import Path
from random import Random

import numpy as np

from dispatch.solver.case import Case
from dispatch.solver.paths.levels import Aim


def drawn(kind: str, agents: int, jobs: int, seed: int) -> Case:
    """Draw an instance as those of gap1 to gap12, or of type c, d or e.

    The recipes are those of Cattrysse, Salomon and Van Wassenhove (1994), Chu and Beasley (1997) and Yagiura, Ibaraki
    and Glover (2004).

    Costs and resources are negatively correlated in d and e, which makes these hard. All jobs must be done,
    which is the first level; the cost is the second.

    Args:
        kind: "gap": resources U[5, 25], profits U[15, 25], which change sign. "c": resources U[5, 25], costs U[10, 50]. "d": resources U[1, 100], costs 111 - resource + U[-10, 10].
            "e": resources 1 - 10 ln U(0, 1], costs 1000 / resource - 10 U[0, 1]. Capacities are 0.8 of an agent's
            resources divided by the agents; in e at least the largest resource.
    """
    random = Random(f"{kind}-{agents}-{jobs}-{seed}")

    def table(one):
        return np.array([[one() for _ in range(jobs)] for _ in range(agents)], dtype=np.int64)

    if kind == "gap":
        resource, cost = table(lambda: random.randint(5, 25)), -table(lambda: random.randint(15, 25))
    elif kind == "c":
        resource, cost = table(lambda: random.randint(5, 25)), table(lambda: random.randint(10, 50))
    elif kind == "d":
        resource = table(lambda: random.randint(1, 100))
        cost = 111 - resource + table(lambda: random.randint(-10, 10))
    elif kind == "e":
        resource = table(lambda: int(1 - 10 * log(1 - random.random())))
        cost = np.array([[int(1000 / one - 10 * random.random()) for one in row] for row in resource.tolist()])
    else:
        raise ValueError(f"types gap, c, d and e are drawn, not {kind!r}")
    capacity = 8 * resource.sum(axis=1) // (10 * agents)
    if kind == "e":
        capacity = np.maximum(capacity, resource.max(axis=1))
    return as_case(cost, resource, capacity)


def as_case(cost, resource, capacity) -> Case:
    """Return tables of agents and jobs as a case: first nobody is left out, then the cost."""
    agents, jobs = cost.shape
    return Case(
        rows=np.tile(np.arange(jobs), agents),
        columns=np.repeat(np.arange(agents), jobs),
        aims=[
            Aim("unserved", left_out=np.ones(jobs, dtype=np.int64)),
            Aim("cost", pair=cost.reshape(-1).astype(np.int64)),
        ],
        headcount=np.ones(jobs, dtype=np.int64),
        capacity=np.asarray(capacity, dtype=np.int64),
        units=resource.reshape(-1).astype(np.int64),
    )


def folder() -> Path | None:
    """Return where the library's instances lie, if ``DISPATCH_DATA`` says so."""
    at = os.environ.get("DISPATCH_DATA")
    return Path(at) / "gap" if at and (Path(at) / "gap").is_dir() else None


def in_library(name: str) -> Case:
    """Read an instance; those of gap1 to gap12 ("c0515_1" …) are maximised there, so their costs change sign."""
    with zipfile.ZipFile(folder() / f"{name}.zip") as inside:
        (member,) = inside.namelist()
        numbers = np.array(inside.read(member).split(), dtype=np.int64)
    agents, jobs = numbers[:2].tolist()
    cost, resource = numbers[2:-agents].reshape(2, agents, jobs)
    return as_case(-cost if _is_most(name) else cost, resource, numbers[-agents:])


def _is_most(name: str) -> bool:
    """Return whether an instance is maximised: those of gap1 to gap12 are."""
    return "_" in name


def published() -> dict[str, int]:
    """Return the optimum of each instance, as something to make small."""
    return {name: high for name, (low, high) in _bounds().items() if low == high}


def best_known() -> dict[str, int]:
    """Return the best value published of each instance that is there, proved or not."""
    return {name: high for name, (_, high) in _bounds().items()}


def _bounds() -> dict[str, tuple[int, int]]:
    found = {}
    for line in (folder() / "bounds.txt").read_text(encoding="ascii").splitlines():
        word, *numbers = line.split()
        name, _, sense = word.rpartition("_")
        low, high = sorted(-int(one) if _is_most(name) else int(one) for one in numbers)
        if sense == ("Max" if _is_most(name) else "Min") and (folder() / f"{name}.zip").is_file():
            found[name] = low, high
    return found
