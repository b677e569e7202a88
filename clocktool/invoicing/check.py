"""What has changed in entries since they were marked as invoiced, and what that is worth."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId
from clocktool.domain.money import Rate, amount
from clocktool.domain.selection import Selection
from clocktool.errors import NotFoundError
from clocktool.invoicing.marks import Mark, Marks

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History


class Changed(msgspec.Struct, frozen=True):
    """An entry that is not what it was when it was marked; None for one that was deleted."""

    mark: Mark
    entry: Entry | None

    @property
    def now(self) -> Mark | None:
        """The mark that the entry would have now."""
        return None if self.entry is None else Mark.of(self.entry, self.mark.batch, self.mark.at)

    @property
    def what(self) -> list[str]:
        """What has changed, in words."""
        return ["deleted"] if self.entry is None else self.mark.differs(self.entry)

    @property
    def worth(self) -> dict[str, int]:
        """By currency how much more it is worth now, in minor units."""
        found: dict[str, int] = {}
        for sign, of in ((-1, self.mark), (1, self.now)):
            if of is not None and of.billable:
                more = sign * amount(of.end - of.start, Rate(of.amount, of.currency))
                found[of.currency] = found.get(of.currency, 0) + more
        return {currency: worth for currency, worth in found.items() if worth}

    def texts(self, clock: "Callable[[Instant], str]") -> tuple[str, str]:
        """Return what has changed as it was, and as it is now; empty for a deleted entry."""
        now, entry = self.now, self.entry
        if now is None or entry is None:
            return "", ""
        project = entry.project

        def text(mark: Mark, word: str) -> str:
            match word:
                case "start" | "end":
                    return clock(mark.start if word == "start" else mark.end)
                case "rate":
                    return Rate(mark.amount, mark.currency).text
                case "project":
                    is_named = mark is now and project is not None and project.name
                    return project.name if is_named and project else mark.project
                case "billable":
                    return "yes" if mark.billable else "no"
            return str(getattr(mark, word))

        before, after = ([text(mark, word) for word in self.what] for mark in (self.mark, now))
        return ", ".join(before), ", ".join(after)


def changed(  # noqa: PLR0917  # what it reads with
    marks: Marks,
    history: "History",
    entries: "TimeEntries",
    workspace: str,
    now: "Instant",
    heirs: Mapping[EntryId, EntryId],
) -> Iterator[Changed]:
    """Yield the marked entries that are not what they were: one read of their time.

    One that is not there any more is asked for by itself. ``heirs`` wait to be made of others:
    again, or as the parts that are missing of what was cut.
    """
    kept = marks.marks().values()
    window = (min(mark.start for mark in kept), now)
    found = {str(each.id): each for each in history.entries(Selection(window=window)).entries}
    cut: set[str] = set()
    for heir, whole in heirs.items():
        if str(heir) in found:
            if str(whole) in found:
                cut.add(str(whole))
            else:
                found[str(whole)] = found[str(heir)]
    for mark in kept:
        if mark.waits or mark.entry in cut:
            continue
        entry = found.get(mark.entry) or _moved(entries, workspace, mark.entry)
        if entry is None or mark.differs(entry):
            yield Changed(mark, entry)


def _moved(entries: "TimeEntries", workspace: str, entry: str) -> Entry | None:
    """Return an entry that is not where it was; None when it is not there at all."""
    try:
        return entries.get(workspace, entry)
    except NotFoundError:
        return None
