"""Answer for a choice: read the people and the request again, and say the reasons."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.desk.moves import find_request
from dispatch.desk.snapshot import take_snapshot
from dispatch.errors import NotFound
from dispatch.i18n import Sentence, sentence
from dispatch.model.actor import Actor
from dispatch.model.lifecycle import HOLDS_SLOT, OfferState
from dispatch.model.rules import Rules
from dispatch.plugins.cost_terms import NO_TERMS, CostTerms
from dispatch.policy.rings import plan_round
from dispatch.solver.explain import explain_choice, explain_nobody, explain_not
from dispatch.store import offers, people
from dispatch.store.engine import Transaction


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
    terms: CostTerms = NO_TERMS,
) -> Explanation:
    """Say why this person was asked, why that one was not, or why nobody could be.

    Solves in this process, unlike a round: the answer is one for a person who waits and may stop
    waiting, needs the solver's own arrays, and nothing is written that could be lost.

    Args:
        why_not: Code of a responder who is not asked.
        public: Without codes, so that it may be read to anybody.
        terms: What plugins have to say about who should go; which of them broke is said at the end.

    Raises:
        NotFound: No such request or responder.
    """
    request = find_request(tx, actor, "explain", number, lock=False)
    snapshot, broken = take_snapshot(tx, rules, only=request).with_terms(terms)
    made = offers.of_requests(tx.connection, [request.id])
    if why_not is not None:
        responder = people.with_code(tx.connection, tx.community, why_not)
        if public:
            raise NotFound("why somebody was not asked is not for everybody", hint="leave out --public")
        whole, _ = take_snapshot(tx, rules).with_terms(terms)
        problem = whole.problem if request.id in whole.requests else snapshot.problem
        if all(need.id != request.id for need in problem.needs):
            problem = snapshot.problem
        told = explain_not(problem, plan_round(problem), request.id, responder.id)
        return Explanation("why-not", (*told, *broken))
    current = [one for one in made if one.state is OfferState.OFFERED or one.state in HOLDS_SLOT]
    if not current:
        return Explanation("nobody", explain_nobody(snapshot.problem, request.id))
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
    return Explanation("chosen", (*sentences, *broken))
