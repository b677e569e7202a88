"""The import of rows: find the new ones, check them, create their names, write the entries.

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
from clocktool.tracking.deduplicate import without_existing
from clocktool.tracking.row_names import Missing, RowNames, creation_order, rule_problems

if TYPE_CHECKING:
    from clocktool.domain.entry import Rules
    from clocktool.history.history import History

BATCH_SIZE = 500
"""The number of entries that one transaction of the local workspace creates."""

SHOWN = 10
"""The largest number of names in an error."""


class Refused(msgspec.Struct, frozen=True):
    """The error of an import that can't be written, and the problem of each row."""

    problems: list[Problem]
    error: ClocktoolError


def new_rows(
    names: RowNames,
    rows: Sequence[Row],
    history: "History",
    counted: Callable[[Iterator[Entry]], Iterator[Entry]],
    *,
    with_pending: bool,
) -> Sequence[Row]:
    """Return the rows that do not exist as entries, in the order of their lines.

    ``with_pending`` counts entries that are not sent yet as existing. ``counted`` wraps the
    entries as they are read, to show progress.
    """
    starts = array("q", (row.start for row in rows))
    window = Selection(window=(Instant(min(starts)), shift(Instant(max(starts)), 1)))
    existing: Iterable[Entry]
    if with_pending:
        existing = history.from_service.entries(window, counted=counted).entries
    else:  # a stream is not kept in memory
        existing = history.from_service.fetch(window, counted=counted)
    new = without_existing(rows, names.project_of, existing)
    return new if new is rows else sorted(new, key=lambda row: row.line)


def check(
    names: RowNames,
    rows: Sequence[Row],
    rules: "Callable[[], Rules]",
    forbidden: str,
    *,
    may_create: bool,
) -> Refused | None:
    """Return why rows can't be written, or None: names, values of fields, the workspace's rules.

    ``forbidden`` are the characters that a description can't contain.
    """
    problems = _by_line(names.problems(rows))
    if problems:
        return Refused(
            problems,
            NotFoundError(
                "the file has names that can't be used; nothing was written",
                "make them active, rename one of two with the same name, or remove these rows",
            ),
        )
    if not may_create and (missing := names.missing(rows)):
        listed = shortened([f"{each.text} (line {each.row.line})" for each in missing])
        return Refused(
            [], NotFoundError(f"not found: {listed}", "create them: add --create-missing")
        )
    refused = _by_line([*rule_problems(rules(), rows, forbidden), *names.field_problems(rows)])
    if not refused:
        return None
    count = len({each.line for each in refused})
    return Refused(
        refused,
        RefusedError(
            f"{count} of {len(rows)} rows break the workspace's rules; nothing was written",
            "change these rows, or ask the owner of the workspace",
        ),
    )


def create(
    batch: Batch, names: RowNames, missing: Sequence[Missing]
) -> list[Outcome[Missing, bool]]:
    """Create names one after another, within the same rate limit as entries."""

    def create_one(each: Missing) -> bool:
        names.create(each)
        return True

    with batch.pool(len(missing), "names", at_once=1) as (pool, done):
        return pool.run(creation_order(missing), create_one, done)


Written = tuple[int, list[Outcome[int, bool]]]
"""The number of entries written, and the outcomes of the other lines."""


def write(batch: Batch, names: RowNames, rows: Sequence[Row]) -> Written:
    """Write rows, several at once."""

    def write_one(row: Row) -> bool:
        batch.outbox.carry_out(Create(names.draft(row)))
        return True

    with batch.pool(len(rows), "entries") as (pool, done):
        return _written(pool.run(rows, write_one, done))


def write_batches(
    batch: Batch, names: RowNames, rows: Sequence[Row], new_id: Callable[[], str]
) -> Written:
    """Write rows in batches, each in a transaction; only one batch is in memory."""

    def write_batch(part: Sequence[Row]) -> list[bool]:
        ids = [Known(new_id()) for _ in part]
        batch.outbox.carry_out(CreateBatch.of(ids, list(map(names.draft, part))))
        return [True] * len(part)

    added = 0
    left: list[Outcome[int, bool]] = []
    with batch.pool(len(rows), "entries", at_once=1) as (pool, done):
        for first in range(0, len(rows), BATCH_SIZE):
            part = rows[first : first + BATCH_SIZE]
            if pool.interrupted or pool.ended.is_set():
                left += [Outcome(row.line) for row in part]
                continue
            count, others = _written(in_batches(part, write_batch, pool, size=BATCH_SIZE))
            added += count
            left += others
            done(first + len(part))
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
    """Return names as text: the first ten, and the number of the others."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
