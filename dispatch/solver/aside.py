"""Work for the exact solver in a process of its own: what crashes, hangs or talks nonsense there stays there.

``guarded`` does this for a round, whose answer is a whole plan; here are the other questions. They
go over pickled, from us; what comes back is JSON, which can name nothing that is to be run.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from dispatch.i18n import sentence
from dispatch.solver.child import keep_stdout_clean, limit_memory, where_it_broke
from dispatch.solver.guarded import NoAnswer, check_ended_well, own_command


def aside(
    work: str,
    question: tuple[Any, ...],
    *,
    seconds: float | None = None,
    megabytes: int = 0,
    command: Sequence[str] | None = None,
) -> Any:
    """Have something worked out by another process, and wait for it.

    Args:
        work: Where what answers stands: "module:function" of ours. It returns what JSON can say.
        question: What that is given.
        seconds: How long to wait; none waits for ever.
        megabytes: How much memory the process may use, where the platform can hold it to that; 0 for any amount.
        command: What is run instead of our own process, for tests.

    Returns:
        Plain data.

    Raises:
        NoAnswer: The process could not be started, ended otherwise than well, or said nothing in time that can be read.
    """
    try:
        done = subprocess.run(  # noqa: S603  our own Python and our own words
            own_command(megabytes, __name__) if command is None else command,
            input=pickle.dumps((work, question), protocol=5),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise NoAnswer(sentence("the solver gave no answer within {seconds} s", seconds=f"{seconds:g}")) from None
    except OSError:
        raise NoAnswer(sentence("the solver could not be started")) from None
    check_ended_well(done.returncode)
    try:
        answer = json.loads(done.stdout)
        fault, value = answer["fault"], answer["value"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoAnswer(sentence("the solver's answer cannot be read")) from None
    if fault is not None:
        raise NoAnswer(sentence("the solver stopped: {fault}", fault=str(fault)[:200]))
    return value


def main() -> None:
    """Answer one question; the first argument is how much memory may be used, in megabytes, 0 for any amount."""
    answers = keep_stdout_clean()
    limit_memory(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    value, fault = None, None
    try:
        work, question = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  from the process that started this one
        module, _, name = work.partition(":")
        value = getattr(import_module(module), name)(*question)
    except Exception as broke:  # noqa: BLE001  whatever it is, it has to be heard of
        fault = where_it_broke(broke)
    answers.write(json.dumps({"fault": fault, "value": value}).encode())
    answers.flush()
    os._exit(0)  # taking libraries down properly takes time, and can crash
