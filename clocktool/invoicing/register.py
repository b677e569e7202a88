"""The register of invoices on this machine.

A number, its row in the register and the marks of its entries are one transaction. Each row has
the hash of the row before, and the hash of the last one is kept apart, so that ``check`` finds a
row that was changed, removed or cut off.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec

from clocktool.domain.document import Document, cancellation
from clocktool.domain.entry import Entry
from clocktool.domain.ids import Known
from clocktool.domain.numbers import Series
from clocktool.domain.register import (
    Event,
    Invoice,
    Issued,
    Paid,
    Saved,
    TakenBack,
    invoices_of,
    issued_of,
    next_number,
)
from clocktool.domain.rounding import Rounding, parse_rounding
from clocktool.domain.time.instant import Instant
from clocktool.errors import NotFoundError, RefusedError, quoted
from clocktool.invoicing.marks import add_marks, next_batch
from clocktool.invoicing.schema import KIND
from clocktool.storage.database import Database
from clocktool.storage.failure import damaged

_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class Broken(msgspec.Struct, frozen=True):
    """A row of the register that was changed: its position, and what is wrong."""

    position: int
    why: str


class Unsent(msgspec.Struct, frozen=True):
    """Marks of an invoice that are not in the journal yet."""

    number: str
    workspace: str
    invoiced: bool
    entries: tuple[Known, ...]


class Register:
    """The register. Raises StorageError if the file can't be used. ``at`` is now."""

    def __init__(self, path: Path, at: Instant) -> None:
        self._database = Database(path, KIND)
        self._at = at

    def invoices(self) -> dict[str, Invoice]:
        """Return all invoices and cancellations by number, in the order of their numbers."""
        if not self._database.exists:
            return {}
        with self._read() as file:
            return self._invoices(file)

    def invoice(self, number: str) -> Invoice:
        """Return the invoice with a number. Raises NotFoundError."""
        return _one(self.invoices(), number)

    def document(self, number: str) -> Document:
        """Return the document of an invoice as it was frozen. Raises NotFoundError."""
        with self._read() as file:
            return self._document(file, _one(self._invoices(file), number))

    def rounding_rules(self) -> dict[int, Rounding]:
        """Return the rule by which each invoice that stands rounded time, by its batch of marks."""
        if not self._database.exists:
            return {}
        with self._read() as file:
            found = {
                each.issued.batch: self._document(file, each).rounding
                for each in self._invoices(file).values()
                if each.issued.batch
            }
        return {batch: parse_rounding(text) for batch, text in found.items() if text}

    def issue(
        self,
        draft: Document,
        series: Series,
        workspace: str,
        client: str,
        entries: Sequence[Entry],
        *,
        wanted: str = "",
        files: Sequence[str] = (),
    ) -> Document:
        """Give a draft its number, and mark its entries; return the document.

        ``wanted`` is the number that was asked for, ``files`` are those that will be written.
        Raises RefusedError for another number than the next, and for entries that another process
        has marked meanwhile.
        """
        with self._write() as file:
            invoices = self._invoices(file)
            number, count = next_number(invoices, series, draft.dated, wanted)
            self._check_unmarked(file, workspace, entries)
            document = msgspec.structs.replace(draft, number=number)
            batch = next_batch(file)
            event = issued_of(document, series, count, workspace, client, batch)
            self._append(file, event, document)
            add_marks(file, workspace, entries, self._at, batch)
            self._keep_unsent(file, number, workspace, event.entries, invoiced=True)
            for name in files:
                self._append(file, Saved(number, name))
        return document

    def cancel(
        self, number: str, day: date, reason: str, series: Callable[[Issued], Series]
    ) -> tuple[Document, Invoice]:
        """Cancel an invoice: give its cancellation a number, and free its entries.

        Returns the cancellation and the invoice. Raises RefusedError for one that is cancelled, and
        for a cancellation.
        """
        with self._write() as file:
            invoices = self._invoices(file)
            of = _to_cancel(invoices, number)
            own = series(of.issued)
            new, count = next_number(invoices, own, date.max)
            document = cancellation(self._document(file, of), new, day, reason)
            issued = of.issued
            event = issued_of(document, own, count, issued.workspace, issued.client, 0)
            self._append(file, event, document)
            self._free(file, new, issued)
        return document, of

    def check_cancel(self, number: str) -> None:
        """Raise RefusedError unless an invoice can be cancelled."""
        _to_cancel(self.invoices(), number)

    def take_back(self, number: str) -> None:
        """Take back the newest invoice, of which nothing was saved: number and entries are free.

        Raises RefusedError for another one.
        """
        with self._write() as file:
            of = self._to_take_back(file, number)
            self._append(file, TakenBack(number))
            file.execute("DELETE FROM unsent WHERE number = ?", (number,))
            self._free(file, number, of.issued)

    def check_take_back(self, number: str) -> None:
        """Raise RefusedError unless an invoice can be taken back."""
        with self._read() as file:
            self._to_take_back(file, number)

    def check_put_back(self, number: str) -> None:
        """Raise RefusedError unless an invoice that was taken back can get its number again."""
        with self._read() as file:
            self._to_put_back(file, number)

    def put_back(self, number: str) -> None:
        """Give an invoice that was taken back its number and its marks again.

        Raises RefusedError if it is not the next number, or its entries were invoiced since.
        """
        with self._write() as file:
            issued, document = self._to_put_back(file, number)
            self._append(file, issued, document)
            of_batch = (issued.workspace, issued.batch)
            file.execute("DELETE FROM unsent WHERE number = ?", (number,))
            entries = file.execute(
                "SELECT entry FROM marks WHERE workspace = ? AND batch = ?", of_batch
            ).fetchall()
            file.execute("UPDATE marks SET stands = 1 WHERE workspace = ? AND batch = ?", of_batch)
            sent = [entry for (entry,) in entries if "@" not in entry]
            self._keep_unsent(file, number, issued.workspace, sent, invoiced=True)

    def pay(self, number: str, on: date) -> Invoice:
        """Record that an invoice was paid on a day. Raises RefusedError for a cancelled one."""
        with self._write() as file:
            of = _one(self._invoices(file), number)
            if of.status in ("cancelled", "cancellation"):
                what = "is a cancellation" if of.status == "cancellation" else "is cancelled"
                raise RefusedError(f"{quoted(number)} {what}", "see: clocktool invoices")
            if of.paid != on:
                self._append(file, Paid(number, on))
        return msgspec.structs.replace(of, paid=on)

    def saving(self, number: str, name: str) -> None:
        """Record that a file of an invoice is about to be written."""
        with self._write() as file:
            self._append(file, Saved(number, name))

    def not_saved(self, number: str, name: str) -> None:
        """Record that a file was not written after all."""
        with self._write() as file:
            self._append(file, Saved(number, name, failed=True))

    def batch_number(self, batch: int) -> str:
        """Return the number of the invoice that a batch of marks belongs to; empty for none."""
        found = (each for each in self.invoices().values() if each.issued.batch == batch)
        return next((each.number for each in found), "")

    def unsent(self) -> list[Unsent]:
        """Return the marks of invoices that are not in the journal yet."""
        if not self._database.exists:
            return []
        with self._read() as file:
            rows = file.execute(
                "SELECT number, workspace, invoiced, entry FROM unsent ORDER BY rowid"
            ).fetchall()
        grouped: dict[tuple[str, str, bool], list[Known]] = {}
        for number, workspace, invoiced, entry in rows:
            grouped.setdefault((number, workspace, invoiced == 1), []).append(Known(entry))
        return [Unsent(*key, tuple(entries)) for key, entries in grouped.items()]

    def sent(self, marks: Unsent) -> None:
        """Record that marks are in the journal, or at the service."""
        with self._write() as file:
            file.execute(
                "DELETE FROM unsent WHERE number = ? AND workspace = ? AND invoiced = ?",
                (marks.number, marks.workspace, marks.invoiced),
            )

    def check(self) -> tuple[Broken | None, int]:
        """Return the first row that was changed or None, and the number of rows."""
        if not self._database.exists:
            return None, 0
        with self._read() as file:
            rows = file.execute(
                "SELECT position, at, event, document, before, hash FROM register ORDER BY position"
            ).fetchall()
            ends = file.execute("SELECT rows, hash FROM register_end").fetchall()
        return _first_broken(rows, ends), len(rows)

    def _invoices(self, file: sqlite3.Connection) -> dict[str, Invoice]:
        return invoices_of(self._events(file))

    def _events(self, file: sqlite3.Connection) -> list[tuple[int, Event]]:
        rows = file.execute("SELECT position, event FROM register ORDER BY position").fetchall()
        try:
            return [(each, _DECODER.decode(event)) for each, event in rows]
        except (msgspec.MsgspecError, TypeError, ValueError) as error:
            raise self._damaged() from error

    def _document(self, file: sqlite3.Connection, of: Invoice) -> Document:
        (text,) = file.execute(
            "SELECT document FROM register WHERE position = ?", (of.position,)
        ).fetchone()
        try:
            return msgspec.json.decode(text or "", type=Document)
        except (msgspec.MsgspecError, TypeError, ValueError) as error:
            raise self._damaged() from error

    def _damaged(self) -> Exception:
        return damaged(self._database.path, "it is damaged")

    def _append(
        self, file: sqlite3.Connection, event: Event, document: Document | None = None
    ) -> None:
        rows, before = file.execute("SELECT rows, hash FROM register_end").fetchone()
        text = msgspec.json.encode(event).decode()
        frozen = None if document is None else msgspec.json.encode(document).decode()
        added = file.execute(
            "INSERT INTO register (at, event, document, before, hash) VALUES (?, ?, ?, ?, '')",
            (self._at, text, frozen, before),
        )
        position = added.lastrowid or 0
        new = _hash(before, position, self._at, text, frozen)
        file.execute("UPDATE register SET hash = ? WHERE position = ?", (new, position))
        file.execute("UPDATE register_end SET rows = ?, hash = ?", (rows + 1, new))

    def _check_unmarked(
        self, file: sqlite3.Connection, workspace: str, entries: Sequence[Entry]
    ) -> None:
        query = "SELECT 1 FROM marks WHERE workspace = ? AND entry = ? AND stands"
        marked = [
            each for each in entries if file.execute(query, (workspace, str(each.id))).fetchone()
        ]
        if marked:
            are = "1 entry was" if len(marked) == 1 else f"{len(marked)} entries were"
            raise RefusedError(f"{are} invoiced meanwhile; nothing was numbered", "run it again")

    def _to_take_back(self, file: sqlite3.Connection, number: str) -> Invoice:
        invoices = self._invoices(file)
        of = _one(invoices, number)
        newest = next(reversed(invoices))
        why = ""
        if of.status == "cancellation":
            raise RefusedError(
                f"{quoted(number)} is a cancellation, which can't be taken back",
                "invoice the entries again",
            )
        if of.status in ("cancelled", "paid"):
            why = f"it is {of.status}"
        elif newest != number:
            why = f"{newest} is newer"
        elif of.saves:
            why = "it was saved"
        if why:
            hint = (
                "" if of.status == "cancelled" else f"cancel it: clocktool invoices cancel {number}"
            )
            raise RefusedError(
                f"the invoice {quoted(number)} can't be taken back", hint or None, why=why
            )
        return of

    def _to_put_back(self, file: sqlite3.Connection, number: str) -> tuple[Issued, Document]:
        events = self._events(file)
        invoices = invoices_of(events)
        found = [(each, event) for each, event in events if event.number == number]
        issued = [(each, event) for each, event in found if isinstance(event, Issued)]
        again = "make a new one: clocktool invoice; earlier changes: clocktool undo --list"
        if not issued or issued[-1][1].kind == "cancellation" or number in invoices:
            raise RefusedError(f"the entries freed with {quoted(number)} stay free", again)
        position, event = issued[-1]
        own = [each.issued for each in invoices.values() if each.issued.series == event.series]
        later = any(each.count >= event.count or each.dated > event.dated for each in own)
        (kept,) = file.execute(
            "SELECT count(*) FROM marks WHERE workspace = ? AND batch = ? AND NOT stands",
            (event.workspace, event.batch),
        ).fetchone()
        if later or kept < len(event.entries):
            raise RefusedError(
                f"the invoice {quoted(number)} can't be put back",
                again,
                why="the number is not the next one" if later else "its entries have changed",
            )
        return event, self._document(file, Invoice(event, position))

    def _free(self, file: sqlite3.Connection, number: str, issued: Issued) -> None:
        """Remove the marks of an invoice, within a transaction."""
        entries = file.execute(
            "SELECT entry FROM marks WHERE workspace = ? AND batch = ? AND stands",
            (issued.workspace, issued.batch),
        ).fetchall()
        file.execute(
            "UPDATE marks SET stands = 0 WHERE workspace = ? AND batch = ?",
            (issued.workspace, issued.batch),
        )
        sent = [entry for (entry,) in entries if "@" not in entry]
        self._keep_unsent(file, number, issued.workspace, sent, invoiced=False)

    def _keep_unsent(
        self,
        file: sqlite3.Connection,
        number: str,
        workspace: str,
        entries: Sequence[str],
        *,
        invoiced: bool,
    ) -> None:
        rows = [(number, workspace, invoiced, entry) for entry in entries]
        file.executemany("INSERT INTO unsent VALUES (?, ?, ?, ?)", rows)

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with closing(self._database), self._database.read() as file:
            yield file

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with closing(self._database), self._database.write() as file:
            yield file


