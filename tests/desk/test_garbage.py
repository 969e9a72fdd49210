"""Garbage, by the hundred thousand: nothing breaks, nothing is decided but by a code from its own phone, it stays quick.

The usual run tries a few thousand; ``DISPATCH_FUZZ=1`` tries a hundred thousand.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from dispatch.desk.answering import ReplyOutcome
from dispatch.desk.arrivals import take_in
from dispatch.desk.replies import reply_from_phone
from dispatch.errors import Refused
from dispatch.model.arrival import Incoming
from dispatch.model.rules import Rules
from dispatch.store import offers
from dispatch.store.engine import Transaction
from dispatch.store.tables import inbound
from tests.desk.conftest import Desk

COUNT = 100_000 if os.environ.get("DISPATCH_FUZZ") else 3_000
AT_ONCE = 250
"""Replies in one transaction, so that the disk is not what is tried."""

PIECES = (
    *"0123456789", *"１２３４", "1", "2", "a", "d", "接", "不接", "好", "吗", "?", "退订", "T", "恤", "td", "stop",
    "两小时后", "下午三点", "明天", "in 2 hours", "25:99", "0月0日", "99点", "【", "】", "[", "]", " ", "\n", "\t", "\u200b", "\ufeff", "😀",
    "é", "'", '"', ";--", "{0}", "%s", "<b>", "\\", "零", "百", "廿", "ﷺ", "İ", "ß", "٣", "Ⅷ", "①", "\u0301", "\u202e",
)  # fmt: skip


def garbage(seed: random.Random, codes: list[str]) -> Iterator[str]:
    """Texts without end, some of them with a code that somebody else has."""
    while True:
        kind = seed.random()
        if kind < 0.6:
            yield "".join(seed.choices(PIECES, k=seed.randrange(0, 12)))
        elif kind < 0.8:
            yield "".join(chr(seed.choice((seed.randrange(32, 0x3000), seed.randrange(0x4E00, 0x9FFF)))) for _ in range(seed.randrange(40)))
        elif kind < 0.9:
            yield f"{seed.choice(('1', '2', '接', 'ok'))} {seed.choice(codes)}"
        else:
            yield seed.choice(("1", "9", "好", "接4")) * seed.randrange(1, 2_000)


@pytest.mark.timeout(3_600)
def test_no_garbage_breaks_anything_or_decides_what_it_must_not(desk: Desk) -> None:
    """Of every message that decided something, the code or the only offer was that phone's own; all are kept."""
    street, seed = desk.street, random.Random(4)
    phones = [f"+99913855500{number:02}" for number in range(30)]
    whose: dict[str, str] = {}
    for number, phone in enumerate(phones[:20]):
        responder = street.responder(f"V{number}", phone=phone)
        for _ in range(2):
            offer_id = street.offer(street.request(), responder, minutes=60 * 24)
            one = desk.look(lambda tx, offer_id=offer_id: offers.with_id(tx.connection, offer_id))
            assert one is not None
            whose[one.code] = phone
    texts = garbage(seed, sorted(whose))
    seen: Counter[str] = Counter()

    def some(tx: Transaction) -> None:
        for _ in range(AT_ONCE):
            phone, text = seed.choice(phones), next(texts)
            reply = reply_from_phone(tx, desk.actor, desk.rules, phone, text, channel="sms", message_id=str(seed.random()))
            seen[reply.outcome.value] += 1
            if reply.outcome in (ReplyOutcome.ACCEPTED, ReplyOutcome.DECLINED):
                assert reply.responder == f"V{phones.index(phone)}"

    for _ in range(COUNT // AT_ONCE):
        street.database.write(some)

    assert sum(seen.values()) == COUNT
    assert desk.look(lambda tx: tx.connection.scalar(select(func.count()).select_from(inbound))) == COUNT
    assert seen["too-many"] > COUNT / 2
    decided = select(inbound.c.body, inbound.c.offer_id).where(inbound.c.outcome.in_(["accepted", "declined"]))
    for body, offer_id in desk.look(lambda tx: tx.connection.execute(decided).all()):
        one = desk.look(lambda tx, offer_id=offer_id: offers.with_id(tx.connection, offer_id))
        assert one is not None
        assert body in (f"yes {one.code}", f"no {one.code}", "yes", "no")


def test_no_garbage_over_a_channel_breaks_anything(desk: Desk) -> None:
    """Senders, ids and halves of characters that are none of them: each comes in once, and nothing is raised."""
    seed = random.Random(5)
    texts = garbage(seed, ["1001"])
    desk.street.offer(desk.street.request(), desk.street.responder("V1", phone="+9991385550000"))
    arrivals = [
        Incoming(
            sender="".join(seed.choices([*PIECES, "\0", "\ud800"], k=seed.randrange(0, 9))),
            text=next(texts) + seed.choice(("", "\0", "\udfff")),
            message_id=f"{number}" + seed.choice(("", "\0", "\ud800", "x" * 300)),
        )
        for number in range(300)
    ]

    first = take_in(desk.street.database, desk.actor, Rules(), "sms", arrivals)
    again = take_in(desk.street.database, desk.actor, Rules(), "sms", arrivals)

    assert (first.answers, again.answers) == (300, 0)
    assert desk.offers(1) == [("V1", "offered")]


@pytest.mark.parametrize("phone", ["", "x", "+", "1" * 400, "\0", "退订"])
def test_no_phone_is_a_fault(desk: Desk, phone: str) -> None:
    """Whatever stands where a phone should, it is refused in a sentence."""
    with pytest.raises(Refused):
        desk.do(reply_from_phone, phone, "1", channel="sms")
