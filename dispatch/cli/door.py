"""The front door: the table of commands, and the one place where errors become sentences and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from dispatch.cli import streams
from dispatch.cli.group import Group, ReaderGone, option
from dispatch.cli.words import asked_for, choose_language, language, language_asked, words
from dispatch.errors import DispatchError, Misconfigured, Unavailable
from dispatch.i18n import is_spoken, say_error

if TYPE_CHECKING:
    from dispatch.cli.calling import Call

INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141
USAGE: Final = 2

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("demo:demo", "Watch a made-up morning at Jinsong."),
    "init": ("beginning:init", "Make the database and a commented dispatch.toml."),
    "load": ("beginning:load", "Load or update a community from its folder."),
    "take": ("taking:take", "Take a request (下单)."),
    "import": ("files:import_file", "Take requests from a CSV or XLSX file."),
    "collect": ("collecting:collect", "Take in the requests that other systems bring."),
    "request": ("requests:request", "Look at requests, correct them, decide."),
    "round": ("matching:run_round", "Run one round of matching (派单)."),
    "offer": ("matching:offer", "Ask one person by hand (派单)."),
    "deliver": ("matching:deliver", "Send what stands in the outbox."),
    "phones": ("phones:phones", "Print the phone list."),
    "reply": ("replying:reply", "Take an answer (接单)."),
    "done": ("closing:done", "Say that a request is done."),
    "rate": ("closing:rate", "Rate what was done (评单)."),
    "undo": ("closing:undo", "Take back the last step that has not left the building."),
    "today": ("pages:today", "See what needs a person now."),
    "board": ("pages:board", "See all lanes from order to rating."),
    "explain": ("matching:explain", "Hear why this one, why not that one, why nobody."),
    "solve": ("solving:solve", "Match a problem from a JSON file, without a database."),
    "listen": ("listening:listen", "Hear what comes back over HTTP: answers, receipts, links."),
    "run": ("matching:run", "Keep working: expire, match, send, again."),
    "block": ("keeping_apart:block", "Note who never goes to whom; neither of them is told."),
    "apart": ("keeping_apart:apart", "Note who is never sent together."),
    "responder": ("people:responder", "Look at the people, add, correct, pause."),
    "export": ("files:export", "Write requests or responders into the office's own sheet."),
    "channel": ("channels:channel", "See and try the ways messages leave."),
    "plugin": ("plugins:plugin", "See what extends us, begin something new, try it."),
    "verify": ("checking:verify", "Check every promise that the data can show."),
    "audit": ("checking:audit", "Check that the event log is whole."),
    "doctor": ("checking:doctor", "Hear what on this computer will hurt later."),
    "dump": ("keeping:dump", "Write the whole state as JSON lines."),
    "database": ("keeping:database", "Upgrade, back up, restore, settle what a restore held."),
    "completion": ("completion:completion", "Print the line that teaches your shell our commands."),
}
"""In the order of a day. The words after each are its short help and a message id."""


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sandan")
    except PackageNotFoundError:
        return "0"


def _print_version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(f"dispatch {_version()}")
        ctx.exit()


class FrontDoor(Group):
    """Our commands first, whatever is installed; a name that is none of ours may be a plugin's."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command of ours, or look whether a plugin offers it."""
        found = super().get_command(ctx, cmd_name)
        if found is not None or ctx.resilient_parsing:
            return found
        from dispatch.cli.plugin_commands import find_command

        said = ctx.find_root().ensure_object(dict)
        return find_command(cmd_name, COMMANDS, asked_for("--config", said.get("given", ())))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say where the commands are that are not ours; none of them is loaded to be named here."""
        formatter.write_paragraph()
        formatter.write_text(words("Plugins may add commands: see them with dispatch plugin list."))


@click.group(
    cls=FrontDoor,
    lazy=COMMANDS,
    name="dispatch",
    invoke_without_command=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Show the version."
)
def root() -> None:
    """Neighbourhood help: a resident orders, a grid worker dispatches, somebody accepts (三单)."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; every error on purpose is one sentence and one hint."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    said: dict[str, Any] = {"given": given}
    start_lightly()
    with streams.watched():
        try:
            return _run(given, said)
        except streams.AnswerLost as lost:
            streams.silence(sys.stdout)
            return _tell(_what_is_lost(lost, said.get("call")), as_json=False)


