"""Where plugins are looked for, and which of them broke."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.desk.checking.finding import Finding, green
from dispatch.i18n import Sentence, sentence
from dispatch.plugins.dropped import plugin_files
from dispatch.plugins.manager import load
from dispatch.settings import Settings


def look_at_extensions(settings: Settings) -> Iterator[Finding]:
    """Yield the folder in which single files are plugins, and every plugin that is left out because it broke."""
    folder = settings.plugins.found_in
    files = tuple(path.name for path in plugin_files(folder))
    if files:
        yield green(sentence("plugins in the folder {folder}: {files}", folder=str(folder), files=files))
    else:
        yield green(sentence("a single file put into {folder} is a plugin; there is none", folder=str(folder)))
    plugins = load(off=settings.plugins.off, folder=folder)
    for fault in plugins.faults:
        hint = None if fault.hint is None else Sentence(fault.hint, fault.params)
        yield Finding("yellow", Sentence(fault.message, fault.params), hint)
    plugins.let_go()
