"""Time added up where entries are stored, so that single entries need not be read."""

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.selection import Selection
from clocktool.domain.time.calendar import Spans
from clocktool.domain.time.instant import Instant


class Question(msgspec.Struct, frozen=True):
    """What to add up: the entries of a selection, in a window, by span and by what they are.

    Entries without an end run until ``now``. Entries that began up to ``reach`` seconds before the
    window are looked for. Sums are always apart for each project, task, rate, and for billable time
    and breaks; ``with_tags``, ``with_descriptions`` and ``fields`` (ids) set more of them apart.
    """

    selection: Selection
    window: tuple[Instant, Instant]
    spans: Spans
    now: Instant
    reach: int
    with_tags: bool = False
    with_descriptions: bool = False
    fields: tuple[str, ...] = ()
    with_overlap: bool = True


class Sum(msgspec.Struct, frozen=True):
    """The time of similar entries within one span: the place of their like, and their seconds.

    ``start`` is the start of the first of them.
    """

    like: int
    start: Instant
    seconds: int


class Uncut(msgspec.Struct, frozen=True):
    """An entry that reaches beyond its span, or that is running: no sum includes it."""

    like: int
    start: Instant
    end: Instant | None


class Totals(msgspec.Struct, frozen=True):
    """The time of a user's entries.

    ``likes`` are entries that stand for others with the same project, task, rate and so on; they
    have no id. ``overlap`` is how many seconds are covered more than once, and ``last`` the last
    instant of the entries in ``sums``.
    """

    likes: list[Entry]
    sums: list[Sum]
    uncut: list[Uncut]
    overlap: int = 0
    last: Instant | None = None
