"""The operations that no command has yet: the same end state on each world's routes."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
import pytest

from clocktool.api.client import Client
from clocktool.api.entries import EntryQuery
from clocktool.api.routes import GUIDE, SERVICE, Operation
from clocktool.backends.base import Reply, Request
from clocktool.backends.local.workspace import LocalWorkspace
from clocktool.domain.entry import Draft, Entry, FieldValue
from clocktool.domain.ids import Known, Queued
from clocktool.domain.time.instant import Instant
from clocktool.errors import NotFoundError, RefusedError
from tests.clients import client_of
from tests.conftest import NOON, Console
from tests.contract.worlds import ME, WORKSPACE, WORLDS, Shop, W, World, fill, world
from tests.guide_server import KEY

HOUR = 3600


class Desk(NamedTuple):
    """A client of a world, and what entries there are filed under."""

    client: Client
    shop: Shop
    world: World

    def entries(self) -> list[Entry]:
        """Return the entries as they are now, oldest first."""
        found = list(self.client.entries.list_all(WORKSPACE, ME, EntryQuery()))
        return found[::-1]

    def add(self, hours_ago: int, **said: Any) -> Entry:
        """Create an entry of an hour."""
        start = Instant(NOON - hours_ago * HOUR)
        draft = Draft(start=start, end=Instant(start + HOUR), **said)
        return self.client.entries.create(WORKSPACE, draft)

    def three(self) -> list[Entry]:
        """Create three entries: bare, on a task with tags and a field, and billable."""
        field = FieldValue(self.shop.ticket, "CF-1")
        self.add(5, description="bare")
        self.add(
            4,
            description="full",
            project_id=self.shop.site,
            task_id=self.shop.login,
            tag_ids=(self.shop.dev, self.shop.urgent),
            fields=(field,),
        )
        self.add(3, description="paid", project_id=self.shop.ops, billable=True)
        return self.entries()


@pytest.fixture(params=[*WORLDS, "local-service", "serve-service"])
def desk(request: pytest.FixtureRequest, new_console: Callable[[str], Console]) -> Iterator[Desk]:
    """A client on each world's routes; the local workspace and ``serve`` answer both sets."""
    name = str(request.param).partition("-")[0]
    with world(name, new_console(name)) as place:
        shop = fill(place.behind)
        routes = SERVICE if "service" in str(request.param) else GUIDE
        with place.transport() as transport:
            yield Desk(client_of(transport, routes), shop, place)
        if place.server is not None:
            assert place.server.refused == []


def known(entry: Entry) -> Known:
    """Return the id of an entry that the server has."""
    assert not isinstance(entry.id, Queued)
    return entry.id


Change = Callable[[Shop], Operation]
CHANGES: dict[str, tuple[Change, list[tuple[Any, ...]]]] = {
    "billable": (
        lambda shop: Operation.billable(True),
        [("", "", "", True), ("Site", "Login", "dev urgent", True), ("Ops", "", "", True)],
    ),
    "not billable": (
        lambda shop: Operation.billable(False),
        [("", "", "", False), ("Site", "Login", "dev urgent", False), ("Ops", "", "", False)],
    ),
    "project": (
        lambda shop: Operation.project(shop.site),
        [
            ("Site", "", "", False),
            ("Site", "Login", "dev urgent", True),
            ("Site", "", "", True),
        ],
    ),
    "another project": (
        lambda shop: Operation.project(shop.ops),
        [("Ops", "", "", False), ("Ops", "", "dev urgent", True), ("Ops", "", "", True)],
    ),
    "add tags": (
        lambda shop: Operation.add_tags([shop.urgent]),
        [
            ("", "", "urgent", False),
            ("Site", "Login", "dev urgent", True),
            ("Ops", "", "urgent", True),
        ],
    ),
    "remove tags": (
        lambda shop: Operation.remove_tags([shop.dev]),
        [("", "", "", False), ("Site", "Login", "urgent", True), ("Ops", "", "", True)],
    ),
}


def look(entry: Entry) -> tuple[Any, ...]:
    """Return what bulk edits change of an entry."""
    return (
        entry.project.name if entry.project else "",
        entry.task.name if entry.task else "",
        " ".join(tag.name for tag in entry.tags),
        entry.billable,
    )


@pytest.mark.parametrize("name", CHANGES)
def test_a_bulk_edit_changes_what_it_says_and_nothing_else(desk: Desk, name: str) -> None:
    """Operation 9: times, descriptions, types and custom fields stay as they were."""
    change, expected = CHANGES[name]
    before = desk.three()
    answered = desk.client.entries.bulk_edit(WORKSPACE, ME, before, [change(desk.shop)])
    after = desk.entries()
    assert [look(each) for each in after] == expected
    assert [look(each) for each in answered] == expected
    for old, new in zip(before, after, strict=True):
        same = {"project", "task", "tags", "billable", "hourly_rate"}
        kept = msgspec.structs.asdict(new) | {
            key: value for key, value in msgspec.structs.asdict(old).items() if key in same
        }
        assert kept == msgspec.structs.asdict(old)
    assert after[1].fields != ()


def test_a_bulk_edit_does_all_of_its_operations_in_order(desk: Desk) -> None:
    """Operation 9: project, then its task, tags on and off, and billable, in one request."""
    before = desk.three()
    operations = [
        Operation.project(desk.shop.site),
        Operation.task(desk.shop.login),
        Operation.add_tags([desk.shop.urgent]),
        Operation.remove_tags([desk.shop.dev]),
        Operation.billable(False),
    ]
    desk.client.entries.bulk_edit(WORKSPACE, ME, before, operations)
    assert [look(each) for each in desk.entries()] == [("Site", "Login", "urgent", False)] * 3


