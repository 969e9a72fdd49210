"""What a plugin's reason to send somebody comes to: asked once a problem, checked, and handed on as numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from dispatch.errors import PluginBroke
from dispatch.i18n import BothNames, Sentence, sentence
from dispatch.model.assignment import Visit
from dispatch.plugins.faults import plugin_broke, where_it_broke
from dispatch.plugins.in_time import InTime, TooLong
from dispatch.solver.problem import ExtraTerm, Problem

MOST_METRES: Final = 5_000
"""What one term of a plugin may say at most, either way: about as far as anybody walks."""
SECONDS: Final = 5
"""How long a term is waited for; ours take a thousandth of one."""

Metres = Mapping[tuple[str, str], int]
"""Metre-equivalents by need id and helper id."""

log = logging.getLogger("dispatch.plugins")


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerm:
    """A reason that makes one pairing worse, or better, than another.

    Args:
        metres: Given a problem and who has helped its households before, gives whole
            *metre-equivalents* by need id and helper id: 300 means "as bad as 300 m of extra
            walking", -150 "as good as 150 m less". Pairings that are left out count 0.
        en: What people call the reason, in English: "helped here before".
        zh: The same in Chinese.
    """

    metres: Callable[[Problem, Sequence[Visit]], Metres]
    en: str
    zh: str


class Offered(NamedTuple):
    """A term, and who offers it.

    Args:
        plugin: The plugin with its package and version, for people.
        own: The plugin's own name, by which it is left out.
    """

    name: str
    plugin: str
    own: str
    term: CostTerm


class CostTerms:
    """The terms of all plugins, behind the rule that none of them stops a round, or holds it up.

    Each is waited for only so long, as ``InTime`` says.

    Args:
        faults: What went wrong before any could be asked; told each time.
        seconds: How long one term is waited for.
    """

    def __init__(
        self, offered: Sequence[Offered] = (), faults: Sequence[PluginBroke] = (), *, seconds: float = SECONDS
    ) -> None:
        self.offered, self.faults = tuple(offered), tuple(faults)
        self._in_time = InTime(seconds)

    def added_to(self, problem: Problem, visits: Sequence[Visit]) -> tuple[Problem, tuple[Sentence, ...]]:
        """Work every term out for a problem.

        Args:
            visits: Who has helped the problem's households before, oldest first.

        Returns:
            The problem with the terms in it, those that come to nothing left out, and for each
            term that is left out because its plugin broke a sentence that names the plugin.
        """
        extra, faults = [], list(self.faults)
        for one in self.offered:
            try:
                metres = self._asked(one, problem, visits)
            except PluginBroke as fault:
                faults.append(fault)
                continue
            if metres:
                extra.append(ExtraTerm(name=one.name, label=BothNames(one.term.zh, one.term.en), metres=metres))
        for broken in faults:
            log.warning("left out of the costs: %s", broken)
        told = tuple(
            sentence("left out of the costs: {fault}", fault=Sentence(one.message, one.params)) for one in faults
        )
        return replace(problem, extra=(*problem.extra, *extra)), told

    def _asked(self, offered: Offered, problem: Problem, visits: Sequence[Visit]) -> dict[tuple[str, str], int]:
        """Ask for a term, and wait so long.

        Raises:
            PluginBroke: It fails, gives something else than it should, or does not come back.
        """
        try:
            return self._in_time.call(offered.name, lambda: _checked(offered, problem, visits))
        except TooLong as fault:
            why = sentence(
                "the cost term {name} gave no answer within {seconds} s",
                name=offered.name,
                seconds=f"{self._in_time.seconds:g}",
            )
            raise plugin_broke(offered.plugin, offered.own, why) from fault


NO_TERMS: Final = CostTerms()
"""No plugin has a say."""


def _checked(offered: Offered, problem: Problem, visits: Sequence[Visit]) -> dict[tuple[str, str], int]:
    """Ask for a term, and keep what is not zero.

    Raises:
        PluginBroke: It fails, or gives something else than it should.
    """

    def broke(why: Sentence) -> PluginBroke:
        return plugin_broke(offered.plugin, offered.own, why)

    try:
        given: object = offered.term.metres(problem, visits)
        # A mapping of theirs may fail while it is read, and a value of theirs while it is compared.
        pairs = [(pair, value) for pair, value in given.items() if value != 0] if isinstance(given, Mapping) else None
    except (Exception, SystemExit) as fault:
        why = sentence("the cost term {name} failed: {fault}", name=offered.name, fault=where_it_broke(fault))
        raise broke(why) from fault
    if pairs is None:
        raise broke(sentence("the cost term {name} gave no mapping", name=offered.name))
    needs, helpers = {one.id for one in problem.needs}, {one.id for one in problem.helpers}
    for pair, value in pairs:
        if not isinstance(pair, tuple) or len(pair) != 2 or pair[0] not in needs or pair[1] not in helpers:
            raise broke(sentence("the cost term {name} names a pair that is not in the problem", name=offered.name))
        if type(value) is not int or not -MOST_METRES <= value <= MOST_METRES:
            raise broke(
                sentence(
                    "the cost term {name} gave {value}, not a whole number from -{most} to {most}",
                    name=offered.name,
                    value=_shown(value),
                    most=MOST_METRES,
                )
            )
    return dict(pairs)


def _shown(value: object) -> str:
    """Write a number that is out of bounds; of anything else, and of what is too long to write, the kind."""
    if isinstance(value, (bool, float)) or (isinstance(value, int) and -(10**12) < value < 10**12):
        return str(value)
    return f"({type(value).__name__})"
