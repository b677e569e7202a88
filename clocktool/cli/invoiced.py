"""What was marked as invoiced from here: said before it is changed, and what changed since."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import typer

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.errors import NoError, NotFoundError, ServerError

if TYPE_CHECKING:
    from clocktool.domain.entry import Entry
    from clocktool.invoicing.marks import Mark, Marks

CHANGED = ("start", "description", "changed", "before", "after", "worth", "id")
"""The columns of what is not as it was."""


def ids_of(app: App) -> frozenset[str]:
    """Return the ids of all that is marked; none where that cannot be read, which is said."""
    if not app.marks_path.exists():
        return frozenset()
    from clocktool.invoicing.marks import Marks

    try:
        return frozenset(Marks(app.marks_path, app.account_to_write.workspace).marks())
    except ServerError as error:
        app.out.note(error.message)
        return frozenset()


def note_invoiced(app: App, entries: "Iterable[Entry]") -> bool:
    """Say that some of these entries are invoiced; return whether any is."""
    marked = ids_of(app)
    count = sum(entry.id in marked for entry in entries)
    if count:
        are = "is" if count == 1 else "are"
        app.out.note(f"{results.many_words(count, 'entry')} {are} marked as invoiced.")
    return count > 0


def confirm_invoiced(app: App, entry: "Entry") -> None:
    """Say that an entry is invoiced, and ask on a terminal whether it is changed all the same.

    Raises Exit(1) after a no. Off a terminal it is said, and done.
    """
    if not note_invoiced(app, [entry]) or not app.process.asks:
        return
    if options.ask(app, "Change it all the same? [y/N]").lower() not in ("y", "yes"):
        app.out.note("Nothing was changed.")
        raise typer.Exit(1)


def check(app: App, billed: "Marks", output: options.Format) -> None:
    """List entries that are not what they were when they were marked: one read of their time.

    Each with old and new, and what the difference is worth; sums are per currency. Raises Exit(1)
    where there is one.
    """
    from clocktool.domain.selection import Selection
    from clocktool.render.records import Record

    marks = billed.marks()
    if not marks:
        raise NoError("nothing was marked as invoiced from here")
    window = (min(mark.start for mark in marks.values()), app.now)
    selection = Selection(window=window)
    found = {str(it.id): it for it in app.history.entries(selection).entries}
    records, worth = [], dict[str, int]()
    for mark in marks.values():
        entry = None if mark.waits else found.get(mark.entry) or _moved(app, mark.entry)
        changes = _changes(app, mark, entry)
        if mark.waits or not changes:
            continue
        difference = _difference(mark, entry)
        for currency, amount in difference.items():
            worth[currency] = worth.get(currency, 0) + amount
        names, before, after = (", ".join(texts) for texts in zip(*changes, strict=True))
        start = f"{app.zone.wall(mark.start):%Y-%m-%d %H:%M}"
        values = (start, mark.description, names, before, after, _money(difference), mark.entry)
        records.append(Record(dict(zip(CHANGED, values, strict=True))))
    same = f"All {len(marks)} are as they were when they were marked."
    results.write_records(app, records, output, nothing=same, columns=CHANGED)
    if records:
        if output is options.Format.TABLE:
            app.out.line(app.out.paint(f"worth {_money(worth) or '0.00'}", "bold"))
        raise typer.Exit(1)


def _changes(app: App, mark: "Mark", entry: "Entry | None") -> list[tuple[str, str, str]]:
    """Return what of an entry is not what it was, with old and new."""
    from clocktool.domain.money import Rate
    from clocktool.invoicing.marks import Mark

    if entry is None:
        return [("deleted", "", "")]
    now = Mark.of(entry, mark.batch, mark.at)
    name = entry.project.name if entry.project else ""

    def text(of: Mark, word: str) -> str:
        match word:
            case "start" | "end":
                return app.clock(of.start if word == "start" else of.end)
            case "rate":
                return Rate(of.amount, of.currency).text
            case "project":
                return (name or of.project) if of is now else of.project
            case "billable":
                return "yes" if of.billable else "no"
        return str(getattr(of, word))

    return [(word, text(mark, word), text(now, word)) for word in mark.differs(entry)]


def _difference(mark: "Mark", entry: "Entry | None") -> dict[str, int]:
    """Return by currency how much more an entry is worth now than when it was marked."""
    from clocktool.domain.money import Rate, amount
    from clocktool.invoicing.marks import Mark

    found: dict[str, int] = {}
    now = None if entry is None else Mark.of(entry, mark.batch, mark.at)
    for sign, of in ((-1, mark), (1, now)):
        if of is not None and of.billable:
            worth = amount(of.end - of.start, Rate(of.amount, of.currency))
            found[of.currency] = found.get(of.currency, 0) + sign * worth
    return {currency: worth for currency, worth in found.items() if worth}


def _money(amounts: dict[str, int]) -> str:
    from clocktool.domain.money import Rate

    texts: Sequence[str] = [Rate(each, currency).text for currency, each in amounts.items() if each]
    return ", ".join(texts)


def _moved(app: App, entry: str) -> "Entry | None":
    """Return an entry that is not where it was; None when it is not there at all."""
    try:
        return app.connect().entries.get(app.account.workspace, entry)
    except NotFoundError:
        return None
