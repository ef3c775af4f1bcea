"""Fixtures of the tests of engines."""

import pytest

from tests.publish.fakes.clocks import Stopped
from tests.publish.fakes.site_dag import SiteDag


@pytest.fixture
def dag() -> SiteDag:
    """An empty site."""
    return SiteDag()


@pytest.fixture
def stopped() -> Stopped:
    """A clock that moves only when somebody sleeps."""
    return Stopped()
