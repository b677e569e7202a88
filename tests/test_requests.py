"""How many requests a command costs, shown by the exact list of what a server was asked."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
import pytest

import tests.conftest
from clocktool.app.process import Process
from clocktool.backends.base import Request
from clocktool.backends.local.workspace import LocalWorkspace
from tests.conftest import Console
from tests.contract.worlds import ME, WORKSPACE, Shop, W, connect, fill, workspace_of
from tests.guide_server import Answer, GuideServer
from tests.service_server import ServiceServer

pytestmark = pytest.mark.slow

DAY = 86_400


class Place(NamedTuple):
    """A console, the server it talks to and what there is to file entries under."""

    console: Console
    server: GuideServer
    workspace: LocalWorkspace
    shop: Shop

    def asked(self, *argv: str, code: int = 0) -> list[str]:
        """Run a command; return what it asked of the server, in short words.

        ``W`` is the workspace, ``MINE`` the entries of the user, ``E`` entries by id, and the
        parameters that a list of entries always has are left out.
        """
        self.server.asked.clear()
        result = self.console(*argv)
        assert result.code == code, result
        return [self.short(each) for each in self.server.asked]

    def short(self, asked: str) -> str:
        """Return a request in short words."""
        for long, word in (
            ("/v1", ""),
            (f"{W}/user/{ME}/time-entries", "MINE"),
            (f"{W}/time-entries", "E"),
            (W, "W"),
            ("start=2026-11-15T23%3A00%3A00Z&end=2026-11-25T23%3A00%3A00Z", "TODAY"),
            ("&page-size=5000", ""),
            ("&page-size=1000", ""),
            ("page=1", "1"),
            ("page=2", "2"),
            ("hydrated=true&", ""),
            (self.shop.site, "SITE"),
            (self.shop.login, "LOGIN"),
        ):
            asked = asked.replace(long, word)
        return asked


@contextlib.contextmanager
def a_place(console: Console, kind: str) -> Iterator[Place]:
    """Set up a server of a kind and let a console talk to it."""
    path = console.home / "server.sqlite3"
    with contextlib.closing(workspace_of(console, path)) as workspace:
        shop = fill(workspace)
        server = (ServiceServer if kind == "service" else GuideServer)(workspace)
        with server.serving():
            connect(console, server.url, "service" if kind == "service" else "auto")
            yield Place(console, server, workspace, shop)
        assert server.refused == []


@pytest.fixture(params=["guide", "service"])
def either(
    request: pytest.FixtureRequest, new_console: Callable[[str], Console]
) -> Iterator[Place]:
    """A server of each kind; only the service's kind sends Last-Page."""
    kind = str(request.param)
    with a_place(new_console(kind), kind) as place:
        yield place


@pytest.fixture
def service(new_console: Callable[[str], Console]) -> Iterator[Place]:
    """A server of the service's kind."""
    with a_place(new_console("service"), "service") as place:
        yield place


WARM = ("start", "x", "-p", "Site", "-t", "Login", "-T", "dev", "-q")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("start x", ["PATCH MINE", "POST E"]),
        ("start x -p Site -t Login -T dev", ["PATCH MINE", "POST E"]),
        ("start x -p ACME/Site", ["PATCH MINE", "POST E"]),
        ("start x -p SITE -T Dev -o json", ["PATCH MINE", "POST E"]),
        ("stop", ["PATCH MINE"]),
        ("stop -o json", ["PATCH MINE"]),
        ("stop -d done", ["GET MINE?in-progress=true&1", "PUT E/00000000000000000000000a"]),
        ("stop -p Site", ["GET MINE?in-progress=true&1", "PATCH MINE"]),
        ("add y --for 1h -p Site -T dev", ["POST E"]),
        ("add y --for 1h -p Site -o csv", ["POST E"]),
        ("resume 000a", ["GET E/00000000000000000000000a?hydrated=true", "PATCH MINE", "POST E"]),
        (
            "edit 000a -d y",
            ["GET E/00000000000000000000000a?hydrated=true", "PUT E/00000000000000000000000a"],
        ),
        (
            "edit 00000000000000000000000a -d y -p Site",
            [
                "GET E/00000000000000000000000a?hydrated=true",
                "PUT E/00000000000000000000000a",
            ],
        ),
        ("edit current -d y", ["GET MINE?in-progress=true&1", "PUT E/00000000000000000000000a"]),
        (
            "delete 000a -y",
            ["GET E/00000000000000000000000a?hydrated=true", "DELETE E/00000000000000000000000a"],
        ),
        (
            "delete 00000000000000000000000a -y",
            [
                "GET E/00000000000000000000000a?hydrated=true",
                "DELETE E/00000000000000000000000a",
            ],
        ),
        ("show 000a", ["GET E/00000000000000000000000a?hydrated=true"]),
        ("show a", ["GET MINE?1"]),
        ("show 00a", ["GET MINE?1"]),
        ("show 00000000000000000000000a", ["GET E/00000000000000000000000a?hydrated=true"]),
        ("show current", ["GET MINE?in-progress=true&1"]),
    ],
)
def test_what_a_command_asks_when_names_are_cached(
    either: Place, line: str, expected: list[str]
) -> None:
    """With a timer on Site's Login running, in both sets of routes."""
    either.asked(*WARM)
    assert either.asked(*line.split()) == expected