def _one(invoices: dict[str, Invoice], number: str) -> Invoice:
    found = invoices.get(number)
    if found is None:
        from difflib import get_close_matches

        close = get_close_matches(number, invoices, 1)
        hint = f"did you mean {close[0]}?" if close else "list them: clocktool invoices"
        raise NotFoundError(f"no invoice {quoted(number)}", hint)
    return found


def _to_cancel(invoices: dict[str, Invoice], number: str) -> Invoice:
    of = _one(invoices, number)
    if of.status == "cancellation":
        raise RefusedError(
            f"{quoted(number)} is a cancellation",
            f"it cancels {of.issued.cancels}; invoice the entries again",
        )
    if of.status == "cancelled":
        raise RefusedError(
            f"{quoted(number)} is cancelled already, by {of.cancelled_by}",
            "see: clocktool invoices",
        )
    return of


def _hash(before: str, position: int, at: int, event: str, document: str | None) -> str:
    """Return the hash of a row and of the one before."""
    return sha256(msgspec.json.encode((before, position, at, event, document))).hexdigest()


def _first_broken(
    rows: Sequence[tuple[int, int, str, str | None, str, str]], ends: Sequence[tuple[int, str]]
) -> Broken | None:
    before = ""
    for place, (position, at, event, document, its_before, its_hash) in enumerate(rows, 1):
        if position != place:
            return Broken(place, "it is missing")
        if its_before != before:
            return Broken(position, "it does not follow the row before")
        if its_hash != _hash(before, position, at, event, document):
            return Broken(position, "it was changed")
        before = its_hash
    if ends != [(len(rows), before)]:
        return Broken(len(rows) + 1, "rows at the end are missing")
    return None
