"""Every pair of states of both tables is either allowed or refused, and nothing else."""

from __future__ import annotations

from itertools import product
from typing import Final

import pytest

from dispatch.errors import NotAllowedNow
from dispatch.model.lifecycle import (
    FINISHED,
    HOLDS_SEAT,
    HOLDS_SLOT,
    NEVER_HELD_SLOT,
    NEXT_OFFER,
    NEXT_REQUEST,
    OFFER_SENTENCES,
    OPEN,
    STATE_SENTENCES,
    OfferState,
    RequestState,
    check_offer_move,
    check_request_move,
)

# Written out a second time, letter for letter from the design, so that a slip in either copy shows.
REQUEST_MOVES: Final = """
received: triaged needs_person merged cancelled
triaged: asking needs_person promoted handed_over unable merged cancelled
asking: arranged triaged needs_person promoted handed_over unable cancelled
arranged: doing done asking cancelled
doing: done asking needs_person cancelled
needs_person: triaged promoted handed_over unable merged cancelled
done: rated triaged
rated:
promoted:
handed_over:
unable:
merged:
cancelled:
"""
OFFER_MOVES: Final = """
offered: accepted declined expired withdrawn
accepted: doing done released cancelled
doing: done released cancelled
done:
declined:
expired:
withdrawn:
released:
cancelled:
"""


def pairs(table: str) -> set[tuple[str, str]]:
    """Read a table of moves."""
    lines = [line.split(":") for line in table.strip().splitlines()]
    return {(now, wanted) for now, following in lines for wanted in following.split()}


@pytest.mark.parametrize(("now", "wanted"), list(product(RequestState, RequestState)))
def test_a_request_moves_as_the_table_says_and_no_other_way(now: RequestState, wanted: RequestState) -> None:
    """Each of the 169 pairs is allowed if it stands in the design's table, and refused by name if not."""
    allowed = (now.value, wanted.value) in pairs(REQUEST_MOVES)

    if allowed:
        check_request_move(7, now, wanted)
    else:
        with pytest.raises(NotAllowedNow) as refused:
            check_request_move(7, now, wanted)
        assert refused.value.params["number"] == 7
        assert refused.value.params["state"] == STATE_SENTENCES[now]
        assert refused.value.params["wanted"] == STATE_SENTENCES[wanted]


@pytest.mark.parametrize(("now", "wanted"), list(product(OfferState, OfferState)))
def test_an_offer_moves_as_the_table_says_and_no_other_way(now: OfferState, wanted: OfferState) -> None:
    """Each of the 81 pairs is allowed if it stands in the design's table, and refused by name if not."""
    allowed = (now.value, wanted.value) in pairs(OFFER_MOVES)

    if allowed:
        check_offer_move(7, now, wanted)
    else:
        with pytest.raises(NotAllowedNow) as refused:
            check_offer_move(7, now, wanted)
        assert refused.value.params["state"] == OFFER_SENTENCES[now]
        assert refused.value.params["wanted"] == OFFER_SENTENCES[wanted]


def test_both_tables_speak_of_every_state_and_of_no_other() -> None:
    """A state that is missing from its table would be a dead end nobody decided on."""
    assert set(NEXT_REQUEST) == set(RequestState)
    assert set(NEXT_OFFER) == set(OfferState)
    assert set(STATE_SENTENCES) == set(RequestState)
    assert set(OFFER_SENTENCES) == set(OfferState)


@pytest.mark.parametrize("state", RequestState)
def test_a_refusal_lists_the_moves_that_are_open_or_says_that_it_is_finished(state: RequestState) -> None:
    """The hint names every move the table allows, in the order of a request's life, or that none is left."""
    with pytest.raises(NotAllowedNow) as refused:
        check_request_move(7, state, RequestState.RECEIVED)

    open_moves = [wanted for wanted in RequestState if (state.value, wanted.value) in pairs(REQUEST_MOVES)]
    if open_moves:
        assert refused.value.hint == "moves open from here: {moves}"
        assert refused.value.params["moves"] == tuple(STATE_SENTENCES[wanted] for wanted in open_moves)
    else:
        assert refused.value.hint == "it is finished; take the need again as a new request"


def test_the_states_that_are_looked_at_again_are_those_the_design_names() -> None:
    """Every state but done and the finished ones has a next look."""
    assert FINISHED == set("rated promoted handed_over unable merged cancelled".split())
    assert OPEN == set("received triaged asking arranged doing needs_person".split())


def test_seats_and_slots_are_held_in_the_states_the_constraints_name() -> None:
    """A live offer and an assignment hold a seat; from acceptance to the end of the work a slot is held."""
    assert HOLDS_SEAT == set("offered accepted doing".split())
    assert HOLDS_SLOT == set("accepted doing done".split())
    assert NEVER_HELD_SLOT == set("offered declined expired withdrawn".split())


def test_every_state_can_be_reached_from_the_first_one() -> None:
    """No state is there that nothing leads to."""
    for first, table in (("received", REQUEST_MOVES), ("offered", OFFER_MOVES)):
        reached, edge = {first}, {first}
        while edge:
            edge = {wanted for now, wanted in pairs(table) if now in edge} - reached
            reached |= edge

        assert reached == {line.split(":")[0] for line in table.strip().splitlines()}


def test_every_open_state_leads_to_an_end() -> None:
    """Nothing that was taken can be stuck for ever."""
    ends = {state.value for state in FINISHED}
    while True:
        more = {now for now, wanted in pairs(REQUEST_MOVES) if wanted in ends} - ends
        if not more:
            break
        ends |= more

    assert ends == {state.value for state in RequestState}
