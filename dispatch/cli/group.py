"""Commands that load only when called, take the options of every command anywhere, and speak both languages."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

import click

from dispatch.cli.formatting import Formatter
from dispatch.cli.words import words

F = TypeVar("F", bound=Callable[..., Any])

click.Context.formatter_class = Formatter


class Option(click.Option):
    """An option whose help is a message id."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Give the option's line of help, translated."""
        english, self.help = self.help, words(self.help) if self.help else self.help
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = english


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value is not None and value is not False and param.name is not None:
        ctx.find_root().ensure_object(dict)[param.name] = value


_EVERYWHERE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--database", {"metavar": "PATH_OR_URL", "help": "The database: a path, or postgresql://…"}),
    ("--config", {"metavar": "FILE", "help": "The settings: a dispatch.toml."}),
    ("--lang", {"metavar": "zh|en", "help": "The language to speak."}),
    ("--as", {"metavar": "ACTOR", "help": "In whose name to act."}),
    ("--at", {"metavar": "MOMENT", "help": "Act as at that moment (rehearsals only), such as 2026-11-23T09:00+08:00."}),
    ("--json", {"is_flag": True, "help": "Print one JSON document and nothing else."}),
)


def everywhere(*, hidden: bool) -> list[click.Parameter]:
    """Return the options that every command takes, before or after its name."""
    return [
        Option(
            [name, f"every_{name.removeprefix('--')}"],
            expose_value=False,
            callback=_remember,
            hidden=hidden,
            **rest,
        )
        for name, rest in _EVERYWHERE
    ]


class ReaderGone(Exception):
    """Whoever read our output has gone; no OSError, for click would end with the code of a bug."""


@contextmanager
def _noticing_the_reader() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as gone:
        raise ReaderGone from gone


class _SpeakingHelp(click.Command):
    """A command whose ``--help`` says what it is in the language of this run, not in that of the first."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Give ``--help`` itself, translated."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = words("Show this message and exit.")
        return found


class Command(_SpeakingHelp):
    """A command whose docstring is a message id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the command and give it the options of every command."""
        super().__init__(*args, **kwargs)
        self.params += everywhere(hidden=True)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command is for, translated."""
        _write_help(self, formatter)


class Group(_SpeakingHelp, click.Group):
    """A group whose commands are imported when they are called.

    Args:
        lazy: For each command's name the module and function it lives in ("take:take"), and its short help,
            a message id.
    """

    command_class = Command

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        """Make the group; no command is imported yet."""
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}
        self.params += everywhere(hidden=self.lazy == {})

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the arguments; help is printed while they are read."""
        with _noticing_the_reader():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _noticing_the_reader():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names in the order of the table, which is that of a day."""
        return list(self.lazy) or list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.lazy[cmd_name][0].partition(":")
        found = getattr(import_module(f"dispatch.cli.{module}"), name)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands and their short help without importing any."""
        rows = [(name, words(self._short_help(ctx, name))) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section(words("Commands")):
                formatter.write_dl(rows)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the group is for, translated."""
        _write_help(self, formatter)

    def _short_help(self, ctx: click.Context, name: str) -> str:
        if name in self.lazy:
            return self.lazy[name][1]
        command = self.get_command(ctx, name)
        return (command.help or "").split("\n\n")[0] if command else ""


def _write_help(command: click.Command, formatter: click.HelpFormatter) -> None:
    if command.help:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(words(inspect.cleandoc(command.help)))


def option(*names: str, **rest: Any) -> Callable[[F], F]:
    """Declare an option; its help is a message id."""
    return click.option(*names, cls=Option, **rest)


def argument(*names: str, **rest: Any) -> Callable[[F], F]:
    """Declare an argument."""
    return click.argument(*names, **rest)


def command(name: str | None = None) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command; its docstring is its help and a message id."""
    return click.command(name, cls=Command)
