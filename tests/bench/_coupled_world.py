"""The coupled world on which ways of asking are compared: all draws come before anybody is asked.

Town, people, demand, acceptance and reply times as assumed on the page of the design that describes it; they rank
policies and forecast nothing. Two kinds of people of one draw say yes to the same alerts at the same moments,
whoever asks them, so every policy and the bound meet the same days.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from dispatch.model.rules import PolicyName, Rules
from dispatch.model.service import Urgency
from dispatch.policy.phases import Askable, Waiting, worth_of
from dispatch.policy.policies import POLICIES, Question
from dispatch.policy.prices import scarcity
from dispatch.policy.reply_times import ReplyTimes

SIDE_KM = 2.5
SKILLS = np.array([0.5, 0.35, 0.25, 0.15, 0.1, 0.06, 0.04, 0.03])
WANTED = np.array([0.2, 0.2, 0.15, 0.12, 0.1, 0.1, 0.08, 0.05]) / 1.0
CLASSES = (Urgency.URGENT, Urgency.NORMAL, Urgency.LOW)
OF_CLASS = np.array([0.2, 0.5, 0.3])
LIMITS = np.array([30.0, 120.0, 360.0])
WEIGHTS = np.array([100, 10, 1])
OPENS, CLOSES = 8 * 60.0, 20 * 60.0
SILENT_AFTER = 30.0
KM_A_MINUTE = 4.0 / 60 / 1.3
USUAL = 0.28
"""The mean chance of a yes in this world, which a community would have learned."""


@dataclass
class Day:
    """One day of the world; ``before`` holds how far people live from where requests of the past came from."""

    skill: Any
    on: Any
    off: Any
    reach: Any
    base: Any
    at: Any
    need: Any
    kind: Any
    arrives: Any
    km: Any
    before: Any
    luck: Any
    reply: Any
    eligible: Any = field(init=False)

    def __post_init__(self) -> None:
        """Say who may be asked for what."""
        come = self.arrives[:, None]
        on_duty = (self.on <= come) & (self.off >= come + 30)
        self.eligible = self.skill.T[self.need] & on_duty & (self.km <= self.reach)

    @property
    def weight(self) -> Any:
        return WEIGHTS[self.kind]

    @property
    def due(self) -> Any:
        return self.arrives + LIMITS[self.kind]

    def chance(self, request: Any, person: Any, minute: Any) -> Any:
        """Return the true chance that somebody says yes to an alert."""
        dip = 1.15 - 0.35 * np.exp(-(((minute / 60 - 13) / 1.5) ** 2))
        return np.clip(self.base[person] * dip * np.exp(-0.25 * self.km[request, person]), 0.02, 0.95)


def make_day(rate: int, seed: int, *, people: int = 1000, thin: bool = False, surge: bool = False) -> Day:
    """Draw a day.

    Args:
        rate: Requests a day, on average.
        thin: The three rarest skills have three holders each.
        surge: Half of the requests come within one hour.
    """
    draw = np.random.default_rng([seed, rate])
    home = draw.uniform(0, SIDE_KM, (people, 2))
    skill = draw.random((people, len(SKILLS))) < SKILLS
    if thin:
        for rare in (5, 6, 7):
            skill[:, rare] = False
            skill[draw.choice(people, min(3, people), replace=False), rare] = True
    on = draw.uniform(7, 15, people) * 60
    off = on + draw.uniform(4, 9, people) * 60
    reach, base = draw.uniform(0.8, 2.0, people), draw.beta(2, 4, people)
    count = int(draw.poisson(rate))
    arrives = draw.uniform(OPENS, CLOSES, count)
    if surge:
        arrives[: count // 2] = draw.uniform(10 * 60, 11 * 60, count // 2)
    arrives = np.sort(arrives)
    at = draw.uniform(0, SIDE_KM, (count, 2))
    need = draw.choice(len(SKILLS), count, p=WANTED / WANTED.sum())
    kind = draw.choice(3, count, p=OF_CLASS)
    luck = draw.random((count, people))
    reply = 4.0 * np.exp(draw.normal(size=(count, people)))
    km = np.sqrt(((at[:, None] - home[None]) ** 2).sum(axis=2))
    before = np.sqrt(((draw.uniform(0, SIDE_KM, (200, 2))[:, None] - home[None]) ** 2).sum(axis=2))
    return Day(skill, on, off, reach, base, at, need, kind, arrives, km, before, luck, reply)


def bound(day: Day) -> float:
    """Return the weighted share served by whoever knows all answers beforehand: weight first, then the least waiting."""
    sure = np.arange(len(day.arrives))[:, None], np.arange(day.km.shape[1])[None, :]
    says_yes = day.luck < day.chance(*sure, day.arrives[:, None])
    takes = day.reply + day.km / KM_A_MINUTE
    fits = day.eligible & says_yes & (day.reply <= SILENT_AFTER) & (takes <= LIMITS[day.kind][:, None])
    rows, columns = linear_sum_assignment(np.where(fits, day.weight[:, None] * 1e4 - takes, 0.0), maximize=True)
    return float(day.weight[rows[fits[rows, columns]]].sum() / day.weight.sum())


@dataclass(frozen=True)
class Score:
    """What a policy came to on one day."""

    weighted: float
    served: float
    alerts: float
    wait: float


class Run:
    """One day under one policy."""

    def __init__(
        self,
        day: Day,
        name: PolicyName,
        rate: int,
        *,
        rules: Rules | None = None,
        trust: float = 1.0,
        hears_declines: bool = True,
        one_caller: bool = False,
    ) -> None:
        """Begin the day.

        Args:
            trust: What the policy believes, times the true chance.
            hears_declines: Whether a no lets the next be asked at once, or only the end of the patience does.
            one_caller: Everybody is rung up by one person, two minutes a call.
        """
        rules = rules or Rules()
        self.day, self.policy, self.rate, self.trust = day, POLICIES[name], rate, trust
        self.hears, self.one_caller, self.times = hears_declines, one_caller, ReplyTimes()
        people = day.km.shape[1]
        self.worth = np.array([worth_of(rules.targets[one] / 100, USUAL * trust) for one in CLASSES])
        self.reached = (day.before <= day.reach).mean(axis=0)
        self.is_phased = name is PolicyName.PHASED
        self.busy, self.taken = np.zeros(people, bool), np.zeros(people, bool)
        self.asked: list[dict[int, float]] = [{} for _ in day.arrives]
        self.out: list[dict[int, float]] = [{} for _ in day.arrives]
        self.wakes = np.full(len(day.arrives), -np.inf)
        self.served, self.waits, self.alerts = np.zeros(len(day.arrives), bool), [], 0
        self.caller_free_at, self.line, self.count = 0.0, [], 0
        for request, minute in enumerate(day.arrives):
            self._put(minute, self._look, request)

    def score(self) -> Score:
        """Let the day pass."""
        while self.line:
            now, _, work, words = heapq.heappop(self.line)
            work(now, *words)
        weight = self.day.weight
        return Score(
            float(weight[self.served].sum() / weight.sum()),
            float(self.served.mean()),
            self.alerts / len(weight),
            float(np.mean(self.waits or [0.0])),
        )

    def _put(self, minute: float, work: Callable[..., None], *words: int) -> None:
        self.count += 1
        heapq.heappush(self.line, (minute, self.count, work, words))

    def _wake(self, now: float, request: int) -> None:
        if now >= self.wakes[request] - 1e-9:
            self._look(now, request)

    def _look(self, now: float, request: int) -> None:
        slack = self.day.due[request] - now
        if self.served[request] or slack <= 0:
            return
        could = np.flatnonzero(self.day.eligible[request] & ~self.busy & ~self.taken)
        could = could[~np.isin(could, list(self.asked[request]))]
        phase = self.policy(self._question(now, request, could, slack))
        for at in phase.ask:
            self._ask(now, request, int(could[at]))
        self.wakes[request] = now + phase.minutes
        self._put(now + phase.minutes, self._wake, request)

    def _question(self, now: float, request: int, could: Any, slack: float) -> Question:
        day, out = self.day, self.out[request]
        waiting, since = np.fromiter(out, int, len(out)), np.fromiter(out.values(), float, len(out))
        chance = np.minimum(0.95, day.chance(request, could, now) * self.trust)
        price = np.ones(len(could))
        if self.is_phased and len(could):
            left = np.clip(np.minimum(day.off - 30, CLOSES) - now, 0, None)
            coming = self.rate / (CLOSES - OPENS) * left[:, None] * (WANTED / WANTED.sum())[None]
            there = (day.on <= now + 60) & (day.off > now + 30) & ~self.taken
            usual = USUAL * self.trust
            scarce = scarcity(day.skill, there, self.reached, coming, usual, float(OF_CLASS @ self.worth))
            price = price + chance * scarce[could]
        return Question(
            worth=float(self.worth[day.kind[request]]),
            slots=1,
            slack_minutes=slack,
            could=Askable(chance=chance, travel_minutes=day.km[request, could] / KM_A_MINUTE, price=price),
            metres=day.km[request, could] * 1000,
            waiting=Waiting(
                chance=np.minimum(0.95, day.chance(request, waiting, since) * self.trust),
                travel_minutes=day.km[request, waiting] / KM_A_MINUTE,
                asked_minutes=now - since,
            ),
            times=self.times,
        )

    def _ask(self, now: float, request: int, person: int) -> None:
        day = self.day
        if self.one_caller:
            now = self.caller_free_at = max(now, self.caller_free_at) + 2.0
        self.alerts += 1
        self.busy[person] = True
        self.asked[request][person] = self.out[request][person] = now
        reply = 0.0 if self.one_caller else day.reply[request, person]
        says_yes = day.luck[request, person] < day.chance(request, person, now)
        self._put(now + min(reply, SILENT_AFTER), self._answer, request, person, int(says_yes and reply <= SILENT_AFTER))

    def _answer(self, now: float, request: int, person: int, says_yes: int) -> None:
        self.busy[person] = False
        self.out[request].pop(person, None)
        there = now + self.day.km[request, person] / KM_A_MINUTE
        if says_yes and not self.served[request] and there <= self.day.due[request]:
            self.served[request] = self.taken[person] = True
            self.waits.append(there - self.day.arrives[request])
        elif self.hears:
            self._look(now, request)
