"""Sign a request to Tencent Cloud: TC3-HMAC-SHA256, as its documents describe it (signature method v3)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

ALGORITHM: Final = "TC3-HMAC-SHA256"
CONTENT_TYPE: Final = "application/json"


def authorization(
    payload: bytes, at: datetime, *, host: str, service: str, key_id: str, key_secret: str
) -> str:
    """Return the header that proves who sends a JSON body by POST to ``/``.

    Args:
        at: The moment that ``X-TC-Timestamp`` says; within five minutes of theirs.
        host: As in the ``Host`` header, with its port where it has one there.
        service: Such as "sms".
    """
    headers = f"content-type:{CONTENT_TYPE}\nhost:{host}\n"
    names = "content-type;host"
    request = f"POST\n/\n\n{headers}\n{names}\n{hashlib.sha256(payload).hexdigest()}"
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{int(at.timestamp())}\n{scope}\n{digest}"
    key = f"TC3{key_secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
