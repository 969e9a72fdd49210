"""Write the made-up towns anew: `python -m dispatch.simulator.demand fixtures`."""

from __future__ import annotations

import sys
from pathlib import Path

from dispatch.simulator.demand.boston import generate_boston
from dispatch.simulator.demand.jinsong import generate_jinsong
from dispatch.simulator.demand.sheet import write_town

if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("usage: python -m dispatch.simulator.demand FOLDER")
    write_town(Path(sys.argv[1]) / "jinsong", generate_jinsong())
    write_town(Path(sys.argv[1]) / "boston", generate_boston())
