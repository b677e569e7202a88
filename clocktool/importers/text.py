"""Lines of plain text, with their numbers."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clocktool.importers.row import Problem


class TextLine(NamedTuple):
    """A line without its line break, and its number."""

    number: int
    text: str


def text_lines(lines: Iterable[bytes]) -> Iterator[TextLine | Problem]:
    """Yield each line as text; one that is not UTF-8 is yielded as a Problem."""
    for number, line in enumerate(lines, 1):
        try:
            yield TextLine(number, line.decode().rstrip("\r\n"))
        except UnicodeDecodeError:
            yield Problem(number, "it is not UTF-8")
