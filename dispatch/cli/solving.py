"""The matcher alone: a problem in, a solution out, no database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, Any

import click

from dispatch.cli.calling import current, note, print_json
from dispatch.cli.group import argument, command, option
from dispatch.cli.words import language
from dispatch.errors import NotFound, Refused
from dispatch.i18n import Sentence, say, say_error


@command()
@argument("file", type=click.Path(path_type=Path, allow_dash=True))
@option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the solution.")
@option(
    "--time-limit",
    type=click.FloatRange(min=0),
    metavar="S",
    help="Give the best found after so many seconds; without it, after an hour.",
)
@option("--explain", is_flag=True, help="Say who competes, too, and what one more person with each skill would change.")
@option(
    "--why-not",
    type=(str, str),
    multiple=True,
    metavar="REQUEST RESPONDER",
    help="Say why this responder is not sent there, and what would change if they were; may be given again.",
)
def solve(
    file: Path, output: Path | None, time_limit: float | None, explain: bool, why_not: tuple[tuple[str, str], ...]
) -> None:
    """Match a problem from a JSON file; - reads it from the terminal's input."""
    from dispatch.clock import stopwatch
    from dispatch.solver.document.answering import solve_document
    from dispatch.solver.document.reading import read_document

    began = stopwatch()
    try:
        with _opened(file) as stream:
            document = read_document(stream)
        solution = solve_document(
            document, seconds=time_limit, began=began, explain=explain, guarded=True, why_not=why_not
        )
    except Refused as error:
        if not current().as_json:
            said, hint = say_error(error, language())
            print_json({"status": "refused", "error": said, "hint": hint, "kind": error.kind})
        raise
    plain = {**solution, "left_out": [_in_words(one) for one in solution["left_out"]]}
    if why_not:
        plain["why_not"] = [_with_fault_in_words(one) for one in plain["why_not"]]
    if "fault" in plain:
        fault = plain["fault"]
        plain["fault"] = say(fault, language())
        note("the best plan could not be found, so this one was made request by request: {fault}", fault=fault)
    if output is None:
        print_json(plain)
        return
    _write(output, plain)
    note(
        "{status}: {sent} assignments, {left} requests left out",
        status=plain["status"],
        sent=len(plain["assignments"]),
        left=len(plain["left_out"]),
    )


def _in_words(left: dict[str, Any]) -> dict[str, Any]:
    remedy = left["remedy"]
    return {**left, "remedy": say(remedy, language()) if isinstance(remedy, Sentence) else remedy}


def _with_fault_in_words(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: say(one, language()) if name == "fault" else one for name, one in answer.items()}


def _opened(file: Path) -> IO[str]:
    if str(file) == "-":
        return open(sys.stdin.fileno(), encoding="utf-8", closefd=False)
    try:
        return file.open(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound("there is no file {path}", path=str(file)) from None
    except OSError as error:
        raise Refused("{path} cannot be read: {problem}", path=str(file), problem=error.strerror) from None


def _write(output: Path, solution: dict[str, Any]) -> None:
    from dispatch.desk.files import write_whole

    write_whole(output, (json.dumps(solution, ensure_ascii=False, indent=1) + "\n").encode())
