"""The sieve and its bits for Numba: eight entries side by side, written in LLVM's own words.

What ``sieves`` says in Python, entry by entry, LLVM does with one instruction each for as many
as the machine has room for. Left to itself it does so for half of them, in three times as long.

Source: LLVM Language Reference, vector types and ``cttz``; Numba, Low-level extension API.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import types as kinds
from numba.extending import intrinsic

from dispatch.solver.paths.sieves import LANES

Map = Any
"""``maps.Map``, on arrays."""
REALS, WHOLES = ir.VectorType(ir.FloatType(), LANES), ir.VectorType(ir.IntType(32), LANES)


def _comparisons(
    typing: Any,
    east: Any,
    north: Any,
    reach: Any,
    least: Any,
    has: Any,
    is_free: Any,
    at: Any,
    x: Any,
    y: Any,
    near: Any,
    below: Any,
    wants: Any,
    meets: Any,
) -> Any:
    reals, wholes = (kinds.Array(one, 1, "C") for one in (types.float32, types.int32))
    given = (*(reals,) * 4, *(wholes,) * 2, types.int64, *(types.float32,) * 4, *(types.int32,) * 2)

    def write(context: Any, block: Any, signature: Any, values: Any) -> Any:
        """Write the comparisons of all lanes, and their outcome as one small integer."""

        def entries(nth: int, vector: ir.VectorType) -> Any:
            array = context.make_array(signature.args[nth])(context, block, values[nth])
            there = block.bitcast(block.gep(array.data, [values[6]]), vector.as_pointer())
            read = block.load(there)
            read.align = 4
            return read

        def everywhere(value: Any, vector: ir.VectorType) -> Any:
            blank = ir.Constant(vector, ir.Undefined)
            one = block.insert_element(blank, value, ir.Constant(ir.IntType(32), 0))
            return block.shuffle_vector(one, blank, ir.Constant(WHOLES, [0] * LANES))

        right = block.fsub(entries(0, REALS), everywhere(values[7], REALS))
        up = block.fsub(entries(1, REALS), everywhere(values[8], REALS))
        way = block.fadd(block.fmul(right, right), block.fmul(up, up))
        left = block.fsub(everywhere(values[10], REALS), entries(3, REALS))
        wants, meets = everywhere(values[11], WHOLES), everywhere(values[12], WHOLES)
        may = [
            block.fcmp_ordered("<=", way, everywhere(values[9], REALS)),
            block.fcmp_ordered("<=", way, entries(2, REALS)),
            block.fcmp_ordered(">", left, ir.Constant(REALS, [0.0] * LANES)),
            block.fcmp_ordered("<", way, block.fmul(left, left)),
            block.icmp_signed("==", block.and_(entries(4, WHOLES), wants), wants),
            block.icmp_signed("!=", block.and_(entries(5, WHOLES), meets), ir.Constant(WHOLES, [0] * LANES)),
        ]
        all_of_it = may[0]
        for one in may[1:]:
            all_of_it = block.and_(all_of_it, one)
        return block.zext(block.bitcast(all_of_it, ir.IntType(LANES)), ir.IntType(64))

    return types.int64(*given), write


def _trailing_zeros(typing: Any, bits: Any) -> Any:
    def write(context: Any, block: Any, signature: Any, values: Any) -> Any:
        """Write the instruction."""
        return block.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), write


_eight: Any = intrinsic(_comparisons)
_zeros: Any = intrinsic(_trailing_zeros)


def sieve_lanes(
    town: Map, at: int, after: int, x: float, y: float, near: float, below: float, wants: int, meets: int
) -> int:
    """Return a bit for each of the next entries that may matter; as ``sieves.sieve``."""
    bits: int = _eight(
        town.who_x, town.who_y, town.who_reach, town.who_least, town.who_can, town.who_free,
        at, x, y, near, below, wants, meets,
    )  # fmt: skip
    if after - at < LANES:
        bits &= (1 << (after - at)) - 1
    return bits


def sieve_back_lanes(
    town: Map, at: int, after: int, x: float, y: float, near: float, below: float, lacks: int, is_free: int
) -> int:
    """Return a bit for each of the next requests to which a responder may be sent; as ``sieves.sieve_back``."""
    bits: int = _eight(
        town.asks_x, town.asks_y, town.asks_far, town.asks_least, town.asks_spares, town.asks_free,
        at, x, y, near, below, lacks, is_free,
    )  # fmt: skip
    if after - at < LANES:
        bits &= (1 << (after - at)) - 1
    return bits


def lowest_lane(bits: int) -> int:
    """Return the place of the lowest bit that is set; as ``sieves.lowest``."""
    place: int = _zeros(bits)
    return place
