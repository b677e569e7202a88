"""Sums of the mirror equal those of single entries, also with changes that wait."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from clocktool.api.entries import EntryQuery
from clocktool.domain.directory import Account, User
from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId, Known, Queued
from clocktool.domain.report import KINDS
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.period import ALL, Period
from clocktool.history.held import ALL_TIME
from clocktool.history.history import Added, History
from clocktool.history.loader import Loader
from clocktool.history.mirror import Mirror
from clocktool.history.sums import Days, sums
from tests.backends.local.test_sums import DAY, FIELD, World, cases, drafts, selections
from tests.clients import OneUser


class _Single(History):
    """A history that only returns single entries."""

    def totals(self, *_args: Any, **_kwargs: Any) -> Added | None:
        """Return nothing."""
        return None


class _Waiting:
    """Pending changes: an edit of some entries, a delete of others, and new ones."""

    def __init__(
        self, edited: dict[EntryId, Entry], deleted: set[EntryId], made: dict[EntryId, Entry]
    ) -> None:
        self._edited = edited
        self._deleted = deleted
        self._made = made

    def layer(self, owner: tuple[str, str] | None = None) -> "_Waiting":
        """Return itself: nothing is sent meanwhile."""
        return self

    @property
    def ids(self) -> frozenset[EntryId]:
        """The ids of the entries with changes."""
        return frozenset([*self._edited, *self._deleted, *self._made])

    def affects(self, entry: Entry) -> bool:
        """Return whether an entry has a change."""
        return entry.id in self.ids

    def apply(self, entries: dict[EntryId, Entry | None]) -> frozenset[EntryId]:
        """Edit and delete entries that were read, and add the new ones."""
        for key in self._deleted:
            entries[key] = None
        entries.update(self._edited)
        entries.update(self._made)
        return self.ids


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Mirror]]:
    """A workspace, and an empty mirror of it."""
    folder = tmp_path_factory.mktemp("mirror")
    with closing(Mirror(Path(folder, "m.sqlite3"), print)) as mirror:
        yield World(folder / "local.sqlite3"), mirror


@settings(max_examples=60)
@given(data=st.data())
def test_sums_of_the_mirror_equal_those_of_single_entries(
    mirrored: tuple[World, Mirror], data: st.DataObject
) -> None:
    """In all zones, with filters, rates, tags, fields, breaks and changes that wait."""
    world, mirror = mirrored
    draw = data.draw
    zone, centre, near = draw(cases())
    world.now = Instant(centre + draw(st.sampled_from([0, 1, DAY, 3 * DAY])))
    with world.entries(draw(st.lists(drafts(world, near), max_size=8))):
        query = EntryQuery()
        entries = list(world.api.entries.list_all(world.workspace, world.user, query))
    mirror.forget(world.user)
    mirror.keep_page(world.user, entries, mirror.begin(world.now), ALL_TIME)
    waiting = _drawn_changes(draw, entries)
    day = zone.day(Instant(centre))
    first = day + timedelta(draw(st.sampled_from([-31, -7, -1, 0, 1])))
    last = first + timedelta(draw(st.sampled_from([0, 1, 6, 400])))
    period = draw(st.sampled_from([ALL, Period(first, last)]))
    kinds = draw(st.lists(st.sampled_from([*KINDS, FIELD]), unique=True, max_size=3))
    window = None if period == ALL else period.window(zone)
    selection = Selection(window=window, **draw(selections(world)))
    with_days = draw(st.booleans())
    account = Account(User(Known(world.user), "ada"), world.workspace)
    loader = Loader(
        lambda: world.api.entries, world.workspace, mirror, world.now, lambda: zone, asks=False
    )
    source = OneUser(
        world.api,
        account,
        world.now,
        queue=waiting,  # type: ignore[arg-type]
        loader=loader,
    )
    found, expected = (
        sums(
            kind(source),
            selection,
            Days(period, zone),
            kinds,
            fields={FIELD: world.field} if FIELD in kinds else None,
            with_days=with_days,
        )
        for kind in (History, _Single)
    )
    assert found == expected


def _drawn_changes(draw: Any, entries: list[Entry]) -> _Waiting | None:
    """Return changes of some entries; None for none."""
    if not entries or draw(st.booleans()):
        return None
    edited: dict[EntryId, Entry] = {}
    if draw(st.booleans()):
        one = draw(st.sampled_from(entries))
        edited[one.id] = replace(one, start=Instant(one.start - 1800), billable=not one.billable)
    deleted = {draw(st.sampled_from(entries)).id} - set(edited) if draw(st.booleans()) else set()
    new: dict[EntryId, Entry] = {}
    if draw(st.booleans()):
        one = draw(st.sampled_from(entries))
        new[Queued(7)] = replace(one, id=Queued(7), end=one.end and Instant(one.end + 1800))
    return _Waiting(edited, deleted, new)
