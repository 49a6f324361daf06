"""The world of these tests."""

import pytest

from tests.access.world import World, whole_world


@pytest.fixture
def world() -> World:
    return whole_world()
