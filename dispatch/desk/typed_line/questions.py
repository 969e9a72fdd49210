"""What is still to be asked before an order can be taken: ambiguous is asked, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dispatch.errors import Refused
from dispatch.i18n import LANGUAGES, Sentence, say


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose.

    Args:
        value: What to hand back as the answer.
        label: What a person reads: a name, or a sentence to translate.
    """

    value: str
    label: str | Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the text leaves open.

    Args:
        key: What it is about: "place", "unit", "door", "service", "headcount", "window", "phone", "name" or "urgency".
        sentence: The question as it is put.
        choices: Answers to choose from.
        is_open: Whether an answer in one's own words is taken as well.
    """

    key: str
    sentence: Sentence
    choices: tuple[Choice, ...] = ()
    is_open: bool = False


class NotAChoice(Refused):
    """An answer that is none of those to choose from."""


_MISSING: Final = {
    "place": Sentence("building, unit and door (8号楼2单元301)"),
    "unit": Sentence("the unit (2单元)"),
    "door": Sentence("the floor or the door (301)"),
    "service": Sentence("what is needed (下水道堵了)"),
    "headcount": Sentence("one number of people (2个人)"),
    "window": Sentence("one clear time (明天上午9点)"),
    "phone": Sentence("one whole phone number"),
    "name": Sentence("one name only"),
    "urgency": Sentence("either that it is urgent or that it can wait"),
}
"""What to write so that nothing is asked about it, by the key of its question."""

_SHORTEST_PART: Final = 2


def choose(question: Question, value: str) -> Choice | None:
    """Return the choice that *value* names, by its value or its label; none where own words are allowed.

    A label is known in either language, and where one of the choices must be meant by any part of two
    characters or more that no other choice has.

    Raises:
        NotAChoice: It is none of the choices, and only these are allowed.
    """
    wanted = value.strip().casefold()
    for choice in question.choices:
        if wanted in (choice.value.casefold(), *_labels(choice)):
            return choice
    if question.is_open:
        return None
    meant = [choice for choice in question.choices if any(wanted in label for label in _labels(choice))]
    if len(meant) == 1 and len(wanted) >= _SHORTEST_PART:
        return meant[0]
    raise NotAChoice(
        "{answer} is none of the choices",
        answer=value[:40],
        choices=tuple(choice.value for choice in question.choices),
        hint="choose one of: {choices}",
    )


def _labels(choice: Choice) -> tuple[str, ...]:
    if isinstance(choice.label, str):
        return (choice.label.casefold(),)
    return tuple(say(choice.label, language).casefold() for language in LANGUAGES)


def missing_of(questions: Iterable[Question]) -> tuple[Sentence, ...]:
    """Return what to write so that none of the questions is asked, each once."""
    return tuple(_MISSING[key] for key in dict.fromkeys(question.key for question in questions))


def refuse_while_open(questions: Iterable[Question]) -> None:
    """Raise while anything is still to be asked.

    Raises:
        Refused: Names every open question.
    """
    still_open = tuple(questions)
    if still_open:
        raise Refused(
            "this is not clear yet: {questions}",
            questions=tuple(question.sentence for question in still_open),
            missing=missing_of(still_open),
            hint="write it with: {missing}",
        )
