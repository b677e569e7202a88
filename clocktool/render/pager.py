"""The pager: shows lines that do not fit a terminal one screen at a time."""

import shlex
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import Protocol


class Reader(Protocol):
    """A running program with an open standard input."""

    code: int
    """Its exit code; 0 while it runs."""

    @property
    def write(self) -> Callable[[str], object]:
        """Write text to the program. Raises BrokenPipeError once it has ended."""
        ...


NOT_STARTED = (126, 127)
"""The exit codes of a shell or env that could not start a program."""


def page(
    first: Sequence[str],
    rest: Iterator[str],
    env: Mapping[str, str],
    start: Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[Reader]],
) -> Iterable[str]:
    """Show lines in the pager and return the lines left to print: all of them without a pager.

    ``rest`` is read only as far as the pager reads. ``start`` starts a program.
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
    except OSError:  # the program does not exist, or the user quit it early
        pass
    shown = reader is not None and reader.code not in NOT_STARTED
    return () if shown else chain(first, written, rest)


def pager_words(env: Mapping[str, str]) -> list[str]:
    """Return the command line of the pager: CLOCKTOOL_PAGER, else PAGER, else less.

    It is empty if the variable is empty, ``cat`` or has unbalanced quotes. Without a variable it is
    empty if less is missing or the terminal is dumb.
    """
    chosen = env.get("CLOCKTOOL_PAGER", env.get("PAGER"))
    if chosen is None:
        plain = env.get("TERM") == "dumb"
        return ["less"] if not plain and shutil.which("less", path=env.get("PATH")) else []
    try:
        words = shlex.split(chosen)
    except ValueError:
        return []
    return [] if words == ["cat"] else words
