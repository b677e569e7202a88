"""Importing rows: which are new, what forbids them, creating their names, writing the entries.

Everything is checked before the first entry is written.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import Known
from clocktool.domain.selection import Selection
from clocktool.domain.time.instant import Instant, shift
from clocktool.errors import ClocktoolError, NotFoundError, RefusedError
from clocktool.importers.row import Problem, Row
from clocktool.outbox.batch import CreateBatch
from clocktool.outbox.create import Create
from clocktool.tracking.batch import Batch, Outcome, in_batches
from clocktool.tracking.deduplicate import new_rows
from clocktool.tracking.row_names import Missing, RowNames, against, creation_order

if TYPE_CHECKING:
    from clocktool.domain.directory import Rules
    from clocktool.history.history import History

BATCH_SIZE = 500
"""How many entries one transaction of the local workspace makes."""

SHOWN = 10
"""How many names an error gives one by one."""


class Refused(msgspec.Struct, frozen=True):
    """Why no row is written: the rows that forbid it, and the error."""

    problems: list[Problem]
    error: ClocktoolError


def new_ones(
    names: RowNames,
    rows: Sequence[Row],
    history: "History",
    counted: Callable[[Iterator[Entry]], Iterator[Entry]],
    *,
    with_pending: bool,
) -> Sequence[Row]:
    """Return the rows that are not there yet, nor wait to be sent, in the order of their lines.

    ``counted`` sees each entry as it is read.
    """
    starts = array("q", (row.start for row in rows))
    window = Selection(window=(Instant(min(starts)), shift(Instant(max(starts)), 1)))
    there: Iterable[Entry]
    if with_pending:
        there = history.entries(window, counted=counted).entries
    else:  # then they need not be kept in memory
        there = counted(history.stream(window))
    new = new_rows(rows, names.project_of, there)
    return new if new is rows else sorted(new, key=lambda row: row.line)


def check(
    names: RowNames,
    rows: Sequence[Row],
    rules: "Callable[[], Rules]",
    forbidden: str,
    *,
    may_create: bool,
) -> Refused | None:
    """Return why rows can't be written: names that are missing or of no use, and rules.

    ``forbidden`` are the characters that no description may have.
    """
    problems = _by_line(names.problems(rows))
    if problems:
        return Refused(
            problems,
            NotFoundError(
                "names of the file cannot be used; nothing was written",
                "make them active, or say which is meant: rename one, or leave these rows out",
            ),
        )
    if not may_create and (missing := names.missing(rows)):
        listed = shortened([f"{each.text} (line {each.row.line})" for each in missing])
        return Refused([], NotFoundError(f"not there: {listed}", "--create-missing creates them"))
    refused = _by_line([*against(rules(), rows, forbidden), *names.unfit(rows)])
    if not refused:
        return None
    count = len({each.line for each in refused})
    return Refused(
        refused,
        RefusedError(
            f"{count} of {len(rows)} rows are against the workspace's rules; nothing was written",
            "change these rows, or ask whoever owns the workspace",
        ),
    )


def create(
    batch: Batch, names: RowNames, missing: Sequence[Missing]
) -> list[Outcome[Missing, bool]]:
    """Create names, one after another, at the pace that entries are written with."""

    def create_one(each: Missing) -> bool:
        names.create(each)
        return True

    with batch.pool(len(missing), "names", at_once=1) as (pool, done):
        return pool.run(creation_order(missing), create_one, done)


Written = tuple[int, list[Outcome[int, bool]]]
"""How many entries were written, and what became of the other lines."""


def write(batch: Batch, names: RowNames, rows: Sequence[Row]) -> Written:
    """Write rows, a few at once."""

    def write_one(row: Row) -> bool:
        batch.outbox.carry_out(Create(names.draft(row)))
        return True

    with batch.pool(len(rows), "entries") as (pool, done):
        return _written(pool.run(rows, write_one, done))


def write_batches(
    batch: Batch, names: RowNames, rows: Sequence[Row], new_id: Callable[[], str]
) -> Written:
    """Write batch after batch, each in a transaction: no more than that is in memory."""

    def write_some(some: Sequence[Row]) -> list[bool]:
        ids = [Known(new_id()) for _ in some]
        batch.outbox.carry_out(CreateBatch.of(ids, list(map(names.draft, some))))
        return [True] * len(some)

    added = 0
    left: list[Outcome[int, bool]] = []
    with batch.pool(len(rows), "entries", at_once=1) as (pool, done):
        for first in range(0, len(rows), BATCH_SIZE):
            some = rows[first : first + BATCH_SIZE]
            if pool.interrupted or pool.ended.is_set():
                left += [Outcome(row.line) for row in some]
                continue
            count, others = _written(in_batches(some, write_some, pool, size=BATCH_SIZE))
            added += count
            left += others
            done(first + len(some))
    return added, left


def _written(outcomes: Sequence[Outcome[Row, bool]]) -> Written:
    left: list[Outcome[int, bool]] = [
        Outcome(outcome.item.line, error=outcome.error)
        for outcome in outcomes
        if outcome.value is None
    ]
    return len(outcomes) - len(left), left


def _by_line(problems: Iterable[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda each: each.line)


def shortened(names: Sequence[str]) -> str:
    """Return the first names for a sentence, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
