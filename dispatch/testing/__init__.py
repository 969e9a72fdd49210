"""What plugin authors test with; kept as stable as the hooks."""

from dispatch.testing.bringing import try_command, try_source
from dispatch.testing.examples import FICTIONAL_PHONE, RecordingChannel, a_message, a_problem
from dispatch.testing.hooks import try_cost_term, try_exporter, try_listener
from dispatch.testing.kit import check_channel, check_trouble, try_channel
from dispatch.testing.promises import Tried, Verdict
from dispatch.testing.sending import LONGEST_SECONDS

__all__ = [
    "FICTIONAL_PHONE",
    "LONGEST_SECONDS",
    "RecordingChannel",
    "Tried",
    "Verdict",
    "a_message",
    "a_problem",
    "check_channel",
    "check_trouble",
    "try_channel",
    "try_command",
    "try_cost_term",
    "try_exporter",
    "try_listener",
    "try_source",
]
