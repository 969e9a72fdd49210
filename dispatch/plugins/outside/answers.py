"""What the status of an HTTP answer means for a message."""

from __future__ import annotations

from typing import Final

from dispatch.i18n import sentence
from dispatch.model.message import Outcome, Receipt

_HEALS: Final = frozenset({408, 425, 429})


def receipt_of(status: int) -> Receipt:
    """Return how a message ended that was answered with *status*; a redirect is not followed."""
    if 200 <= status < 300:
        return Receipt(outcome=Outcome.SENT, note=f"HTTP {status}")
    if 300 <= status < 400:
        elsewhere = sentence("the other side points elsewhere, and nobody goes there")
        return Receipt(outcome=Outcome.GIVE_UP, note=elsewhere.id)
    if status in _HEALS or status >= 500:
        return Receipt(outcome=Outcome.TRY_LATER, note=f"HTTP {status}")
    return Receipt(outcome=Outcome.GIVE_UP, note=f"HTTP {status}")
