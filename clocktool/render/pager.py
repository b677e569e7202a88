"""The pager: more lines than a terminal has room for, one screen at a time."""

import shlex
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Protocol


class Reader(Protocol):
    """A program that reads what is written to it."""

    code: int
    """How it ended; 0 until then."""

    @property
    def write(self) -> Callable[[str], object]:
        """Write text to it. Raises BrokenPipeError once it has quit."""
        ...


NOT_STARTED = (126, 127)
"""What a shell, or env, says of a program that it could not start."""


def page(
    first: Sequence[str],
    rest: Iterator[str],
    env: Mapping[str, str],
    start: Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[Reader]],
) -> Iterable[str]:
    """Show lines in the pager; return those that are left to print, all where there is no pager.

    ``rest`` is taken no further than someone reads. ``start`` starts a program that reads.
    """
    words = pager_words(env)
    if not words:
        return chain(first, rest)
    written: list[str] = []
    reader = None
    try:
        with start(words, {"LESS": "FRX", "LV": "-c", **env}) as reader:
            reader.write("".join(f"{line}\n" for line in first))
            for line in rest:
                written.append(line)
                reader.write(f"{line}\n")
    except OSError:  # there is no such program; or it quit, as its reader has seen enough
        pass
    shown = reader is not None and reader.code not in NOT_STARTED
    return () if shown else chain(first, written, rest)


def pager_words(env: Mapping[str, str]) -> list[str]:
    """Return the words that start the pager: CLOCKTOOL_PAGER, else PAGER, else less.

    No words where that is empty, ``cat`` or unreadable, or the terminal cannot be addressed.
    """
    said = env.get("CLOCKTOOL_PAGER", env.get("PAGER"))
    if said is None:
        plain = env.get("TERM") == "dumb"
        return ["less"] if not plain and shutil.which("less", path=env.get("PATH")) else []
    try:
        words = shlex.split(said)
    except ValueError:
        return []
    return [] if words == ["cat"] else words
