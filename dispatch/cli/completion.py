"""Shell completion."""

from __future__ import annotations

import click

from dispatch.cli.calling import current, print_json
from dispatch.cli.group import argument, command


@command()
@argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that teaches your shell our commands.

    For bash: put eval "$(dispatch completion bash)" into ~/.bashrc.
    """
    from click.shell_completion import get_completion_class

    from dispatch.cli.door import root

    chosen = get_completion_class(shell)
    assert chosen is not None
    script = chosen(root, {}, "dispatch", "_DISPATCH_COMPLETE").source()
    if current().as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)
