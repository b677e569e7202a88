"""Overlaps and gaps, against a count of every second."""

from collections import Counter
from datetime import date
from itertools import combinations
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from clocktool.domain.entry import Entry
from clocktool.domain.ids import Known
from clocktool.domain.overlap import Overlap, find_gaps, measure_overlap
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.midnight import Piece

DAY = date(2026, 11, 24)


def piece(start: int, end: int, user: str = "ada") -> Piece:
    """Return a piece of an entry of that many seconds."""
    return Piece(Entry(Known("a"), Instant(start), user_id=user), DAY, Instant(start), Instant(end))


pieces = st.lists(
    st.builds(
        lambda start, length, user: piece(start, start + length, user),
        st.integers(0, 40),
        st.integers(0, 15),
        st.sampled_from(["ada", "eve"]),
    ),
    max_size=9,
)


@given(some=pieces)
@settings(max_examples=300)
def test_overlaps_match_a_count_of_every_second(some: list[Piece]) -> None:
    """Pieces that share a second of one user are marked, and such seconds are counted once."""
    seconds = Counter(
        (each.entry.user_id, second) for each in some for second in range(each.start, each.end)
    )
    places = {
        place
        for pair in combinations(range(len(some)), 2)
        if some[pair[0]].entry.user_id == some[pair[1]].entry.user_id
        and max(some[each].start for each in pair) < min(some[each].end for each in pair)
        and all(some[each].seconds for each in pair)
        for place in pair
    }
    twice = sum(count > 1 for count in seconds.values())
    assert measure_overlap(some) == Overlap(frozenset(places), twice)


@given(some=pieces, least=st.integers(0, 12))
@settings(max_examples=200)
def test_gaps_are_the_uncovered_seconds_between_pieces(some: list[Piece], least: int) -> None:
    """There is no gap before the first piece, after the last, or shorter than requested."""
    some.sort(key=lambda each: each.start)
    covered = {second for each in some for second in range(each.start, each.end)}
    points = {each.start for each in some}
    found = list(find_gaps(some, least))
    for start, end in found:
        assert end - start >= max(1, least)
        assert not covered & set(range(start, end))
        assert not points & set(range(start + 1, end))
    free = sum(end - start for start, end in find_gaps(some, 1))
    last = max((each.end for each in some), default=0)
    first = min(points, default=0)
    assert free == len(set(range(first, last)) - covered)
    assert found == [(start, end) for start, end in find_gaps(some, 1) if end - start >= least]


def test_touching_and_empty_pieces_do_not_overlap() -> None:
    """A piece may start as another ends, and a piece without length overlaps nothing."""
    assert measure_overlap([piece(0, 10), piece(10, 20), piece(5, 5), piece(0, 0)]) == Overlap()


def test_a_second_of_three_pieces_counts_once() -> None:
    """A second that three pieces share is one second of overlap."""
    assert measure_overlap([piece(0, 10), piece(2, 8), piece(4, 12)]) == Overlap(
        frozenset({0, 1, 2}), 8
    )


def test_a_hundred_thousand_pieces_are_measured_quickly() -> None:
    """One long piece that overlaps all others makes it no slower."""
    some = [piece(0, 10**9), *(piece(each * 10, each * 10 + 11) for each in range(100_000))]
    before = process_time()
    assert measure_overlap(some).seconds == 100_000 * 10 + 1
    assert process_time() - before < 2
