"""Play the event log again, from its first row, and see whether it leads to where everything stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dispatch.model.lifecycle import NEXT_OFFER, NEXT_REQUEST, OfferState, RequestState
from dispatch.store.checks import Found
from dispatch.store.events import Event


@dataclass(slots=True)
class Replay:
    """Where everything would stand if nothing had happened but what the log says."""

    requests: dict[str, str] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    lost: list[tuple[int, int]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    _offers_of: dict[str, list[str]] = field(default_factory=dict)

    def hear(self, happened: Event) -> Iterator[Found]:
        """Take one event, in the order of the log; yield it where it cannot have happened after those before it."""
        params, request_id = happened.params, happened.request_id or ""
        allowed = True
        if happened.kind == "taken":
            allowed = request_id not in self.requests
            self.requests[request_id] = RequestState.RECEIVED.value
        elif happened.kind == "moved":
            allowed = self._move(request_id, str(params["was"]), str(params["now"]))
        elif happened.kind == "offered":
            self._offers_of.setdefault(request_id, []).append(str(params["offer"]))
            self.offers[str(params["offer"])] = OfferState.OFFERED.value
        elif happened.kind == "accepted":
            # What is recorded afterwards was accepted without having been offered by us.
            if str(params["offer"]) not in self.offers:
                self._offers_of.setdefault(request_id, []).append(str(params["offer"]))
                self.offers[str(params["offer"])] = OfferState.OFFERED.value
            allowed = self._move_offer(str(params["offer"]), OfferState.OFFERED, OfferState.ACCEPTED)
        elif happened.kind == "declined":
            allowed = self._move_offer(str(params["offer"]), OfferState.OFFERED, OfferState.DECLINED)
        elif happened.kind == "offer-ended":
            was, now = OfferState(params["was"]), OfferState(params["now"])
            allowed = self._move_offer(str(params["offer"]), was, now)
        else:
            self._note(happened)
        if not allowed:
            yield Found(kind="event-out-of-order", params={"seq": happened.seq, "happened": happened.kind})

    def compare_requests(self, rows: Iterable[tuple[str, int, str]]) -> Iterator[Found]:
        """Yield where requests stand otherwise than the log says.

        Args:
            rows: Id, number and state of every request.
        """
        missing = dict(self.requests)
        for request_id, number, state in rows:
            said = missing.pop(request_id, None)
            if said is None:
                yield Found(kind="request-unrecorded", number=number)
            elif said != state:
                yield Found(kind="request-unexplained", number=number, params={"said": said, "stands": state})
        for request_id in missing:
            yield Found(kind="request-gone", params={"id": request_id})

    def compare_offers(self, rows: Iterable[tuple[str, int | None, str]]) -> Iterator[Found]:
        """Yield where offers stand otherwise than the log says.

        Args:
            rows: Id, the request's number and state of every offer.
        """
        missing = dict(self.offers)
        for offer_id, number, state in rows:
            said = missing.pop(offer_id, None)
            if said is None:
                yield Found(kind="offer-unrecorded", number=number)
            elif said != state:
                yield Found(kind="offer-unexplained", number=number, params={"said": said, "stands": state})
        for offer_id in missing:
            yield Found(kind="offer-gone", params={"id": offer_id})

    def _move(self, request_id: str, was: str, now: str) -> bool:
        stood = self.requests.get(request_id)
        self.requests[request_id] = now
        for offer_id in self._offers_of.get(request_id, ()):
            state = self.offers[offer_id]
            if now in ("doing", "done") and state in ("accepted", "doing"):
                self.offers[offer_id] = now
        return stood == was and now in NEXT_REQUEST[RequestState(was)]

    def _move_offer(self, offer_id: str, was: OfferState, now: OfferState) -> bool:
        stood = self.offers.get(offer_id)
        self.offers[offer_id] = now.value
        return stood == was.value and now in NEXT_OFFER[was]

    def _note(self, happened: Event) -> None:
        params = happened.params
        if happened.kind == "restored" and params.get("lost_from"):
            self.lost.append((int(params["lost_from"]), int(params["lost_to"])))
        if happened.kind == "erased":
            self.erased.add(str(params["person"]))
        if params.get("kept"):
            self.kept.add(str(params["kept"]))
