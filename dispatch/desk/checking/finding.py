"""What a look at this computer and its database found: good, to take care of, or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dispatch.i18n import Sentence, sentence

Level = Literal["red", "yellow", "green"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Args:
        level: "red" will hurt or hurts already, "yellow" may hurt later, "green" is as it should be.
        what: How it is.
        hint: What to do about it.
    """

    level: Level
    what: Sentence
    hint: Sentence | None = None


def red(what: Sentence, hint: str | None = None) -> Finding:
    """Say that something is wrong; the hint is a message id that shares the sentence's parameters."""
    return Finding("red", what, None if hint is None else sentence(hint, **what.params))


def yellow(what: Sentence, hint: str | None = None) -> Finding:
    """Say that something wants care; the hint is a message id that shares the sentence's parameters."""
    return Finding("yellow", what, None if hint is None else sentence(hint, **what.params))


def green(what: Sentence) -> Finding:
    """Say that something is as it should be."""
    return Finding("green", what)
