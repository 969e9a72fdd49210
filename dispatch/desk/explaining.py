"""Answer for a choice: read the people and the request again, and say the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.desk.clearness import check_clear
from dispatch.desk.moves import find_request
from dispatch.desk.outlook import how_likely
from dispatch.desk.snapshot import Snapshot, take_snapshot
from dispatch.desk.ways_out import how, is_over, next_step, wrong_number
from dispatch.errors import NotFound
from dispatch.i18n import Sentence, sentence
from dispatch.model.actor import Actor
from dispatch.model.assignment import Offer
from dispatch.model.lifecycle import HOLDS_SEAT, HOLDS_SLOT, OPEN, STATE_SENTENCES, OfferState, RequestState
from dispatch.model.request import Request
from dispatch.model.rules import Rules
from dispatch.plugins.cost_terms import NO_TERMS, CostTerms
from dispatch.policy.rings import first_asked, plan_round
from dispatch.solver.aside import aside
from dispatch.solver.exact import MOST_SINGLES
from dispatch.solver.explain import explain_choice, explain_nobody, explain_not, explain_rivals, objection, read_terms
from dispatch.solver.guarded import ChildSolver, NoAnswer
from dispatch.solver.problem import Problem, Solution
from dispatch.store import offers, people, requests
from dispatch.store.engine import Transaction

_WAITS = frozenset({RequestState.RECEIVED, RequestState.TRIAGED, RequestState.NEEDS_PERSON})
"""States in which more people are still wanted, and nobody is being asked."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Reasons, to be read out.

    Args:
        about: "chosen", "why-not", "nobody", or "over" where nobody is looked for any more.
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
    terms: CostTerms = NO_TERMS,
) -> Explanation:
    """Say why this person was asked, why that one was not, or why nobody could be.

    One person each is matched in this process, by our own Python. What goes to a library in C++, requests for
    several people and long lists, is worked out by a process of its own within the rules' seconds, as in a round;
    should that fail, what is known without it is said, and that it failed.

    Args:
        why_not: Code of a responder who is not asked.
        public: Without codes, so that it may be read to anybody.
        terms: What plugins have to say about who should go; which of them broke is said at the end.

    Raises:
        NotFound: No such request or responder.
        NotAllowedNow: It is not clear yet what the request needs, or where.
    """
    request = find_request(tx, actor, "explain", number, lock=False)
    made = offers.of_requests(tx.connection, [request.id])
    over = _over(tx, request)
    if over is not None and not any(one.state in HOLDS_SLOT for one in made):
        return Explanation("over", (over,))
    if request.state in OPEN:
        check_clear(tx, request)
    snapshot, broken = take_snapshot(tx, rules, only=request).with_terms(terms)
    if why_not is not None:
        responder = people.with_code(tx.connection, tx.community, why_not)
        if public:
            raise NotFound("why somebody was not asked is not for everybody", hint="leave out --public")
        whole, _ = take_snapshot(tx, rules).with_terms(terms)
        problem = whole.problem if request.id in whole.requests else snapshot.problem
        if all(need.id != request.id for need in problem.needs):
            problem = snapshot.problem
        problem = _with_busy(tx, problem, [responder.id])
        reasons = _why_not(problem, rules, request.id, responder.id)
        fix = wrong_number(responder)
        likely = how_likely(tx, rules, snapshot.services[request.service_id].code, responder)
        return Explanation("why-not", (*reasons, *likely, *([] if fix is None else [fix]), *broken))
    is_waiting = request.state in _WAITS
    current = [
        one
        for one in made
        if one.state is OfferState.OFFERED or one.state in (HOLDS_SEAT if is_waiting else HOLDS_SLOT)
    ]
    if public:
        told = _for_everybody(snapshot, request, made)
        return Explanation("chosen" if current else "nobody", (*([over] if over else []), *told))
    if not current:
        return Explanation("nobody", (*_nobody(tx, request, snapshot), *_rivals(tx, rules, request), *broken))
    solution = _planned(snapshot.problem, rules)
    sentences: list[Sentence] = [over] if over is not None else []
    for one in current:
        sentences += explain_choice(snapshot.problem, solution, request.id, one.responder_id, one.terms)
        (who,) = people.with_ids(tx.connection, tx.community, [one.responder_id]).values()
        sentences += how_likely(tx, rules, snapshot.services[request.service_id].code, who)
    if is_waiting:
        sentences += _nobody(tx, request, snapshot)
    return Explanation("chosen", (*sentences, *broken))


def _is_ours(problem: Problem) -> bool:
    """Say whether nothing but our own Python solves this."""
    return len(problem.needs) <= MOST_SINGLES and all(one.slots == 1 for one in problem.needs)


