"""A console with an account, the line to its server, which can be cut, and somebody else."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Console
from tests.outbox.places import Place, placed


@pytest.fixture(params=["guide", "service"])
def place(
    request: pytest.FixtureRequest,
    new_console: Callable[[str], Console],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:
    """A console with an account on a server of each kind."""
    kind = str(request.param)
    with placed(new_console(kind), kind, monkeypatch) as made:
        yield made


@pytest.fixture
def service(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """A console with an account on a server of the service's kind."""
    with placed(new_console("service"), "service", monkeypatch) as made:
        yield made
