"""What is known of names is as a change of one leaves it, with no request besides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clocktool.api.directory import Search
from clocktool.api.routes import GUIDE
from clocktool.backends.base import Backend, Reply, Request
from clocktool.backends.cache import Cache
from clocktool.backends.cached import Cached
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.entry import Draft, Entry
from clocktool.domain.ids import Known
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.zone import Zone
from tests.clients import client_of

NOW = Instant(1_700_000_000)
KEPT = Search(age=1000)


class Counted(Backend):
    """A workspace that keeps what it was asked."""

    def __init__(self, inner: LocalWorkspace) -> None:
        self.inner = inner
        self.asked: list[str] = []

    def send(self, request: Request) -> Reply:
        """Answer a request."""
        self.asked.append(f"{request.method} {request.path.rpartition('/')[2]}")
        return self.inner.send(request)


class Place:
    """A server, and a cache in front of it."""

    def __init__(self, folder: Path) -> None:
        ids = iter(f"{number:024x}" for number in range(1, 1000))
        self.behind = LocalWorkspace(
            folder / "local.db",
            now=lambda: NOW,
            new_id=lambda: next(ids),
            zone=Zone("UTC"),
            user="ada",
        )
        self.server = Counted(self.behind)
        self.cache = Cache(folder / "cache.db", lambda: NOW, pytest.fail)
        self.cached = Cached(self.server, self.cache)
        self.client = client_of(self.cached, GUIDE, self.cache)
        self.workspace = self.client.directory.me().active_workspace
        self.directory = self.client.directory

    def rename(self, thing: Any, name: str) -> Any:
        """Give a thing another name."""
        read = self.directory.read(self.workspace, thing)
        changed = msgspec.structs.replace(read.thing, name=name)
        return self.directory.replace(self.workspace, read, changed).thing

    def delete(self, thing: Any, **closed: object) -> None:
        """Archive a thing and delete it."""
        read = self.directory.read(self.workspace, thing)
        changed = msgspec.structs.replace(read.thing, **closed)
        self.directory.replace(self.workspace, read, changed)
        self.directory.delete(self.workspace, thing)

    def listed(self) -> list[str]:
        """Return the names of projects with their clients, from the cache if it has them."""
        found = self.directory.projects(self.workspace, KEPT)
        return [f"{each.client}/{each.name}" for each in found]

    def close(self) -> None:
        """Close the files."""
        self.cached.close()
        self.behind.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A server in a folder."""
    made = Place(tmp_path)
    yield made
    made.close()


def test_lists_are_asked_for_again_after_a_change(place: Place) -> None:
    """Of a project, of its client and of a delete; not otherwise."""
    acme = place.directory.create_client(place.workspace, "Acme")
    site = place.directory.create_project(place.workspace, "Site", client=acme.id)
    assert place.listed() == place.listed() == ["Acme/Site"]
    assert place.server.asked.count("GET projects") == 1
    place.rename(site, "Shop")
    assert place.listed() == place.listed() == ["Acme/Shop"]
    place.rename(acme, "Bolt")
    assert place.listed() == place.listed() == ["Bolt/Shop"]
    assert place.server.asked.count("GET projects") == 3
    place.delete(site, archived=True)
    assert place.listed() == []


def test_tasks_and_tags_are_asked_for_again_after_a_change(place: Place) -> None:
    """The list of the project that the task is of."""
    site = place.directory.create_project(place.workspace, "Site")
    task = place.directory.create_task(place.workspace, site.id, "Build")
    tag = place.directory.create_tag(place.workspace, "dev")

    def listed() -> list[str]:
        tasks = place.directory.tasks(place.workspace, site.id, KEPT)
        tags = place.directory.tags(place.workspace, KEPT)
        return [*(each.name for each in tasks), *(each.name for each in tags)]

    assert listed() == ["Build", "dev"]
    place.rename(task, "Ship")
    place.rename(tag, "ops")
    assert listed() == listed() == ["Ship", "ops"]
    place.delete(task, done=True)
    place.delete(tag, archived=True)
    assert listed() == []


def test_flat_replies_have_the_new_names(place: Place) -> None:
    """Cached names follow a rename, and deleted ones are removed."""
    acme = place.directory.create_client(place.workspace, "Acme")
    site = place.directory.create_project(place.workspace, "Site", client=acme.id)
    task = place.directory.create_task(place.workspace, site.id, "Build")
    tag = place.directory.create_tag(place.workspace, "dev")
    draft = Draft(
        start=NOW,
        project_id=Known(site.id),
        task_id=Known(task.id),
        tag_ids=(Known(str(tag.id)),),
    )
    made = place.client.entries.create(place.workspace, draft)
    assert made.project is not None
    assert made.task is not None
    flat = msgspec.structs.replace(
        made,
        project=type(made.project)(made.project.id),
        task=type(made.task)(made.task.id),
        tags=tuple(type(each)(each.id) for each in made.tags),
    )

    def shown() -> list[str]:
        named: Entry = place.cache.named(flat)
        assert named.project is not None
        assert named.task is not None
        return [named.project.client, named.project.name, named.task.name, named.tags[0].name]

    assert shown() == ["Acme", "Site", "Build", "dev"]
    for thing, name in ((acme, "Bolt"), (site, "Shop"), (task, "Ship"), (tag, "ops")):
        place.rename(thing, name)
    assert shown() == ["Bolt", "Shop", "Ship", "ops"]
    place.delete(tag, archived=True)
    place.delete(acme, archived=True)
    assert shown() == ["", "Shop", "Ship", ""]
    place.delete(site, archived=True)
    assert shown() == ["", "", "", ""]
    assert [place.cache.names(kind) for kind in ("client", "project", "task", "tag")] == [[]] * 4
