"""Time added up by SQLite equals the time of single entries, to the second."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from clocktool.api.entries import EntryQuery
from clocktool.backends.base import Backend, Layer, Reply, Request
from clocktool.backends.local import store
from clocktool.backends.local.schema import FILE
from clocktool.backends.local.sums import source_of
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.directory import Account, User
from clocktool.domain.entry import Draft, FieldValue
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.rates import OwnRate, RateBook, Subject
from clocktool.domain.report import KINDS
from clocktool.domain.rounding import parse_rounding
from clocktool.domain.selection import Selection
from clocktool.domain.time.calendar import Calendar, Spans
from clocktool.domain.time.instant import FIRST, LAST, Instant, parse_iso
from clocktool.domain.time.period import ALL, Period
from clocktool.domain.time.zone import Zone
from clocktool.domain.totals import Question
from clocktool.history.history import History
from clocktool.history.sums import Days, Sums, sums
from clocktool.storage.opening import open_in_memory
from clocktool.storage.sums import overlap_seconds, read
from tests.clients import OneUser, client_of

DAY = 86_400
UTC = Zone("UTC")
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
FIELD = "field:Ticket"
CHANGE = parse_iso("2026-07-01T00:00:00Z")
"""When the rates of the test change."""


class _OnlyJson(Layer):
    """A backend that only returns single entries, as JSON."""

    def __init__(self, inner: Backend) -> None:
        super().__init__(inner)
        self.has_sums = False

    def send(self, request: Request) -> Reply:
        return self._inner.send(replace(request, as_value=False))


class World:
    """A local workspace with two clients, three projects, tasks, tags, a field and rates."""

    def __init__(self, path: Path) -> None:
        ids = count(1)
        self.now = parse_iso("2026-11-24T12:30:00Z")
        self.backend = LocalWorkspace(
            path,
            now=lambda: self.now,
            new_id=lambda: f"{next(ids):024x}",
            zone=Zone("UTC"),
            user="ada",
        )
        self.api = client_of(self.backend)
        me = self._send("GET", "/user")
        self.home = f"/workspaces/{me['activeWorkspace']}"
        self.workspace = me["activeWorkspace"]
        self.user = me["id"]
        made = self._made
        clients = [made("clients", name=each) for each in ("ACME", "acme Ltd")]
        self.clients = clients
        self.projects = [
            made("projects", name="Site", clientId=clients[0]),
            made("projects", name="Site", clientId=clients[1]),
            made("projects", name="Ops", hourlyRate={"amount": 9900}),
        ]
        self.tasks = [made(f"projects/{self.projects[at]}/tasks", name="Login") for at in (0, 2)]
        self.tags = [made("tags", name=each) for each in ("dev", "Dev 2", "urgent")]
        self.field = made("custom-fields", name="Ticket", type="TXT")
        later = {"amount": 12_345, "since": "2026-07-01T00:00:00Z"}
        for path_ in (
            f"{self.home}/hourly-rate",
            f"{self.home}/projects/{self.projects[0]}/users/{self.user}/hourly-rate",
        ):
            self._send("PUT", path_, {"amount": 8050})
        self._send("PUT", f"{self.home}/cost-rate", {"amount": 4000})
        for path_ in (
            f"{self.home}/hourly-rate",
            f"{self.home}/projects/{self.projects[0]}/users/{self.user}/hourly-rate",
        ):
            self._send("PUT", path_, later)

    def _send(self, method: str, path: str, body: object = None) -> Any:
        reply = self.backend.send(Request(method, path, (), body))
        assert reply.status < 300, reply.body
        return msgspec.json.decode(reply.body)

    def _made(self, path: str, **body: object) -> str:
        return str(self._send("POST", f"{self.home}/{path}", body)["id"])

    def report(self, by: Sequence[str], days: Days, *, with_sums: bool = True, **more: Any) -> Sums:
        """Return the sums of a period."""
        window = None if days.period == ALL else days.period.window(days.zone)
        selection = Selection(window=window, **more)
        return sums(self.history(with_sums=with_sums), selection, days, by)

    def history(self, *, with_sums: bool, own: RateBook | None = None, zone: Zone = UTC) -> History:
        """Return the history of the user, with or without sums of the backend, and own rates."""
        backend = self.backend if with_sums else _OnlyJson(self.backend)
        account = Account(User(Known(self.user), "ada"), self.workspace)
        return History(OneUser(client_of(backend), account, self.now, book=own, zone=zone))

    @contextmanager
    def entries(self, drafts: list[Draft]) -> Iterator[None]:
        """Create entries for the length of a block."""
        ids = [Known(f"f{place:023x}") for place in range(len(drafts))]
        pairs = list(zip(ids, drafts, strict=True))
        ended = [each for each in pairs if each[1].end is not None]
        self.api.entries.create_batch(self.workspace, ended)
        for each in [each for each in pairs if each[1].end is None][:1]:
            self.api.entries.create_batch(self.workspace, [each])
        try:
            yield
        finally:
            self.api.entries.delete_all(self.workspace, self.user)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One workspace for all examples: each removes its entries."""
    return World(tmp_path_factory.mktemp("sums") / "local.sqlite3")


