"""How messages leave, and how others extend us: what a plugin's author imports."""

from dispatch.model.arrival import Arrival, Arrived, Callback, CallbackAnswer, Incoming, Report
from dispatch.model.message import Capabilities, Message, MessageKind, Outcome, Receipt
from dispatch.plugins.channel import Channel, OpenChannel, Options
from dispatch.plugins.commands import Column, Command, Office, Table
from dispatch.plugins.cost_terms import CostTerm
from dispatch.plugins.exporters import Exporter
from dispatch.plugins.fields import Field, FieldKind
from dispatch.plugins.hookspecs import hookimpl
from dispatch.plugins.sources import Brought, OpenSource, RequestSource, Settled

__all__ = [
    "Arrival",
    "Arrived",
    "Brought",
    "Callback",
    "CallbackAnswer",
    "Capabilities",
    "Channel",
    "Column",
    "Command",
    "CostTerm",
    "Exporter",
    "Field",
    "FieldKind",
    "Incoming",
    "Message",
    "MessageKind",
    "Office",
    "OpenChannel",
    "OpenSource",
    "Options",
    "Outcome",
    "Receipt",
    "Report",
    "RequestSource",
    "Settled",
    "Table",
    "hookimpl",
]
