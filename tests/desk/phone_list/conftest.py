"""Calls on the phone list, and sheets of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from dispatch.desk.delivery.outbox_out import deliver
from dispatch.desk.phone_list.phone_sheets import print_sheet
from dispatch.desk.phone_list.sheet_rows import Sheet
from dispatch.i18n import Language
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import OfferState
from dispatch.model.message import MessageKind
from dispatch.model.request import Private
from dispatch.model.rules import Rules
from dispatch.store import outbox
from dispatch.store.engine import Database
from dispatch.store.outbox import PHONE_LIST, Outgoing

RULES = Rules()
RESIDENT = Private(name="王阿姨", phone="+9991385550001", exact_address="8号楼2单元301", notes="家里有狗")


@pytest.fixture
def call(database: Database, street: Any, actor: Actor) -> Callable[..., str]:
    """Put one call on the phone list; return its offer."""

    def work(
        code: str,
        kind: MessageKind = MessageKind.OFFER,
        state: OfferState = OfferState.OFFERED,
        *,
        minutes: int = 30,
        to: str = "responder",
        said: Mapping[str, Any] | None = None,
        **columns: Any,
    ) -> str:
        request_id = street.request(**{"person": RESIDENT, **columns})
        responder = street.responder(code, **{"name": f"人{code}", **(said or {})})
        offer_id: str = street.offer(request_id, responder, state, minutes=minutes)
        outgoing = Outgoing(request_id=request_id, offer_id=offer_id, recipient=to, kind=kind, channel=PHONE_LIST)
        database.write(lambda tx: outbox.enqueue(tx.connection, tx.now, [outgoing]))
        deliver(database, actor, RULES, {})
        return offer_id

    return work


@pytest.fixture
def printed(database: Database, actor: Actor) -> Callable[..., Sheet]:
    """Print a new sheet."""

    def work(*, by: Actor = actor, language: Language = "zh") -> Sheet:
        return database.write(lambda tx: print_sheet(tx, by, RULES, language=language))

    return work
