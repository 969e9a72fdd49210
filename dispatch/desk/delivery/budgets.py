"""How many messages a channel may still be handed: in this minute, and for a day's money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from dispatch.clock import on_the_wall
from dispatch.desk.delivery.sending import Parcel
from dispatch.i18n import sentence
from dispatch.model.message import Outcome, Receipt
from dispatch.plugins.channel import Channel
from dispatch.plugins.reserved import Limits
from dispatch.store import claims, community
from dispatch.store.engine import Transaction

NO_LIMIT: Final = 1_000_000


def limits_of(channel: Channel | None) -> Limits:
    """Return what the desk has been told about a channel: nothing of one that stands behind no guard."""
    found = getattr(channel, "limits", None)
    return found if isinstance(found, Limits) else Limits()


def allowance(tx: Transaction, name: str, channel: Channel | None) -> int:
    """Return how many messages a channel may be handed now, by ``per_minute``, whoever handed it the others."""
    most = limits_of(channel).per_minute
    if most is None:
        return NO_LIMIT
    return max(0, most - claims.count_handed(tx.connection, tx.community, name, tx.now - timedelta(minutes=1)))


def day_began(tx: Transaction) -> datetime:
    """Return when this day began on the clock of the community's wall."""
    here = on_the_wall(tx.now, community.community_of(tx.connection, tx.community).zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


class Budgets:
    """What channels may still cost today, in one transaction; looked up where there is a limit.

    Messages count with what they cost when they are handed over, before anybody knows whether they arrive: a crash
    makes them cost too much rather than too little.
    """

    def __init__(self, tx: Transaction, channels: Mapping[str, Channel]) -> None:
        """See the class."""
        self._tx = tx
        self._channels = channels
        self._left: dict[str, int | None] = {}
        self.used_up: set[str] = set()

    def charge(self, parcel: Parcel) -> Receipt | None:
        """Count a message that is to be handed over; or return what gives it up, where it costs too much."""
        name = parcel.delivery.channel
        left = self._left_of(name)
        if left is None or parcel.price_fen == 0:
            return None
        if parcel.price_fen > left:
            self.used_up.add(name)
            return Receipt(outcome=Outcome.GIVE_UP, note=sentence("this channel may cost no more today").id)
        self._left[name] = left - parcel.price_fen
        return None

    def note(self, parcels: Iterable[Parcel]) -> None:
        """Store what the messages that are handed over now cost, where that is asked for later."""
        costs = {
            one.delivery.id: one.delivery.cost_fen + one.price_fen
            for one in parcels
            if one.price_fen or limits_of(self._channels.get(one.delivery.channel)).per_minute is not None
        }
        claims.note_handed(self._tx.connection, self._tx.now, costs)

    def _left_of(self, name: str) -> int | None:
        if name not in self._left:
            yuan = limits_of(self._channels.get(name)).daily_yuan
            if yuan is None:
                self._left[name] = None
            else:
                tx = self._tx
                spent = claims.spent_fen(tx.connection, tx.community, name, day_began(tx))
                self._left[name] = max(0, yuan * 100 - spent)
        return self._left[name]
