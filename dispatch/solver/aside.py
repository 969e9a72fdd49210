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
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from dispatch.i18n import Sentence, sentence
from dispatch.solver.guarded import own_command


class NoAnswer(Exception):
    """There is no answer that could be used.

    Args:
        why: For people.
    """

    def __init__(self, why: Sentence) -> None:
        super().__init__(str(why))
        self.why = why


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
    if done.returncode < 0:
        raise NoAnswer(sentence("the solver was ended by signal {signal}", signal=-done.returncode))
    if done.returncode:
        raise NoAnswer(sentence("the solver ended with exit code {code}", code=done.returncode))
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
    from dispatch.solver.child import limit_memory

    # What a library prints must not end up in the answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit_memory(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    value, fault = None, None
    try:
        work, question = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  from the process that started this one
        module, _, name = work.partition(":")
        value = getattr(import_module(module), name)(*question)
    except Exception as broke:  # noqa: BLE001  whatever it is, it has to be heard of
        where = traceback.extract_tb(broke.__traceback__)[-1]
        # Its own text is left out: it may quote what was handed over.
        fault = f"{type(broke).__name__} at {Path(where.filename).name}:{where.lineno}"
    answers.write(json.dumps({"fault": fault, "value": value}).encode())
    answers.flush()
    os._exit(0)  # taking libraries down properly takes time, and can crash
