"""Places for the tests of the journal."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.contract.worlds import Begin, Begun, Shop
from tests.outbox.places import Place, copied, first_place


@contextlib.contextmanager
def asked(kind: str, console: Console) -> Iterator[Begun[Shop]]:
    """Set up a place that knows whose its key is, and has changed nothing yet."""
    with first_place(kind, console) as first:
        assert console("running").code == 1
        yield Begun(first.world, first.made, console.zone)


@pytest.fixture
def fresh(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch, begun: Begin[Shop]
) -> Iterator[Place]:
    """A console that has never asked a service-shaped server anything."""
    with copied(begun(first_place, "service"), new_console("service"), monkeypatch) as made:
        yield made


@pytest.fixture
def place(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch, begun: Begin[Shop]
) -> Iterator[Place]:
    """A console that knows whose its key is, and has changed nothing yet."""
    with copied(begun(asked, "service"), new_console("service"), monkeypatch) as made:
        yield made


@pytest.fixture(params=["service", "guide"])
def either(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
    begun: Begin[Shop],
) -> Iterator[Place]:
    """The same over each of the two route sets."""
    kind = str(request.param)
    with copied(begun(asked, kind), new_console(kind), monkeypatch) as made:
        yield made
