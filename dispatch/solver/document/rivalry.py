"""Who competes with a request left out: the requests that can only be served by the same few people."""

from __future__ import annotations

from typing import Any

from dispatch.solver.case import Answer, Case
from dispatch.solver.document.clocks import may_clash
from dispatch.solver.document.reading import Document
from dispatch.solver.paths.plan import Plan


def rivalry(document: Document, case: Case, answer: Answer) -> dict[int, dict[str, Any]]:
    """Say of each request left out which requests need the same people, and that those have too few seats.

    Returns:
        By position of the request: ids of the requests, itself among them, of all who could go to any of these,
        and how many requests those take, one too few; see ``Questions.rivals`` for why no smaller set will do.
        Nothing for a request with a free seat in reach, and nothing at all where rules tie requests together.
    """
    if not case.is_flow or may_clash(document.requests, case.capacity):
        return {}
    plan = Plan(case.rows, case.columns, case.aims, case.capacity, requests=len(case.headcount))
    sent = plan.sent
    if sent[case.rows[answer.pairs]].tolist() != case.columns[answer.pairs].tolist():
        raise ArithmeticError("the same problem got two plans")
    told = {}
    for at in (sent < 0).nonzero()[0].tolist():
        found = plan.rivals(at)
        if found is not None:
            told[at] = {
                "requests": [document.requests[one].id for one in found.requests],
                "responders": [document.responders[one].id for one in found.responders],
                "seats": found.seats,
            }
    return told