@cache
def changes(name: str) -> tuple[int, ...]:
    """Return when the clocks of a zone change: to the second, after 1970."""
    info = ZoneInfo(name)

    def offset(at: int) -> float:
        found = datetime.fromtimestamp(at, info).utcoffset()
        assert found is not None
        return found.total_seconds()

    found: list[int] = []
    for at in range(0, 1_830_000_000, 20 * DAY):
        low, high = at, at + 20 * DAY
        if offset(low) == offset(high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
        found.append(high)
    return tuple(found)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Zone, int, list[int]]:
    """Draw a zone, an instant, and instants of interest around it."""
    name = draw(st.sampled_from(ZONES))
    zone = Zone(name)
    boundary = zone.start_of_day(
        draw(
            st.sampled_from(
                [date(2026, 1, 1), date(2026, 4, 1), date(2026, 6, 1), date(2026, 3, 2)]
            )
        )
    )
    centre = draw(st.sampled_from([boundary, int(CHANGE), *changes(name)[-4:], *changes(name)]))
    day = zone.day(Instant(centre))
    midnights = [zone.start_of_day(day + timedelta(days)) for days in (-40, -8, -1, 0, 1, 2, 40)]
    return zone, centre, [centre, centre - 1, centre + 1, *midnights]


@st.composite
def drafts(draw: st.DrawFn, world: World, near: list[int]) -> Draft:
    """Draw an entry near one of these instants."""
    start = draw(st.sampled_from(near)) + draw(
        st.one_of(st.sampled_from([0, -1, 1, 3600, -3600, 1800]), st.integers(-2 * DAY, 2 * DAY))
    )
    length = draw(
        st.one_of(
            st.sampled_from([0, 1, 59, 3600, DAY, 23 * 3600, 25 * 3600]), st.integers(0, 3 * DAY)
        )
    )
    project = draw(st.sampled_from([None, *range(3)]))
    task = {0: world.tasks[0], 2: world.tasks[1]}.get(project) if project is not None else None
    ticket = draw(st.sampled_from([None, "7", " 7", "8"]))
    return Draft(
        start=Instant(start),
        end=None if draw(st.integers(0, 8)) == 0 else Instant(start + length),
        description=draw(st.sampled_from(["", "Fix", "fix", "Straße"])),
        project_id=None if project is None else Known(world.projects[project]),
        task_id=Known(task) if task is not None and draw(st.booleans()) else None,
        tag_ids=tuple(
            Known(each)
            for each in draw(st.lists(st.sampled_from(world.tags), max_size=3, unique=True))
        ),
        billable=draw(st.booleans()),
        fields=None if ticket is None else (FieldValue(world.field, ticket),),
        type=draw(st.sampled_from([None, None, None, "BREAK"])),
    )


