"""A workspace with something in it, for the tests of commands."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clocktool.backends.base import Request
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.time.zone import Zone
from tests.conftest import Console, local_console
from tests.outbox import places
from tests.tracking import servers

WORKSPACE = "/workspaces/000000000000000000000002"


def put(console: Console, path: str, body: object, method: str = "PUT") -> None:
    """Change a thing of the console's local workspace in a way that no command does."""
    workspace = LocalWorkspace(
        Path(console.env["CLOCKTOOL_DATA"]) / "local.sqlite3",
        now=lambda: console.now,
        new_id=console.new_id,
        zone=Zone(console.zone),
        user="ada",
    )
    reply = workspace.send(Request(method, WORKSPACE + path, (), body))
    workspace.close()
    assert reply.status in (200, 201), reply


@pytest.fixture(scope="session")
def made_shop(tmp_path_factory: pytest.TempPathFactory) -> Console:
    """Return the shop that every other is a copy of."""
    console = local_console(tmp_path_factory.mktemp("shop"))
    for line in (
        ("clients", "add", "ACME"),
        ("projects", "add", "Site", "--client", "ACME", "--billable", "--rate", "105"),
        ("projects", "add", "Ops", "--no-billable"),
        ("tags", "add", "dev"),
        ("tags", "add", "urgent"),
        ("tasks", "add", "Login", "-p", "Site"),
    ):
        console.ok(*line)
    return console


@pytest.fixture(scope="session")
def made_day(tmp_path_factory: pytest.TempPathFactory, made_shop: Console) -> Console:
    """Return the day that every other is a copy of."""
    console = local_console(tmp_path_factory.mktemp("day")).like(made_shop)
    console.at("2026-11-24 13:30")
    console.ok("add", "Fix login page", "--from", "9", "--to", "10:30", "-p", "Site", "-T", "dev")
    console.ok("add", "Review", "--from", "10:45", "--to", "12", "-p", "Site")
    console.ok("start", "Deploy", "-p", "Ops", "--at", "12:30")
    return console


@pytest.fixture
def shop(run: Console, made_shop: Console) -> Console:
    """A console with the projects Site of ACME (billable) and Ops, a task and two tags."""
    return run.like(made_shop)


@pytest.fixture
def day(run: Console, made_day: Console) -> Console:
    """The shop at 13:30 with two entries (0009, 000a) and a timer (000b) since 12:30."""
    return run.like(made_day)


@pytest.fixture(params=servers.ROUTES)
def there(
    request: pytest.FixtureRequest, new_console: Callable[[str], Console]
) -> Iterator[servers.Place]:
    """A server of each route set with given answers."""
    with servers.place(str(request.param), new_console("told")) as made:
        yield made


@pytest.fixture
def place(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> Iterator[places.Place]:
    """A console with a known account, and the line to its server, which can be cut."""
    with places.placed(new_console("service"), "service", monkeypatch) as made:
        made.run("running")
        yield made
