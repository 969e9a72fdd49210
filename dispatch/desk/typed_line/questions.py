"""What is still to be asked before an order can be taken: ambiguous is asked, never guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.errors import Refused
from dispatch.i18n import Sentence


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
        key: What it is about: "place", "unit", "door", "service", "window", "phone", "name" or "urgency".
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


def choose(question: Question, value: str) -> Choice | None:
    """Return the choice that *value* names, by its value or by its label; none where own words are allowed.

    Raises:
        NotAChoice: It is none of the choices, and only these are allowed.
    """
    wanted = value.strip().casefold()
    for choice in question.choices:
        if wanted in (choice.value.casefold(), str(choice.label).casefold()):
            return choice
    if question.is_open:
        return None
    raise NotAChoice(
        "{answer} is none of the choices",
        answer=value[:40],
        choices=tuple(choice.value for choice in question.choices),
        hint="choose one of: {choices}",
    )


def refuse_while_open(questions: Iterable[Question]) -> None:
    """Raise while anything is still to be asked.

    Raises:
        Refused: Names every open question.
    """
    still_open = tuple(question.sentence for question in questions)
    if still_open:
        raise Refused(
            "this is not clear yet: {questions}",
            questions=still_open,
            hint="write where, what is needed, name and phone: 8号楼2单元301 下水道堵了 王阿姨",
        )
