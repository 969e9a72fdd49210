"""The desk in a terminal: one file per command group."""

from __future__ import annotations


def main() -> None:
    """Run ``dispatch`` with this process's arguments and end the process."""
    try:
        import gc

        from dispatch.cli.door import run

        code = run()
        # Python looks through everything once more before it ends: a fifth of a round's time, for nothing.
        gc.freeze()
    except KeyboardInterrupt:  # while modules are still loaded, before anything was begun that could be told
        code = 130
    raise SystemExit(code)
