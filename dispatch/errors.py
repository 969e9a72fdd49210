"""Every error raised on purpose, drawn as a tree.

::

    DispatchError            exit  HTTP
    ├── Refused               3    422   what was asked cannot be done as asked
    │   ├── NotFound          3    404
    │   └── NotAllowedNow     3    409   right thing, wrong moment
    ├── Conflict              4    409   same key with other content; somebody else was first
    ├── Unavailable           5    503   busy, full, unreachable: try again
    ├── Misconfigured         6    500   a setting or the database must be fixed first
    └── PluginBroke           7    502   a plugin did not keep its promise

Anything else is a bug in us and keeps its traceback (exit 1).
"""

from __future__ import annotations

from typing import ClassVar


class DispatchError(Exception):
    """A sentence and a hint for a person, not a fault in the program.

    Args:
        message: A message id: an English sentence whose ``{names}`` are filled
            from ``params``, translated where it meets a person. Lower case,
            says what is before what cannot be.
        hint: A message id for the way out: a command, or a list of choices.
        params: Values for both sentences: text, whole numbers, ``Sentence``s
            or tuples of these.
    """

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.params = params

    def __str__(self) -> str:
        """Give the English sentence, for logs and tests."""
        return self.message.format_map(self.params)


class Refused(DispatchError):
    """What was asked cannot be done as asked."""

    exit_code = 3
    http_status = 422
    kind = "refused"


class NotFound(Refused):
    """There is no such thing, or it is not this actor's to see."""

    http_status = 404
    kind = "not-found"


class NotAllowedNow(Refused):
    """The right thing at the wrong moment."""

    http_status = 409
    kind = "not-allowed-now"


class Conflict(DispatchError):
    """The same key with other content, or somebody else was first."""

    exit_code = 4
    http_status = 409
    kind = "conflict"


class Unavailable(DispatchError):
    """Busy, full or unreachable: try again."""

    exit_code = 5
    http_status = 503
    kind = "unavailable"


class Misconfigured(DispatchError):
    """A setting or the database must be put right first."""

    exit_code = 6
    http_status = 500
    kind = "misconfigured"


class PluginBroke(DispatchError):
    """A plugin did not keep its promise."""

    exit_code = 7
    http_status = 502
    kind = "plugin-broke"
