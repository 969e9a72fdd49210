"""How messages leave, and how others extend us: what a plugin's author imports."""

from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.plugins.channel import Channel, OpenChannel, Options
from dispatch.plugins.cost_terms import CostTerm
from dispatch.plugins.hookspecs import hookimpl

__all__ = [
    "Capabilities",
    "Channel",
    "CostTerm",
    "Message",
    "MessageKind",
    "OpenChannel",
    "Options",
    "Outcome",
    "Receipt",
    "hookimpl",
]
