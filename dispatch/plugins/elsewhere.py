"""Plugins that others wrote, and channels in processes of their own: what the desk sees of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from dispatch.errors import Misconfigured, PluginBroke
from dispatch.i18n import Sentence, sentence
from dispatch.model.arrival import Arrival, Callback, CallbackAnswer, arrival_from_json
from dispatch.model.message import READABLE, Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import Options
from dispatch.plugins.fields import Field, FieldKind
from dispatch.plugins.own_process import Failed, OwnProcess
from dispatch.plugins.registering import OpensHere, Plugin, is_name
from dispatch.plugins.reserved import Limits

LOOK_SECONDS: Final = 10
"""How long a plugin is waited for that is asked what it offers."""


class Elsewhere:
    """A channel in a process of its own: only plain data goes there and comes back."""

    def __init__(self, process: OwnProcess, capabilities: Capabilities, can: Sequence[str], limits: Limits) -> None:
        """See the class.

        Args:
            can: What the channel can do beside sending, by the names of its methods.
        """
        self.process = process
        self.capabilities = capabilities
        self._seconds = limits.deadline_seconds
        for name in ("outcome_of", "collect", "acknowledge", "called_back"):
            if name in can:
                setattr(self, name, getattr(self, f"_{name}"))

    @property
    def rest_seconds(self) -> float:
        """How long its process is left alone yet after it died."""
        return self.process.rest_seconds

    def send(self, message: Message) -> Receipt:
        """Have it sent there.

        Raises:
            Failed: See ``OwnProcess.ask``.
        """
        return _receipt(self._ask("send", message.to_json()))

    def close(self) -> None:
        """End its process."""
        self.process.close()

    def _outcome_of(self, key: str) -> Receipt | None:
        said = self._ask("outcome_of", key)
        return None if said is None else _receipt(said)

    def _collect(self) -> list[Arrival]:
        try:
            return [arrival_from_json(one) for one in self._ask("collect")]
        except (ValueError, TypeError) as fault:
            raise Failed("what came back cannot be read") from fault

    def _acknowledge(self, arrivals: Sequence[Arrival]) -> None:
        self._ask("acknowledge", [one.to_json() for one in arrivals])

    def _called_back(self, call: Callback) -> CallbackAnswer:
        try:
            return CallbackAnswer.from_json(self._ask("called_back", call.to_json()))
        except (ValueError, TypeError, KeyError) as fault:
            raise Failed("an answer that cannot be read") from fault

    def _ask(self, what: str, *given: Any) -> Any:
        try:
            return self.process.ask(what, *given, seconds=self._seconds)
        except (Misconfigured, PluginBroke) as fault:
            raise Failed(type(fault).__name__) from fault


class OpensElsewhere:
    """How a channel is opened in a process of its own.

    Args:
        source: Where its plugin is imported from, as an entry point says it.
        process: Its process, where there is one already.
        capabilities: What it can do, where that does not depend on its options.
    """

    def __init__(
        self,
        plugin: Plugin,
        name: str,
        source: str,
        fields: tuple[Field, ...] | None,
        process: OwnProcess | None = None,
        capabilities: Capabilities | None = None,
    ) -> None:
        self.plugin = plugin
        self.name = name
        self.fields = fields
        self.capabilities = capabilities
        self._source = source
        self._process = process

    @classmethod
    def of_ours(cls, here: OpensHere) -> OpensElsewhere:
        """Open one of our own channels in a process of its own."""
        return cls(here.plugin, here.name, here.source, here.fields, None, here.capabilities)

    def let_go(self) -> None:
        """End the process that waits for it to be opened, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def __call__(self, options: Options) -> Elsewhere:
        """Open it, with the limits that hold where nothing is said."""
        return self.open(options, Limits())

    def open(self, options: Options, limits: Limits) -> Elsewhere:
        """Open it.

        Raises:
            Misconfigured: It says itself what is wrong with its options.
            PluginBroke: It cannot be opened in time, or does not say what it can do.
        """
        process, self._process = self._process or OwnProcess(self._source, limits.memory_mb), None
        try:
            said = process.open_with(
                self.name, dict(options), limits.memory_mb, seconds=max(limits.deadline_seconds, 10)
            )
            capabilities = _capabilities(said["capabilities"])
            return Elsewhere(process, capabilities, [str(one) for one in said["can"]], limits)
        except PluginBroke as fault:
            process.close()
            why = fault.params.get("why")
            raise self.plugin.broke(why if isinstance(why, Sentence) else sentence("it broke")) from fault
        except Misconfigured:
            process.close()
            raise
        except Failed as fault:
            process.close()
            why = sentence("channel {name} does not open: {fault}", name=self.name, fault=str(fault))
            raise self.plugin.broke(why) from fault
        except (ValueError, TypeError, KeyError) as fault:
            process.close()
            why = sentence("channel {name} does not say what it can do", name=self.name)
            raise self.plugin.broke(why) from fault