def test_a_bulk_edit_is_all_or_nothing(desk: Desk) -> None:
    """Operation 9: one locked entry among them, and none is changed."""
    before = desk.three()
    desk.world.set_rules(lockTimeEntries="2026-11-24T08:00:00+01:00")
    locked = desk.entries()
    with pytest.raises(RefusedError, match="locked"):
        desk.client.entries.bulk_edit(WORKSPACE, ME, before[::-1], [Operation.billable(True)])
    assert desk.entries() == locked


def test_a_duplicate_has_the_times_it_is_given(desk: Desk) -> None:
    """Operation 10: a copy of all else, with an end or running without one."""
    full = desk.three()[1]
    start = Instant(NOON - 600)
    copy, running = (
        desk.client.entries.duplicate(
            WORKSPACE,
            known(full),
            msgspec.structs.replace(Draft.of(full), start=since, end=until),
        )
        for since, until in ((start, Instant(NOON - 60)), (Instant(NOON - 30), None))
    )
    found = desk.entries()[-2:]
    assert [each.id for each in found] == [copy.id, running.id]
    assert [(each.start, each.end) for each in found] == [
        (start, NOON - 60),
        (NOON - 30, None),
    ]
    for each in found:
        assert look(each) == look(full)
        assert (each.description, each.fields) == ("full", full.fields)


def test_invoiced_marks_are_accepted(desk: Desk) -> None:
    """Operation 11: with or without a body in the reply, and taken back."""
    ids = [known(entry) for entry in desk.three()[1:]]
    for invoiced in (True, False):
        answered = desk.client.entries.mark_invoiced(WORKSPACE, ids, invoiced=invoiced)
        assert [each.id for each in answered] == ([] if desk.world.name == "service" else ids)
        rows = desk.world.ask("GET", f"{W}/user/{ME}/time-entries")
        assert {row["id"] for row in rows if row["invoiced"]} == (set(ids) if invoiced else set())


def test_delete_all_spares_what_is_locked(desk: Desk) -> None:
    """Operation 12: everything that is free goes, in chunks where ids are wanted."""
    for number in range(230):
        body = {
            "start": f"2026-11-24T0{number % 3}:00:00Z",
            "end": "2026-11-24T05:00:00Z",
            "description": str(number),
        }
        reply = desk.world.behind.send(Request("POST", f"{W}/time-entries", (), body))
        assert reply.status == 201
    desk.world.set_rules(lockTimeEntries="2026-11-24T01:00:00Z")
    desk.client.entries.delete_all(WORKSPACE, ME)
    left = desk.entries()
    assert len(left) == 77
    assert all(each.locked for each in left)
    if desk.world.server is not None:
        deletes = [each for each in desk.world.server.asked if each.startswith("DELETE")]
        assert len(deletes) == (2 if desk.world.name == "service" else 1)
        assert max(map(len, deletes)) < 8000


def test_delete_all_of_nothing(desk: Desk) -> None:
    """Operation 12: it succeeds without entries."""
    desk.client.entries.delete_all(WORKSPACE, ME)
    assert desk.entries() == []


def test_the_team_and_entries_for_others(desk: Desk) -> None:
    """Operations 7 and 8: an entry for somebody else, and everyone's running timers."""
    grace = str(desk.world.ask("POST", f"{W}/users", {"name": "Grace"})["id"])
    draft = Draft(start=Instant(NOON - HOUR), description="hers", project_id=Known(desk.shop.ops))
    hers = desk.client.entries.create_for(WORKSPACE, grace, draft)
    mine = desk.client.entries.create(WORKSPACE, Draft(start=NOON))
    found = {each.id: each.user_id for each in desk.client.entries.in_progress(WORKSPACE)}
    assert found == {hers.id: grace, mine.id: ME}


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    """Each operation on an unknown id says not found, in each set of routes."""
    (entry, *_) = desk.three()
    gone = Known("f" * 24)
    unknown = msgspec.structs.replace(entry, id=gone)
    entries = desk.client.entries
    for attempt in (
        lambda: entries.get(WORKSPACE, gone),
        lambda: entries.update(WORKSPACE, gone, Draft.of(entry)),
        lambda: entries.delete(WORKSPACE, gone),
        lambda: entries.bulk_edit(WORKSPACE, ME, [entry, unknown], [Operation.billable(True)]),
        lambda: entries.mark_invoiced(WORKSPACE, [gone], invoiced=True),
    ):
        with pytest.raises(NotFoundError):
            attempt()
    assert entry in desk.entries()


def test_no_key_is_in_what_a_workspace_was_asked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys travel in a header alone: none is in a path, a query or a body."""
    asked: list[Request] = []
    send = LocalWorkspace.send

    def heard(self: LocalWorkspace, request: Request) -> Reply:
        asked.append(request)
        return send(self, request)

    monkeypatch.setattr(LocalWorkspace, "send", heard)
    desk.three()
    desk.client.entries.delete_all(WORKSPACE, ME)
    assert [each.method for each in asked].count("POST") == 3
    assert KEY not in repr(asked)
    if desk.world.server is not None:
        assert len(desk.world.server.asked) >= 5
        assert KEY not in repr(desk.world.server.asked)
