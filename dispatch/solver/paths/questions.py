"""What may be asked of a cheapest plan without solving again: why not that one, who competes, what one more changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from dispatch.solver.paths.engine import WORTH_COMPILING, Engine, engine_for, read_by
from dispatch.solver.paths.levels import Aim, Fold, Numbers
from dispatch.solver.paths.maps import Map
from dispatch.solver.paths.search import ABSENT, OUT, State


class Move(NamedTuple):
    """A request that goes from one responder to another.

    Args:
        left: The responder's column; none where the request was left out.
        joined: The responder's column; none where the request is then left out.
    """

    request: int
    left: int | None
    joined: int | None


class Chain(NamedTuple):
    """The least change that sends a responder to a request.

    Args:
        price: By level, how much worse the plan becomes.
        moves: The pair asked about first, then who makes room, one after the other, up to a free seat or a request
            left out, and from there to the seat that became free. Every request at most once; together they lead
            from the plan to the best one that has the pair.
    """

    price: tuple[int, ...]
    moves: tuple[Move, ...]


class Rivals(NamedTuple):
    """Requests that can only be served by the same few people.

    Args:
        requests: Rows, in order; the one asked about is among them.
        responders: Columns, in order: all who could go to any of these requests.
        seats: How many requests those take together.
    """

    requests: tuple[int, ...]
    responders: tuple[int, ...]
    seats: int


class Questions:
    """What a plan answers for: rows and columns as in ``Plan``, which this is a part of.

    Nothing asked changes the plan. Answers are exact where levels were folded into
    radices that are safe (``Fold.is_safe``: always in CPython, and in compiled code
    unless levels are many and the plan is large). Else ways are compared by the
    folded sum, in which a level could only be outweighed by a lower one that grows
    by more than eight times its dearest pair.
    """

    engine: Engine
    state: State
    fold: Fold
    aims: tuple[Aim, ...]
    capacity: Numbers
    arcs: Any

    def place_of_request(self, row: int) -> int:
        """Return where a request stands in ``arcs`` and ``state``."""
        return row

    def place_of_responder(self, column: int) -> int:
        """Return where a responder stands in ``arcs`` and ``state``."""
        return column

    def places_of_requests(self, rows: Numbers) -> Numbers:
        """Return where requests stand, all at once; (n,) as ``rows``."""
        return rows

    def places_of_responders(self, columns: Numbers) -> Numbers:
        """Return where responders stand, all at once; (n,) as ``columns``."""
        return columns

    def request_at(self, place: int) -> int:
        """Return the row of the request that stands somewhere in ``arcs`` and ``state``."""
        return int(place)

    def responder_at(self, place: int) -> int:
        """Return the column of the responder who stands somewhere in ``arcs`` and ``state``."""
        return int(place)

    def price_of_sending(self, row: int, column: int) -> tuple[int, ...] | None:
        """Return how much worse the best plan with this pair is, level by level, without solving again.

        Returns:
            The difference between the best plan that sends the responder to the request and this one,
            by level; None where the pair is not allowed or no plan has it.
        """
        found = self._circle(row, column)
        return None if found is None else self.fold.digits(int(found[0]))

    def chain_of_sending(self, row: int, column: int) -> Chain | None:
        """Return the same price with who moves: carried out, the moves give the best plan with this pair.

        Returns:
            None where ``price_of_sending`` is. For a pair that the plan has, no level is worse and nobody moves.
        """
        found = self._circle(row, column)
        if found is None:
            return None
        price, moves = found
        return Chain(
            self.fold.digits(int(price)),
            tuple(
                Move(self.request_at(i), *(None if one == OUT else self.responder_at(one) for one in (a, b)))
                for i, a, b in moves
            ),
        )

    def prices_of_sending(
        self, rows: Numbers | Sequence[int], columns: Numbers | Sequence[int]
    ) -> list[tuple[int, ...] | None]:
        """Return ``price_of_sending`` of many pairs, each by itself; compiled code answers them in one go.

        Args:
            rows: (n,)
            columns: (n,)
        """
        found = self.engine.circles.circles(
            self.arcs,
            self.state,
            read_by(self.engine, self.places_of_requests(np.asarray(rows, dtype=np.int64))),
            read_by(self.engine, self.places_of_responders(np.asarray(columns, dtype=np.int64))),
        )
        beyond = self.state.beyond[0]
        return [None if price >= beyond else self.fold.digits(int(price)) for price in found]

    def _circle(self, row: int, column: int) -> tuple[int, Sequence[tuple[int, int, int]]] | None:
        engine, arcs, state = self._read_singly
        row, column = self.place_of_request(row), self.place_of_responder(column)
        home = state.sent[row]
        if state.used[column] or not state.capacity[column] or home == ABSENT:
            found: tuple[int, Sequence[tuple[int, int, int]]] = engine.circles.circle(arcs, state, row, column)
            return None if found[0] >= state.beyond[0] else found
        # Nobody sits there, so nobody makes room: what is left is the way to the seat that the request leaves.
        is_allowed, cost = engine.ways.pair(arcs, row, column)
        if not is_allowed:
            return None
        first = (row, home, column)
        if home == OUT:
            return cost + state.base[column] - state.out[row], [first]
        ways = self._ways_in
        if home not in ways:
            ways[home] = engine.circles.way_in(arcs, state, home)
        left, behind = ways[home]
        return cost + state.base[column] + left - state.paid[row] - state.price[home], [first, *behind]

    @cached_property
    def _ways_in(self) -> dict[int, tuple[int, Sequence[tuple[int, int, int]]]]:
        """Return who moves up when a responder's seat becomes free, as far as that was asked; changes empty it."""
        return {}

    @cached_property
    def _read_singly(self) -> tuple[Engine, Any, State]:
        """Return the engine that is asked one question at a time, and what it reads.

        To hand all arrays to compiled code takes longer than a search in a small plan. There CPython reads the same
        memory; but not on the earth, where a sine of the one need not be the other's.
        """
        arcs, state = self.arcs, self.state
        is_map = isinstance(arcs, Map)
        size = len(state.sent) + len(state.price) if is_map else len(arcs.head)
        if not self.engine.is_compiled or size >= WORTH_COMPILING or (is_map and arcs.on_earth[0]):
            return self.engine, arcs, state
        plain = engine_for("maps" if is_map else "lists", 0, compiled=False)
        # A queue of CPython's is a list.
        return plain, type(arcs)(*_in_place(arcs)), State(*_in_place(state))._replace(queue=[])

    def rivals(self, row: int) -> Rivals | None:
        """Return the smallest set of requests, this one among them, that have no seat to spare.

        Let S be the requests that can be reached from ``row`` by sending a request
        to anybody who could go and moving on whoever sits there, and N their
        responders. Everybody who could go to a request of S is in N, for the search
        went there. If somebody in N has a free seat the answer is None: nobody else
        keeps the request from being served. Else the seats of N are taken, and by
        requests of S, for the search went on from each. So if ``row`` is left out, S
        is one more than the seats: *these k requests can only be served by these
        k - 1 seats* (Hall's condition is broken). If it is served they are as many:
        one request more that needs these people, and one is left out.

        No smaller set will do. Where ``row`` is left out: moving requests along the way
        by which the search came to one of S serves ``row`` and leaves out that one
        instead. So without any one of them all others can be served, and S is the only
        set among the requests served and ``row`` of which both are true (the
        fundamental circuit of the transversal matroid). For the same reason none of
        them counts less than ``row`` at the levels that come before all levels of pairs
        and seats: else it would be left out instead. Where ``row`` is served: a set that
        fills all seats of its responders holds everybody who sits there, and so, going
        on from ``row``, all of S. The smallest set among *all* requests is not sought,
        which is NP-hard.

        Raises:
            ValueError: The request is not there.

        Source: Hall, On representatives of subsets (1935); McCormick, A combinatorial approach to some sparse
            matrix problems (1983), for the hardness.
        """
        place = self.place_of_request(row)
        if self.state.sent[place] == ABSENT:
            raise ValueError(f"request {row} is not there")
        is_full, requests, places = self.engine.circles.competing(self.arcs, self.state, place)
        if not is_full:
            return None
        people = sorted(map(self.responder_at, places))
        seats = sum(int(self.capacity[one]) for one in people)
        if seats > sum(int(self.state.capacity[one]) for one in places):
            # Seats that no pair could fill are not in the state, but they are there.
            return None
        return Rivals(tuple(sorted(map(self.request_at, requests))), tuple(people), seats)

    def worth_of_a_copy(self, column: int) -> tuple[int, ...]:
        """Return what one more person like a responder would change who takes one request, level by level.

        Returns:
            The best plan with them minus this one; below zero at the first level that changes. The copy
            may go to what the responder may, at the same costs, and begins with the same load. That a
            responder who is closed may not take anything does not hold for the copy.
        """
        found = self.engine.circles.worth_of_copy(self.arcs, self.state, self.place_of_responder(column))
        return self.fold.digits(int(found))

    def worth_of_one_more(
        self, rows: Numbers | Sequence[int], pairs: Numbers | Sequence[Sequence[int]], seat: Sequence[int]
    ) -> tuple[int, ...]:
        """Return what one more person would change who takes one request, level by level.

        Args:
            rows: (n,) the requests they may go to; none twice.
            pairs: (n, levels) what sending them there counts, as ``Aim.pair`` does.
            seat: (levels,) what sending them at all counts, as ``Aim.first_seat`` does.

        Returns:
            The best plan with them minus this one; below zero at the first level that changes.

        Raises:
            ValueError: The arrays do not fit each other, or a row is not there.
            OverflowError: A pair or the seat counts more than any that the plan was made for (``Aim.most``).
        """
        rows = np.asarray(rows, dtype=np.int64)
        counted = np.asarray(pairs, dtype=np.int64).reshape(-1, len(self.aims))
        if len(counted) != len(rows) or len(seat) != len(self.aims):
            raise ValueError(f"{len(rows)} rows, {len(counted)} pairs and {len(seat)} of {len(self.aims)} levels")
        if len(rows) == 0:
            return self.fold.digits(0)
        if rows.min() < 0 or rows.max() >= len(self.state.sent):
            raise ValueError(f"a row is not one of {len(self.state.sent)} requests")
        for level, aim in enumerate(self.aims):
            if int(np.abs(counted[:, level]).max()) > aim.dearest_pair or abs(seat[level]) > aim.dearest_seat:
                raise OverflowError(f"level {aim.name}: more than any pair or seat that the plan was made for")
        return self._worth(self.places_of_requests(rows), self.fold.folded(counted), self.fold.number(seat))

    def _worth(self, rows: Numbers, costs: Any, seat: int) -> tuple[int, ...]:
        found = self.engine.circles.worth_of_seat(
            self.arcs, self.state, read_by(self.engine, rows), read_by(self.engine, costs), seat
        )
        return self.fold.digits(int(found))


def _in_place(arrays: Iterable[Any]) -> Iterable[Any]:
    """Return arrays as CPython reads and writes them quickest without a copy."""
    return (memoryview(one) for one in arrays)
