"""How soon people answer: a log-normal curve, its median shrunk from an assumption towards what was seen."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MEDIAN_MINUTES = 4.0
"""Assumed of messages to a phone in the pocket, until answers have been seen."""
SPREAD = 1.0
"""Standard deviation of the logarithm of the minutes: one in six answers after e times the median."""
ASSUMED_ANSWERS = 20
"""So many answers seen weigh as much as the assumption."""

_STEPS = 600


@dataclass(frozen=True, slots=True)
class ReplyTimes:
    """How long whoever says yes takes to say it.

    Args:
        median_minutes: Half of them have answered by then.
        spread: Standard deviation of the natural logarithm of the minutes.
        silent_after_minutes: Whoever has not answered by then does not answer any more.
    """

    median_minutes: float = MEDIAN_MINUTES
    spread: float = SPREAD
    silent_after_minutes: float = 30.0
    _curve: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Draw the curve once: it is read thousands of times."""
        minutes = np.linspace(0.0, self.silent_after_minutes, _STEPS + 1)
        logs = np.log(np.maximum(minutes, 1e-9) / self.median_minutes) / (self.spread * math.sqrt(2))
        curve = np.array([0.5 * (1 + math.erf(one)) for one in logs])
        curve[0] = 0.0
        object.__setattr__(self, "_curve", curve)

    def share_by(self, minutes: Floats) -> Floats:
        """Return the share of those who will say yes that have said it so many minutes after being asked.

        Args:
            minutes: Of any shape; nothing has come by then where it is below 0, and nothing comes after the silence.
        """
        at = np.clip(minutes, 0.0, self.silent_after_minutes) * (_STEPS / self.silent_after_minutes)
        below = np.minimum(at.astype(np.intp), _STEPS - 1)
        lower = self._curve[below]
        shares: Floats = lower + (self._curve[below + 1] - lower) * (at - below)
        return shares

    def minutes_until(self, share: float) -> float:
        """Return after how many minutes this share (above 0, below 1) of the answers is there; at most the silence."""
        minutes = self.median_minutes * math.exp(self.spread * NormalDist().inv_cdf(share))
        return min(minutes, self.silent_after_minutes)


def learned(answers: Iterable[float], silent_after_minutes: float = 30.0) -> ReplyTimes:
    """Shrink the assumed median towards the answers seen.

    The logarithms' mean is weighed as if ``ASSUMED_ANSWERS`` answers had come at the assumed median (the posterior
    mean of a normal mean with known spread).

    Args:
        answers: Minutes between asking and answer, yes or no; those below a second count as a second.
    """
    logs = [math.log(max(one, 1 / 60)) for one in answers]
    total = ASSUMED_ANSWERS * math.log(MEDIAN_MINUTES) + sum(logs)
    median = math.exp(total / (ASSUMED_ANSWERS + len(logs)))
    return ReplyTimes(median_minutes=median, silent_after_minutes=silent_after_minutes)
