"""A channel that is a printed list: a grid worker rings the numbers and keys the answers back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dispatch.i18n import sentence
from dispatch.model.message import Capabilities, Message, Outcome, Receipt
from dispatch.plugins.channel import OpenChannel, Options
from dispatch.plugins.fields import Field, checked
from dispatch.plugins.hookspecs import hookimpl


class PhoneList:
    """Collects calls to be made; a person does the rest.

    The list is read off the delivery log, which remembers each message that was
    sent by this channel, so that sending one twice leaves one call to make.

    Nothing leaves the machine by it: whoever dials reads the number first. It is
    therefore open on rehearsals and to numbers reserved for fiction.
    """

    capabilities = Capabilities(needs_phone=True, reaches_real_people=False, is_two_way=True, disturbs=False)
    fields: ClassVar[tuple[Field, ...]] = ()

    def __init__(self, options: Options) -> None:
        """Open; there are no options."""
        checked("phone-list", options, self.fields)

    def send(self, message: Message) -> Receipt:
        """Take note that the call is to be made."""
        return Receipt(outcome=Outcome.SENT, note=sentence("on the list").id)


@hookimpl
def dispatch_channels() -> Mapping[str, OpenChannel]:
    """Offer the phone list."""
    return {"phone-list": PhoneList}
