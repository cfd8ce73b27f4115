"""A printer to hold the demands of a standard against, one test per demand."""

import pytest

from tests.conformance.subject import Subject


@pytest.fixture
async def subject() -> Subject:
    """A printer at work whose output waits until it is let go."""
    return await Subject().open()
