"""A column of a list, described once for tables, CSV, Markdown, JSON and templates."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from clocktool.render.cells import FAIR, WIDEST, Cell, Column
from clocktool.render.output import Output, is_rgb
from clocktool.render.text import visible

T = TypeVar("T")
Value = str | bool | int | None


class Field(msgspec.Struct, Generic[T], frozen=True):
    """A column of a list: its name, and a function that returns its value for a thing.

    ``figures`` are aligned to the right. ``color`` returns the style of the value. ``heading`` and
    ``text`` are the name and the value for people, if they differ from those in CSV. A table has no
    column that is ``data_only``; on a terminal with colour it has a sign in place of a ``swatch``.
    Where a terminal is narrow, columns of the highest ``rank`` are left out first, 0 never. A
    column with a ``least`` width is cut there; other texts are wrapped, figures are whole.
    """

    name: str
    value: Callable[[T], Value]
    figures: bool = False
    color: Callable[[T], str] = lambda _: ""
    heading: str | None = None
    text: Callable[[T], Value] | None = None
    data_only: bool = False
    swatch: bool = False
    rank: int = 0
    least: int = 0
    fair: int = FAIR
    """The width for which columns of a rank are left out."""

    title_style: str = "dim"
    parts: Callable[[T, Output, int], Cell] | None = None
    """Its cell in a table, of at most this width, if that is more than the text."""

    shared: Callable[[T], Hashable] | None = None
    """What the cell depends on, where many things of a list have the same cell."""

    def title(self, out: Output | None = None) -> str:
        """Return the name for people; a column of signs in place of colours needs none."""
        is_sign = self.swatch and out is not None and out.color
        return "" if is_sign else self.name if self.heading is None else self.heading

    def column(self, width: int, out: Output | None = None) -> Column:
        """Return its layout in a table, unless its texts are wrapped."""
        rank = min(1, self.rank) if self.swatch and out and out.color else self.rank
        return Column(self.figures, width, least=self.least or None, fair=self.fair, rank=rank)

    def data(self, thing: T) -> str:
        """Return the value for programs."""
        return _plain(self.value(thing))

    def csv(self, thing: T) -> str | int:
        """Return the value for CSV: a number, or a text."""
        value = self.value(thing)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return value if is_number else _plain(value)  # type: ignore[return-value]

    def shown(self, thing: T) -> str:
        """Return the value for people, as it is in Markdown and templates."""
        return _plain((self.text or self.value)(thing))

    def cell(self, thing: T, out: Output, width: int = WIDEST) -> Cell:
        """Return the value as a cell. True is the name of the column, False is empty."""
        if self.parts is not None:
            return self.parts(thing, out, width)
        value = (self.text or self.value)(thing)
        text = (self.name if value else "") if isinstance(value, bool) else visible(_plain(value))
        style = "dim" if self.name == "id" else self.color(thing)
        if self.swatch and out.color and is_rgb(style):
            text = out.symbol("●", "*")
        return ((text, style),) if text else ()


Fields = Sequence[Field[T]]


def keyed(
    names: Iterable[str],
    figures: Iterable[str] = (),
    color: Callable[[Mapping[str, Any]], str] = lambda _: "",
    ranks: Mapping[str, int] = {},
) -> Fields[Mapping[str, Any]]:
    """Return the columns of things that are mappings with these names as keys."""
    right = frozenset(figures)
    return [
        Field(name, _get(name), figures=name in right, color=color, rank=ranks.get(name, 0))
        for name in names
    ]


def _get(name: str) -> Callable[[Mapping[str, Any]], Value]:
    return lambda values: values[name]


def _plain(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