def test_several_of_the_last_entries_are_one_list(either: Place) -> None:
    """The list is read once; entries that began in the same second stay apart."""
    for number in range(60):
        at = f"2026-11-24T{9 - number // 20:02}:{number % 20:02}:00Z"
        _made(either, f"{W}/time-entries", {"start": at, "end": "2026-11-24T10:00:00Z"})
    either.asked("list")
    assert len(either.asked("show", "last", "last~1", "last~2", "-q")) == 1
    shown = either.console.ok("show", "last", "last~2", "last~1", "-o", "id").out.split()
    assert shown == [
        either.console.ok("show", each, "-o", "id").out.strip()
        for each in ("last", "last~2", "last~1")
    ]
    asked = either.asked("show", "last", "last~55", "last~3")
    plan = "GET W"  # asked for before the tenth request of an hour, which this may be
    assert [each.rpartition("=")[2] for each in asked if each != plan] == ["50", "GET MINE?1"]


def test_an_ending_that_is_not_known_is_looked_for_among_the_newest(either: Place) -> None:
    """An entry that was made elsewhere costs a list, and is known from then on."""
    either.asked("stop", code=1)
    _made(either, f"{W}/time-entries", {"start": "2026-11-24T10:00:00Z"})
    assert either.asked("show", "000a") == ["GET MINE?1"]
    assert either.asked("show", "000a") == ["GET E/00000000000000000000000a?hydrated=true"]
    gone = Request("DELETE", f"{W}/time-entries/00000000000000000000000a")
    assert either.workspace.send(gone).status == 204
    asked = ["GET E/00000000000000000000000a?hydrated=true", "GET MINE?1"]
    assert either.asked("show", "000a", code=4) == asked
    assert either.asked("show", "000a", code=4) == asked[1:]


@pytest.mark.parametrize(
    ("line", "code", "expected"),
    [
        ("running", 0, ["GET MINE?TODAY&1"]),
        ("running -o json", 0, ["GET MINE?TODAY&1"]),
        ("list", 0, ["GET MINE?TODAY&1"]),
        ("list -p Site -t Login -T dev --total", 0, ["GET MINE?TODAY&project=SITE&{}&1"]),
        ("list --client ACME", 0, ["GET W/clients?name=acme&1", "GET MINE?TODAY&1"]),
        ("list -d FIX", 0, ["GET MINE?description=fix&TODAY&1"]),
        ("list -d fix -d log", 0, ["GET MINE?TODAY&1"]),
        ("list -d für", 0, ["GET MINE?TODAY&1"]),
        ("list -p Site -p Site", 0, ["GET MINE?TODAY&project=SITE&1"]),
        ("list --not-project Site --not-description x --no-client", 0, ["GET MINE?TODAY&1"]),
        ("list -t Login", 0, ["GET W/projects?1", "GET MINE?TODAY&task=LOGIN&1"]),
        (
            "list -p Site -t Login --not-task log",
            0,
            [
                "GET W/projects/SITE/tasks?name=log&1",
                "GET MINE?TODAY&project=SITE&task=LOGIN&1",
            ],
        ),
        ("show last", 4, ["GET MINE?1&page-size=50"]),
        ("running --all", 0, ["GET E/status/in-progress?1"]),
    ],
)
def test_what_reading_asks_of_the_service(
    service: Place, line: str, code: int, expected: list[str]
) -> None:
    """A list is one request a page where the server says which page is the last."""
    service.asked(*WARM)
    filing = f"task=LOGIN&tags={service.shop.dev}"
    assert service.asked(*line.split(), code=code) == [each.format(filing) for each in expected]


