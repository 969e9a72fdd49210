"""The process that solves for the desk: reads one problem from its input, writes one answer, ends.

Whatever happens here stays here: the desk reads bytes or an exit code (``guarded``).
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

BEGINS = b"dispatch answer 1\n"
"""What a whole answer begins with; after it stands a pickle of what ``reply`` gives."""


def main() -> None:
    """Answer the desk; the first argument is how much memory may be used, in megabytes, 0 for any amount."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    answers = keep_stdout_clean()
    limit_memory(megabytes)
    gc.disable()  # one answer and the process ends: nothing is worth looking for
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import dispatch.solver.exact
    import dispatch.solver.singles  # noqa: F401  both are loaded while the desk still reads its database

    answers.write(reply(sys.stdin.buffer.read()))
    answers.flush()
    os._exit(0)  # taking libraries down properly takes time, and can crash


def reply(question: bytes) -> bytes:
    """Give the answer to a question: the solution, or the kind of what went wrong and where, as one line."""
    from dispatch.solver.exact import solve

    answer: object
    try:
        problem, first_asked = pickle.loads(question)  # noqa: S301  from the process that started this one
        # The circles are known over there.
        answer = replace(solve(problem, first_asked), first_asked={})
    except Exception as fault:  # noqa: BLE001  whatever it is, the desk has to hear of it
        answer = where_it_broke(fault)
    return BEGINS + pickle.dumps(answer, protocol=5)


def limit_memory(megabytes: int) -> None:
    """Let this process use no more memory, where the platform can say so (not on Windows)."""
    if megabytes <= 0 or sys.platform == "win32":
        return
    import resource

    # macOS knows the limit and does not always take it.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))


def keep_stdout_clean() -> BinaryIO:
    """Return a way to the desk of our own: what a library prints must not end up in an answer."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return ours


def where_it_broke(fault: BaseException) -> str:
    """Name the kind of a fault and the line of it, for the one who asked."""
    # Its own text is left out: it may quote what was handed over.
    where = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} at {Path(where.filename).name}:{where.lineno}"


if __name__ == "__main__":
    main()
