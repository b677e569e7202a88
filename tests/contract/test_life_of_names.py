"""The life of names: made, changed, archived, deleted and made again, the same in each world."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
import pytest

from clocktool.api.client import Client as Service
from clocktool.api.routes import GUIDE, SERVICE
from clocktool.domain.directory import AnyNamed, Client, Project, Record, Task
from clocktool.domain.entry import Draft, Entry, Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.time.instant import Instant
from clocktool.errors import NotAllowedError, NotFoundError, RefusedError
from clocktool.wire.records import cost_rate
from tests.clients import client_of
from tests.conftest import NOON, Console
from tests.contract.worlds import ME, WORKSPACE, WORLDS, W, World, world
from tests.service_server import ServiceServer

pytestmark = pytest.mark.slow

KINDS = ("client", "project", "task", "tag")


class Life(NamedTuple):
    """A client of a world, and one of each with all that it can have."""

    service: Service
    world: World
    client: Client
    project: Project
    task: Task
    tag: Tag
    entry: Entry

    def of(self, kind: str) -> Any:
        """Return the thing of a kind."""
        return getattr(self, kind)

    def read(self, thing: AnyNamed) -> Record[Any]:
        """Read a thing by its id."""
        return self.service.directory.read(WORKSPACE, thing)

    def change(self, thing: AnyNamed, **fields: object) -> Any:
        """Read a thing, change fields of it and write it back; return what is read then."""
        read = self.read(thing)
        changed = msgspec.structs.replace(read.thing, **fields)
        replaced = self.service.directory.replace(WORKSPACE, read, changed).thing
        assert self.read(thing).thing == replaced
        return replaced

    def close(self, kind: str, *, closed: bool = True) -> Any:
        """Archive a thing or restore it; a task is done or active."""
        field = "done" if kind == "task" else "archived"
        return self.change(self.of(kind), **{field: closed})

    def behind(self, thing: AnyNamed) -> Any:
        """Return the object behind a thing, as its server holds it."""
        where = {Client: "clients", Project: "projects", Tag: "tags"}.get(type(thing))
        if isinstance(thing, Task):
            where = f"projects/{thing.project_id}/tasks"
        return self.world.ask("GET", f"{W}/{where}/{thing.id}")

    def add(self, project: str | None = None, task: str | None = None, tag: str = "") -> Entry:
        """Create an entry."""
        draft = Draft(
            start=Instant(NOON - 3600),
            end=NOON,
            project_id=None if project is None else Known(project),
            task_id=None if task is None else Known(task),
            tag_ids=(Known(tag),) if tag else (),
        )
        return self.service.entries.create(WORKSPACE, draft)


@pytest.fixture(params=WORLDS)
def life(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[Life]:
    """A client, a project, a task and a tag, and an entry that shows them."""
    name = str(request.param)
    with world(name, new_console(name)) as place, place.transport() as transport:
        service = client_of(transport, SERVICE if name == "service" else GUIDE)
        service.directory.me()
        made = service.directory
        client = made.create_client(WORKSPACE, "ACME", email="a@b.example", note="pays")
        copies = {"ccEmails": ["c@d.example"], "address": "1 Road"}
        seen = place.ask("GET", f"{W}/clients/{client.id}")
        place.ask("PUT", f"{W}/clients/{client.id}", seen | copies)
        project = made.create_project(
            WORKSPACE,
            "Site",
            client=client.id,
            billable=True,
            color="#0088ff",
            rate=Rate(11000),
            public=True,
            note="n",
        )
        site = f"{W}/projects/{project.id}"
        place.ask("PATCH", f"{site}/estimate", {"timeEstimate": {"estimate": "PT40H"}})
        seen = place.ask("GET", site)
        place.ask("PUT", site, seen | {"isPublic": True, "costRate": {"amount": 4000}})
        task = made.create_task(WORKSPACE, project.id, "Login", estimate=7200, assignees=[ME])
        task = made.set_rate(WORKSPACE, task, Rate(9000)).thing
        task = made.set_rate(WORKSPACE, task, Rate(5000), cost=True).thing
        tag = made.create_tag(WORKSPACE, "dev")
        life = Life(service, place, client, project, task, tag, None)  # type: ignore[arg-type]
        entry = life.add(project.id, task.id, str(tag.id))
        yield life._replace(
            entry=entry, client=life.read(client).thing, project=life.read(project).thing
        )
        if place.server is not None:
            assert place.server.refused == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_rename_changes_the_name_alone(life: Life, kind: str) -> None:
    """All else stays, also what clocktool does not show, like costs and further addresses."""
    before = life.behind(life.of(kind))
    life.change(life.of(kind), name="Shop")
    assert life.behind(life.of(kind)) == before | {"name": "Shop"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_rename_takes_two_requests(life: Life, kind: str) -> None:
    """It is read and written; no other is sent."""
    if life.world.server is None:
        return
    life.world.server.asked.clear()
    read = life.read(life.of(kind))
    changed = msgspec.structs.replace(read.thing, name="Shop")
    life.service.directory.replace(WORKSPACE, read, changed)
    where = {
        "client": f"/v1{W}/clients/{life.client.id}",
        "project": f"/v1{W}/projects/{life.project.id}",
        "task": f"/v1{W}/projects/{life.project.id}/tasks/{life.task.id}",
        "tag": f"/v1{W}/tags/{life.tag.id}",
    }
    assert life.world.server.asked == [f"GET {where[kind]}", f"PUT {where[kind]}"]


def test_every_field_can_be_changed_and_taken_away(life: Life) -> None:
    """Each of a project, a client and a task; a second change leaves those of the first."""
    changed = life.change(
        life.project,
        client_id=None,
        client="",
        hourly_rate=Rate(12000, "USD"),
        color="#ffffff",
        billable=False,
        public=False,
        note="",
    )
    assert changed.hourly_rate == Rate(12000, "USD")
    assert (changed.client_id, changed.note, changed.public) == (None, "", False)
    assert life.change(life.project, hourly_rate=None).hourly_rate is None
    assert life.behind(life.project)["costRate"] == {"amount": 4000, "currency": "USD"}
    changed = life.change(life.client, email="", address="2 Road", note="")
    assert (changed.email, changed.address, changed.note) == ("", "2 Road", "")
    changed = life.change(life.task, estimate=0, assignee_ids=(), billable=False)
    assert (changed.estimate, changed.assignee_ids, changed.billable) == (0, (), False)
    assert changed.hourly_rate == Rate(9000, "USD")


@pytest.mark.parametrize("kind", ["project", "task", "tag"])
def test_what_is_archived_takes_no_new_entries(life: Life, kind: str) -> None:
    """Restored it does again; entries that it has stay."""
    filed = {
        "project": (life.project.id, None, ""),
        "task": (life.project.id, life.task.id, ""),
        "tag": (None, None, str(life.tag.id)),
    }
    life.close(kind)
    with pytest.raises(RefusedError):
        life.add(*filed[kind])
    assert life.service.entries.get(WORKSPACE, Known(str(life.entry.id))).project is not None
    life.close(kind, closed=False)
    life.add(*filed[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_is_archived_can_be_deleted(life: Life, kind: str) -> None:
    """A task that is done; then it is gone, and its id is not found."""
    thing = life.of(kind)
    with pytest.raises(RefusedError) as refused:
        life.service.directory.delete(WORKSPACE, thing)
    assert ("done" if kind == "task" else "archived") in refused.value.message
    life.close(kind)
    life.service.directory.delete(WORKSPACE, thing)
    with pytest.raises(NotFoundError):
        life.read(thing)
    with pytest.raises(NotFoundError):
        life.service.directory.delete(WORKSPACE, thing)
    entry = life.service.entries.get(WORKSPACE, Known(str(life.entry.id)))
    assert (entry.project is None) == (kind == "project")
    assert (entry.task is None) == (kind in ("project", "task"))
    assert (entry.tags == ()) == (kind == "tag")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_deleted_is_made_again_with_all_its_fields(life: Life, kind: str) -> None:
    """Under another id, archived as it was."""
    life.close(kind)
    read, before = life.read(life.of(kind)), life.behind(life.of(kind))
    directory = life.service.directory
    directory.delete(WORKSPACE, read.thing)
    made = directory.create_again(WORKSPACE, read).thing
    assert made.id != read.thing.id
    again = read.under(str(made.id))
    directory.replace(WORKSPACE, again, again.thing)
    if kind == "project":
        directory.restore_estimates(WORKSPACE, read, made)
    if kind == "task":
        directory.set_rate(WORKSPACE, made, read.thing.hourly_rate)
        cost = cost_rate(read)
        assert cost is not None
        directory.set_rate(WORKSPACE, made, cost, cost=True)
    after = life.behind(made)
    if kind == "project":
        for each in (*before["memberships"], *after["memberships"]):
            del each["targetId"]
    assert after == before | {"id": made.id}


@pytest.mark.parametrize("kind", KINDS)
def test_this_machine_gives_back_the_same_id(life: Life, kind: str) -> None:
    """A delete is taken back whole, with its entries; a server has no such thing."""
    directory = life.service.directory
    assert directory.chooses_ids == (life.world.name == "local")
    if not directory.chooses_ids:
        return
    thing = life.close(kind)
    with directory.transaction():
        snapshot = directory.snapshot(WORKSPACE, thing)
        directory.delete(WORKSPACE, thing)
    assert directory.restore(WORKSPACE, thing, snapshot).thing == thing
    entry = life.service.entries.get(WORKSPACE, Known(str(life.entry.id)))
    assert entry.task is not None
    assert [each.id for each in entry.tags] == [life.tag.id]
    chosen = Known("00000000000000000000abcd")
    assert directory.create_tag(WORKSPACE, "ops", chosen=chosen).id == chosen
    assert directory.create_client(WORKSPACE, "Beta", chosen=chosen).id == chosen
    assert directory.create_project(WORKSPACE, "Shop", chosen=chosen).id == chosen
    assert directory.create_task(WORKSPACE, chosen, "Cart", chosen=chosen).id == chosen


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_is_taken_is_refused(life: Life, kind: str) -> None:
    """In any case of letters; a blank one and one that is too long, too."""
    other = {
        "client": lambda d: d.create_client(WORKSPACE, "Other"),
        "project": lambda d: d.create_project(WORKSPACE, "Other", client=life.client.id),
        "task": lambda d: d.create_task(WORKSPACE, life.project.id, "Other"),
        "tag": lambda d: d.create_tag(WORKSPACE, "Other"),
    }[kind](life.service.directory)
    for name in (life.of(kind).name.upper(), "  ", "x" * 1001):
        with pytest.raises(RefusedError):
            life.change(other, name=name)
    assert life.read(other).thing == other


def test_a_colour_that_is_none_is_refused(life: Life) -> None:
    """The project stays as it is."""
    for color in ("blue", "#12345", "#12345g"):
        with pytest.raises(RefusedError):
            life.change(life.project, color=color)
    assert life.read(life.project).thing == life.project


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_member_is_told_which_right_is_missing(life: Life, kind: str) -> None:
    """Reading goes on."""
    if not isinstance(life.world.server, ServiceServer):
        return
    life.world.server.is_member = True
    with pytest.raises(NotAllowedError, match="only admins of the workspace"):
        life.change(life.of(kind), name="Shop")
    with pytest.raises(NotAllowedError, match="only admins of the workspace"):
        life.service.directory.delete(WORKSPACE, life.of(kind))
    assert life.read(life.of(kind)).thing.name == life.of(kind).name
