"""Answer for a choice: read the people and the request again, and say the reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.desk.moves import find_request
from dispatch.desk.snapshot import Snapshot, take_snapshot
from dispatch.desk.ways_out import how, is_over, next_step, wrong_number
from dispatch.errors import NotFound
from dispatch.i18n import Sentence, sentence
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import HOLDS_SEAT, HOLDS_SLOT, OfferState, RequestState
from dispatch.model.request import Request
from dispatch.model.rules import Rules
from dispatch.policy.rings import plan_round
from dispatch.solver.explain import explain_choice, explain_nobody, explain_not
from dispatch.store import offers, people
from dispatch.store.engine import Transaction

_WAITS = frozenset({RequestState.RECEIVED, RequestState.TRIAGED, RequestState.NEEDS_PERSON})
"""States in which more people are still wanted, and nobody is being asked."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Reasons, to be read out.

    Args:
        about: "chosen", "why-not" or "nobody".
    """

    about: str
    sentences: tuple[Sentence, ...]


def explain_request(
    tx: Transaction,
    actor: Actor,
    rules: Rules,
    number: int,
    *,
    why_not: str | None = None,
    public: bool = False,
) -> Explanation:
    """Say why this person was asked, why that one was not, or why nobody could be.

    Args:
        why_not: Code of a responder who is not asked.
        public: Without codes, so that it may be read to anybody.

    Raises:
        NotFound: No such request or responder.
    """
    request = find_request(tx, actor, "explain", number, lock=False)
    snapshot = take_snapshot(tx, rules, only=request)
    made = offers.of_requests(tx.connection, [request.id])
    if why_not is not None:
        responder = people.with_code(tx.connection, tx.community, why_not)
        if public:
            raise NotFound("why somebody was not asked is not for everybody", hint="leave out --public")
        whole = take_snapshot(tx, rules)
        problem = whole.problem if request.id in whole.requests else snapshot.problem
        if all(need.id != request.id for need in problem.needs):
            problem = snapshot.problem
        reasons = explain_not(problem, plan_round(problem), request.id, responder.id)
        fix = wrong_number(responder)
        return Explanation("why-not", reasons if fix is None else (*reasons, fix))
    is_waiting = request.state in _WAITS
    current = [
        one
        for one in made
        if one.state is OfferState.OFFERED or one.state in (HOLDS_SEAT if is_waiting else HOLDS_SLOT)
    ]
    if not current:
        return Explanation("nobody", _nobody(tx, request, snapshot, public=public))
    if public:
        said = [
            sentence("{count} people were asked for request {number}", count=len(made), number=number),
            sentence("first comes who has the skill, then whose turn it is, then who is near"),
        ]
        return Explanation("chosen", tuple(said))
    solution = plan_round(snapshot.problem)
    sentences: list[Sentence] = []
    for one in current:
        sentences += explain_choice(snapshot.problem, solution, request.id, one.responder_id, one.terms)
    if is_waiting:
        sentences += _nobody(tx, request, snapshot, public=public)
    return Explanation("chosen", tuple(sentences))


def _nobody(tx: Transaction, request: Request, snapshot: Snapshot, *, public: bool) -> tuple[Sentence, ...]:
    """Say why nobody could be asked, what would fix it, and by which command."""
    # Who has no capacity at all is waited for in vain: a round does not see them either.
    there = tuple(one for one in snapshot.problem.helpers if snapshot.roster[one.id].capacity > 0)
    told, remedy = explain_nobody(replace(snapshot.problem, helpers=there), request.id)
    if public:
        return told
    step = next_step(request, tx.now)
    if step is not None and (request.reason == "emergency" or is_over(request, tx.now)):
        return (*told, step)
    if remedy is None:
        if step is None:
            return told
        return (*told, sentence("let it be matched again: dispatch request triage {number}", number=request.number))
    way = how(tx, request, remedy)
    fix = sentence("nearest fix: {remedy}", remedy=remedy)
    return (*told, fix) if way is None else (*told, fix, way)
