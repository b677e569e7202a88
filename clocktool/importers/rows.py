"""The rows of a file, packed as JSON so that a million of them fit into memory."""

from array import array
from collections.abc import Iterator, Sequence
from typing import overload

import msgspec

from clocktool.importers.row import Row


class Rows(Sequence[Row]):
    """Rows in the order of the file; each is unpacked when it is used."""

    def __init__(self) -> None:
        self._packed = bytearray()
        self._ends = array("q")
        self._starts = array("q")
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(Row).decode

    def append(self, row: Row) -> None:
        """Add a row."""
        self._packed += self._encode(row)
        self._ends.append(len(self._packed))
        self._starts.append(row.start)

    def by_start(self) -> Sequence[Row]:
        """Return the rows in the order of their starts."""
        starts = self._starts
        order = sorted(range(len(starts)), key=starts.__getitem__)
        return _Sorted(self, array("q", order))

    def __len__(self) -> int:
        return len(self._ends)

    def __iter__(self) -> Iterator[Row]:
        for place in range(len(self._ends)):
            yield self._at(place)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [self._at(each) for each in range(*place.indices(len(self)))]
        return self._at(range(len(self))[place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def _at(self, place: int) -> Row:
        begin = self._ends[place - 1] if place else 0
        return self._decode(memoryview(self._packed)[begin : self._ends[place]])


class _Sorted(Sequence[Row]):
    """Rows in another order."""

    def __init__(self, rows: Rows, order: "array[int]") -> None:
        self._rows = rows
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [self._rows[each] for each in self._order[place]]
        return self._rows[self._order[place]]


def by_start(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows in the order of their starts."""
    if isinstance(rows, Rows):
        return rows.by_start()
    return sorted(rows, key=lambda row: row.start)
