"""Splits an entry at given times; no time is lost if a part can't be written."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.errors import ClocktoolError, RefusedError
from clocktool.outbox.create import Create
from clocktool.outbox.edit import Edit

if TYPE_CHECKING:
    from clocktool.outbox.outbox import Outbox


def split(
    outbox: "Outbox",
    entry: Entry,
    cuts: Sequence[Instant],
    clock: Callable[[Instant], str] = format_iso,
) -> list[Entry]:
    """Split an entry and return its parts; the first part is the entry itself, shortened.

    The later parts of a finished entry are created first, so the entry is unchanged until they all
    exist. A running entry is ended first, as there is only one timer. If a part is refused, the
    parts before it are deleted again. Raises RefusedError for a cut outside the entry; ``clock``
    formats the times in it.
    """
    points = sorted(set(cuts))
    for cut in points:
        if cut <= entry.start or (entry.end is not None and cut >= entry.end):
            until = "on" if entry.end is None else f"to {clock(entry.end)}"
            raise RefusedError(
                f"{clock(cut)} is not inside the entry, from {clock(entry.start)} {until}",
                "choose a time after the start and before the end",
            )
    if entry.lock_reason:
        raise RefusedError(f"the entry is {entry.lock_reason} and can't be split")
    whole = Draft.of(entry)
    ends = [*points[1:], entry.end]
    later = [
        Create(msgspec.structs.replace(whole, start=start, end=end), part_of=entry.id)
        for start, end in zip(points, ends, strict=True)
    ]
    first = Edit(entry, msgspec.structs.replace(whole, end=points[0]))
    try:
        if entry.end is None:
            left = outbox.carry_out(first, *later)
        else:
            *rest, shortened = outbox.carry_out(*later, first)
            left = [shortened, *rest]
    except ClocktoolError as error:
        if error.rolled_back is False:  # the state is not known yet
            raise
        if not isinstance(error.rolled_back, ClocktoolError):
            error.effect = "the entry is unchanged"
        else:
            error.effect = f"{len(error.leftover_ids)} of the new parts could not be deleted again"
            error.hint = f"delete them: clocktool delete {' '.join(error.leftover_ids)}"
        raise
    return [part for part in left if part is not None]
