"""CSV with any separator, as rows of cells by column, each with the line it begins on."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping

from clocktool.importers.row import FormatError, Problem

SEPARATORS = ",;\t"
"""The possible separators; the one that is most frequent in the header is used."""


class Line:
    """The cells of a row by column, and the line it begins on."""

    __slots__ = ("cells", "number")

    def __init__(self, number: int, cells: Mapping[str, str]) -> None:
        self.number = number
        self.cells = cells

    def __getitem__(self, column: str) -> str:
        """Return a cell without surrounding spaces; "" if the column is missing."""
        return self.cells.get(column, "").strip()


class _Texts:
    """Lines as text; in a line that is not UTF-8 the invalid bytes are replaced."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.broken = 0
        """The number of the last line that is not UTF-8."""

        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        if line.endswith(b"\r\n"):
            line = line[:-2] + b"\n"
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.broken = self.number
            return line.decode(errors="replace")


def header_of(line: bytes) -> tuple[list[str], str]:
    """Return the columns in the first line, and their separator."""
    text = line.decode(errors="replace").strip("\r\n")
    separator = max(SEPARATORS, key=text.count)
    try:
        names = next(csv.reader([text], delimiter=separator), [])
    except csv.Error:
        names = []
    return [name.strip() for name in names], separator


def lines_of(
    lines: Iterable[bytes], wanted: Iterable[str], column: Callable[[str], str] = str.lower
) -> Iterator[Line | Problem]:
    """Yield the rows below the header. Raises FormatError where a wanted column is missing.

    ``column`` converts a name in the header to the name of the column. Several columns may have an
    empty name.
    """
    texts = _Texts(lines)
    first = next(texts, "")
    while first and not first.strip():
        first = next(texts, "")
    names, separator = header_of(first.encode())
    columns = list(map(column, names))
    for name in wanted:
        if name not in columns:
            raise FormatError(f"the column {name!r} is missing")
    for name in filter(None, columns):
        if columns.count(name) > 1:
            raise FormatError(f"there are two columns {name!r}")
    reader = csv.reader(texts, delimiter=separator, strict=True)
    while True:
        number = texts.number + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield Problem(number, "invalid CSV: a quote is missing or misplaced")
            continue
        if cells is None:
            return
        if texts.broken >= number:
            yield Problem(texts.broken, "it is not UTF-8")
        elif not any(each.strip() for each in cells):
            continue
        elif len(cells) == len(columns):
            yield Line(number, dict(zip(columns, cells, strict=True)))
        else:
            yield Problem(number, f"it has {len(cells)} cells, but the header has {len(columns)}")
