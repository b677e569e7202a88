"""Many things at once: the run of a command's requests, how far it is, what came of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from clocktool.app.app import App
from clocktool.cli import results

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from clocktool.domain.entry import Entry
    from clocktool.outbox.change import Change
    from clocktool.tracking.batch import Many, Outcome

T = TypeVar("T")
R = TypeVar("R")
Describe = Callable[[T], str]
"""Says of which thing something is said."""

MANY = 10
"""From how many on a bar is shown."""


def counted(app: App, entries: "Iterator[Entry]") -> "Iterator[Entry]":
    """Return entries that show how many there were so far, where someone is watching."""
    if not app.process.shows_progress:
        return entries
    from clocktool.render import progress

    return progress.counted(entries, "entries", app.process.stderr, app.process.monotonic)


@contextmanager
def many_of(app: App, *, at_once: int = 4) -> "Iterator[Many]":
    """Return what makes many requests; Ctrl-C ends it, and is told by ``end_many``."""
    from clocktool.tracking.batch import Many

    backend = app.connection.backend
    many = Many(at_once=0 if backend.is_atomic else at_once)
    with backend.batch(many.ended), many:
        yield many
    app.interrupted = many.interrupted


def change_each(
    app: App, things: Sequence[T], change: "Callable[[T], Change]", noun: str
) -> "list[Outcome[T, Entry | bool]]":
    """Carry out a change for each thing, a handful at once; a bar shows how far it is.

    All of them are on disk before the first is sent. The value of one is the entry it left, or
    True for none. What failed or was not tried is not kept.
    """
    from clocktool.tracking.batch import Outcome

    outbox, size = app.outbox, len(things)
    with many_of(app) as many, progress_of(app, size, noun) as done, outbox.transaction():
        rows = outbox.keep(list(map(change, things)))

        def send(place: int) -> "Entry | bool":
            return outbox.send(rows[place]) or True

        outcomes = many.run(range(size), send, done)
        outbox.drop([rows[each.item] for each in outcomes if each.value is None])
    return [Outcome(things[each.item], each.value, each.error) for each in outcomes]


def change_together(
    app: App,
    things: Sequence[T],
    change: "Callable[[T], Change]",
    request: "Callable[[Sequence[T]], Sequence[Entry | None]]",
    noun: str,
) -> "list[Outcome[T, Entry | bool]]":
    """Carry out a change for each thing by requests that each name many of them.

    A request that is refused is halved until what is refused stands alone.
    """
    from clocktool.errors import ClocktoolError
    from clocktool.outbox.change import Arrived
    from clocktool.tracking.batch import in_chunks

    outbox, size = app.outbox, len(things)

    def send(chunk: "Sequence[T]") -> "list[Entry | bool]":
        rows = outbox.keep(list(map(change, chunk)), sending=len(chunk))
        try:
            left = outbox.send_together(rows, lambda _: list(map(Arrived, request(chunk))))
        except (ClocktoolError, KeyboardInterrupt):
            outbox.drop(rows)
            raise
        return [each or True for each in left]

    with (
        many_of(app, at_once=1) as many,
        progress_of(app, size, noun) as done,
        outbox.transaction(),
    ):
        return in_chunks(things, send, many, done=done)


def described(app: App) -> "Describe[Entry]":
    """Return what says which entry something is said of."""
    from clocktool.render.entries import entry_line

    view = results.view_of(app)
    return lambda entry: entry_line(" ", entry, view, app.out).strip()


def progress_of(app: App, total: int, noun: str) -> "AbstractContextManager[Callable[[int], None]]":
    """Return a bar for so many things, where someone is watching and they are many."""
    from contextlib import nullcontext

    if total < MANY or not app.process.shows_progress:
        return nullcontext(lambda _: None)
    from clocktool.render.progress import bar

    return bar(total, noun, app.process.stderr)


def end_many(
    app: App,
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
    from clocktool.errors import NotDoneError, OfflineError, RateLimitedError, ServerError
    from clocktool.render.text import visible

    failed = [(outcome.item, outcome.error) for outcome in outcomes if outcome.error is not None]
    limited = sum(isinstance(error, RateLimitedError) for _, error in failed)
    left = limited + sum(not outcome.tried for outcome in outcomes)
    if not failed and not left:
        return
    unknown = sum(
        isinstance(error, OfflineError | ServerError) and not isinstance(error, NotDoneError)
        for _, error in failed
    )
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
    if app.interrupted:
        app.out.say(f"{said}; {again}" if again else said)
        raise KeyboardInterrupt
    errors = [error for _, error in failed]
    ending = next((error for error in errors if not error.about_one), errors[0])
    hint = again if again and (left or unknown) else ending.hint
    raise type(ending)(f"{said}: {ending.message}", hint)


def _in_one_line(words: Sequence[str], most: int) -> str:
    """Return descriptions in one line, with the noun they begin with said once."""
    noun = words[0].partition(" ")[0]
    shown = [words[0], *(each.removeprefix(f"{noun} ") for each in words[1:most])]
    more = len(words) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
