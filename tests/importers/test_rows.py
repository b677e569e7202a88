"""Rows as they are kept in memory."""

from clocktool.domain.time.instant import Instant
from clocktool.importers.row import Row
from clocktool.importers.rows import Rows, by_start

FULL = Row(
    line=2,
    start=Instant(300),
    end=Instant(400),
    description='Über \u2028 "alles"',
    project="Site",
    client="",
    color="#03A9F4",
    task="Login",
    tags=("a, b", "c"),
    billable=False,
    type="BREAK",
    fields=(("Ticket", "AB-1"), ("Parts", ["x", 1.5, None]), ("Count", 2**70)),
    user_labels=("ada", "ada@example.test"),
    has_joined_tags=True,
    is_ambiguous=True,
)
BARE = Row(line=3, start=Instant(-100), end=Instant(0))


def packed(*rows: Row) -> Rows:
    """Return rows as a file has them."""
    made = Rows()
    for row in rows:
        made.append(row)
    return made


def test_a_row_comes_out_as_it_went_in() -> None:
    """All that a file can tell of it, in the order of its lines."""
    rows = packed(FULL, BARE)
    assert [*rows] == [FULL, BARE]
    assert (len(rows), rows[1], rows[-2], rows[1:]) == (2, BARE, FULL, [BARE])


def test_rows_are_sorted_by_their_starts() -> None:
    """Those of one start stay in the order of their lines; so do rows that were chosen."""
    again = Row(line=4, start=FULL.start, end=Instant(500))
    rows = packed(FULL, BARE, again)
    assert [*by_start(rows)] == [*by_start([*rows])] == [BARE, FULL, again]
    assert by_start(rows)[1:] == [FULL, again]
