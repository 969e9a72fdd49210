"""How much of what hindsight could do a way of asking does: ``python3 dev.py bench`` or ``tests/bench/asking.py``.

The days are those of ``_coupled_world.py``; every policy, the product's own and the baselines that a community may
choose by name, meets the same people, answers and times. What is printed is the share of priority-weighted requests
served in time, the alerts a request, and how much of the way from the nearest, asked one at a time, to the bound is gone.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from _coupled_world import Day, Run, bound, make_day

from dispatch.model.rules import PolicyName

DAYS = {60: 40, 300: 12}
MISJUDGED = 0.6


def main() -> None:
    """Measure both rates, print one line each."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--tiny", action="store_true", help="one small day, to see that it runs")
    said.add_argument("--short", action="store_true", help="a quarter of the days")
    said.add_argument("--seed", type=int, default=0, help="the first day's")
    said.add_argument("--thin", action="store_true", help="three holders for each of the three rarest skills")
    said.add_argument("--surge", action="store_true", help="half of the requests within one hour")
    options = said.parse_args()
    for rate, days in DAYS.items():
        count = 1 if options.tiny else max(1, days // 4) if options.short else days
        people = 60 if options.tiny else 1000
        made = [
            make_day(rate, options.seed + one, people=people, thin=options.thin, surge=options.surge)
            for one in range(count)
        ]
        report(rate, made)


def report(rate: int, days: Sequence[Day]) -> None:
    """Print how every policy does on these days."""
    best = float(np.mean([bound(day) for day in days]))
    print(f"{rate} requests a day, {len(days)} days; with hindsight {best:.3f}")
    nearest = [
        ("the nearest, a no is heard at once", _run(rate, days, PolicyName.NEAREST)),
        ("the nearest, ten minutes each", _run(rate, days, PolicyName.NEAREST, hears_declines=False)),
    ]
    for label, (scores, _) in nearest:
        print(f"  {label}: {scores[0]:.3f} weighted, {scores[1]:.3f} of all, {scores[2]:.2f} alerts, wait {scores[3]:.0f} min")
    for label, name, more in (
        ("phased", PolicyName.PHASED, {}),
        (f"phased, chances thought x{MISJUDGED}", PolicyName.PHASED, {"trust": MISJUDGED}),
        ("one at a time, the likeliest first", PolicyName.ONE_AT_A_TIME, {}),
        ("down the list, by one caller", PolicyName.IN_LIST_ORDER, {"one_caller": True}),
        ("ten at once", PolicyName.BLAST, {}),
    ):
        scores, seconds = _run(rate, days, name, **more)
        gone = [(scores[0] - base[0]) / (best - base[0]) if best > base[0] else 1.0 for _, (base, _) in nearest]
        more_alerts = [scores[2] / max(base[2], 1e-9) for _, (base, _) in nearest]
        print(
            f"  {label}: {scores[0]:.3f} weighted, {scores[1]:.3f} of all, {scores[2]:.2f} alerts, wait {scores[3]:.0f} min;"
            f" closes {gone[0]:.3f} and {gone[1]:.3f} of the gap with {more_alerts[0]:.2f} and {more_alerts[1]:.2f} times"
            f" the alerts ({seconds:.0f} s)"
        )


def _run(rate: int, days: Sequence[Day], name: PolicyName, **more: Any) -> tuple[tuple[float, ...], float]:
    began = time.process_time()
    scores = [Run(day, name, rate, **more).score() for day in days]
    mean = tuple(
        float(np.mean([getattr(one, figure) for one in scores])) for figure in ("weighted", "served", "alerts", "wait")
    )
    return mean, time.process_time() - began


if __name__ == "__main__":
    main()