class Stranger:
    """A plugin that others wrote, asked in a process of its own what it offers; it is not imported here.

    Args:
        source: Where it is imported from, as its entry point says it.
    """

    def __init__(self, plugin: Plugin, source: str) -> None:
        self.plugin = plugin
        self.source = source
        self.channels: dict[str, OpensElsewhere] = {}
        self._process = OwnProcess(source)

    def look(self) -> None:
        """Ask it once for the hooks it answers to and the channels it offers; where it breaks, that is kept."""
        about = self.plugin
        try:
            said = self._process.ask("describe", about.name, about.package, about.version, seconds=LOOK_SECONDS)
            self.plugin = replace(about, hooks=tuple(str(one) for one in said["hooks"]))
            offers = {
                name: (_fields(one["fields"]), one["capabilities"] and _capabilities(one["capabilities"]))
                for name, one in said["channels"].items()
                if is_name(name)
            }
        except PluginBroke as fault:
            why = fault.params.get("why")
            self._broke(why if isinstance(why, Sentence) else sentence("it broke"))
        except (Misconfigured, Failed) as fault:
            self._broke(sentence("it cannot be loaded: {fault}", fault=str(fault)))
        except (ValueError, TypeError, KeyError, AttributeError):
            self._broke(sentence("it cannot be loaded: {fault}", fault="an answer that cannot be read"))
        else:
            # The first of its channels goes on in the process that is there.
            processes = iter([self._process])
            self.channels = {
                name: OpensElsewhere(self.plugin, name, self.source, fields, next(processes, None), can)
                for name, (fields, can) in offers.items()
            }
            if not self.channels:
                self._process.close()

    def let_go(self) -> None:
        """End the process in which it was asked, unless a channel was opened in it."""
        for one in self.channels.values():
            one.let_go()

    def _broke(self, why: Sentence) -> None:
        self._process.close()
        self.plugin = replace(self.plugin, fault=why)


def _receipt(said: Any) -> Receipt:
    try:
        return Receipt(
            outcome=Outcome(said["outcome"]),
            note=str(said["note"]),
            reference=str(said["reference"]),
            address_is_gone=said["address_is_gone"] is True,
        )
    except (ValueError, TypeError, KeyError) as fault:
        raise Failed("a receipt that cannot be read") from fault


def _capabilities(said: Mapping[str, Any]) -> Capabilities:
    found = Capabilities.from_json(said)
    flags = (found.needs_phone, found.reaches_real_people, found.is_two_way, found.gives_receipts, found.disturbs)
    lengths = (found.part_lengths or (1, 1), found.plain_part_lengths or (1, 1))
    numbers = (found.fen_per_part, found.longest_text or 0, found.signature_length, *lengths[0], *lengths[1])
    if not all(isinstance(one, bool) for one in (*flags, found.templates_only)):
        raise TypeError("flags")
    if not all(type(one) is int and one >= 0 for one in numbers) or any(len(one) != 2 or 0 in one for one in lengths):
        raise TypeError("numbers")
    return replace(found, reads=tuple(one for one in READABLE if one in found.reads))


def _fields(said: Any) -> tuple[Field, ...] | None:
    if said is None:
        return None
    return tuple(
        Field(**{**one, "kind": FieldKind(one["kind"]), "choices": tuple(one["choices"])}) for one in said
    )
