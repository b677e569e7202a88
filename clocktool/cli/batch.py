"""Batches on the command line: how far one is, and what became of each thing."""

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
"""Describes a thing in a line."""

MANY = 10
"""From how many on a bar is shown."""


def counted(app: App, entries: "Iterator[Entry]") -> "Iterator[Entry]":
    """Return entries that show how many there were so far, where someone is watching."""
    if not app.process.shows_progress:
        return entries
    from clocktool.render import progress

    return progress.counted(entries, "entries", app.process.stderr, app.process.monotonic)


def asking(app: App, users: Sequence[str]) -> "Iterator[str]":
    """Yield users before they are asked about, with a bar where someone is watching."""
    with _progress(app, len(users), "members") as done:
        for place, user in enumerate(users):
            done(place)
            yield user


def batch_of(app: App) -> "Batch":
    """Return what carries out changes of many things; ``end_batch`` says what became of them."""
    from clocktool.tracking.batch import Batch

    return Batch(app.outbox, app.connection.backend, partial(_progress, app))


def described(app: App) -> "Describe[Entry]":
    """Return what describes an entry in a line."""
    from clocktool.render.entries import entry_line

    view = results.view_of(app)
    return lambda entry: entry_line(" ", entry, view, app.out).strip()


def _progress(app: App, total: int, noun: str) -> "AbstractContextManager[Callable[[int], None]]":
    """Return a bar for so many things, where someone is watching and they are many."""
    if total < MANY or not app.process.shows_progress:
        return nullcontext(lambda _: None)
    from clocktool.render.progress import bar

    return bar(total, noun, app.process.stderr)


def end_batch(
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
    """Say what failed and what was not tried, and raise the first failure with the count.

    What failed for one reason is a line each; with ``most`` it is one line that names so many, like
    ``line 1, 2 and 5 more``. ``again`` is what to do where some was not tried or is unknown, None
    for what the error says. With ``done`` the outcomes are of the others alone.
    Raises KeyboardInterrupt after the same when Ctrl-C ended the run.
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
    parts += [f"{unknown} unknown, as the answer was lost"] if unknown else []
    parts += [f"{left} not tried"] if left else []
    said = ", ".join(parts)
    if batch.interrupted:
        app.out.say(f"{said}; {again}" if again else said)
        raise KeyboardInterrupt
    errors = [error for _, error in failed]
    ending = next((error for error in errors if not error.is_about_item), errors[0])
    if again and (left or unknown):
        ending.hint = again
    raise ending.within(said)


def _in_one_line(words: Sequence[str], most: int) -> str:
    """Return descriptions in one line; the noun they begin with is not repeated."""
    noun = words[0].partition(" ")[0]
    shown = [words[0], *(each.removeprefix(f"{noun} ") for each in words[1:most])]
    more = len(words) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
