"""The desk in a terminal: one file per command group."""

from __future__ import annotations


def main() -> None:
    """Run ``dispatch`` with this process's arguments and end the process."""
    from dispatch.cli.door import run

    raise SystemExit(run())
