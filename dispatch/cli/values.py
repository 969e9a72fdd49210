"""How values of options and arguments are read: one of a few by any of its words, a number with its counting word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from dispatch.cli.words import language, words
from dispatch.errors import Refused
from dispatch.i18n import Sentence


class OneOf(click.ParamType[Any]):
    """One of a few, by its code, by what our screens call it in either language, or by a common word for it.

    Args:
        said: What can be chosen, and how our screens say it.
        also: Other words for it.
        more: Reads what is none of these.
    """

    name = "choice"

    def __init__(
        self,
        said: Mapping[Any, Sentence],
        also: Mapping[str, Any],
        more: Callable[[str], Any] | None = None,
    ) -> None:
        self.said, self.also, self.more = said, also, more

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Show the choices in the language of this run, as they may be typed."""
        shown = "|".join(words(one) if language() == "zh" else str(code) for code, one in self.said.items())
        return f"{{{shown}}}" if isinstance(param, click.Argument) and param.required else f"[{shown}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the choice that a text names."""
        from dispatch.desk.choices import choice_named

        found = choice_named(value, self.said, self.also)
        if found is None and self.more is not None:
            found = self.more(value)
        if found is None:
            choices = tuple(
                Sentence("{name} ({code})", {"name": one, "code": str(code)}) for code, one in self.said.items()
            )
            self.fail(words("{text} is none of these: {choices}", text=value, choices=choices), param, ctx)
        return found

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the codes, and what our screens call them in the language of this run."""
        known = (str(code) for code in self.said) if language() == "en" else map(words, self.said.values())
        return [CompletionItem(one) for one in known if one.startswith(incomplete)]


class Counted(click.ParamType[Any]):
    """A whole number, with or without its counting words, in digits of any width or in 中文.

    Args:
        before: A pattern of what may stand before the number.
        after: A pattern of what may stand behind it.
        example: What to say to somebody who wrote no number; a message id with ``{text}``.
        times: Counting words that stand for several units, and for how many.
        least: The least number that is taken.
    """

    name = "integer"

    def __init__(
        self,
        before: str,
        after: str,
        example: Sentence,
        *,
        times: Mapping[str, int] | None = None,
        least: int | None = None,
    ) -> None:
        self.before, self.after, self.example, self.times, self.least = before, after, example, times or {}, least

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Call an option's value a whole number in the language of this run; an argument goes by its own name."""
        return None if isinstance(param, click.Argument) else words("integer").upper()

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number that a text is."""
        from dispatch.desk.numerals import number_with

        if isinstance(value, int):
            return value
        found = number_with(value, before=self.before, after=self.after)
        for unit, factor in self.times.items():
            many = number_with(value, before=self.before, after=unit) if found is None else None
            found = many * factor if many is not None else found
        if found is None or abs(found) >= _TOO_MANY or (self.least is not None and found < self.least):
            self.fail(words(Sentence(self.example.id, {"text": value})), param, ctx)
        return found


_TOO_MANY: Final = 2**31
"""More than any number of ours is, and than a column of PostgreSQL holds."""

REQUEST_NUMBER: Final = Counted(
    "第|#|no\\.?|number|request|单号[:]?|单子",
    "号单子?|号|单|#",
    Sentence("{text} is not the number of a request; write it as 12"),
)
SHEET_NUMBER: Final = Counted(
    "第|#|no\\.?|sheet|单号[:]?",
    "号?(?:张|页|份)|号(?:电话)?单|号",
    Sentence("{text} is not the number of a phone sheet; write it as 3"),
)
PEOPLE: Final = Counted(
    "",
    "个人|人|名|位|个|people|persons?|helpers?|volunteers?",
    Sentence("{text} is not a number of people; write it as 2"),
)
SEATS: Final = Counted(
    "", "个|单|件|次|seats?|requests?", Sentence("{text} is not a number of requests; write it as 2")
)
AT_MOST: Final = Counted(
    "", "条|个|单|行", Sentence("{text} is not a number of lines, 1 or more; write it as 20"), least=1
)
METRES: Final = Counted(
    "",
    "米|公尺|m|met(?:re|er)s?",
    Sentence("{text} is not a distance in metres; write it as 800"),
    times={"公里|千米|km|kilomet(?:re|er)s?": 1000},
)


_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "秒": 1, "分": 60, "分钟": 60, "小时": 3600, "钟头": 3600}


def seconds_of(text: str) -> float:
    """Return how many seconds a stretch of time has: 30s, 5m, 8小时.

    Raises:
        Refused: It is none.
    """
    found = re.fullmatch(rf"(\d+(?:\.\d+)?)\s*({'|'.join(_UNITS)})?", unicodedata.normalize("NFKC", text).strip())
    if not found or float(found[1]) <= 0:
        raise Refused("{text} is no stretch of time", text=text, hint="write it as 30s, 5m or 8h")
    return float(found[1]) * _UNITS[found[2] or "s"]
