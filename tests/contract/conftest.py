"""The contract: every test here is run in each world."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.contract.worlds import WORLDS, World, world


@pytest.fixture(params=WORLDS)
def place(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[World]:
    """A workspace on this machine, ``serve``, a guide-shaped and a service-shaped server."""
    name = str(request.param)
    with world(name, new_console(name)) as made:
        yield made
