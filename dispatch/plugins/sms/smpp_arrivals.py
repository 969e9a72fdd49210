"""What an SMS gateway delivers: receipts of our messages and replies to them, kept until they are stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Protocol

from dispatch.clock import WallClock, stopwatch
from dispatch.model.arrival import Arrival, Arrived, Incoming, Report
from dispatch.plugins.sms.remembered import Remembered
from dispatch.plugins.sms.smpp_text import Piece, text_of, without_header

SECONDS_FOR_THE_REST: Final = 5.0
"""A part that came alone is answered after so long: a gateway may send the next one only then."""

SECONDS_TO_GIVE_UP: Final = 600.0
"""After so long what came of a long text is read without the rest."""

MISSING: Final = "…"
_IS_RECEIPT: Final = 0x24
_RECEIPT: Final = re.compile(r"(?is)\bid:\s*(\S+).*?\bstat:\s*([A-Z]+)")
_STATES: Final = {"DELIVRD": Arrived.ARRIVED} | dict.fromkeys(
    ("EXPIRED", "DELETED", "UNDELIV", "REJECTD"), Arrived.FAILED
)
_STATE_NUMBERS: Final = dict(
    enumerate(("ENROUTE", "DELIVRD", "EXPIRED", "DELETED", "UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD"), start=1)
)


class Responds(Protocol):
    """The connection by which something came."""

    def respond(self, sequence: int) -> bool:
        """Say that it is stored."""


@dataclass
class _Kept:
    arrival: Arrival
    owed: list[tuple[Responds, int]]


@dataclass
class _Pieces:
    since: float
    of: int
    data_coding: int
    sender: str
    texts: dict[int, bytes] = field(default_factory=dict)
    owed: list[tuple[Responds, int]] = field(default_factory=list)


@dataclass
class _Message:
    """A message of ours in several parts: which of them have arrived."""

    reference: str
    missing: set[str]
    lock: Lock = field(default_factory=Lock)


class SmppArrivals:
    """Keeps what came in, answers the gateway for it once it is acknowledged."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kept: dict[str, _Kept] = {}
        self._pieces: dict[tuple[str, str, int], _Pieces] = {}
        self._messages: Remembered[_Message] = Remembered()
        self._lock = Lock()

    def expect(self, ids: Sequence[str]) -> None:
        """Take note of the ids of the parts of one message; reports about any of them carry the first."""
        message = _Message(ids[0], set(ids))
        for one in ids:
            self._messages.put(_plain(one), message)

    def take(self, session: Responds, pdu: Any) -> None:
        """Keep what a gateway delivers; what is no message is answered at once."""
        content = getattr(pdu, "message_payload", None) or pdu.short_message or b""
        esm_class, data_coding = pdu.esm_class or 0, pdu.data_coding or 0
        content, piece = without_header(content, esm_class)
        if piece is None and getattr(pdu, "sar_total_segments", None):
            piece = Piece(pdu.sar_msg_ref_num or 0, pdu.sar_segment_seqnum or 1, pdu.sar_total_segments)
        receipted = getattr(pdu, "receipted_message_id", None)
        if receipted or esm_class & 0x3C & _IS_RECEIPT:
            report = self._report(receipted or b"", pdu.message_state, text_of(content, data_coding))
            if report is None:
                session.respond(pdu.sequence)
            else:
                self._keep(report, repr(report), [(session, pdu.sequence)])
            return
        sender = _phone(pdu)
        if piece is None or piece.of < 2:
            self._reply(sender, text_of(content, data_coding), [(session, pdu.sequence)])
            return
        with self._lock:
            group = sender, _words(pdu.destination_addr), piece.group
            pieces = self._pieces.setdefault(group, _Pieces(stopwatch(), piece.of, data_coding, sender))
            pieces.texts[piece.number] = content
            pieces.owed.append((session, pdu.sequence))
            is_whole = len(pieces.texts) >= pieces.of
            if is_whole:
                del self._pieces[group]
        if is_whole:
            self._put_together(pieces)

    def waiting(self) -> list[Arrival]:
        """Return what was not acknowledged yet."""
        now, late, owed = stopwatch(), [], []
        with self._lock:
            for group, pieces in list(self._pieces.items()):
                if now - pieces.since >= SECONDS_TO_GIVE_UP:
                    late.append(self._pieces.pop(group))
                elif now - pieces.since >= SECONDS_FOR_THE_REST:
                    owed += pieces.owed
                    pieces.owed = []
        _respond(owed)
        for pieces in late:
            self._put_together(pieces)
        with self._lock:
            return [kept.arrival for kept in self._kept.values()]

    def acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        """Answer the gateway for what is stored now; it forgets it then."""
        owed: list[tuple[Responds, int]] = []
        with self._lock:
            for name, kept in list(self._kept.items()):
                if kept.arrival in arrivals:
                    owed += kept.owed
                    del self._kept[name]
        _respond(owed)

    def _put_together(self, pieces: _Pieces) -> None:
        texts = [pieces.texts.get(n) for n in range(1, pieces.of + 1)]
        # Joined before they are read: a character may be cut in two.
        runs, run = [], b""
        for one in texts:
            if one is None:
                runs += [text_of(run, pieces.data_coding), MISSING] if run else [MISSING]
                run = b""
            else:
                run += one
        said = "".join([*runs, text_of(run, pieces.data_coding)])
        self._reply(pieces.sender, re.sub(f"{MISSING}+", MISSING, said), pieces.owed)

    def _reply(self, sender: str, text: str, owed: list[tuple[Responds, int]]) -> None:
        """Keep a reply; the same words from one phone while the first wait, or within a minute, are a copy."""
        words = f"{sender} {text}"
        minute = WallClock().moment().strftime("%Y%m%d%H%M")
        name = hashlib.sha256(f"{words} {minute}".encode("utf-8", "replace")).hexdigest()[:32]
        self._keep(Incoming(sender=sender, text=text, message_id=name), words, owed)

    def _keep(self, arrival: Arrival, name: str, owed: list[tuple[Responds, int]]) -> None:
        with self._lock:
            self._kept.setdefault(name, _Kept(arrival, [])).owed.extend(owed)

    def _report(self, receipted: bytes, state: int | None, text: str) -> Report | None:
        match = _RECEIPT.search(text)
        reference = receipted.decode("latin-1").strip() or (match[1] if match else "")
        if not reference:
            return None
        word = _STATE_NUMBERS.get(state or 0) or (match[2].upper() if match else "")
        outcome = _STATES.get(word, Arrived.UNDER_WAY)
        message = next(filter(None, map(self._messages.get, _ways_to_write(reference))), None)
        if message is None:
            return Report(outcome=outcome, reference=reference, note=word)
        with message.lock:
            if outcome is Arrived.ARRIVED:
                message.missing -= {one for one in message.missing if _plain(one) in _ways_to_write(reference)}
                outcome = Arrived.UNDER_WAY if message.missing else Arrived.ARRIVED
        return Report(outcome=outcome, reference=message.reference, note=word)


def _respond(owed: Sequence[tuple[Responds, int]]) -> None:
    for session, sequence in owed:
        session.respond(sequence)


def _phone(pdu: Any) -> str:
    said = _words(pdu.source_addr)
    is_international = pdu.source_addr_ton == 1 and said.isdecimal()
    return f"+{said}" if is_international else said


def _words(said: Any) -> str:
    return said.decode("latin-1").strip() if isinstance(said, bytes) else str(said or "")


def _plain(id: str) -> str:
    return id.strip().lower().lstrip("0")


def _ways_to_write(id: str) -> list[str]:
    """Return an id as the receipt has it, and as the answer may have had it: some gateways change base in between."""
    found = [_plain(id)]
    if re.fullmatch(r"[0-9]{1,20}", id):
        found.append(f"{int(id):x}")
    if re.fullmatch(r"[0-9a-fA-F]{1,16}", id):
        found.append(str(int(id, 16)))
    return found