def _run(given: list[str], said: dict[str, Any]) -> int:
    as_json = "--json" in given
    try:
        choose_language(given)
        click.INT.name = words("integer")  # the one name of a type that click does not translate
        if not all(_is_text(one) for one in given):
            _print_error(words("a word of the command is not text this computer can read"), None)
            return USAGE
        _check_language(given)
        result = root.main(given, prog_name="dispatch", standalone_mode=False, obj=said)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except DispatchError as error:
        return _tell(error, as_json=as_json and not _has_answered(said))
    except click.exceptions.NoArgsIsHelpError as shown:
        shown.show()
        return USAGE
    except click.ClickException as error:
        return _tell_usage(error, as_json=as_json)
    except (KeyboardInterrupt, click.Abort):
        click.echo(words("stopped; what was saved stays saved"), err=True)
        return INTERRUPTED
    except (BrokenPipeError, ReaderGone):
        streams.silence(sys.stdout)  # the reader has gone
        return CLOSED_PIPE


def _check_language(given: Sequence[str]) -> None:
    """Raise unless the language that was asked for is one that we speak."""
    asked, usual = language_asked(given), os.environ.get("DISPATCH_LANG")
    if asked is not None and not is_spoken(asked):
        from dispatch.cli.calling import Misused

        raise Misused("{language} is not spoken here", language=asked, hint="choose one of: zh, en")
    if asked is None and usual and not is_spoken(usual):
        raise Misconfigured(
            "DISPATCH_LANG is set to {language}, which is not spoken here", language=usual, hint="choose one of: zh, en"
        )


def _has_answered(said: dict[str, Any]) -> bool:
    """Return whether the one JSON document has been printed already."""
    call: Call | None = said.get("call")
    return call is not None and call.has_answered


def _what_is_lost(lost: streams.AnswerLost, call: Call | None) -> DispatchError:
    """Return the error for an answer that could not be printed: it says whether the thing itself was done."""
    if call is not None and call.if_lost is not None:
        call.if_lost.params["why"] = lost.why
        return call.if_lost
    if call is not None and call.has_saved:
        return Unavailable(
            "what was done so far is saved, but the answer could not be written: {why}",
            why=lost.why,
            hint="look before you do it again: dispatch today",
        )
    return Unavailable(
        "the answer could not be written: {why}",
        why=lost.why,
        hint="free some space or let it be written elsewhere, then do it again",
    )


def _tell(error: DispatchError, *, as_json: bool) -> int:
    message, hint = say_error(error, language())
    _print_error(message, hint)
    if as_json:
        _print_json_error(message, hint, error.kind)
    return error.exit_code


def _tell_usage(error: click.ClickException, *, as_json: bool) -> int:
    ctx = getattr(error, "ctx", None)
    hint = words("how it is used: {command}", command=f"{ctx.command_path} --help") if ctx else None
    _print_error(error.format_message(), hint)
    if as_json:
        _print_json_error(error.format_message(), hint, "usage")
    return error.exit_code


def _print_error(message: str, hint: str | None) -> None:
    click.echo(words("error: {message}", message=message), err=True)
    if hint:
        click.echo(words("hint:  {hint}", hint=hint), err=True)


def _print_json_error(message: str, hint: str | None, kind: str) -> None:
    import json

    try:
        click.echo(json.dumps({"error": message, "hint": hint, "kind": kind}, ensure_ascii=False))
    except (OSError, streams.AnswerLost):  # it stands on stderr already
        streams.silence(sys.stdout)


def _is_text(argument: str) -> bool:
    """Return whether an argument is text: bytes that were none stand in it as lone surrogates."""
    return not any("\ud800" <= one <= "\udfff" for one in argument)


def start_lightly() -> None:
    """Spare a short command what only a long one gains by: looking for garbage in libraries, threads for algebra."""
    gc.set_threshold(50_000, 20, 50)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
