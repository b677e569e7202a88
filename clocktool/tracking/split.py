"""Cutting an entry at points of time, so that nothing is lost when a part cannot be written."""

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
    """Cut an entry and return its parts, the first of which is the entry itself, shortened.

    The later parts of a finished entry are made first: until they are all there it is as it was. A
    running entry is ended at the first cut first, as there is one timer. What is refused halfway
    is taken back. Raises RefusedError for a cut that is not inside the entry, in the words of a
    ``clock``.
    """
    points = sorted(set(cuts))
    for cut in points:
        if cut <= entry.start or (entry.end is not None and cut >= entry.end):
            until = "on" if entry.end is None else f"to {clock(entry.end)}"
            raise RefusedError(
                f"{clock(cut)} is not inside the entry, from {clock(entry.start)} {until}",
                "an entry is cut after its start and before its end",
            )
    if entry.lock_reason:
        raise RefusedError(f"the entry is {entry.lock_reason}", "it cannot be cut")
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
        if error.rolled_back is False:  # it isn't known yet what has become of it
            raise
        if not isinstance(error.rolled_back, ClocktoolError):
            error.effect = "the entry is unchanged"
        else:
            many = len(error.leftover_ids)
            error.effect = f"parts that could not be taken back: {many}"
            error.hint = f"delete them with: clocktool delete {' '.join(error.leftover_ids)}"
        raise
    return [part for part in left if part is not None]
