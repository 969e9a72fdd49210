"""How messages leave, and how others extend us: what a plugin's author imports."""

from dispatch.model.arrival import Arrival, Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.plugins.channel import Channel, OpenChannel, Options
from dispatch.plugins.cost_terms import CostTerm
from dispatch.plugins.exporters import Exporter
from dispatch.plugins.fields import Field, FieldKind
from dispatch.plugins.hookspecs import hookimpl

__all__ = [
    "Arrival",
    "Arrived",
    "Callback",
    "CallbackAnswer",
    "Capabilities",
    "Channel",
    "CostTerm",
    "Exporter",
    "Field",
    "FieldKind",
    "Incoming",
    "Message",
    "MessageKind",
    "OpenChannel",
    "Options",
    "Outcome",
    "Receipt",
    "Report",
    "hookimpl",
]