def _planned(problem: Problem, rules: Rules) -> Solution:
    if _is_ours(problem):
        return plan_round(problem)
    with ChildSolver(seconds=rules.solve_seconds, megabytes=rules.solve_megabytes) as solve:
        return plan_round(problem, solve)


def _why_not(problem: Problem, rules: Rules, need_id: str, helper_id: str) -> tuple[Sentence, ...]:
    """Say why somebody is not asked, and what would change if they were."""
    if _is_ours(problem):
        return explain_not(problem, plan_round(problem), need_id, helper_id)
    terms, speaks_against = objection(problem, need_id, helper_id)
    if speaks_against is not None:
        return (speaks_against,)
    try:
        answer = aside(
            "dispatch.solver.explain:explain_not_from_nothing",
            (problem, first_asked(problem), need_id, helper_id),
            seconds=rules.solve_seconds,
            megabytes=rules.solve_megabytes,
        )
    except NoAnswer as fault:
        why = fault.why
    else:
        try:
            return tuple(Sentence.from_json(one) for one in answer)
        except (LookupError, TypeError):
            why = sentence("the solver's answer cannot be read")
    code = next(one.code for one in problem.helpers if one.id == helper_id)
    return (
        sentence("{code} could go; what would change could not be worked out: {fault}", code=code, fault=why),
        *read_terms(terms, problem.extra),
    )


def _over(tx: Transaction, request: Request) -> Sentence | None:
    """Say that nobody is looked for any more, and why; none while somebody is, or is on the way."""
    if request.state in OPEN:
        return None
    if request.merged_into is not None:
        into = requests.with_ids(tx.connection, [request.merged_into])[request.merged_into].number
        return sentence(
            "request {number} is merged into request {into}: see dispatch explain {into}",
            number=request.number,
            into=into,
        )
    state = STATE_SENTENCES[request.state]
    return sentence("request {number} is over: {state}", number=request.number, state=state)


def _for_everybody(snapshot: Snapshot, request: Request, made: Sequence[Offer]) -> tuple[Sentence, ...]:
    """Say what became of the search without a code, a name or a number in metres."""
    number = request.number
    coming = sum(one.state in HOLDS_SLOT for one in made)
    waiting = sum(one.state is OfferState.OFFERED for one in made)
    how = sentence("first comes who has the skill, then whose turn it is, then who is near")
    if not made:
        people = len(snapshot.problem.helpers)
        if request.reason in ("left-out", "nobody-left"):
            none = sentence("nobody can come for request {number} now, out of {count}", number=number, count=people)
            return none, how
        return sentence("nobody was asked for request {number} yet, out of {count}", number=number, count=people), how
    said = [sentence("people asked for request {number}: {count}", number=number, count=len(made))]
    if coming:
        said.append(sentence("said yes: {count}", count=coming))
    if waiting:
        said.append(sentence("their answer is still to come: {count}", count=waiting))
    if not coming and not waiting:
        said.append(sentence("nobody of them can come; others are looked for"))
    return *said, how


def _with_busy(tx: Transaction, problem: Problem, helper_ids: Sequence[str]) -> Problem:
    """Say of some helpers which requests take their seats."""
    held = offers.requests_held(tx.connection, helper_ids)
    helpers = tuple(
        one._replace(busy_with=held[one.id]) if one.id in held else one for one in problem.helpers
    )
    return replace(problem, helpers=helpers)


def _rivals(tx: Transaction, rules: Rules, request: Request) -> tuple[Sentence, ...]:
    """Name the requests waiting now that compete for the same few people."""
    problem = take_snapshot(tx, rules).problem
    if not _is_ours(problem) or all(need.id != request.id for need in problem.needs):
        return ()
    return explain_rivals(problem, request.id)


def _nobody(tx: Transaction, request: Request, snapshot: Snapshot) -> tuple[Sentence, ...]:
    """Say why nobody could be asked, what would fix it, and by which command."""
    # Who has no capacity at all is waited for in vain: a round does not see them either.
    there = tuple(one for one in snapshot.problem.helpers if snapshot.roster[one.id].capacity > 0)
    problem = replace(snapshot.problem, helpers=there)
    full = [one.id for one in there if one.free_seats < 1]
    told, remedy = explain_nobody(_with_busy(tx, problem, full), request.id)
    step = next_step(tx, request)
    if step is not None and (request.reason == "emergency" or is_over(request, tx.now)):
        return (*told, step)
    if remedy is None:
        if step is None:
            return told
        return (*told, sentence("let it be matched again: dispatch request triage {number}", number=request.number))
    way = how(tx, request, remedy)
    fix = sentence("nearest fix: {remedy}", remedy=remedy)
    return (*told, fix) if way is None else (*told, fix, way)
