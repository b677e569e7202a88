"""Places for the tests of the journal."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.outbox.places import Place, placed


@pytest.fixture
def fresh(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A console that has never asked a service-shaped server anything."""
    with placed(new_console("service"), "service", monkeypatch) as made:
        yield made


@pytest.fixture
def place(fresh: Place) -> Place:
    """A console with a known account, which has changed nothing yet."""
    assert fresh.run("running").code == 1
    return fresh


@pytest.fixture(params=["service", "guide"])
def either(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:
    """The same over each of the two route sets."""
    kind = str(request.param)
    with placed(new_console(kind), kind, monkeypatch) as made:
        assert made.run("running").code == 1
        yield made
