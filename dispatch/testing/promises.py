"""A promise that is tried, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from dispatch.errors import DispatchError
from dispatch.i18n import Sentence, sentence
from dispatch.plugins.faults import where_it_broke


class PromiseBroken(AssertionError):
    """A part of the promise was not kept.

    Args:
        why: Says which, and how.
    """

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


class DoesNotApply(Exception):
    """This promise has no meaning here.

    Args:
        why: Says why not.
    """

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


class NotTried(Exception):
    """This promise could not be tried.

    Args:
        why: Says why not, and what would let it be tried.
    """

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


class Verdict(StrEnum):
    """What came of trying a promise."""

    KEPT = "kept"
    BROKEN = "broken"
    DOES_NOT_APPLY = "does_not_apply"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the contract kit.

    Args:
        name: What is promised, as a sentence for people.
        try_it: Raises ``PromiseBroken``, ``DoesNotApply`` or ``NotTried``, or nothing.
    """

    name: Sentence
    try_it: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Tried:
    """A promise, what came of it, and why."""

    name: Sentence
    verdict: Verdict
    why: Sentence | None = None


def tried(promises: Iterable[Promise]) -> list[Tried]:
    """Try one promise after the other; nothing that a plugin raises ends the list."""
    return [_tried(one) for one in promises]


def hold(promises: Iterable[Promise]) -> None:
    """Try one promise after the other.

    Raises:
        PromiseBroken: The first that is not kept; those that do not apply or cannot be tried are passed over.
    """
    for one in promises:
        found = _tried(one)
        if found.verdict is Verdict.BROKEN:
            assert found.why is not None
            raise PromiseBroken(found.why)


def expect(kept: bool, otherwise: Sentence) -> None:
    """Go on where *kept* is true.

    Raises:
        PromiseBroken: It is not.
    """
    # Not the statement assert, which python -O leaves out.
    if not kept:
        raise PromiseBroken(otherwise)


def _tried(promise: Promise) -> Tried:
    try:
        promise.try_it()
    except PromiseBroken as broken:
        return Tried(promise.name, Verdict.BROKEN, broken.why)
    except DoesNotApply as beside:
        return Tried(promise.name, Verdict.DOES_NOT_APPLY, beside.why)
    except NotTried as open_:
        return Tried(promise.name, Verdict.NOT_TRIED, open_.why)
    except DispatchError as fault:
        return Tried(promise.name, Verdict.BROKEN, Sentence(fault.message, fault.params))
    except (Exception, SystemExit) as fault:  # noqa: BLE001  a plugin may raise anything
        return Tried(promise.name, Verdict.BROKEN, sentence("it raised {fault}", fault=where_it_broke(fault)))
    return Tried(promise.name, Verdict.KEPT)
