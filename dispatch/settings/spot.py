"""Where a value stands, so that a sentence about it can name the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dispatch.errors import Misconfigured
from dispatch.i18n import Sentence, sentence


@dataclass(frozen=True, slots=True)
class Spot:
    """A setting by its path, in a file or in a variable.

    Args:
        file: The file's name.
        path: From the outermost section inwards.
        variables: Which variable set which path; those that are missing here come from the file.
    """

    file: str
    path: tuple[str, ...] = ()
    variables: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def below(self, name: str) -> Spot:
        """Return the spot of what this section calls *name*."""
        return Spot(self.file, (*self.path, name), self.variables)

    def wrong(self, fault: Sentence) -> Misconfigured:
        """Make the error that names the spot and says what is wrong there."""
        return Misconfigured("{spot}: {fault}", spot=self._shown(), fault=fault)

    def unknown(self, known: tuple[str, ...]) -> Misconfigured:
        """Make the error that says there is no such setting, and which ones there are instead."""
        return Misconfigured(
            "{spot}: {fault}",
            spot=self._shown(),
            fault=sentence("there is no such setting"),
            hint="known here: {known}",
            known=known,
        )

    def _shown(self) -> str:
        for path, variable in self.variables.items():
            if path[: len(self.path)] == self.path:
                return variable
        return f"{self.file}: {'.'.join(self.path)}"
