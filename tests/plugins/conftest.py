"""What every test of plugins needs."""

from collections.abc import Iterator

import pytest

from dispatch.plugins.own_process import end_all


@pytest.fixture(autouse=True)
def no_process_left() -> Iterator[None]:
    """End what a test has begun."""
    yield
    end_all()
