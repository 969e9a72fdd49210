"""What one alert costs, in alerts: 1 is one to somebody whom nobody has asked lately and whom many could replace."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dispatch.policy.reply_times import Floats

PER_ALERT_OF_THE_WEEK: Final = 0.1
"""Each alert of the last seven days makes the next one dearer by so much."""
RECENT: Final = 1.0
"""So much dearer is an alert straight after another; half of it after ``RECENT_HALF_HOURS``."""
RECENT_HALF_HOURS: Final = 6.0
FREE: Final = 0.7
"""Of those on duty so many can be asked at any time: the others have just been asked, or are on their way."""
FEN_PER_ALERT: Final = 20.0
"""So much money, in hundredths of a yuan, weighs as much as bothering somebody once."""


def nuisance(alerts_of_the_week: Floats, hours_since_alert: Floats, fen: Floats) -> Floats:
    """Return what an alert costs the person asked, and the community in money.

    Args:
        alerts_of_the_week: How often each was asked in the last seven days.
        hours_since_alert: Since each was asked last; infinite where never.
        fen: What the message costs by the channel that reaches them, in hundredths of a yuan.

    Returns:
        Alerts, at least 1.
    """
    recent = RECENT * np.exp2(-np.maximum(hours_since_alert, 0.0) / RECENT_HALF_HOURS)
    price: Floats = 1.0 + PER_ALERT_OF_THE_WEEK * alerts_of_the_week + recent + fen / FEN_PER_ALERT
    return price


def scarcity(
    able: npt.NDArray[np.bool_],
    there: npt.NDArray[np.bool_],
    reached: Floats,
    coming: Floats,
    usual_chance: float,
    worth: float,
) -> Floats:
    """Return what is lost, in alerts, once somebody is taken who might have been needed later.

    Somebody is missed where another request comes while they would be there, they would have said yes, and all
    others who could be asked for it say no. Of the others a share is taken by then as well. It stands in, in closed
    form, for the dual prices of the ex-ante programme of Manshadi and Rodilitz (Management Science 2022).

    Args:
        able: By person and skill, whether they have it.
        there: By person, whether they can be asked now.
        reached: By person, the share of all requests that are near enough for them, from 0 to 1.
        coming: By person and skill, how many requests for the skill are still to come in their time.
        usual_chance: That somebody says yes.
        worth: Of a request that is helped, in alerts, as requests come on average.

    Returns:
        By person; at least 0.
    """
    others = FREE * (there[:, None] & able).sum(axis=0) * float(reached[there].mean() if there.any() else 0.0)
    taken = np.minimum(0.45 * coming * float(reached.mean() if len(reached) else 0.0), 0.9 * others)
    left = np.maximum(others - taken, 0.3)
    decides = usual_chance * (1.0 - usual_chance) ** np.maximum(left - 1.0, 0.0)
    lost: Floats = worth * reached * (able * coming * decides).sum(axis=1)
    return lost
