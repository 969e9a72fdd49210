"""Read what a responder wrote back: yes, no, stop, and which code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST_ANSWER: Final = 500
"""Characters looked at; what follows is kept but not read."""


class Word(StrEnum):
    """What an answer says."""

    YES = "yes"
    NO = "no"
    STOP = "stop"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was understood of an answer.

    Args:
        code: The offer's code, where the answer has one.
    """

    word: Word
    code: str | None = None

    @property
    def understood(self) -> str:
        """What was understood, without any of the words as typed."""
        return f"{self.word} {self.code}" if self.code else str(self.word)


_STOP: Final = frozenset({"退订", "td", "t", "stop", "unsubscribe"})
_NO_WORDS: Final = (
    "不接", "不便", "不方便", "不能", "不行", "没空", "没时间", "拒绝", "拒", "去不了", "来不了", "不去", "不来",
    "no", "decline", "can't", "cannot", "cant",
)  # fmt: skip
_YES_WORDS: Final = (
    "接单", "接了", "我接", "接", "可以", "能去", "能来", "我去", "我来", "马上去", "马上来", "好的", "好", "行",
    "yes", "ok", "okay", "accept",
)  # fmt: skip
_DOUBTFUL: Final = ("晚点", "稍后", "等会", "再说", "看情况", "吗", "?", "later", "maybe")
_CODE: Final = re.compile(r"(?<!\d)(\d{4,6})(?!\d)")
_KEY: Final = re.compile(r"(?<!\d)([12a-d])(?![\da-z])")


def read_answer(text: str) -> Answer:
    """Understand an answer such as "1 4821", "接 4821", "4821不便", "２" or "退订".

    "1" and 接 mean yes, "2" and 不便 mean no. An answer that says both, or neither,
    or asks something back, is unclear: a person reads it.
    """
    said = unicodedata.normalize("NFKC", text[:LONGEST_ANSWER]).casefold().strip()
    if said.strip(" .!,。！，") in _STOP:
        return Answer(Word.STOP)
    codes = set(_CODE.findall(said))
    code = codes.pop() if len(codes) == 1 else None
    if codes:
        return Answer(Word.UNCLEAR)
    rest = _CODE.sub(" ", said)
    says_no = any(_has(rest, word) for word in _NO_WORDS)
    for word in _NO_WORDS:
        rest = rest.replace(word, " ")
    says_yes = any(_has(rest, word) for word in _YES_WORDS)
    keys = {"1": Word.YES, "a": Word.YES, "2": Word.NO, "d": Word.NO}
    pressed = {keys[key] for key in _KEY.findall(rest) if key in keys}
    meant = pressed | ({Word.NO} if says_no else set()) | ({Word.YES} if says_yes else set())
    if len(meant) != 1 or any(word in rest for word in _DOUBTFUL):
        return Answer(Word.UNCLEAR, code)
    return Answer(meant.pop(), code)


def _has(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
    return word in text
