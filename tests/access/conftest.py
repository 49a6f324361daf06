"""The world of these tests."""

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.access.world import World


@pytest.fixture
def world() -> "World":
    # Where this folder is tested alone, this file is read before there are models.
    made: World = import_module("tests.access.world").whole_world()
    return made