def test_tasks_of_all_projects_cost_one_request_a_project_where_the_list_lacks_them(
    new_console: Callable[[str], Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server without hydrated projects is asked for each one's; what finds some is kept."""
    shaped = GuideServer.shaped

    def without_tasks(server: GuideServer, request: Request) -> Answer:
        status, headers, found = shaped(server, request)
        if request.path.endswith("/projects"):
            found = [{k: v for k, v in each.items() if k != "tasks"} for each in found]
        return status, headers, found

    monkeypatch.setattr(GuideServer, "shaped", without_tasks)
    with a_place(new_console("guide"), "guide") as guide:
        guide.asked("list")
        assert guide.asked("list", "-t", "Login", "--no-tags", "--total") == [
            "GET W/projects?1",
            f"GET W/projects/{guide.shop.ops}/tasks?name=login&1",
            "GET W/projects/SITE/tasks?name=login&1",
            "GET W/projects/SITE/tasks?name=login&2",
            "GET W/projects?2",
            "GET MINE?TODAY&task=LOGIN&1",
        ]
        assert guide.asked("list", "-t", "Login", "--total") == [
            f"GET W/projects/{guide.shop.ops}/tasks?name=login&1",
            "GET W",
            "GET MINE?TODAY&task=LOGIN&1",
        ]


def test_what_reading_asks_of_a_server_without_last_page(
    new_console: Callable[[str], Console],
) -> None:
    """There the end of a list is seen by a page that is empty."""
    with a_place(new_console("guide"), "guide") as guide:
        guide.asked(*WARM)
        assert guide.asked("list") == ["GET MINE?TODAY&1", "GET MINE?TODAY&2"]
        assert guide.asked("running", "--all") == ["GET E/in-progress"]
        guide.asked("stop")
        assert guide.asked("running", "--all", code=1) == ["GET E/in-progress"]
        assert guide.asked("list", "yesterday") == [
            "GET MINE?start=2026-11-14T23%3A00%3A00Z&end=2026-11-24T23%3A00%3A00Z&1",
            "GET MINE?start=2026-11-14T23%3A00%3A00Z&end=2026-11-24T23%3A00%3A00Z&2",
        ]


def test_everyone_is_one_list_each(service: Place) -> None:
    """And one request for who there is, whatever is kept: a new colleague's hours count."""
    service.asked("list")
    for name in ("eve", "bob"):
        _made(service, f"{W}/users", {"email": f"{name}@example.org"})
    asked = service.asked("list", "--user", "all", "--total")
    assert asked[0] == "GET W/users?include-roles=false&1"
    assert len(asked) == 4
    assert asked[1] == "GET MINE?TODAY&1"
    assert len({each.partition("?")[0] for each in asked[1:]}) == 3
    assert all(each.endswith("?TODAY&1") for each in asked[1:])


@pytest.mark.parametrize("line", ["list --user all", "report --user all", "export --user all"])
def test_many_lists_show_a_bar(service: Place, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """Where someone is watching: how many members of how many; a few need none."""
    bars: list[tuple[int, str]] = []
    counts: list[int] = []

    @contextlib.contextmanager
    def bar(total: int, noun: str, stream: object) -> Iterator[Callable[[int], None]]:
        bars.append((total, noun))
        yield counts.append

    def watched(**given: Any) -> Process:
        return Process(**{**given, "shows_progress": True})

    monkeypatch.setattr("clocktool.render.progress.bar", bar)
    monkeypatch.setattr(tests.conftest, "Process", watched)
    service.console.ok(*line.split())
    assert bars == []
    for place in range(10):
        _made(service, f"{W}/users", {"email": f"{place}@example.org"})
    service.console.ok(*line.split())
    assert bars == [(11, "members")]
    assert counts == list(range(11))


def test_many_lists_are_announced_and_refused_where_the_plan_lacks_them(
    service: Place,
) -> None:
    """Thirty requests an hour are all that a free workspace has, and five are kept for timers."""
    service.asked("list")
    for place in range(10):
        _made(service, f"{W}/users", {"email": f"{place}@example.org"})
    result = service.console("list", "--user", "all", "--total")
    note = "The entries of 11 members take at least 11 requests.\n"
    assert result == (0, "0:00:00\n", note)
    assert service.console("list", "--user", "ALL", "--total", "-q").err == ""
    for place in range(10, 25):
        _made(service, f"{W}/users", {"email": f"{place}@example.org"})
    assert service.asked("report", "--user", "all")[:2] == [
        "GET W/users?include-roles=false&1",
        "GET W",
    ]
    assert isinstance(service.server, ServiceServer)
    service.server.plan = "FREE"
    service.console.later(2 * DAY)
    result = service.console("report", "--user", "all")
    assert (result.code, result.out, result.err) == (
        7,
        "",
        (
            "error: the entries of 26 members take at least 26 requests; a free workspace has 30"
            " an hour\nhint: name some of them: --user ada --user bob\n"
        ),
    )


def test_members_are_not_listed_by_halves(service: Place) -> None:
    """What earlier commands have used of the hour counts; the hint names when all of it fits."""
    assert isinstance(service.server, ServiceServer)
    service.server.plan = "FREE"
    service.asked("start", "x")
    for name in ("eve", "bob", "kim"):
        _made(service, f"{W}/users", {"email": f"{name}@example.org"})
    service.console.later(60)
    for _ in range(17):
        service.asked("list")
    service.console.later(60)
    assert service.asked("list", "--user", "all", "--total", code=7) == [
        "GET W/users?include-roles=false&1"
    ]
    assert service.console("list", "--user", "all", "--total").err == (
        "error: the entries of 4 members take at least 4 requests; 2 of 30 an hour are left for"
        " that\nhint: name some of them: --user ada --user bob, or try again at 13:30\n"
    )
    assert len(service.asked("list", "--user", "eve", "--user", "bob", "--total")) == 2


def test_members_whose_entries_are_kept_are_shown_as_far_as_requests_last(service: Place) -> None:
    """Those that can't be asked for any more come from this machine; invoice needs all of them."""
    assert isinstance(service.server, ServiceServer)
    service.server.plan = "FREE"
    service.asked("start", "x")
    for name in ("eve", "bob", "kim"):
        _made(service, f"{W}/users", {"email": f"{name}@example.org"})
    service.asked("list", "--user", "all", "--total")
    service.console.later(60)
    for _ in range(14):
        service.asked("list")
    assert len(service.asked("list", "--user", "all", "--total")) == 2
    assert service.console.ok("list", "--user", "all", "--total") == (
        0,
        "0:01:00\n",
        (
            "Shown as of 12:30: rate limit reached: 25 of 30 requests made in the last hour; the"
            " last 5 are for start, stop and what waits; try again at 13:30\n"
        ),
    )
    refused = service.console("invoice", "--user", "all")
    assert (refused.code, refused.out) == (7, "")


def test_idle_costs_one_request(either: Place) -> None:
    """Nothing running, nothing today: one request says so, and a stop is one, too."""
    either.asked("stop", code=1)
    assert either.asked("running", code=1) == ["GET MINE?TODAY&1"]
    assert either.asked("running", "--all", code=1) == [
        "GET E/status/in-progress?1"
        if isinstance(either.server, ServiceServer)
        else "GET E/in-progress"
    ]
    assert either.asked("stop", code=1) == ["PATCH MINE"]
    assert either.asked("stop", "--if-running") == ["PATCH MINE"]


def test_a_long_list_is_one_request_a_page(service: Place) -> None:
    """On a server that gives a thousand a page, 1,001 entries are two pages, 1,000 are one."""
    service.asked("stop", code=1)
    add = (
        "INSERT INTO entries (id, member, start_at, end_at, description, billable, type,"
        " created_at) VALUES (?, 1, ?, ?, '', 0, 'REGULAR', 0)"
    )
    start = service.console.now - 3 * 3600
    rows = [(f"{number + 100:024x}", start + number, start + number) for number in range(1001)]
    with service.workspace._database.write() as file:
        file.executemany(add, rows[:1000])
    assert service.asked("list", "--total") == ["GET MINE?TODAY&1"]
    with service.workspace._database.write() as file:
        file.executemany(add, rows[1000:])
    assert service.asked("list", "--total") == ["GET MINE?TODAY&1", "GET MINE?TODAY&2"]


def test_a_cold_start_looks_up_who_one_is_and_each_name_once(service: Place) -> None:
    """The first time: the user, each name and the rules of the workspace; then two requests."""
    assert service.asked(*WARM) == [
        "GET /user",
        "GET W/projects?name=site&1",
        "GET W/projects/SITE/tasks?name=login&1",
        "GET W/tags?name=dev&1",
        "PATCH MINE",
        "POST E",
        "GET W",
    ]
    assert service.asked(*WARM) == ["PATCH MINE", "POST E"]
    assert service.asked("start", "y", "-T", "urgent") == [
        "GET W/tags?name=urgent&1",
        "PATCH MINE",
        "POST E",
    ]


def test_a_cold_read_costs_one_more(service: Place) -> None:
    """The account must be known to list anything."""
    assert service.asked("list") == ["GET /user", "GET MINE?TODAY&1"]
    assert service.asked("list") == ["GET MINE?TODAY&1"]


def test_a_misspelt_name_costs_one_search(service: Place) -> None:
    """Nothing else is asked, the timer is not touched, and what is close is known from before."""
    service.asked(*WARM)
    for _ in range(2):
        assert service.asked("start", "x", "-p", "Siet", code=4) == ["GET W/projects?name=siet&1"]
        assert "did you mean Site?" in service.console("start", "x", "-p", "Siet").err
    assert service.asked("start", "x", "-T", "def", code=4) == ["GET W/tags?name=def&1"]


def test_what_clocktool_creates_is_found_at_once(service: Place) -> None:
    """A project that was unknown a moment ago is found once it was added from here."""
    assert service.asked("start", "x", "-p", "New", code=4)[1:] == ["GET W/projects?name=new&1"]
    assert service.asked("projects", "add", "New") == ["POST W/projects"]
    assert service.asked("start", "x", "-p", "New") == [
        "GET W/projects?name=new&1",
        "PATCH MINE",
        "POST E",
        "GET W",
    ]
    service.asked("projects", "add", "New York")
    service.asked("projects", "add", "New", "--client", "ACME")
    assert service.asked("start", "x", "-p", "New", code=4) == ["GET W/projects?name=new&1"]


def test_what_was_created_elsewhere_is_found_at_once(service: Place) -> None:
    """A name that is not in the cache is asked for, whatever is."""
    service.asked(*WARM)
    made = service.workspace.send(Request("POST", f"{W}/projects", (), {"name": "Elsewhere"}))
    assert made.status == 201
    assert service.asked("start", "x", "-p", "Elsew") == [
        "GET W/projects?name=elsew&1",
        "PATCH MINE",
        "POST E",
    ]


def test_names_and_user_are_good_for_a_day(service: Place) -> None:
    """After 24 hours all is asked again, a minute before nothing is."""
    cold = service.asked(*WARM)
    service.console.later(DAY - 60)
    assert service.asked(*WARM) == ["PATCH MINE", "POST E"]
    service.console.later(120)
    assert service.asked(*WARM) == cold
    assert service.asked(*WARM) == ["PATCH MINE", "POST E"]


def test_a_clock_that_was_set_back_asks_again(service: Place) -> None:
    """What was kept in the future is not believed."""
    assert service.asked("list")[0] == "GET /user"
    service.console.later(-60)
    assert service.asked("list")[0] == "GET /user"
    assert len(service.asked("list")) == 1


def test_a_refused_key_forgets_all(service: Place) -> None:
    """After a 401 nothing that was known of the account is believed."""
    cold = service.asked(*WARM)
    right = service.server.answer
    refused: Answer = (401, {}, {"message": "Api key does not exist", "code": 4003})
    service.server.answer = lambda *_: refused  # type: ignore[method-assign]
    assert service.console("stop").code == 3
    service.server.answer = right  # type: ignore[method-assign]
    assert service.asked(*WARM) == cold


def test_a_refused_write_forgets_names(service: Place) -> None:
    """A cached project that was archived meanwhile is refused once, and then said to be so."""
    service.asked(*WARM)
    path = f"{W}/projects/{service.shop.site}"
    assert service.workspace.send(Request("PUT", path, (), {"archived": True})).status == 200
    refused = service.console("add", "x", "--for", "1h", "-p", "Site")
    assert (refused.code, "archived" in refused.err) == (5, True)
    assert service.asked("add", "x", "--for", "1h", "-p", "Site", code=4) == [
        "GET W/projects?name=site&1"
    ]


def test_two_keys_never_share_what_is_known(service: Place) -> None:
    """Another key, another host or another kind of key starts with nothing."""
    cold = service.asked(*WARM)
    folder = service.console.home / "data" / "cache"
    assert len(list(folder.iterdir())) == 1
    service.console("stop", env={"CLOCKIFY_API_KEY": "another-key"})
    assert len(list(folder.iterdir())) == 2
    address = service.server.url.replace("127.0.0.1", "localhost")
    service.console.env["CLOCKTOOL_BASE_URL"] = address
    assert service.asked(*WARM) == cold
    assert len(list(folder.iterdir())) == 3
    token = {"CLOCKTOOL_ADDON_TOKEN": service.console.env["CLOCKIFY_API_KEY"]}
    del service.console.env["CLOCKIFY_API_KEY"]
    assert service.console("stop", env=token).code == 3
    assert len(list(folder.iterdir())) == 4
    assert all(
        service.console.env["CLOCKTOOL_BASE_URL"] not in each.name for each in folder.iterdir()
    )


def test_a_workspace_by_name_is_looked_up_once(service: Place) -> None:
    """With -w NAME the list of workspaces is asked for once a day; an id needs no list."""
    service.asked("list")
    assert service.asked("-w", "Local", "list") == ["GET /workspaces", "GET MINE?TODAY&1"]
    assert service.asked("-w", "local", "list") == ["GET MINE?TODAY&1"]
    assert service.asked("-w", WORKSPACE, "list") == ["GET MINE?TODAY&1"]
    service.console.env["CLOCKTOOL_WORKSPACE"] = "Loc"
    assert service.asked("list") == ["GET MINE?TODAY&1"]


def test_a_workspace_that_is_not_in_the_kept_list_asks_once_more(service: Place) -> None:
    """It may be new; what is not there after that is exit code 4."""
    service.asked("-w", "Local", "list")
    made = service.workspace.send(Request("POST", "/workspaces", (), {"name": "ACME"}))
    assert made.status == 201
    assert service.asked("-w", "ACME", "list")[0] == "GET /workspaces"
    assert "GET /workspaces" not in service.asked("-w", "ACME", "list")
    assert service.asked("-w", "None", "list", code=4) == ["GET /workspaces"]


def test_rules_of_the_service_are_not_set_from_here(service: Place) -> None:
    """It has no such operation: nothing of them is asked."""
    service.asked("list")
    assert service.asked("workspaces", "set", "force-project", "true", code=5) == []


def test_names_of_flat_replies_come_from_the_cache(service: Place) -> None:
    """A stop's reply has ids only; the names are known, and it stays one request."""
    service.asked(*WARM)
    service.console.later(60)
    service.server.asked.clear()
    stopped = service.console.ok("stop", "-o", "json").json
    assert [service.short(each) for each in service.server.asked] == ["PATCH MINE"]
    assert stopped["project"]["name"] == "Site"
    assert stopped["project"]["clientName"] == "ACME"
    assert stopped["task"]["name"] == "Login"
    assert [tag["name"] for tag in stopped["tags"]] == ["dev"]
    assert stopped["userName"] == "ada"


def test_names_of_flat_replies_that_are_not_known_cost_one_request(service: Place) -> None:
    """A timer that was started elsewhere, filed under what was never named here."""
    service.asked("stop", code=1)
    shop = service.shop
    service.workspace.send(
        Request(
            "POST",
            f"{W}/time-entries",
            (),
            {
                "start": "2026-11-24T10:00:00Z",
                "projectId": shop.site,
                "taskId": shop.login,
                "tagIds": [shop.dev, shop.urgent],
            },
        )
    )
    service.server.asked.clear()
    stopped = service.console.ok("stop", "-o", "json").json
    assert [service.short(each) for each in service.server.asked] == [
        "PATCH MINE",
        "GET E/00000000000000000000000a?hydrated=true",
    ]
    assert stopped["project"]["clientName"] == "ACME"
    assert [tag["name"] for tag in stopped["tags"]] == ["dev", "urgent"]
    assert service.asked("start", "again", "-p", shop.site, "-T", shop.urgent) == [
        "PATCH MINE",
        "POST E",
        "GET W",
    ]


def test_names_of_others_timers_are_filled_in(service: Place) -> None:
    """What a colleague's timer is filed under is asked for once, then known."""
    grace = _made(service, f"{W}/users", {"name": "Grace"})
    body = {"start": "2026-11-24T10:00:00Z", "projectId": service.shop.ops}
    _made(service, f"{W}/user/{grace}/time-entries", body)
    service.asked("stop", code=1)
    first = service.asked("running", "--all")
    assert first[0] == "GET E/status/in-progress?1"
    assert len(first) <= 3
    assert service.asked("running", "--all") == ["GET E/status/in-progress?1"]
    kim = _made(service, f"{W}/users", {"name": "Kim"})
    other = _made(service, f"{W}/user/{kim}/time-entries", body)
    assert service.asked("running", "--all") == [
        "GET E/status/in-progress?1",
        "GET W/users?include-roles=false&1",
    ]
    assert service.workspace.send(Request("DELETE", f"{W}/time-entries/{other}")).status == 204
    (found,) = service.console.ok("running", "--all", "-o", "json").json
    assert (found["project"]["name"], found["userName"]) == ("Ops", "Grace")


def test_who_may_not_list_members_sees_ids(service: Place) -> None:
    """A plain member is refused the list of users: one request, and the timers are shown."""
    grace = _made(service, f"{W}/users", {"name": "Grace"})
    times = {"start": "2026-11-24T10:00:00Z"}
    _made(service, f"{W}/user/{grace}/time-entries", times)
    _made(service, f"{W}/time-entries", times)
    right = service.server.answer
    refused: Answer = (403, {}, {"message": "Access is denied", "code": 501})
    service.server.answer = lambda method, target, key, body: (  # type: ignore[method-assign]
        refused if "/users?" in target else right(method, target, key, body)
    )
    found = service.console.ok("running", "--all", "--template", "{user}.{id}").out.split()
    assert sorted(each.partition(".")[0] for each in found) == [grace, "ada"]
    shown = service.console.ok("running", "--all").out
    assert sorted(line.split()[0] for line in shown.splitlines()[1:]) == [grace, "ada"]


def test_a_refused_read_is_not_asked_again_for_a_day(service: Place) -> None:
    """A refused list of members is cached as long as a list would be."""
    service.asked("list")
    right = service.server.answer
    refusals: list[str] = []

    def answer(method: str, target: str, key: str | None, body: bytes) -> Answer:
        if "/users?" not in target:
            return right(method, target, key, body)
        refusals.append(target)
        return 403, {}, {"message": "Access is denied", "code": 501}

    service.server.answer = answer  # type: ignore[method-assign]
    for later, count in ((0, 1), (0, 1), (DAY - 60, 1), (120, 2)):
        service.console.later(later)
        result = service.console("list", "--user", "Grace")
        assert (result.code, "Access is denied" in result.err) == (5, True)
        assert len(refusals) == count


def _made(place: Place, path: str, body: object) -> str:
    reply = place.workspace.send(Request("POST", path, (), body))
    assert reply.status == 201, reply
    return str(msgspec.json.decode(reply.body)["id"])
