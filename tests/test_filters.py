"""What the server filters and what is filtered here are one: no entry more, and none less."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clocktool.api.entries import EntryQuery
from clocktool.api.routes import GUIDE
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.directory import Account
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import Known
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.history.history import History
from tests.clients import OneUser, client_of
from tests.conftest import Console
from tests.contract.worlds import W, workspace_of

pytestmark = pytest.mark.slow

START = parse_iso("2026-11-20T08:00:00Z")
PROJECTS = 3
"""How many projects there are; the first is of no client, each has two tasks, and as many tags."""

WORDS = ("", "fix", "Fix Login", "FIXED", "straße", "STRASSE", "İzmir", "a_b%c", "re: fix")
PARTS = ("", "fix", "LOGIN", "ss", "ß", "i", "i̇", "_", "%", "x", " ", "e: F")


class Office:
    """A workspace with something to file entries under, and what reads and writes them."""

    def __init__(self, workspace: LocalWorkspace) -> None:
        self.client = client_of(workspace, GUIDE)
        user = self.client.directory.me()
        self.account = Account(user, W.rpartition("/")[2])
        make, of = self.client.directory, self.account.workspace
        self.clients = [make.create_client(of, name).id for name in ("ACME", "Globex")]
        self.projects = [
            make.create_project(of, f"P{place}", client=client).id
            for place, client in enumerate((None, *self.clients))
        ]
        self.tasks = {
            project: [make.create_task(of, project, name).id for name in ("one", "two")]
            for project in self.projects
        }
        self.tags = [str(make.create_tag(of, f"t{place}").id) for place in range(PROJECTS)]
        self.now = Instant(START + 40 * 3600)
        self.history = History(OneUser(self.client, self.account, self.now))

    def listed(self, query: EntryQuery) -> list[Entry]:
        """Return what the server lists."""
        entries, account = self.client.entries, self.account
        return list(entries.list_all(account.workspace, account.user.id, query))

    def fill(self, drafts: list[Draft]) -> None:
        """Have these entries and no others."""
        entries, of = self.client.entries, self.account.workspace
        entries.delete_all(of, self.account.user.id)
        for draft in drafts:
            entries.create(of, draft)


@pytest.fixture
def office(run: Console) -> Iterator[Office]:
    """An office on a Tuesday."""
    with contextlib.closing(workspace_of(run, run.home / "office.sqlite3", "UTC")) as workspace:
        yield Office(workspace)


@st.composite
def drafts(draw: st.DrawFn, office: Office) -> Draft:
    """Draw an entry, finished and in the window or near it."""
    start = START + draw(st.integers(0, 40)) * 1800
    project = draw(st.sampled_from([None, *office.projects]))
    task = draw(st.sampled_from([None, *office.tasks[project]])) if project else None
    return Draft(
        start=Instant(start),
        end=Instant(start + draw(st.sampled_from([0, 60, 3600]))),
        description=draw(st.sampled_from(WORDS)),
        project_id=project if project is None else Known(project),
        task_id=task if task is None else Known(task),
        tag_ids=tuple(Known(each) for each in draw(st.sets(st.sampled_from(office.tags)))),
        billable=draw(st.booleans()),
        type=draw(st.sampled_from(["REGULAR", "BREAK"])),
    )


@st.composite
def selections(draw: st.DrawFn, office: Office) -> Selection:
    """Draw filters: few of each, often none."""
    tasks = [task for of_project in office.tasks.values() for task in of_project]

    def some(of: list[str] | tuple[str, ...]) -> frozenset[str]:
        chosen = st.frozensets(st.sampled_from(of), min_size=1, max_size=2)
        return draw(st.one_of(st.just(frozenset[str]()), chosen))

    def maybe(*values: bool) -> bool | None:
        return draw(st.sampled_from([None, None, None, *values]))

    folded = [part.casefold() for part in PARTS]
    first = Instant(START + draw(st.integers(0, 20)) * 1800)
    window = first, Instant(first + draw(st.integers(1, 20)) * 1800)
    return Selection(
        window=draw(st.sampled_from([None, window])),
        projects=some(office.projects),
        clients=some(office.clients),
        tasks=some(tasks),
        tags=some(office.tags),
        descriptions=some(folded),
        not_projects=some(office.projects),
        not_clients=some(office.clients),
        not_tasks=some(tasks),
        not_tags=some(office.tags),
        not_descriptions=some(folded[1:]),
        billable=maybe(True, False),
        is_break=maybe(True, False),
        has_project=maybe(False),
        has_client=maybe(False),
        has_task=maybe(False),
        has_tags=maybe(False),
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_listing_by_filters_is_the_whole_listing_filtered_here(
    office: Office, data: st.DataObject
) -> None:
    """Whatever part of the filters goes to the server."""
    office.fill(data.draw(st.lists(drafts(office), max_size=8)))
    every = office.listed(EntryQuery())
    for selection in data.draw(st.lists(selections(office), min_size=5, max_size=5)):
        here = [each for each in every if selection.matches(each, office.now)]
        assert list(office.history.fetch(selection)) == here
        assert len(office.history.entries(selection).entries) == len(here)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_each_filter_of_the_server_is_one_of_ours(office: Office, data: st.DataObject) -> None:
    """One project, one task, tags, and a part of a description in any case."""
    office.fill(data.draw(st.lists(drafts(office), max_size=8)))
    every = office.listed(EntryQuery())
    project, part = data.draw(st.sampled_from(office.projects)), data.draw(st.sampled_from(PARTS))
    task = data.draw(st.sampled_from(office.tasks[project]))
    tags = data.draw(st.sets(st.sampled_from(office.tags)))
    for query, selection in (
        (EntryQuery(project_id=project), Selection(projects=frozenset({project}))),
        (EntryQuery(task_id=task), Selection(tasks=frozenset({task}))),
        (EntryQuery(tag_ids=tuple(tags)), Selection(tags=frozenset(tags))),
        (EntryQuery(description=part), Selection(descriptions=frozenset({part.casefold()}))),
    ):
        here = [each for each in every if selection.matches(each, office.now)]
        assert office.listed(query) == here
