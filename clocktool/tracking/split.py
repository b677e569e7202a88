"""Cutting an entry at points of time, so that nothing is lost when a part cannot be written."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft, Entry
from clocktool.domain.instant import Instant, format_iso
from clocktool.errors import (
    ClocktoolError,
    InterruptedWorkError,
    OfflineError,
    RefusedError,
    ServerError,
    WrongServerError,
)

if TYPE_CHECKING:
    from clocktool.journal.changes import Changes


def split(
    changes: "Changes",
    workspace: str,
    entry: Entry,
    cuts: Sequence[Instant],
    clock: Callable[[Instant], str] = format_iso,
) -> list[Entry]:
    """Cut an entry and return its parts, the first of which is the entry itself, shortened.

    The later parts are made first, of a finished entry: until they are all there it is as it was,
    and when one cannot be made those before it are deleted again. A running entry is ended at the
    first cut, and runs again when its last part cannot be started. Raises RefusedError for a cut
    that is not inside the entry, in the words of a ``clock``.
    """
    points = sorted(set(cuts))
    for cut in points:
        if cut <= entry.start or (entry.end is not None and cut >= entry.end):
            until = "on" if entry.end is None else f"to {clock(entry.end)}"
            raise RefusedError(
                f"{clock(cut)} is not inside the entry, from {clock(entry.start)} {until}",
                "an entry is cut after its start and before its end",
            )
    if entry.held:
        raise RefusedError(f"the entry is {entry.held}", "it cannot be cut")
    whole = Draft.of(entry)
    ends = [*points[1:], entry.end]
    later = [
        msgspec.structs.replace(whole, start=start, end=end)
        for start, end in zip(points, ends, strict=True)
    ]
    first = msgspec.structs.replace(whole, end=points[0])
    if entry.end is None:
        return _split_running(changes, workspace, entry, first, later)
    made: list[Entry] = []
    try:
        made.extend(changes.create(workspace, draft) for draft in later)
        shortened = changes.update(workspace, entry, first)
    except (ClocktoolError, KeyboardInterrupt) as cause:
        error = _told(cause)
        if _may_have_arrived(error) and len(made) == len(later):
            _say_look(error, made)  # the entry may be shortened: its parts must stay
        else:
            _take_back(changes, workspace, made, error)
        raise error from cause
    return [shortened, *made]


def _told(cause: BaseException) -> ClocktoolError:
    """Return an error that can say what is left: Ctrl-C is one, too."""
    return cause if isinstance(cause, ClocktoolError) else InterruptedWorkError("interrupted")


def _may_have_arrived(error: ClocktoolError) -> bool:
    """Whether the request that failed may have been carried out all the same."""
    unknown = isinstance(error, InterruptedWorkError | OfflineError | ServerError)
    return unknown and not isinstance(error, WrongServerError)


def _say_look(error: ClocktoolError, made: Sequence[Entry]) -> None:
    """Say that it is not known what is there: then nothing may be deleted."""
    error.message += f"; parts made so far: {len(made)}, they stay; the last step is not known"
    error.hint = "look (clocktool list), then delete the parts or shorten the entry"


def _split_running(
    changes: "Changes", workspace: str, entry: Entry, first: Draft, later: Sequence[Draft]
) -> list[Entry]:
    """Cut a running entry: its timer has to end before the next one starts.

    Whatever fails, the timer is put back as it was, unless the new one may run already: then it
    is said from when on there may be none.
    """
    made: list[Entry] = []
    try:
        shortened = changes.update(workspace, entry, first)
        made.extend(changes.create(workspace, draft) for draft in later)
    except (ClocktoolError, KeyboardInterrupt) as cause:
        error = _told(cause)
        if _may_have_arrived(error) and len(made) == len(later) - 1:
            error.message += "; whether the new timer runs is not known, the parts before it stay"
            error.hint = (
                "see 'clocktool running'; if nothing runs:"
                f" clocktool start --at {format_iso(later[-1].start)}"
            )
            raise error from cause
        _take_back(changes, workspace, made, error)
        try:
            changes.update(workspace, entry, Draft.of(entry))
        except ClocktoolError as failure:
            error.message += f"; and it does not run again: {failure.message}"
            error.hint = (
                f"it may have ended at {format_iso(later[0].start)}: see 'clocktool running', then"
                f" clocktool resume {entry.id} --at {format_iso(later[0].start)}"
            )
        raise error from cause
    return [shortened, *made]


def _take_back(
    changes: "Changes", workspace: str, made: Sequence[Entry], error: ClocktoolError
) -> None:
    """Delete the parts that were made; what cannot be deleted is said."""
    stays: list[str] = []
    for part in made:
        try:
            changes.delete(workspace, part)
        except ClocktoolError:
            stays.append(part.id)
    if stays:
        error.message += f"; parts that could not be taken back: {len(stays)}"
        error.hint = f"delete them with: clocktool delete {' '.join(stays)}"
    else:
        error.message += "; the entry is as it was"
        if _may_have_arrived(error):
            error.message += ", but one more part may be there"
            error.hint = "look: clocktool list"
