"""Sign a request to Aliyun: ACS3-HMAC-SHA256, as its documents describe it (V3 request body and signature)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

ALGORITHM: Final = "ACS3-HMAC-SHA256"


def query_of(parameters: Mapping[str, str]) -> str:
    """Return parameters by name, as they stand in the address and are signed; all but A-Z a-z 0-9 -_.~ is escaped."""
    return "&".join(f"{quote(name, safe='~')}={quote(parameters[name], safe='~')}" for name in sorted(parameters))


def signed(
    headers: Mapping[str, str], query: str, *, key_id: str, key_secret: str, payload: bytes = b""
) -> dict[str, str]:
    """Return the headers of a POST to ``/`` with what proves who sends it.

    Args:
        headers: In lower case; all of them are signed.
        query: As ``query_of`` gives it.
    """
    content = hashlib.sha256(payload).hexdigest()
    all_of_them = {**headers, "x-acs-content-sha256": content}
    names = ";".join(sorted(all_of_them))
    lines = "".join(f"{name}:{all_of_them[name].strip()}\n" for name in sorted(all_of_them))
    request = f"POST\n/\n{query}\n{lines}\n{names}\n{content}"
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    proof = f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"
    return {**all_of_them, "authorization": proof}
