"""One worker in a process of its own: told what to do line by line, so that several begin at the same moment."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from dispatch.clock import StoppedClock
from dispatch.desk.answers import Word
from dispatch.desk.asking import Chosen, ask
from dispatch.desk.intake import take_request
from dispatch.desk.replies import answer_offer
from dispatch.desk.silence import expire_offers
from dispatch.errors import DispatchError
from dispatch.model.actor import Actor
from dispatch.model.request import Order, RequestId
from dispatch.model.responder import ResponderId
from dispatch.model.rules import Rules
from dispatch.store import offers
from dispatch.store.engine import Database, Transaction

RULES = Rules()


def accept(actor: Actor, what: str, tx: Transaction) -> str:
    """Say yes to an offer."""
    offer = offers.with_id(tx.connection, what)
    assert offer is not None
    return answer_offer(tx, actor, RULES, offer, Word.YES).value


def expire(actor: Actor, what: str, tx: Transaction) -> str:
    """Look once for offers that ran out."""
    return str(expire_offers(tx, actor, RULES))


def decide(actor: Actor, what: str, tx: Transaction) -> str:
    """Ask one person for one request."""
    request_id, responder_id = what.split()
    chosen = Chosen(request_id=RequestId(request_id), responder_id=ResponderId(responder_id), terms={"distance": 1})
    return str(len(ask(tx, actor, RULES, [chosen], "race")))


def take(actor: Actor, what: str, tx: Transaction) -> str:
    """Take a request under a key."""
    return str(take_request(tx, actor, RULES, Order(service="drain", place="8-2", key=what)).number)


JOBS: dict[str, Callable[[Actor, str, Transaction], str]] = {
    "accept": accept,
    "expire": expire,
    "decide": decide,
    "take": take,
}


def work(name: str, job: dict[str, Any]) -> list[str]:
    """Do one job on every thing it names, in an order of this worker's own, and say what became of each."""
    database = Database(job["address"], clock=StoppedClock(datetime.fromisoformat(job["at"])))
    database.read(lambda tx: tx.now)
    print("ready", flush=True)
    sys.stdin.readline()
    said = {}
    todo = list(enumerate(job["things"]))
    random.Random(name).shuffle(todo)
    for index, thing in todo:
        try:
            said[index] = database.write(partial(JOBS[job["job"]], Actor(name=name), thing))
        except DispatchError as error:
            said[index] = error.kind
        except Exception as bug:  # noqa: BLE001 - whatever it is, the race is to see it
            said[index] = f"{type(bug).__name__}: {bug}"
    database.close()
    return [said[index] for index in range(len(todo))]


if __name__ == "__main__":
    for line in iter(sys.stdin.readline, ""):
        print(json.dumps(work(sys.argv[1], json.loads(line))), flush=True)
