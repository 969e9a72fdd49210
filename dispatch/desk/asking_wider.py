"""Whom else to ask: beside those whom the matcher chose, as many more as the community's policy wants at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from dispatch.desk.asking import Chosen, Look
from dispatch.desk.outlook import Outlook
from dispatch.desk.snapshot import Snapshot
from dispatch.model.assignment import Offer
from dispatch.model.request import RequestId
from dispatch.model.responder import ResponderId
from dispatch.model.rules import OWN_CHOICE, PolicyName, Rules
from dispatch.policy.batching import due_at
from dispatch.policy.phases import Askable, Phase, Waiting, worth_of
from dispatch.policy.policies import POLICIES, Question
from dispatch.policy.prices import nuisance, scarcity
from dispatch.policy.reply_times import ReplyTimes
from dispatch.policy.rings import first_asked, innermost
from dispatch.solver.boards import Layout, lay_out
from dispatch.solver.covering import Wish, cover_aside
from dispatch.solver.problem import Need, Solution
from dispatch.units import METRES_A_MINUTE

_THOUSANDTHS: Final = 1000
_HUNDREDTHS: Final = 100
_DAY_MINUTES: Final = 24 * 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wider:
    """What a policy adds to the matcher's plan, or puts in its place.

    Args:
        chosen: Everybody to be asked now; who comes on top of the places is marked.
        looks: By request.
    """

    chosen: tuple[Chosen, ...]
    looks: Mapping[RequestId, Look] = field(default_factory=dict)


def widen(
    snapshot: Snapshot,
    solution: Solution,
    outlook: Outlook,
    rules: Rules,
    chosen: Sequence[Chosen],
    fen_by_channel: Mapping[str, int] | None = None,
) -> Wider:
    """Ask as the community's policy says.

    Each request that the matcher found somebody for, and each whose phase is over without enough yeses, puts its
    question to the policy. Where the policy asks more people than there are places, those who several
    requests would like are shared out at least price.

    Args:
        solution: The matcher's; whom it leaves out is asked for nothing.
        chosen: Whom the matcher chose.
        fen_by_channel: What one message costs, in hundredths of a yuan.
    """
    if rules.policy is PolicyName.ONE_AT_A_TIME:
        return Wider(chosen=tuple(chosen))
    planned = {one.need for one in solution.assignments}
    needs = [one for one in snapshot.problem.needs if one.id in planned] + list(snapshot.asking)
    if not needs:
        return Wider(chosen=tuple(chosen))
    layout = lay_out(replace(snapshot.problem, needs=tuple(needs)), {})
    table = _Table(snapshot, layout, outlook, rules, fen_by_channel or {})
    first = {} if rules.policy in OWN_CHOICE else _by_request(chosen)
    taken = {one.responder_id for one in chosen} if first else set()
    phases: dict[str, Phase] = {}
    wishes: list[Wish] = []
    for row, need in enumerate(table.needs):
        sure = frozenset(one.responder_id for one in first.get(RequestId(need.id), ()))
        columns = table.askable(row, taken - sure)
        question = table.question(row, columns)
        phase = POLICIES[rules.policy](question)
        phases[need.id] = phase
        asked = [table.ids[columns[at]] for at in phase.ask]
        if rules.policy is PolicyName.PHASED:
            wishes.append(table.wish(row, columns, question, phase, sure))
        else:
            taken |= {ResponderId(one) for one in asked}
            places = table.free_places(row)
            first[RequestId(need.id)] = [
                table.chosen(row, one, is_extra=at >= places) for at, one in enumerate(asked)
            ]
    if wishes:
        covered = cover_aside(wishes).asked
        for row, need in enumerate(table.needs):
            already = first.get(RequestId(need.id), [])
            standing = {one.responder_id for one in already}
            extra = [table.chosen(row, one, is_extra=True) for one in covered[need.id] if one not in standing]
            first[RequestId(need.id)] = [*already, *extra]
    looks = {
        RequestId(name): Look(
            snapshot.problem.at + timedelta(minutes=max(1.0, phase.minutes)),
            round(100 * phase.chance),
        )
        for name, phase in phases.items()
    }
    return Wider(chosen=tuple(one for some in first.values() for one in some), looks=looks)


def _by_request(chosen: Sequence[Chosen]) -> dict[RequestId, list[Chosen]]:
    found: dict[RequestId, list[Chosen]] = {}
    for one in chosen:
        found.setdefault(one.request_id, []).append(one)
    return found


class _Table:
    """Needs by row and people by column, and what a policy asks of them."""

    def __init__(
        self, snapshot: Snapshot, layout: Layout, outlook: Outlook, rules: Rules, fen_by_channel: Mapping[str, int]
    ) -> None:
        self.snapshot, self.layout, self.outlook, self.rules = snapshot, layout, outlook, rules
        pairings = layout.candidates.pairings
        self.needs: Sequence[Need] = pairings.needs
        self.helpers = pairings.helpers
        self.ids = [one.id for one in self.helpers]
        self.column_of = {name: at for at, name in enumerate(self.ids)}
        self.metres = pairings.metres
        self.is_messaged = np.array([one in outlook.messaged for one in self.ids], dtype=bool)
        everything = replace(snapshot.problem, needs=tuple(self.needs))
        self.rings, self.circles = innermost(everything), first_asked(everything)
        # Nobody can answer an offer that stands no more.
        self.times = {
            one: ReplyTimes(outlook.times.median_minutes, outlook.times.spread, float(minutes))
            for one, minutes in rules.offer_minutes.items()
        }
        self.usual = outlook.acceptance.usual()
        self.prices = self._nuisance(fen_by_channel)
        self.scarce = self._scarcity()

    def askable(self, row: int, taken: set[ResponderId]) -> np.ndarray:
        """Return the columns of those who may be asked by message and are not asked for anything else now."""
        free = np.array([one not in taken for one in self.ids], dtype=bool)
        ring = self.rings.get(self.needs[row].id)
        if ring is not None:
            members = self.needs[row].rings[ring]
            free &= np.array([one in members for one in self.ids], dtype=bool)
        columns = np.flatnonzero(self.layout.candidates.eligible[row] & free & self._may_be_asked())
        return columns[np.argsort([self.helpers[at].code for at in columns], kind="stable")]

    def question(self, row: int, columns: np.ndarray) -> Question:
        """Put one request's question."""
        need, now = self.needs[row], self.snapshot.problem.at
        request = self.snapshot.requests[need.id]
        slack = (due_at(request.received_at, request.window, need.urgency, self.rules) - now).total_seconds() / 60
        chance = np.array([self._chance(row, at) for at in columns])
        metres = self.metres[row, columns].astype(np.float64) * need.proximity
        price = self.prices[columns] + chance * self.scarce[columns]
        waiting = self.snapshot.waiting.get(need.id, ())
        return Question(
            worth=worth_of(self.rules.targets[need.urgency] / 100, self.usual),
            slots=max(1, self.snapshot.open_slots.get(need.id, need.slots)),
            slack_minutes=max(1.0, slack),
            could=Askable(
                chance=chance, travel_minutes=metres / METRES_A_MINUTE, price=price, ring=self._outside(row, columns)
            ),
            metres=metres,
            waiting=self._waiting(row, waiting, now),
            times=self.times[need.urgency],
        )

    def free_places(self, row: int) -> int:
        """Return for how many places nobody is being asked."""
        need = self.needs[row]
        waiting = self.snapshot.waiting.get(need.id, ())
        return max(0, self.snapshot.open_slots.get(need.id, need.slots) - len(waiting))

    def wish(self, row: int, columns: np.ndarray, question: Question, phase: Phase, sure: frozenset[str]) -> Wish:
        """Say how sure the phase wants to be, and what everybody would add to that for which price."""
        could = question.could
        in_time = could.chance * question.times.share_by(question.slack_minutes - could.travel_minutes)
        outside = self._outside(row, columns)
        # Whoever stands outside the circle that is asked first is no substitute for anybody in it.
        reached = max((int(outside[at]) for at in phase.ask), default=0)
        counted = np.flatnonzero((in_time > 0) & (outside <= reached))
        weight = -_THOUSANDTHS * np.log1p(-np.minimum(in_time, 0.999))
        weights = {self.ids[columns[at]]: max(1, round(float(weight[at]))) for at in counted}
        return Wish(
            id=self.needs[row].id,
            wanted=sum(weights.get(self.ids[columns[at]], 0) for at in phase.ask),
            worth=round(_HUNDREDTHS * question.worth),
            weights=weights,
            prices={self.ids[columns[at]]: max(1, round(_HUNDREDTHS * float(could.price[at]))) for at in counted},
            sure=sure,
        )

    def chosen(self, row: int, responder_id: str, *, is_extra: bool = False) -> Chosen:
        """Return somebody as chosen, with what sending them costs."""
        terms = self.layout.prices.of(row, self.column_of[responder_id])
        need = self.needs[row]
        return Chosen(
            request_id=RequestId(need.id), responder_id=ResponderId(responder_id), terms=terms, is_extra=is_extra
        )

    def _outside(self, row: int, columns: np.ndarray) -> np.ndarray:
        """Return 0 for whoever belongs to those whom the service asks first, 1 for the others."""
        circle = self.circles[self.needs[row].id]
        return np.array([int(self.ids[at] not in circle) for at in columns], dtype=np.intp)

    def _may_be_asked(self) -> np.ndarray:
        """Who is asked on paper is rung one after the other; only a policy without foresight goes down their list."""
        return np.ones(len(self.ids), dtype=bool) if self.rules.policy in OWN_CHOICE else self.is_messaged

    def _chance(self, row: int, column: int) -> float:
        helper, request = self.helpers[column], self.snapshot.requests[self.needs[row].id]
        service = self.snapshot.services[request.service_id].code
        return self.outlook.acceptance.of(helper.id, helper.kind.value, service, self.outlook.hour)

    def _waiting(self, row: int, offers: Sequence[Offer], now: datetime) -> Waiting:
        known = [(self.column_of[one.responder_id], one) for one in offers if one.responder_id in self.column_of]
        known = [(at, one) for at, one in known if self.is_messaged[at] or self.rules.policy in OWN_CHOICE]
        columns = np.array([at for at, _ in known], dtype=np.intp)
        return Waiting(
            chance=np.array([self._chance(row, at) for at in columns]),
            travel_minutes=self.metres[row, columns] / METRES_A_MINUTE,
            asked_minutes=np.array([(now - one.offered_at).total_seconds() / 60 for _, one in known]),
        )

    def _nuisance(self, fen_by_channel: Mapping[str, int]) -> np.ndarray:
        now = self.snapshot.problem.at
        lately = [self.outlook.lately.get(one) for one in self.ids]
        times = np.array([0.0 if one is None else one.times for one in lately])
        since = [np.inf if one is None else (now - one.last_at).total_seconds() / 3600 for one in lately]
        fen = [float(fen_by_channel.get(self.outlook.messaged.get(one, ""), 0)) for one in self.ids]
        return nuisance(times, np.array(since), np.array(fen))

    def _scarcity(self) -> np.ndarray:
        """Return the price of using each up, from the services that are asked for and who could do them."""
        services = [one for one in self.snapshot.services if self.outlook.coming.get(one)]
        wanted = [self.snapshot.services[one] for one in services]
        rows = [[is_able(helper.skills, one.skills) for one in wanted] for helper in self.helpers]
        able = np.array(rows, dtype=bool).reshape(len(self.helpers), len(services))
        there = np.array([one.free_seats > 0 for one in self.helpers], dtype=bool)
        near = self.metres <= np.array([one.reach_metres for one in self.helpers])
        reached = near.mean(axis=0) if len(self.needs) else np.zeros(len(self.helpers))
        left = _minutes_left(self.snapshot.problem.at, self.outlook.hour) / _DAY_MINUTES
        coming = np.tile([self.outlook.coming[one] * left for one in services], (len(self.helpers), 1))
        of_class = [worth_of(self.rules.targets[one.urgency] / 100, self.usual) for one in wanted]
        total = sum(self.outlook.coming[one] for one in services)
        worth = sum(self.outlook.coming[one] * each for one, each in zip(services, of_class, strict=True))
        return scarcity(able, there, reached, coming, self.usual, worth / total if total else 0.0)


def is_able(has: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    """Return whether somebody has every skill at its least level."""
    return all(has.get(name, 0) >= level for name, level in wanted.items())


def _minutes_left(now: datetime, hour: int) -> float:
    """Return how much of the day is still to come, by the clock on the wall."""
    return max(0.0, (24 - hour) * 60.0 - now.minute)