@st.composite
def selections(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """Draw the filters of a selection, most often none."""
    if draw(st.integers(0, 2)):
        return {}
    some = {
        "projects": st.sets(st.sampled_from(world.projects), max_size=2),
        "clients": st.sets(st.sampled_from(world.clients), max_size=2),
        "tasks": st.sets(st.sampled_from(world.tasks), max_size=2),
        "tags": st.sets(st.sampled_from(world.tags), max_size=2),
        "descriptions": st.sets(st.sampled_from(["fi", "strasse", "x"]), max_size=2),
    }
    names = [*some, *(f"not_{each}" for each in some)]
    flags = ["billable", "is_break", "has_project", "has_client", "has_task", "has_tags"]
    found: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from([*names, *flags, "running"]), max_size=3)):
        if name == "running":
            found[name] = True
        elif name in flags:
            found[name] = draw(st.booleans())
        else:
            found[name] = frozenset(draw(some[name.removeprefix("not_")]))
    return found


@settings(max_examples=60)
@given(data=st.data())
def test_sums_of_the_database_equal_those_of_single_entries(
    world: World, data: st.DataObject
) -> None:
    """In all zones, over changes of the clocks, with rates, tags, fields, breaks and filters."""
    draw = data.draw
    zone, centre, near = draw(cases())
    given_ = draw(st.lists(drafts(world, near), max_size=8))
    world.now = Instant(centre + draw(st.sampled_from([0, 1, DAY, 3 * DAY])))
    day = zone.day(Instant(centre))
    first = day + timedelta(draw(st.sampled_from([-31, -7, -1, 0, 1])))
    period = draw(
        st.sampled_from(
            [ALL, Period(first, first + timedelta(draw(st.sampled_from([0, 1, 6, 400]))))]
        )
    )
    kinds = draw(st.lists(st.sampled_from([*KINDS, FIELD]), unique=True, max_size=3))
    window = None if period == ALL else period.window(zone)
    selection = Selection(window=window, **draw(selections(world)))
    of = Days(period, zone, draw(st.integers(0, 6)))
    with_days = draw(st.booleans())
    own = None
    if draw(st.booleans()):
        changing = [day, date(2026, 7, 1)]
        subjects = [Subject(), Subject("ACME", "Site"), Subject("", "Ops", "Login")]
        own = RateBook(
            OwnRate(each, since, Rate(draw(st.integers(0, 9999)), "CHF"))
            for each in subjects
            for since in changing
        )
    rule = draw(st.sampled_from([None, None, parse_rounding("up:15m/total")]))
    with world.entries(given_):
        found, expected = (
            sums(
                world.history(with_sums=with_sums, own=own, zone=zone),
                selection,
                of,
                kinds,
                fields={FIELD: world.field} if FIELD in kinds else None,
                with_days=with_days,
                rounding=rule,
            )
            for with_sums in (True, False)
        )
    assert found == expected


@settings(max_examples=30)
@given(data=st.data())
def test_entries_as_values_equal_those_that_are_read_from_json(
    world: World, data: st.DataObject
) -> None:
    """Names, rates, fields, locks and approvals are the same."""
    given_ = data.draw(st.lists(drafts(world, [int(CHANGE)]), max_size=5))
    query = EntryQuery(hydrated=data.draw(st.booleans()))
    with world.entries(given_):
        found, expected = (
            list(client_of(backend).entries.list_all(world.workspace, world.user, query, size=2))
            for backend in (world.backend, _OnlyJson(world.backend))
        )
    assert found == expected


def _draft(start: str, seconds: int | None, **more: Any) -> Draft:
    at = parse_iso(start)
    return Draft(start=at, end=None if seconds is None else Instant(at + seconds), **more)


def test_a_group_without_calendar_spans_years(world: World) -> None:
    """SQLite groups a month at a time; the sums of all months are one."""
    times = [f"{year}-0{month}-15T09:00:00Z" for year in (2019, 2024, 2025) for month in (1, 6)]
    with world.entries([_draft(each, 600, project_id=Known(world.projects[0])) for each in times]):
        found = world.report(["client"], Days(ALL, UTC)).report
    assert [(group.name, group.seconds) for group in found.whole.groups] == [("ACME", 3600)]
    assert (found.period.first, found.period.last) == (date(2019, 1, 15), date(2025, 6, 15))


