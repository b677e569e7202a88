"""Batches on the command line: progress, and a report of what failed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from clocktool.app.app import App
from clocktool.cli import results

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from clocktool.domain.entry import Entry
    from clocktool.tracking.batch import Batch, Outcome

T = TypeVar("T")
R = TypeVar("R")
Describe = Callable[[T], str]
"""Describes an item in one line."""

MANY = 10
"""A progress bar is shown for this many items or more."""


def counted(app: App, entries: "Iterator[Entry]") -> "Iterator[Entry]":
    """Return the same entries; on a terminal, their number so far is shown as they are read."""
    if not app.process.shows_progress:
        return entries
    from clocktool.render import progress

    return progress.counted(entries, "entries", app.process.stderr, app.process.monotonic)


def asking(app: App, users: Sequence[str]) -> "Iterator[str]":
    """Yield users, with a progress bar on a terminal; the caller makes a request for each."""
    with _progress(app, len(users), "members") as done:
        for place, user in enumerate(users):
            done(place)
            yield user


def new_batch(app: App) -> "Batch":
    """Return a new batch. Pass its outcomes to ``report_failures``."""
    from clocktool.tracking.batch import Batch

    return Batch(app.outbox, app.connection.backend, partial(_progress, app))


def entry_describer(app: App) -> "Describe[Entry]":
    """Return a function that describes an entry in one line."""
    from clocktool.render.entries import entry_line

    view = results.view_of(app)
    return lambda entry: entry_line(" ", entry, view, app.out).strip()


def _progress(app: App, total: int, noun: str) -> "AbstractContextManager[Callable[[int], None]]":
    """Return a progress bar; one that shows nothing for few items or without a terminal."""
    if total < MANY or not app.process.shows_progress:
        return nullcontext(lambda _: None)
    from clocktool.render.progress import bar

    return bar(total, noun, app.process.stderr)


def report_failures(
    app: App,
    batch: "Batch",
    outcomes: "Sequence[Outcome[T, R]]",
    noun: str,
    describe: Callable[[T], str],
    *,
    in_json: bool = False,
    again: str | None = None,
    most: int | None = None,
    done: int | None = None,
) -> None:
    """Print what failed, and raise the first error with the counts. Returns if all succeeded.

    Each failed item is a line; with ``most``, and one reason for all, they share a line that names
    at most so many: ``line 1, 2 and 5 more``. ``again`` is the hint if items were not tried, or
    their state is unknown; None keeps the error's own hint. ``done`` counts items that succeeded
    and are not among the outcomes. Raises KeyboardInterrupt if Ctrl-C ended the batch.
    """
    from clocktool.errors import RateLimitedError
    from clocktool.render.text import visible

    failed = [(outcome.item, outcome.error) for outcome in outcomes if outcome.error is not None]
    limited = sum(isinstance(error, RateLimitedError) for _, error in failed)
    left = limited + sum(not outcome.tried for outcome in outcomes)
    if not failed and not left:
        return
    unknown = sum(error.is_temporary for _, error in failed) - limited
    if len({error.message for _, error in failed}) > 1 and not in_json:
        for item, error in failed:
            app.out.say(f"{describe(item)}: {visible(error.message)}")
    elif failed and not in_json and most is not None:
        app.out.say(_in_one_line([describe(item) for item, _ in failed], most))
    elif failed and not in_json:
        for item, _ in failed:
            app.out.say(describe(item))
    refused = len(failed) - unknown - limited
    total = len(outcomes) + (done or 0)
    parts = [f"{total - refused - unknown - left} of {total} {noun} done"]
    parts += [f"{refused} failed"] if refused else []
    parts += [f"{unknown} unknown: the answer was lost"] if unknown else []
    parts += [f"{left} not tried"] if left else []
    counts = ", ".join(parts)
    if batch.interrupted:
        app.out.say(f"{counts}; {again}" if again else counts)
        raise KeyboardInterrupt
    errors = [error for _, error in failed]
    ending = next((error for error in errors if not error.is_about_item), errors[0])
    if again and (left or unknown):
        ending.hint = again
    raise ending.within(counts)


def _in_one_line(words: Sequence[str], most: int) -> str:
    """Return descriptions in one line, without repeating the noun they begin with."""
    noun = words[0].partition(" ")[0]
    shown = [words[0], *(each.removeprefix(f"{noun} ") for each in words[1:most])]
    more = len(words) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
