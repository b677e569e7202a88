"""Asking the service for the parts of a window that the mirror can't answer, and storing them."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from heapq import merge
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import msgspec

from clocktool.api.entries import EntryQuery
from clocktool.domain.entry import Entry
from clocktool.domain.time.instant import DAY, FIRST, Instant, shift
from clocktool.domain.time.zone import Zone
from clocktool.errors import UNAVAILABLE, ClocktoolError, OfflineError
from clocktool.history.held import ALL_TIME, END, Part, Piece, Span, cover, missing
from clocktool.history.mirror import NEWEST, Differences, Kept, Mirror, Stamp
from clocktool.history.plan import Window, oldest, parts_to_ask, start_of_recent

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries

WHOLE = EntryQuery()
"""The query of a list without filters."""

Counted = Callable[[Iterator[Entry]], Iterator[Entry]]


class Answer(msgspec.Struct, frozen=True):
    """Where the mirror has the entries of a window, and as of when they are known.

    ``user`` is their owner. ``reaching`` are those that began long before the window.
    ``is_kept`` says that a part was kept by an earlier read, and ``error`` why the service did not
    answer; None if it did, or was not asked.
    """

    user: str
    parts: list[Part]
    reaching: list[Kept]
    as_of: Stamp
    is_kept: bool
    error: ClocktoolError | None = None


class Loader:
    """Requests entries of a workspace and stores each page of a reply in the mirror.

    ``zone`` is that of the account. With ``fresh`` all of a window is requested; ``is_offline``
    says that no request will be answered. With ``asks`` False no request is made, and a read of
    what the mirror lacks raises OfflineError.
    """

    def __init__(
        self,
        entries: "Callable[[], TimeEntries]",
        workspace: str,
        mirror: Mirror,
        now: Instant,
        zone: Callable[[], Zone],
        *,
        fresh: bool = False,
        is_offline: bool = False,
        asks: bool = True,
    ) -> None:
        self._api = entries
        self._workspace = workspace
        self.mirror = mirror
        self._now = now
        self._zone = zone
        self.is_fresh = fresh
        self._is_offline = is_offline
        self._asks = asks

    def on_disk(self) -> "Loader":
        """Return a loader that makes no request."""
        return Loader(
            self._api,
            self._workspace,
            self.mirror,
            self._now,
            self._zone,
            is_offline=True,
            asks=False,
        )

    def answers(
        self,
        users: Iterable[str],
        window: tuple[Instant, Instant] | None,
        query: EntryQuery = WHOLE,
        *,
        must_ask: bool = False,
        counted: Counted = iter,
    ) -> list[Answer]:
        """Request the parts of a window that the mirror lacks; return an answer for each user.

        ``query`` has the filters of the server. If the service does not answer, the mirror does.
        Raises the error of the service if the mirror lacks a part, or with ``must_ask``.
        """
        found: list[Answer] = []

        def read() -> Iterator[Entry]:
            for user in users:
                answer = yield from self._answer(user, Window.of(window), query, must_ask=must_ask)
                found.append(answer)

        for _ in counted(read()):
            pass
        return found

    def _answer(
        self, user: str, window: Window, query: EntryQuery, *, must_ask: bool
    ) -> Generator[Entry, None, Answer]:
        """Yield the entries that are requested; return which parts of the mirror are the answer."""
        asked: list[Part] = []
        failed: ClocktoolError | None = None
        if not self._asks:
            return self._from_mirror(user, window, [], OfflineError("nothing was asked"))
        for span in [window.starts] if must_ask else self.parts(user, window):
            stamp = self.mirror.begin(self._now)
            try:
                for page in self.ask(user, span, query, stamp):
                    yield from page
            except UNAVAILABLE as error:
                if must_ask or not error.is_temporary:
                    raise
                failed = error
                break
            asked += self._answered(user, span, query, stamp)
            if query == WHOLE and window.end > self._now and span[1] == window.end:
                self.mirror.remove_timers(user, stamp, window.reach)  # a timer is in every list
        return self._from_mirror(user, window, asked, failed)

    def _answered(self, user: str, span: Span, query: EntryQuery, stamp: Stamp) -> list[Part]:
        """Return the parts of a span that a reply has answered.

        That is all of it for a list with filters. A list that was cut short has answered the time
        that its pages prove.
        """
        if query != WHOLE:
            return [Part(user, span, stamp.number)]
        proved = [each for each in self.mirror.held(user) if each.number >= stamp.number]
        return [Part(user, (each.start, each.end)) for each in cover(proved, span)]

    def entries(self, answers: Sequence[Answer]) -> Iterator[Entry]:
        """Yield the entries of answers, newest start first, without keeping them in memory."""
        parts = [part for each in answers for part in each.parts]
        long = [kept.entry for each in answers for kept in each.reaching]
        return merge(self.mirror.entries(parts), long, key=lambda it: it.start, reverse=True)

    def newest(self, user: str, most: int) -> list[Entry]:
        """Return the newest entries of a user in the mirror that have started, ``most`` of them."""
        part = Part(user, (FIRST, Instant(self._now + 1)))
        return list(islice(self.mirror.entries([part]), most))

    def as_of(self, user: str, since: Instant) -> Stamp | None:
        """Return as of when the mirror holds the time since an instant, None if it does not."""
        piece = oldest(self.mirror.coverage(user), (since, Instant(self._now + 1)))
        return None if piece is None else Stamp(piece.number, piece.as_of)

    def holds(self, user: str, window: tuple[Instant, Instant] | None) -> bool:
        """Return whether the mirror holds all of a window, as of any time."""
        return not missing(self.mirror.coverage(user), Window.of(window).starts)

    @property
    def page_size(self) -> int:
        """How many entries a page has at most."""
        return self._api().page_size

    def held_spans(self, user: str, window: Window) -> list[Span]:
        """Return the parts of a window that are held, whatever their age, newest first."""
        joined: list[Span] = []
        for each in cover(self.mirror.held(user), (window.start, window.end)):
            if joined and joined[-1][1] == each.start:
                joined[-1] = (joined[-1][0], each.end)
            else:
                joined.append((each.start, each.end))
        return joined[::-1]

    def parts(self, user: str, window: Window, max_age: int | None = DAY) -> list[Span]:
        """Return the parts of a window to ask for, newest first."""
        size = self.page_size
        return parts_to_ask(
            window,
            [] if self.is_fresh else self.mirror.held(user),
            recent=start_of_recent(self._now, self._zone()),
            now=self._now,
            max_age=max_age,
            is_short=lambda span: self.mirror.count(user, span, size) < size,
        )

    def ask(
        self, user: str, span: Span, query: EntryQuery = WHOLE, stamp: Stamp | None = None
    ) -> Iterator[list[Entry]]:
        """Ask for the entries that start in a span; yield each page after it was stored.

        Makes one request for each page. A server may read the bounds as instants or as local times
        of the account's zone, so a day more on each side is requested. Pages come newest first, so
        each proves the time after its oldest entry; after the last one, all of the span is held.
        """
        stamp = self.mirror.begin(self._now) if stamp is None else stamp
        for page, proved in self._pages(user, span, query):
            self.mirror.keep_page(user, page, stamp, proved and (proved[0], span[1]))
            yield page

    def verify(self, user: str, span: Span) -> Iterator[Differences]:
        """Request a span again, store it, and yield how it differs from what was held.

        An entry that was moved to an earlier time is reported as gone first, and as added later.
        """
        stamp, unproved = self.mirror.begin(self._now), list[Entry]()
        for page, proved in self._pages(user, span, WHOLE):
            unproved += page
            if proved is not None:
                whole = [entry for entry in unproved if entry.start >= proved[0]]
                unproved = [entry for entry in unproved if entry.start < proved[0]]
                yield self.mirror.differences(user, proved, whole)
                self.mirror.keep_page(user, whole, stamp, (proved[0], span[1]))

    def _pages(
        self, user: str, span: Span, query: EntryQuery
    ) -> Iterator[tuple[list[Entry], Span | None]]:
        """Yield the pages of a list, each with the part of the span that it covers completely."""
        mirror, whole = self.mirror, query == WHOLE
        start, end = span
        bounds = msgspec.structs.replace(
            query,
            start=None if start <= FIRST else shift(start, -DAY),
            end=None if end >= END else shift(end, DAY),
        )
        proved, last = end, END
        pages = self._api().list_pages(self._workspace, user, bounds)
        while True:
            try:
                page = next(pages)
            except StopIteration as ended:
                if whole and ended.value:
                    yield [], (start, proved)
                return
            starts = [each.start for each in page if not each.running]  # a timer is in every list
            if _descends([last, *starts]):
                last = min(starts, default=last)
            else:  # pages in another order prove nothing
                mirror.unhold(user, (proved, end))
                last, proved = FIRST, end
            low = Instant(last + 1)
            if whole and start < low < proved:
                yield page, (low, proved)
                proved = low
            else:
                yield page, None

    def _from_mirror(
        self, user: str, window: Window, asked: Sequence[Part], failed: ClocktoolError | None
    ) -> Answer:
        """Return the answer: the parts that were requested, and the held parts between them."""
        held = self.mirror.coverage(user)
        is_asked = [Piece(*each.span, self._now) for each in asked]
        others = missing(is_asked, window.starts)
        lacking = [part for span in others for part in missing(held, span)]
        if failed is not None and lacking:
            if not held and not self._is_offline:
                raise failed  # nothing was ever kept
            raise failed.within(f"{self._days(window, lacking)} not on this machine")
        reaching = self.mirror.reaching(user, window.reach, (window.start, window.end))
        pieces = [each for span in others for each in cover(held, span)]
        stamps = [Stamp(each.number, each.as_of) for each in pieces]
        stamps += [each.stamp for each in reaching]
        parts = [*asked, *(Part(user, span) for span in others)]
        as_of = min(stamps, key=lambda it: it.number, default=Stamp(NEWEST, self._now))
        is_kept = as_of.as_of != self._now or bool(others) or failed is not None
        return Answer(user, parts, reaching, as_of, is_kept, failed)

    def _days(self, window: Window, lacking: Sequence[Span]) -> str:
        """Return the days that are not held, as the subject of a sentence with its verb."""
        zone = self._zone()
        if (lacking[0][0], lacking[-1][1]) == ALL_TIME or not lacking:
            return "all of it is"
        spans = [(max(lo, window.start), hi) for lo, hi in lacking]
        inside = [span for span in spans if span[0] < span[1]] or [
            (window.start, shift(window.start, 1))
        ]
        shown = []
        for lo, hi in inside[:3]:
            first, last = zone.day(Instant(lo)), zone.day(Instant(hi - 1))
            shown.append(f"{first}" if first == last else f"{first}..{last}")
        more = f" and {len(inside) - 3} more" if len(inside) > 3 else ""
        return f"{', '.join(shown)}{more} {'is' if len(inside) == 1 else 'are'}"


def _descends(starts: Sequence[Instant]) -> bool:
    return all(after <= before for before, after in pairwise(starts))
