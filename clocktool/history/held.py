"""What the mirror holds of a user: pieces of time, each whole as of an instant. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from clocktool.domain.time.instant import FIRST, LAST, Instant

END = Instant(LAST + 1)
"""The end of time, which no piece includes."""

Span = tuple[Instant, Instant]
"""The instants from the first to before the second."""

ALL_TIME: Span = (FIRST, END)


class Piece(msgspec.Struct, frozen=True):
    """All entries with a start in a piece of time are known as of an instant.

    ``number`` is that of the request that proved it; a later request has a greater number.
    """

    start: Instant
    end: Instant
    as_of: Instant
    number: int = 0


class Part(msgspec.Struct, frozen=True):
    """Entries of a user with a start in a span, from requests of at least a number."""

    user: str
    span: Span
    number: int = 0


def with_piece(pieces: Iterable[Piece], new: Piece) -> list[Piece]:
    """Return the pieces after a reply; parts of later requests are kept."""
    later = sorted((each for each in pieces if each.number > new.number), key=_by_start)
    free = [(new.start, new.end)]
    for each in later:
        free = [part for span in free for part in _without(span, (each.start, each.end))]
    kept = list(later)
    for each in pieces:
        if each.number <= new.number:
            parts = _without((each.start, each.end), (new.start, new.end))
            kept += [msgspec.structs.replace(each, start=lo, end=hi) for lo, hi in parts]
    kept += [msgspec.structs.replace(new, start=lo, end=hi) for lo, hi in free]
    return _joined(sorted(kept, key=_by_start))


def without_span(pieces: Iterable[Piece], span: Span) -> list[Piece]:
    """Return the pieces without a span of time."""
    return [
        msgspec.structs.replace(each, start=lo, end=hi)
        for each in pieces
        for lo, hi in _without((each.start, each.end), span)
    ]


def extended(pieces: Iterable[Piece], present: Piece | None) -> list[Piece]:
    """Return the pieces; the last one that reached the ``present`` now lasts to the end of time.

    Days after that request are held as of that request.
    """
    pieces = list(pieces)
    if present is not None:
        after = missing(pieces, (present.end, END))
        pieces += [msgspec.structs.replace(present, start=lo, end=hi) for lo, hi in after]
    return sorted(pieces, key=_by_start)


def cover(pieces: Iterable[Piece], span: Span) -> list[Piece]:
    """Return the parts of pieces that are in a span, in order."""
    start, end = span
    return sorted(
        (
            msgspec.structs.replace(each, start=max(start, each.start), end=min(end, each.end))
            for each in pieces
            if each.start < end and each.end > start
        ),
        key=_by_start,
    )


def missing(pieces: Iterable[Piece], span: Span) -> list[Span]:
    """Return the parts of a span that no piece holds, in order."""
    start, end = span
    found: list[Span] = []
    for each in cover(pieces, span):
        if each.start > start:
            found.append((start, each.start))
        start = max(start, each.end)
    return [*found, (start, end)] if start < end else found


def _without(span: Span, hole: Span) -> list[Span]:
    start, end = span
    parts = ((start, min(end, hole[0])), (max(start, hole[1]), end))
    return [part for part in parts if part[0] < part[1]]


def _joined(ordered: Sequence[Piece]) -> list[Piece]:
    """Join neighbours of the same request."""
    found: list[Piece] = []
    for each in ordered:
        last = found[-1] if found else None
        if last is not None and (last.end, last.as_of, last.number) == (
            each.start,
            each.as_of,
            each.number,
        ):
            found[-1] = msgspec.structs.replace(last, end=each.end)
        else:
            found.append(each)
    return found


def _by_start(piece: Piece) -> Instant:
    return piece.start
