"""Progress of long work, shown on a terminal beside the result."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO, TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.6
"""Seconds before a count is shown. Most commands end before."""


def counted(
    things: Iterable[T], noun: str, stream: TextIO, monotonic: Callable[[], float]
) -> Iterator[T]:
    """Yield things, and show how many after a moment. The count is removed at the end."""
    start = monotonic()
    count = 0
    iterator = iter(things)
    for thing in iterator:
        count += 1
        yield thing
        if count % 100 == 0 and monotonic() - start > POLL_SECONDS:
            break
    else:
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.completed:,.0f} {task.description}")
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(file=stream), transient=True
    ) as progress:
        task = progress.add_task(noun, total=None, completed=count)
        for thing in iterator:
            count += 1
            if count % 100 == 0:
                progress.update(task, completed=count)
            yield thing


@contextmanager
def bar(total: int, noun: str, stream: TextIO) -> Iterator[Callable[[int], None]]:
    """Show a bar and return the function that sets how many are done. It is removed at the end."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(file=stream), transient=True) as progress:
        task = progress.add_task(noun, total=total)
        yield lambda done: progress.update(task, completed=done)
