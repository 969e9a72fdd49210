"""The channel that is a printed list."""

from dispatch.model.message import Outcome
from dispatch.plugins.phone_list import PhoneList
from dispatch.testing import FICTIONAL_PHONE, a_message, check_channel


def test_the_phone_list_keeps_the_channel_promise() -> None:
    """It takes every message, any number of times."""
    check_channel(PhoneList({}), good_address=FICTIONAL_PHONE)


def test_a_call_to_make_is_on_the_list_at_once() -> None:
    """Putting it there cannot fail, and the note says so in words that can be translated."""
    receipt = PhoneList({}).send(a_message())

    assert (receipt.outcome, receipt.note) == (Outcome.SENT, "on the list")


def test_the_phone_list_needs_a_number_and_reaches_nobody_by_itself() -> None:
    """A person dials, so it stays open on rehearsals and to fictional numbers."""
    able = PhoneList.capabilities

    assert (able.needs_phone, able.reaches_real_people, able.is_two_way) == (True, False, True)
