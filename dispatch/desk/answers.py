"""Read what a responder wrote back: yes, no, stop, which code, and when they will be there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from dispatch.desk.promised_times import read_promise

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
        promised_at: When they say that they will be there, where they say so for certain.
    """

    word: Word
    code: str | None = None
    promised_at: datetime | None = None

    @property
    def understood(self) -> str:
        """What was understood, without any of the words as typed."""
        return f"{self.word} {self.code}" if self.code else str(self.word)


_STOP: Final = frozenset({"退订", "td", "t", "stop", "unsubscribe", "取消订阅"})
_STOP_SAID: Final = re.compile(
    r"(?:请|我要|我想|要求|申请|帮我|给我)*(?:退订|取消订阅)(?:了|吧|短信|消息|谢谢)*|(?:pleasestop|stopplease|stopall)"
)
_STOP_WORD: Final = re.compile(r"(?<!\w)(?:td|t|stop|unsubscribe)(?!\w)|退订|取消订阅")
_SIGNATURE: Final = re.compile(r"^\s*[【\[][^】\]]{1,20}[】\]]|[【\[][^】\]]{1,20}[】\]]\s*$")
_NO_WORDS: Final = (
    "不接", "不便", "不方便", "不能", "不行", "没空", "没时间", "拒绝", "拒", "去不了", "来不了", "不去", "不来",
    "no", "decline", "can't", "cannot", "cant",
)  # fmt: skip
_YES_WORDS: Final = (
    "接单", "接了", "我接", "接", "可以", "能去", "能来", "我去", "我来", "马上去", "马上来", "好的", "好", "行",
    "yes", "ok", "okay", "accept",
)  # fmt: skip
_DOUBTFUL: Final = ("晚点", "稍后", "等会", "再说", "看情况", "吗", "?", "later", "maybe")
_ANY_MOMENT: Final = datetime(2001, 1, 1, tzinfo=UTC)
_CODE: Final = re.compile(r"(?<!\d)(\d{4,6})(?!\d)")
_KEY: Final = re.compile(r"(?<![\da-z])([12a-d])(?![\da-z])")


def read_answer(text: str, now: datetime | None = None, zone: str = "UTC") -> Answer:
    """Understand an answer such as "1 4821", "接 4821", "4821不便", "２", "接 4821 半小时后到" or "退订".

    "1" and 接 mean yes, "2" and 不便 mean no. An answer that says both, or neither,
    or asks something back, is unclear: a person reads it. One that asks for no more
    messages, and says nothing else, is obeyed; with anything beside it, it is never a yes.

    Args:
        now: When it was written; without it no promised time is read.
        zone: Of the clock on the wall of whoever wrote it.
    """
    said = unicodedata.normalize("NFKC", _SIGNATURE.sub(" ", text[:LONGEST_ANSWER])).casefold().strip()
    promise = read_promise(said, now or _ANY_MOMENT, zone)
    at = promise.at if now is not None else None
    codes = set(_CODE.findall(promise.rest))
    rest = _CODE.sub(" ", promise.rest)
    alone = "".join(one for one in _CODE.sub(" ", said) if one.isalnum())
    if alone in _STOP or _STOP_SAID.fullmatch(alone):
        return Answer(Word.STOP)
    if len(codes) > 1:
        return Answer(Word.UNCLEAR, promised_at=at)
    code = codes.pop() if codes else None
    says_stop = _STOP_WORD.search(rest) is not None
    says_no = any(_has(rest, word) for word in _NO_WORDS)
    for word in _NO_WORDS:
        rest = rest.replace(word, " ")
    says_yes = any(_has(rest, word) for word in _YES_WORDS)
    keys = {"1": Word.YES, "a": Word.YES, "2": Word.NO, "d": Word.NO}
    pressed = {keys[key] for key in _KEY.findall(rest) if key in keys}
    meant = pressed | ({Word.NO} if says_no else set()) | ({Word.YES} if says_yes else set())
    if len(meant) != 1 or says_stop or any(word in rest for word in _DOUBTFUL):
        return Answer(Word.UNCLEAR, code, at)
    return Answer(meant.pop(), code, at)


def _has(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
    return word in text
