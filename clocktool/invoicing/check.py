"""Finds entries that changed after they were marked as invoiced, and computes the difference."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.ids import EntryId
from clocktool.domain.money import Rate, amount
from clocktool.domain.rounding import Rounding
from clocktool.domain.selection import Selection
from clocktool.domain.time.zone import Zone
from clocktool.errors import NotFoundError
from clocktool.invoicing.marks import Mark, Marks

if TYPE_CHECKING:
    from clocktool.api.entries import TimeEntries
    from clocktool.domain.time.instant import Instant
    from clocktool.history.history import History


class Billed(msgspec.Struct, frozen=True):
    """What an invoice billed: the marks of its entries, and the rule by which it rounded time."""

    marks: Sequence[Mark]
    rule: Rounding
    zone: Zone

    def value(self, mark: Mark, instead: Mark | None) -> dict[str, int]:
        """Return the amounts by currency with another mark, or none, in the place of one."""
        lines: dict[tuple[str, int, str], dict[Hashable, int]] = {}
        for each in self.marks:
            of = instead if each.entry == mark.entry else each
            if of is None or not of.billable:
                continue
            seconds, key = of.end - of.start, None
            if self.rule.scope == "entry":
                seconds = self.rule.length(seconds)
            elif self.rule.scope == "day":
                key = self.zone.day(of.start)
            parts = lines.setdefault((of.project, of.amount, of.currency), {})
            parts[key] = parts.get(key, 0) + seconds
        found: dict[str, int] = {}
        for (_, rate, currency), parts in lines.items():
            is_done = self.rule.scope == "entry"
            seconds = sum(each if is_done else self.rule.length(each) for each in parts.values())
            price = amount(seconds, Rate(rate, currency))
            found[currency] = found.get(currency, 0) + price
        return found


class Changed(msgspec.Struct, frozen=True):
    """A marked entry that has changed since it was marked; ``entry`` is None if it was deleted.

    ``billed`` is the invoice that rounded its time; None where nothing was rounded.
    """

    mark: Mark
    entry: Entry | None
    billed: Billed | None = None

    @property
    def now(self) -> Mark | None:
        """The mark that the entry would get now."""
        return None if self.entry is None else Mark.of(self.entry, self.mark.batch, self.mark.at)

    @property
    def what(self) -> list[str]:
        """The names of the values that have changed, or ``deleted``."""
        return ["deleted"] if self.entry is None else self.mark.differs(self.entry)

    @property
    def worth(self) -> dict[str, int]:
        """The change of its amount by currency, in minor units."""
        found: dict[str, int] = {}
        if self.billed is not None:
            for sign, instead in ((-1, self.mark), (1, self.now)):
                for currency, price in self.billed.value(self.mark, instead).items():
                    found[currency] = found.get(currency, 0) + sign * price
            return {currency: worth for currency, worth in found.items() if worth}
        for sign, of in ((-1, self.mark), (1, self.now)):
            if of is not None and of.billable:
                more = sign * amount(of.end - of.start, Rate(of.amount, of.currency))
                found[of.currency] = found.get(of.currency, 0) + more
        return {currency: worth for currency, worth in found.items() if worth}

    def texts(self, clock: "Callable[[Instant], str]") -> tuple[str, str]:
        """Return the changed values as they were and as they are; empty for a deleted entry."""
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


def changed(  # noqa: PLR0917
    marks: Marks,
    history: "History",
    entries: "TimeEntries",
    workspace: str,
    now: "Instant",
    replacements: Mapping[EntryId, EntryId],
    rules: Mapping[int, Rounding],
    zone: Zone,
) -> Iterator[Changed]:
    """Yield the marked entries that have changed: one read of the time that they span.

    An entry that is missing in it is read by a request of its own. ``replacements`` maps entries
    that are not sent yet to the marked entries that they replace or are parts of. ``rules`` has the
    rounding of the invoices, by the batch of their marks.
    """
    kept = marks.marks().values()
    billed = {
        batch: Billed([mark for mark in kept if mark.batch == batch], rule, zone)
        for batch, rule in rules.items()
    }
    window = (min(mark.start for mark in kept), now)
    reading = history.from_service.entries(Selection(window=window))
    found = {str(each.id): each for each in reading.entries}
    split: set[str] = set()
    for replacement, original in replacements.items():
        if str(replacement) in found:
            if str(original) in found:
                split.add(str(original))
            else:
                found[str(original)] = found[str(replacement)]
    for mark in kept:
        if mark.is_queued or mark.entry in split:
            continue
        entry = found.get(mark.entry) or _moved(entries, workspace, mark.entry)
        if entry is None or mark.differs(entry):
            yield Changed(mark, entry, billed.get(mark.batch))


def _moved(entries: "TimeEntries", workspace: str, entry: str) -> Entry | None:
    """Return an entry that was moved to another time; None if it was deleted."""
    try:
        return entries.get(workspace, entry)
    except NotFoundError:
        return None
