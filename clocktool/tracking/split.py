"""Cutting an entry at points of time, so that nothing is lost when a part cannot be written."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.instant import Instant
from clocktool.errors import ClocktoolError, RefusedError

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries


def split(
    entries: "TimeEntries", workspace: str, entry: Entry, cuts: Sequence[Instant]
) -> list[Entry]:
    """Cut an entry and return its parts, the first of which is the entry itself, shortened.

    The later parts are made first, of a finished entry: until they are all there it is as it was,
    and when one cannot be made those before it are deleted again. A running entry is ended at the
    first cut, and runs again when its last part cannot be started. Raises RefusedError for a cut
    that is not inside the entry.
    """
    points = sorted(set(cuts))
    for cut in points:
        if cut <= entry.start or (entry.end is not None and cut >= entry.end):
            raise RefusedError("a cut is not inside the entry", "see its times: clocktool show")
    whole = Draft.of(entry)
    ends = [*points[1:], entry.end]
    later = [
        msgspec.structs.replace(whole, start=start, end=end)
        for start, end in zip(points, ends, strict=True)
    ]
    first = msgspec.structs.replace(whole, end=points[0])
    if entry.end is None:
        return _split_running(entries, workspace, entry, first, later)
    made: list[Entry] = []
    try:
        made.extend(entries.create(workspace, draft) for draft in later)
        shortened = entries.update(workspace, entry.id, first)
    except ClocktoolError as error:
        _take_back(entries, workspace, made, error)
        raise
    return [shortened, *made]


def _split_running(
    entries: "TimeEntries", workspace: str, entry: Entry, first: Draft, later: Sequence[Draft]
) -> list[Entry]:
    """Cut a running entry: its timer has to end before the next one starts."""
    made: list[Entry] = []
    shortened = entries.update(workspace, entry.id, first)
    try:
        made.extend(entries.create(workspace, draft) for draft in later)
    except ClocktoolError as error:
        _take_back(entries, workspace, made, error)
        try:
            entries.update(workspace, entry.id, Draft.of(entry))
        except ClocktoolError as failure:
            error.message += f"; and it does not run again: {failure.message}"
            error.hint = f"start it again with: clocktool resume {entry.id}"
        raise
    return [shortened, *made]


def _take_back(
    entries: "TimeEntries", workspace: str, made: Sequence[Entry], error: ClocktoolError
) -> None:
    """Delete the parts that were made; what cannot be deleted is said."""
    for part in made:
        try:
            entries.delete(workspace, part.id)
        except ClocktoolError as failure:
            error.message += f"; the part {part.id} is there and stays: {failure.message}"
            error.hint = f"delete it with: clocktool delete {part.id}"
    if error.hint is None or "delete it with" not in error.hint:
        error.message += "; the entry is as it was"
