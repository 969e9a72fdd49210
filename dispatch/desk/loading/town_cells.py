"""One cell of a community's files: read as what its column holds, or told as a fault with file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from dispatch.errors import DispatchError
from dispatch.i18n import Sentence, sentence

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

LONGEST_TEXT: Final = 200
_CODE = re.compile(r"[^\W_][\w.-]{0,39}")
_SMALL_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", re.ASCII)
_YES: Final = frozenset({"yes", "y", "true", "1", "是"})
_NO: Final = frozenset({"no", "n", "false", "0", "否"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file.

    Args:
        line: Counting the heading as line 1; 0 where it is the file as a whole.
    """

    file: str
    line: int
    what: Sentence

    def sentence(self) -> Sentence:
        """Say where and what: "places.csv:7: parent: there is no place G9"."""
        if self.line:
            return sentence("{file}:{line}: {what}", file=self.file, line=self.line, what=self.what)
        return sentence("{file}: {what}", file=self.file, what=self.what)


@dataclass(slots=True)
class Cells:
    """One row, cell by cell; what is wrong goes onto the list, and a stand-in is given back.

    Args:
        line: Of the file, counting the heading as line 1.
        texts: Trimmed text by column; columns that the file leaves out are absent.
        faults: The list that all rows of all files share.
    """

    file: str
    line: int
    texts: Mapping[str, str]
    faults: list[Fault] = field(repr=False)

    def wrong(self, what: Sentence) -> None:
        """Put a fault of this row onto the list."""
        self.faults.append(Fault(self.file, self.line, what))

    def said(self, column: str) -> str:
        """Return the text of a cell; nothing where the file has no such column."""
        return self.texts.get(column, "")

    def text(self, column: str) -> str:
        """Return the text of a cell that must say something, and in 200 characters."""
        said = self.said(column)
        if not said:
            self.wrong(sentence("{column} is empty", column=column))
        if len(said) > LONGEST_TEXT:
            self.wrong(
                sentence(
                    "{column} is {count} characters long, more than {most}",
                    column=column,
                    count=len(said),
                    most=LONGEST_TEXT,
                )
            )
        return said

    def code(self, column: str, *, small: bool = False) -> str:
        """Return a code: up to 40 letters of any script, digits, ``. _ -``; *small*: lower case ASCII."""
        said = self.text(column)
        if said and not (_SMALL_CODE if small else _CODE).fullmatch(said):
            what = (
                sentence("in small letters, digits, - and _, 40 at most")
                if small
                else sentence("in letters, digits, - . and _, 40 at most")
            )
            self.wrong(
                sentence("{column}: {text} is not a code ({rule})", column=column, text=said, rule=what)
            )
        return said

    def truth(self, column: str, usual: bool) -> bool:
        """Return yes or no; *usual* where the cell is empty."""
        said = self.said(column).casefold()
        if said and said not in _YES | _NO:
            self.wrong(sentence("{column}: {text} is neither yes nor no", column=column, text=said))
        return said in _YES if said else usual

    def whole(self, column: str, least: int, most: int) -> int | None:
        """Return a whole number between two bounds, both included; none where the cell is empty."""
        said = self.said(column)
        if not said:
            return None
        if not _WHOLE.fullmatch(said) or not least <= int(said) <= most:
            self.wrong(
                sentence(
                    "{column}: {text} is not a whole number from {least} to {most}",
                    column=column,
                    text=said,
                    least=least,
                    most=most,
                )
            )
            return None
        return int(said)

    def degrees(self, column: str, most: int) -> float | None:
        """Return degrees between minus and plus *most*; none where the cell is empty."""
        said = self.said(column)
        if not said:
            return None
        if not _DEGREES.fullmatch(said) or abs(float(said)) > most:
            self.wrong(
                sentence(
                    "{column}: {text} is not in degrees from -{most} to {most}",
                    column=column,
                    text=said,
                    most=most,
                )
            )
            return None
        return float(said)

    def one_of(self, column: str, kind: type[E], usual: E) -> E:
        """Return one of a list of words; *usual* where the cell is empty."""
        said = self.said(column)
        if not said:
            return usual
        choices = tuple(one.value for one in kind)
        if said not in choices:
            self.wrong(
                sentence(
                    "{column}: {text} is none of {choices}",
                    column=column,
                    text=said,
                    choices=choices,
                )
            )
            return usual
        return kind(said)

    def parsed(self, column: str, parse: Callable[[str], T], usual: T) -> T:
        """Return what *parse* makes of a cell; *usual* where it is empty or refused."""
        said = self.said(column)
        if not said:
            return usual
        try:
            return parse(said)
        except DispatchError as fault:
            what = Sentence(fault.message, fault.params)
            if fault.hint is None:
                self.wrong(sentence("{column}: {what}", column=column, what=what))
            else:
                hint = Sentence(fault.hint, fault.params)
                self.wrong(sentence("{column}: {what} ({hint})", column=column, what=what, hint=hint))
            return usual

    def known(self, column: str, codes: Iterable[str], among: Container[str] | None, file: str) -> bool:
        """Return whether all codes written in a cell stand in another file; those that do not are told.

        Args:
            column: Where they are written.
            codes: What is written there.
            among: The codes of the other file; none where it could not be read, which is told once.
            file: The other file.
        """
        missing = [code for code in codes if among is not None and code not in among]
        for code in missing:
            self.wrong(sentence("{column}: {file} has no {code}", column=column, file=file, code=code))
        return not missing
