"""A console with an account, the line to its server, which can be cut, and somebody else."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.contract.worlds import Begin, Shop
from tests.outbox.places import Place, copied, first_place


@pytest.fixture(params=["guide", "service"])
def place(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
    begun: Begin[Shop],
) -> Iterator[Place]:
    """A console with an account on a server of each kind."""
    kind = str(request.param)
    with copied(begun(first_place, kind), new_console(kind), monkeypatch) as made:
        yield made


@pytest.fixture
def service(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch, begun: Begin[Shop]
) -> Iterator[Place]:
    """A console with an account on a server of the service's kind."""
    with copied(begun(first_place, "service"), new_console("service"), monkeypatch) as made:
        yield made