def test_thousands_of_entries_of_the_same_start_are_added_up_quickly(world: World) -> None:
    """Each second counts once as covered more than once, however many entries cover it."""
    with world.entries([_draft("2026-03-02T09:00:00Z", 60 + each) for each in range(5000)]):
        begin = process_time()
        found = world.report(["day"], Days(ALL, UTC)).report
        spent = process_time() - begin
    assert found.overlap_seconds == 60 + 4998
    assert spent < 2


def test_an_entry_of_ten_years_overlaps_all_that_start_during_it(world: World) -> None:
    """It counts in each of its days, and the overlap is read once."""
    years = _draft("2016-01-01T00:00:00Z", 3653 * DAY)
    inside = [_draft(f"2020-01-{day:02}T09:00:00Z", 3600) for day in range(1, 11)]
    with world.entries([years, *inside]):
        found, expected = (
            world.report(["year"], Days(ALL, UTC), with_sums=with_sums)
            for with_sums in (True, False)
        )
    assert found == expected
    assert found.report.overlap_seconds == 36_000


def test_a_timer_that_was_forgotten_for_a_year_counts_in_the_period_until_now(
    world: World,
) -> None:
    """It started long before the period, and overlaps what was tracked since."""
    world.now = parse_iso("2026-11-24T12:30:00Z")
    today = date(2026, 11, 24)
    forgotten = _draft("2025-11-01T00:00:00Z", None)
    with world.entries([_draft("2026-11-24T10:00:00Z", 3600), forgotten]):
        found = world.report(["day"], Days(Period(today, today), UTC)).report
    assert found.whole.seconds == 12 * 3600 + 1800 + 3600
    assert found.overlap_seconds == 3600


@pytest.mark.parametrize(
    ("filters", "step"),
    [
        ({}, "COVERING INDEX entries_by_start (member=? AND start_at>? AND start_at<?)"),
        ({"projects": "p"}, "INDEX entries_by_project (project=? AND start_at>? AND start_at<?)"),
        ({"clients": "c"}, "INDEX entries_by_project (project=? AND start_at>? AND start_at<?)"),
        ({"tags": "t"}, "INDEX entry_tags_by_tag (tag=? AND entry=?)"),
    ],
)
def test_filters_use_an_index(filters: dict[str, str], step: str) -> None:
    """Entries are never scanned, and without filters SQLite reads only the index."""
    selection = Selection(**{name: frozenset([each]) for name, each in filters.items()})  # type: ignore[arg-type]
    question = Question(selection, (FIRST, LAST), Spans(Calendar(UTC), ()), FIRST, 0)
    with closing(open_in_memory(FILE)) as file:
        file.executescript(
            "PRAGMA foreign_keys = OFF; INSERT INTO entries VALUES"
            " (1, 'e', 1, 0, 60, '', NULL, NULL, 0, 'REGULAR', 0, NULL, 0)"
        )
        statements: list[str] = []
        file.set_trace_callback(statements.append)
        source = source_of(1, selection)
        list(read(file, source, question))
        overlap_seconds(file, source, question)
        file.set_trace_callback(None)
        plans = [
            [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {each}")] for each in statements
        ]
    assert len(plans) == 7
    assert not [each for plan in plans for each in plan if each.startswith("SCAN e")]
    assert any(each.endswith(step) for plan in plans for each in plan)


def test_lists_of_a_project_use_its_index() -> None:
    """A page ends where the next one goes on: no page reads the entries before it."""
    wanted = store.EntryFilter(start=0, end=1, project=1)
    sql, values = store.list_query(1, wanted, (1, "e"))
    with closing(open_in_memory(FILE)) as file:
        plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", (*values, 50, 0))]
    assert any("entries_by_project (project=? AND start_at>? AND start_at<?)" in e for e in plan)
