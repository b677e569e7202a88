"""Pieces of time that are held, against the same counted second by second; what is asked for."""

from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.zone import Zone
from clocktool.history.held import Piece, Span, cover, extended, missing, with_piece, without_span
from clocktool.history.plan import Window, oldest, parts_to_ask, start_of_recent

LONG = 40

spans = st.tuples(st.integers(0, LONG), st.integers(1, 12)).map(
    lambda it: (Instant(it[0]), Instant(it[0] + it[1]))
)
numbers = st.permutations(range(6))


def seconds(pieces: list[Piece]) -> dict[int, tuple[int, int]]:
    """Return what is known of each second: as of when, by which request."""
    found: dict[int, tuple[int, int]] = {}
    for each in pieces:
        for second in range(each.start, each.end):
            assert second not in found
            found[second] = each.as_of, each.number
    return found


@given(st.lists(spans, min_size=6, max_size=6), numbers, spans, spans)
@settings(max_examples=200)
def test_pieces_are_what_the_latest_request_has_shown(
    shown: list[Span], order: list[int], hole: Span, asked: Span
) -> None:
    """In whatever order the replies are stored."""
    pieces: list[Piece] = []
    expected: dict[int, tuple[int, int]] = {}
    for number in order:
        start, end = shown[number]
        pieces = with_piece(pieces, Piece(start, end, Instant(100 - number), number))
        for second in range(start, end):
            if second not in expected or expected[second][1] <= number:
                expected[second] = 100 - number, number
    assert seconds(pieces) == expected
    assert pieces == sorted(pieces, key=lambda it: it.start)
    left = {it: of for it, of in expected.items() if not hole[0] <= it < hole[1]}
    assert seconds(without_span(pieces, hole)) == left
    inside = {it: of for it, of in expected.items() if asked[0] <= it < asked[1]}
    assert seconds(cover(pieces, asked)) == inside
    lacking = {second for start, end in missing(pieces, asked) for second in range(start, end)}
    assert lacking == set(range(*asked)) - set(inside)
    known = [number for _, number in inside.values()]
    first = oldest(pieces, asked)
    assert (None if first is None else first.number) == (None if lacking else min(known))


@given(st.lists(spans, max_size=4), spans, st.integers(20, 60))
@settings(max_examples=200)
def test_what_is_asked_for_is_all_that_is_not_known(
    fresh: list[Span], inside: Span, recent: int
) -> None:
    """And the recent days; never a part twice, the newest first."""
    pieces: list[Piece] = []
    for number, (start, end) in enumerate(fresh):
        pieces = with_piece(pieces, Piece(start, end, Instant(1000 - 50 * number), number))
    window = Window(inside[0], inside[1], Instant(max(0, inside[0] - 5)))
    parts = parts_to_ask(window, pieces, recent=Instant(recent), now=Instant(1000), max_age=100)
    asked = [second for start, end in parts for second in range(start, end)]
    assert len(asked) == len(set(asked))
    assert parts == sorted(parts, reverse=True)
    held = {second for second, (as_of, _) in seconds(pieces).items() if as_of >= 900}
    needed = {it for it in range(*window.starts) if it not in held}
    needed |= {it for it in range(window.start, window.end) if it >= recent}
    assert needed <= set(asked)
    extra = set(asked) - needed
    assert all(it < window.start for it in extra)
    assert not extra or min(needed) <= window.start


def test_days_after_the_last_request_are_held_as_of_it() -> None:
    """But not a hole that was there before."""
    present = Piece(Instant(0), Instant(50), Instant(40), 1)
    pieces = [
        Piece(Instant(0), Instant(20), Instant(40), 1),
        Piece(Instant(60), Instant(70), Instant(9)),
    ]
    found = extended(pieces, present)
    assert missing(found, (Instant(0), Instant(1000))) == [(20, 50)]
    after, before = (oldest(found, (Instant(lo), Instant(lo + 10))) for lo in (50, 60))
    assert (after and after.as_of, before and before.as_of) == (40, 9)


def test_the_last_month_begins_at_midnight_of_the_zone() -> None:
    """Whatever month and zone."""
    for now, zone, start in (
        ("2026-11-24T12:00:00Z", "Europe/Berlin", "2026-09-30T22:00:00Z"),
        ("2026-01-01T00:30:00Z", "Europe/Berlin", "2025-11-30T23:00:00Z"),
        ("2026-01-01T00:30:00Z", "America/Los_Angeles", "2025-11-01T07:00:00Z"),
        ("2026-03-31T12:00:00Z", "Pacific/Kiritimati", "2026-02-28T10:00:00Z"),
    ):
        assert start_of_recent(parse_iso(now), Zone(zone)) == parse_iso(start)
