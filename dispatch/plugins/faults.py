"""Say which plugin broke and where, without repeating what it was handed."""

from __future__ import annotations

import traceback

from dispatch.errors import PluginBroke
from dispatch.i18n import Sentence


def where_it_broke(fault: BaseException) -> str:
    """Return the kind of an exception and the line it came from, such as ``KeyError at sms.py:41``.

    Its own text is left out: it may quote a phone number or a message.
    """
    frames = traceback.extract_tb(fault.__traceback__)
    if not frames:
        return type(fault).__name__
    file = frames[-1].filename.replace("\\", "/").rpartition("/")[2]
    return f"{type(fault).__name__} at {file}:{frames[-1].lineno}"


def plugin_broke(shown: str, name: str, why: Sentence) -> PluginBroke:
    """Return the error that names a plugin.

    Args:
        shown: The plugin with its package and version.
        name: Its own name, by which it can be left out.
    """
    return PluginBroke(
        "plugin {plugin} broke: {why}",
        plugin=shown,
        why=why,
        hint="leave it out in dispatch.toml: [plugins] off = [\"{name}\"]",
        name=name,
    )
