"""Whether a plan on a map is the best: everybody beside everybody in reach, in no order.

Nothing that a search found or wrote down is believed: what each is sent for is reckoned once more, and the prices
are what is to be proved.
"""

from __future__ import annotations

from dispatch.solver.paths.maps import BARRED, Map, cost_at, cost_from, cost_of, is_plain
from dispatch.solver.paths.search import ABSENT, OUT, Ints, State
from dispatch.solver.paths.sieves import bound, meet, meet_back


def is_content(town: Map, state: State, i: int) -> bool:
    """Say whether a request may be where it is, pays what that costs and would go nowhere rather.

    Where that is so for all the plan is the best. Looks at everybody in reach whose way alone does not rule
    them out, in no order and without what the searches wrote down.
    """
    home = state.sent[i]
    if home == ABSENT:
        return True
    worth = state.out[i] if home == OUT else state.paid[i] + state.price[home]
    if worth > state.out[i] or not _is_true(town, state, i):
        return False
    plain = is_plain(town, i)
    for n in range(town.odd[i], town.odd[i + 1]):
        j = town.odd_head[n]
        cost = cost_of(town, i, j)
        if cost != BARRED and cost + state.price[j] < worth:
            return False
    far = town.far[i]
    if worth < far:
        far = max(0.0, float(worth))
    for nth in range(meet(town, i, far, bound(town, worth))):
        entry = town.met[nth]
        j = town.who[entry]
        if state.price[j] >= worth:
            continue
        cost = cost_at(town, i, j, town.skill[i], town.who_level[entry]) if plain else cost_of(town, i, j)
        if cost != BARRED and cost + state.price[j] < worth:
            return False
    return True


def _is_true(town: Map, state: State, i: int) -> bool:
    """Say whether a request pays what it costs to send it where it is sent."""
    return state.sent[i] < 0 or cost_of(town, i, state.sent[i]) == state.paid[i] < BARRED


def is_proved(town: Map, state: State) -> bool:
    """Say whether no request would rather go elsewhere and every price lies between its seats."""
    for i in range(len(town.x)):
        if not is_content(town, state, i):
            return False
    return prices_hold(state)


def is_proved_back(town: Map, state: State, worth: Ints) -> bool:
    """Say what ``is_proved`` does, from the responders' side: the quicker one where they are few.

    Args:
        town: With ``asks_least`` as ``sieves.worths`` makes it, and without pairs that are liked better (``floor``).
        worth: (R,) what each request is worth; -1 where it is not there.
    """
    for i in range(len(worth)):
        if worth[i] > state.out[i] or not _is_true(town, state, i):
            return False
    for j in range(len(town.reach)):
        if not _is_dear(town, state, worth, j):
            return False
    return prices_hold(state)


def _is_dear(town: Map, state: State, worth: Ints, j: int) -> bool:
    """Say whether no request would rather go to a responder; as ``is_content``, without what was written down."""
    price = state.price[j]
    for nth in range(meet_back(town, j, price)):
        entry = town.met[nth]
        cost = cost_from(town, entry, j)
        if cost != BARRED and cost + price < worth[town.whose[entry]]:
            return False
    return True


def prices_hold(state: State) -> bool:
    """Say whether nobody has more than they may, and each price lies between the last seat taken and the first free."""
    for j in range(len(state.price)):
        used = state.used[j]
        if used > state.capacity[j]:
            return False
        if used > 0 and state.base[j] + state.step[j] * (used - 1) > state.price[j]:
            return False
        if used < state.capacity[j] and state.base[j] + state.step[j] * used < state.price[j]:
            return False
    return True
