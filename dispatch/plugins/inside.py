"""What runs in a plugin's own process: its faults end there, and only text comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from multiprocessing.connection import Connection
from typing import Any, Final

from dispatch.errors import DispatchError
from dispatch.i18n import Sentence
from dispatch.model.arrival import Callback, CallbackAnswer, arrival_from_json
from dispatch.model.message import Message, Outcome, Receipt
from dispatch.plugins.faults import where_it_broke
from dispatch.plugins.line import FarEnd
from dispatch.plugins.registering import Plugin, channels_of, imported, new_manager, register

LONGEST_ANSWER: Final = 65_536
"""Characters that come back from one call at most."""

LONGEST_NOTE: Final = 200

_KEPT: Final = frozenset(
    {
        *("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMP", "TEMP", "TMPDIR", "SYSTEMROOT"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    }
)
"""The variables that a plugin's process keeps: none of ours is among them."""

_OPTIONAL: Final = ("outcome_of", "collect", "acknowledge", "called_back")

_LAST: Final = '{"fault": "MemoryError"}'

_open: dict[str, Any] = {}
_kept_alive: list[object] = []


class NoAnswer(Exception):
    """What a channel gave back is not what was asked for."""


def prepare(watched: Connection, memory_mb: int, hears: Connection, says: Connection) -> None:
    """Make this process one that can harm nobody else; runs before anything of the plugin does.

    Args:
        hears: Where the desk's calls come in.
        says: Where the answers go.
        watched: Ends when the desk's process does, and with it this process and all that it began.
        memory_mb: How much memory the process may take, in megabytes; where the system has such limits.
    """
    kept = {name: said for name, said in os.environ.items() if name.upper() in _KEPT}
    os.environ.clear()
    os.environ.update(kept)
    sys.argv[:] = ["dispatch-plugin"]  # the command line may name the database
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    if sys.platform != "win32":
        os.setsid()
        _die_with(watched)
    limit_memory(memory_mb)
    _open["line"] = FarEnd(hears, says)


def ready() -> None:
    """The process has begun."""


def serve() -> None:
    """Do one thing after the other that the desk asks for, until it asks no more."""
    line: FarEnd = _open["line"]
    while True:
        try:
            number, words = line.hear()
        except EOFError:
            return
        what, source, *given = json.loads(words)
        line.say(number, answer(what, source, *given))


def limit_memory(memory_mb: int) -> None:
    """Let this process take no more memory than so many megabytes, where the system has such limits."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = memory_mb * 1024 * 1024
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with(watched: Connection) -> None:
    # A process of its own, since one that is stuck in a plugin cannot look; killed with the group like the rest.
    _kept_alive.append(
        subprocess.Popen(
            ["/bin/sh", "-c", "read -r gone; kill -KILL 0"],
            stdin=watched.fileno(),
            env={},
        )
    )
    watched.close()


def answer(what: str, source: str, *given: Any) -> str:
    """Do one thing with the plugin and say in JSON how it went: an answer, an error on purpose, or a fault."""
    try:
        try:
            said: dict[str, Any] = {"answer": _DOES[what](source, *given)}
        except DispatchError as error:
            said = {"error": _error(error)}
        except NoAnswer as fault:
            said = {"fault": str(fault)}
        except BaseException as fault:  # noqa: BLE001  SystemExit and the like too: only text may leave this process
            said = {"fault": where_it_broke(fault)}
        text = json.dumps(said)
        return text if len(text) <= LONGEST_ANSWER else json.dumps({"fault": "an answer that is too long"})
    except BaseException:  # noqa: BLE001  no memory left, even to say so
        return _LAST


def _error(error: DispatchError) -> dict[str, Any]:
    hint = error.hint
    return {"kind": error.kind, "hint": hint, **Sentence(error.message, error.params).to_json()}


def _describe(source: str, name: str, package: str, version: str) -> dict[str, Any]:
    plugin, manager = Plugin(name=name, package=package, version=version), new_manager()
    hooks = register(manager, plugin, lambda: imported(source))
    channels: dict[str, Any] = {}
    for hook in manager.hook.dispatch_channels.get_hookimpls():
        for called, offered in channels_of(plugin, hook.function).items():
            channels[called] = {
                "fields": None if offered.fields is None else [asdict(one) for one in offered.fields],
                "capabilities": None if offered.capabilities is None else offered.capabilities.to_json(),
            }
    return {"hooks": hooks, "channels": channels}


def _open_channel(source: str, name: str, options: Mapping[str, Any], memory_mb: int) -> dict[str, Any]:
    limit_memory(memory_mb)
    plugin, manager = Plugin(name=name, package="?"), new_manager()
    register(manager, plugin, lambda: imported(source))
    for hook in manager.hook.dispatch_channels.get_hookimpls():
        offered = channels_of(plugin, hook.function)
        if name in offered:
            _open["channel"] = channel = offered[name](options)
            can = [one for one in _OPTIONAL if callable(getattr(channel, one, None))]
            return {"capabilities": channel.capabilities.to_json(), "can": can}
    raise NoAnswer("the channel is offered no more")


def _send(source: str, message: Mapping[str, Any]) -> dict[str, Any]:
    return _receipt(_open["channel"].send(Message.from_json(message)))


def _outcome_of(source: str, key: str) -> dict[str, Any] | None:
    said = _open["channel"].outcome_of(key)
    return None if said is None else _receipt(said)


def _collect(source: str) -> list[Any]:
    # Text comes back in one piece: what does not fit comes with the next call.
    found: list[Any] = []
    room = LONGEST_ANSWER // 2
    for one in _open["channel"].collect():
        plain = one.to_json()
        room -= len(json.dumps(plain))
        if room < 0 and found:
            break
        found.append(plain)
    return found


def _acknowledge(source: str, arrivals: list[Any]) -> None:
    _open["channel"].acknowledge([arrival_from_json(one) for one in arrivals])


def _called_back(source: str, call: Mapping[str, Any]) -> dict[str, Any]:
    said = _open["channel"].called_back(Callback.from_json(call))
    if not isinstance(said, CallbackAnswer):
        raise NoAnswer(f"no answer but {type(said).__name__}")
    return said.to_json()


def _receipt(said: object) -> dict[str, Any]:
    if not isinstance(said, Receipt) or not isinstance(said.outcome, Outcome):
        raise NoAnswer(f"no receipt but {type(said).__name__}")
    if not isinstance(said.note, str) or not isinstance(said.reference, str):
        raise NoAnswer("a receipt whose note is no text")
    short = replace(said, note=said.note[:LONGEST_NOTE], reference=said.reference[:LONGEST_NOTE])
    return {**short.to_json(), "address_is_gone": said.address_is_gone is True}


_DOES: Final[Mapping[str, Callable[..., Any]]] = {
    "describe": _describe,
    "open": _open_channel,
    "send": _send,
    "outcome_of": _outcome_of,
    "collect": _collect,
    "acknowledge": _acknowledge,
    "called_back": _called_back,
}
