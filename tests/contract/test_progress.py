"""A long read shows on a terminal how far it is, beside the result, and leaves nothing behind."""

import io
import itertools
from collections.abc import Iterator

import pytest

from clocktool.render.progress import POLL_SECONDS, counted

pytestmark = pytest.mark.slow


def test_a_short_read_shows_nothing() -> None:
    """Whatever is done within a moment needs no words."""
    stream = io.StringIO()
    assert list(counted(range(5000), "entries", stream, lambda: 0.0)) == list(range(5000))
    assert stream.getvalue() == ""


def test_a_long_read_counts_and_loses_nothing() -> None:
    """After a moment the number so far is shown; every entry is still given, in order."""
    stream = io.StringIO()
    ticks = itertools.count()
    slow = counted(range(5000), "entries", stream, lambda: next(ticks) * POLL_SECONDS)
    assert list(slow) == list(range(5000))
    assert stream.getvalue().strip() == ""  # off a terminal rich draws nothing


def test_a_read_that_fails_leaves_the_line_as_it_was() -> None:
    """The error of a later page is passed on."""

    def failing() -> Iterator[int]:
        yield from range(500)
        raise OSError("gone")

    stream = io.StringIO()
    ticks = itertools.count()
    slow = counted(failing(), "entries", stream, lambda: next(ticks) * POLL_SECONDS)
    assert list(itertools.islice(slow, 500)) == list(range(500))
    with pytest.raises(OSError, match="gone"):
        next(slow)
