"""Listen for what providers and phones say over HTTP."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from dispatch.cli.calling import current, note
from dispatch.cli.group import command, option
from dispatch.cli.values import seconds_of
from dispatch.errors import Misconfigured

if TYPE_CHECKING:
    from dispatch.settings import Settings


@command()
@option("--host", default="127.0.0.1", help="Where to listen; only this computer itself unless said otherwise.")
@option("--port", type=click.IntRange(0, 65535), default=8765, help="The port; 0 takes any that is free.")
@option("--for", "for_", metavar="TIME", default=None, help="Stop after this long: 10m, 8h.")
def listen(host: str, port: int, for_: str | None) -> None:
    """Hear what comes back over HTTP: answers, receipts, links that people open.

    Providers call /channels/NAME/…; people open /o/… to accept or decline, and /push/… to let messages come.
    """
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise Misconfigured(
            "what listens over HTTP is not installed", hint="install it: pip install \"sandan[web]\""
        )
    from dispatch.desk.authorize import authorize
    from dispatch.web.app import Listener
    from dispatch.web.serving import check_host, serve

    call = current()
    authorize(call.actor, "deliver")
    check_host(host, behind_tls_proxy=call.settings.listen.behind_tls_proxy)
    seconds = seconds_of(for_) if for_ else None
    listener = Listener(
        database=call.database,
        actor=call.actor,
        rules=call.rules,
        channels=call.wired.channels,
        public_url=call.settings.listen.public_url,
        push_key=_push_key(call.settings),
    )

    def ready(host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        note("listening on {address}; Ctrl-C ends it", address=f"http://{shown}:{port}")

    serve(listener.app(), host, port, seconds=seconds, when_ready=ready)


def _push_key(settings: Settings) -> str | None:
    """Return the public key with which browsers subscribe; none where the channel has no section."""
    section = settings.channels.get("web-push", {})
    if section.get("enabled") is False or not section.get("private_key"):
        return None
    from dispatch.plugins.web_push import application_server_key

    return application_server_key(str(section["private_key"]))
