"""Any sequence of changes of names, undone in reverse order, leaves the original state."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.api.directory import Directory
from clocktool.api.routes import GUIDE
from clocktool.api.session import Session
from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.errors import RefusedError
from tests.backends.local.conftest import Local

pytestmark = pytest.mark.slow

TakeBack = Callable[[], object]

KINDS = st.sampled_from(("client", "project", "task", "tag"))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("create", "rename", "change", "close", "delete", "delete", "delete")),
        KINDS,
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=12,
)


class Names:
    """The names of a workspace, with changes and their inverse changes."""

    def __init__(self, local: Local) -> None:
        self.local = local
        self.directory = Directory(Session(local.transport), GUIDE)
        self.workspace: str = local.me["activeWorkspace"]
        acme = local.made("W/clients", {"name": "Acme", "note": "n"})["id"]
        for name in ("One", "Two"):
            site = local.project(name, clientId=acme, hourlyRate={"amount": 5})
            task = local.task(site, estimate="PT1H", assigneeIds=[local.me["id"]])
            tag = local.tag(name)["id"]
            local.entry(projectId=site["id"], taskId=task["id"], tagIds=[tag])

    def every(self, kind: str) -> list[AnyNamed]:
        """Return all things of a kind."""
        directory, workspace = self.directory, self.workspace
        projects = list(directory.projects(workspace))
        if kind == "client":
            return [*directory.clients(workspace)]
        if kind == "tag":
            return [*directory.tags(workspace)]
        if kind == "task":
            return [task for each in projects for task in directory.tasks(workspace, each.id)]
        return [*projects]

    def all(self) -> list[Any]:
        """Return everything that requests show."""
        projects = self.local.get("W/projects", hydrated="true").json
        return [projects, *(self.local.get(each).json for each in ("W/clients", "W/tags", "U"))]

    def do(self, verb: str, kind: str, number: int) -> TakeBack:
        """Change something and return what takes that back. Raises RefusedError for a rule."""
        if verb == "create":
            return self._create(kind, f"New {number}")
        every = self.every(kind)
        thing: Any = every[number % len(every)] if every else None
        if thing is None:
            return lambda: None
        if verb == "rename":
            return self._replace(thing, name=f"Name {number}")
        if verb == "close":
            closed = thing.done if kind == "task" else thing.archived
            return self._replace(thing, **{"done" if kind == "task" else "archived": not closed})
        if verb == "delete":
            return self._delete(thing, kind)
        fields: dict[type, dict[str, Any]] = {
            Client: {"email": "a@b", "address": f"{number} Road"},
            Project: {"hourly_rate": Rate(number, "USD") if number else None, "client_id": None},
            Task: {"estimate": number, "assignee_ids": (), "billable": number > 2},
            Tag: {},
        }
        return self._replace(thing, **fields[type(thing)])

    def _create(self, kind: str, name: str) -> TakeBack:
        directory, chosen = self.directory, Known(self.local.new_id())
        thing: Any
        if kind == "task":
            projects = self.every("project")
            if not projects:
                return lambda: None
            home = str(projects[0].id)
            thing = directory.create_task(self.workspace, home, name, chosen=chosen)
        else:
            create: Any = getattr(directory, f"create_{kind}")
            thing = create(self.workspace, name, chosen=chosen)
        return lambda: self._delete(thing, kind)

    def _replace(self, thing: Any, **fields: object) -> TakeBack:
        before = self.directory.read(self.workspace, thing)
        wanted = msgspec.structs.replace(before.thing, **fields)
        after = self.directory.replace(self.workspace, before, wanted)
        return lambda: self.directory.replace(self.workspace, after, before.thing)

    def _delete(self, thing: Any, kind: str) -> TakeBack:
        field = "done" if kind == "task" else "archived"
        with self.directory.transaction():
            reopen = self._replace(thing, **{field: True})
            snapshot = self.directory.snapshot(self.workspace, thing)
            self.directory.delete(self.workspace, thing)

        def take_back() -> None:
            self.directory.restore(self.workspace, thing, snapshot)
            reopen()

        return take_back


@contextmanager
def names() -> Iterator[Names]:
    """A new workspace."""
    with tempfile.TemporaryDirectory() as folder:
        local = Local(Path(folder) / "local.db")
        try:
            yield Names(local)
        finally:
            local.transport.close()


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_undone_changes_leave_the_original_state(steps: list[tuple[str, str, int]]) -> None:
    """Names are created, renamed, changed, archived and deleted; entries stay the same, too."""
    with names() as place:
        states = [place.all()]
        done: list[TakeBack] = []
        for verb, kind, number in steps:
            try:
                done.append(place.do(verb, kind, number))
            except RefusedError:
                assert place.all() == states[-1]
                continue
            states.append(place.all())
        for take_back in reversed(done):
            assert place.all() == states.pop()
            take_back()
        assert place.all() == states.pop()
        assert place.local.sql("PRAGMA foreign_key_check") == []
