"""Pages: nothing lost and nothing twice, however large the pages are that a server gives."""

import contextlib
from collections.abc import Callable

import pytest

from clocktool.backends.local.workspace import LocalWorkspace
from tests.conftest import NOON, Console
from tests.contract.worlds import World, connect, workspace_of
from tests.contract.worlds import fill as fill_shop
from tests.guide_server import Answer, GuideServer
from tests.service_server import ServiceServer

pytestmark = pytest.mark.slow

COUNT = 2345


def fill(workspace: LocalWorkspace, count: int = COUNT) -> list[str]:
    """Put finished entries of a minute each into the days before; gives ids, oldest first."""
    fill_shop(workspace)
    with workspace._database.write() as connection:
        start = NOON - 86_400 - count * 60
        rows = [
            (
                f"{number + 1000:024x}",
                start + number * 60,
                start + number * 60 + 60,
                f"work {number}",
            )
            for number in range(count)
        ]
        connection.executemany(
            "INSERT INTO entries (id, member, start_at, end_at, description, billable, type,"
            " created_at) VALUES (?, 1, ?, ?, ?, 0, 'REGULAR', 0)",
            rows,
        )
    return [row[0] for row in rows]


def test_many_entries_in_each_world(place: World) -> None:
    """2,345 entries take one page or more, and each is listed once."""
    ids = fill(place.behind)
    assert place.console.ok("list", "year", "-o", "id").out.split() == ids
    assert place.console.ok("list", "year", "--total").out == "39:05:00\n"
    assert place.console.ok("show", "last~1234", "-o", "id").out.split() == [ids[-1235]]


@pytest.mark.parametrize("last_page", [True, False])
@pytest.mark.parametrize("cap", [25, 50, 999, 1000])
def test_a_silent_cap_loses_nothing(
    new_console: Callable[[str], Console], cap: int, *, last_page: bool
) -> None:
    """A server that gives fewer a page is asked for more pages, and at most three in vain."""
    console = new_console("capped")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        ids = fill(workspace)
        server = ServiceServer(workspace, cap=cap, last_page=last_page)
        with server.serving():
            connect(console, server.url, "service")
            assert console.ok("list", "year", "-o", "id").out.split() == ids
        pages = [each for each in server.asked if "page-size=5000" in each]
        assert 0 <= len(pages) - -(-COUNT // cap) <= 3


def test_nothing_is_read_ahead_where_requests_are_few(
    new_console: Callable[[str], Console],
) -> None:
    """On the free plan each page is asked for when the one before it says that there is one."""
    console = new_console("free")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        ids = fill(workspace)
        server = ServiceServer(workspace, cap=200)
        server.plan = "FREE"
        with server.serving():
            connect(console, server.url, "service")
            console.ok("-w", "Local", "tags")
            server.asked.clear()
            assert console.ok("-w", "Local", "list", "year", "-o", "id").out.split() == ids
    assert len(server.asked) == 12


@pytest.mark.parametrize(
    ("most", "sizes"),
    [
        (5000, ["5000"]),
        (1000, ["5000", "1000"]),
        (999, ["5000", "1000", "200"]),
        (60, ["5000", "1000", "200", "50"]),
    ],
)
def test_a_server_that_refuses_large_pages_is_asked_for_smaller_ones(
    new_console: Callable[[str], Console], most: int, sizes: list[str]
) -> None:
    """The size that it takes is remembered for the host, also by the next process."""
    console = new_console("strict")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        ids = fill(workspace, 90)
        server = ServiceServer(workspace, most=most)
        with server.serving():
            connect(console, server.url, "service")
            for asked in (sizes, sizes[-1:]):
                server.asked.clear()
                assert console.ok("list", "year", "-o", "id").out.split() == ids
                found = [
                    each.rpartition("page-size=")[2] for each in server.asked if "page-" in each
                ]
                last = asked[-1]
                count = -(-90 // int(last))
                assert found == [*asked, *[last] * (count - 1)]
            console.ok("tags")
            assert server.asked[-1].endswith(f"page-size={last}")
            assert console("running", "--all").code == 1
            assert server.asked[-1].endswith(f"page-size={min(int(last), 1000)}")


@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        ((400, {}, {"message": "Page size must be at most 1000", "code": 501}), 4),
        ((400, {}, {"message": "Value '5000' is not valid for 'pageSize'", "code": 3000}), 4),
        ((400, {}, {"message": "Bad Request"}), 4),
        ((400, {}, {"message": "Limit exceeded", "code": 501}), 4),
        ((400, {}, {"message": "Value 'x' is not valid for 'start'", "code": 3000}), 1),
        ((400, {}, {"message": "PROJECT doesn't belong to WORKSPACE", "code": 501}), 1),
        ((400, {}, {"message": "Date range exceeds 31 days", "code": 501}), 1),
        ((400, {}, {"message": "Access to tags is restricted", "code": 501}), 1),
        ((400, {}, None), 1),
        ((403, {}, {"message": "Page size", "code": 501}), 1),
    ],
)
def test_only_a_refused_size_is_tried_again(
    new_console: Callable[[str], Console], answer: Answer, tries: int
) -> None:
    """Each try is a request of perhaps thirty an hour: another reason is an error at once."""
    console = new_console("strict")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill_shop(workspace)
        server = ServiceServer(workspace)
        right = server.answer

        def refuse(method: str, target: str, key: str | None, body: bytes) -> Answer:
            answered = right(method, target, key, body)
            return answer if "page-size" in target else answered

        server.answer = refuse  # type: ignore[method-assign]
        with server.serving():
            connect(console, server.url, "service")
            assert console("list", "-d", "page size").code != 0
    assert len([each for each in server.asked if "page-size" in each]) == tries


def test_names_on_later_pages_are_found(place: World) -> None:
    """Projects, tags and members beyond the first page are listed, and are found by name."""
    fill_shop(place.behind)
    with place.behind._database.write() as connection:
        connection.executemany(
            "INSERT INTO tags (id, workspace, name, name_key) VALUES (?, 1, ?, ?)",
            [(f"{number:024x}", f"tag {number}", f"tag {number}") for number in range(5000, 6200)],
        )
    assert len(place.console.ok("tags", "-o", "id").out.split()) == 1202
    started = place.console.ok("start", "x", "-T", "tag 6199", "-o", "json").json
    assert [tag["name"] for tag in started["tags"]] == ["tag 6199"]


def test_capped_timers_of_a_team(new_console: Callable[[str], Console]) -> None:
    """Everyone's timers come in pages, too, on a server of the service's kind."""
    console = new_console("team")
    with contextlib.closing(workspace_of(console, console.home / "server.sqlite3")) as workspace:
        fill_shop(workspace)
        with workspace._database.write() as connection:
            for number in range(100, 160):
                user = connection.execute(
                    "INSERT INTO users (id, name, email) VALUES (?, ?, '')",
                    (f"{number:024x}", f"user {number}"),
                ).lastrowid
                member = connection.execute(
                    "INSERT INTO members (workspace, user) VALUES (1, ?)", (user,)
                ).lastrowid
                connection.execute(
                    "INSERT INTO entries (id, member, start_at, description, billable, type,"
                    " created_at) VALUES (?, ?, ?, 'x', 0, 'REGULAR', 0)",
                    (f"{number + 1000:024x}", member, console.now - number),
                )
        for server in (ServiceServer(workspace, cap=25), GuideServer(workspace)):
            with server.serving():
                connect(console, server.url, "guide" if type(server) is GuideServer else "service")
                found = console.ok("running", "--all", "--template", "{user}").out.splitlines()
            assert sorted(found) == [f"user {number}" for number in range(100, 160)]
