"""What a channel declares, and whether its section of the settings is whole; it is opened only where it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dispatch.errors import DispatchError, PluginBroke
from dispatch.i18n import BothNames, Sentence
from dispatch.model.message import Capabilities
from dispatch.plugins.elsewhere import Elsewhere, OpensElsewhere
from dispatch.plugins.fields import Field, FieldKind, checked
from dispatch.plugins.registering import OpensHere, Plugin
from dispatch.plugins.reserved import taken_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A channel as its plugin declares it and the settings have it.

    Args:
        fields: Its options; none where it declares nothing about them.
        can: What it can do; none where it says so only once it is open, and it cannot be opened.
        has_section: Whether the settings say anything about it.
        is_enabled: Whether they do not close it.
        missing: What people call the options that it cannot do without and that are not set.
        fault: What else is wrong with its section, or with the plugin.
        options: Its section, without what is the desk's.
    """

    name: str
    plugin: Plugin
    fields: tuple[Field, ...] | None
    can: Capabilities | None
    has_section: bool
    is_enabled: bool
    missing: tuple[BothNames, ...]
    fault: Sentence | None
    options: Mapping[str, Any]

    @property
    def is_ready(self) -> bool:
        """Whether it can be opened as the settings stand."""
        return self.is_enabled and not self.missing and self.fault is None


def declared(
    name: str, offer: OpensHere | OpensElsewhere, sections: Mapping[str, Mapping[str, Any]]
) -> Declared:
    """Read what a channel declares; nothing that is wrong with it is raised."""
    fault: Sentence | None = None
    is_enabled, options = True, dict(sections.get(name, {}))
    try:
        limits, options = taken_out(name, options)
        is_enabled = limits.is_enabled
    except DispatchError as wrong:
        fault = Sentence(wrong.message, wrong.params)
    missing = tuple(one.label for one in offer.fields or () if one.required and options.get(one.name) in (None, ""))
    whole: Mapping[str, Any] = options
    if not missing and fault is None and offer.fields is not None:
        try:
            whole = checked(name, options, offer.fields)
        except DispatchError as wrong:
            fault = Sentence(wrong.message, wrong.params)
    can = offer.capabilities
    if can is None and not missing and fault is None and (name in sections or offer.fields == ()):
        can, fault = _said_once_open(offer, whole)
    return Declared(
        name=name,
        plugin=offer.plugin,
        fields=offer.fields,
        can=can,
        has_section=name in sections,
        is_enabled=is_enabled,
        missing=missing,
        fault=fault,
        options=options,
    )


def snippet(one: Declared) -> list[str]:
    """Return a channel's section of ``dispatch.toml``, with a line for each option, ready to be filled in.

    Secrets are never among them: one that is set stands there as a comment.
    """
    lines = [f"[channels.{one.name}]"]
    for field in one.fields or ():
        if field.kind is FieldKind.SECRET:
            is_to_be_set = field.required and not one.options.get(field.name)
            lines.append(f'{"" if is_to_be_set else "#"}{field.name} = ""')
        elif field.name in one.options:
            lines.append(f"{field.name} = {_toml(one.options[field.name])}")
        elif field.default is not None:
            lines.append(f"#{field.name} = {_toml(field.default)}")
        else:
            empty = _EMPTY.get(field.kind, '""')
            lines.append(f"{'' if field.required else '#'}{field.name} = {empty}")
    return lines


_EMPTY = {FieldKind.NUMBER: "0", FieldKind.FLAG: "false", FieldKind.LIST: "[]", FieldKind.TABLE: "{}"}


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(name))} = {_toml(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return _quoted(value) if isinstance(value, str) else str(value)


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else _quoted(name)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=False)


def _said_once_open(
    offer: OpensHere | OpensElsewhere, options: Mapping[str, Any]
) -> tuple[Capabilities | None, Sentence | None]:
    """Open a channel, which sends nothing, to hear what it can do."""
    try:
        channel = offer(options)
    except PluginBroke as broke:
        why = broke.params.get("why")
        return None, why if isinstance(why, Sentence) else Sentence(broke.message, broke.params)
    except DispatchError as wrong:
        return None, Sentence(wrong.message, wrong.params)
    if isinstance(channel, Elsewhere):
        channel.close()
    return channel.capabilities, None
