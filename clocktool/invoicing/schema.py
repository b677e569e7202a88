"""The file of marks and invoices: one file, so that a number and its marks are one transaction."""

from clocktool.storage.kind import Kind

_MARKS = (
    """CREATE TABLE marks (
        workspace TEXT, entry TEXT, batch INTEGER, at INTEGER, start INTEGER, end INTEGER,
        project TEXT, amount INTEGER, currency TEXT, billable INTEGER, description TEXT,
        PRIMARY KEY (workspace, entry)) WITHOUT ROWID""",
)
_PARTS = (
    # The id of the entry that was split, for a part of an invoiced entry.
    "ALTER TABLE marks ADD COLUMN whole TEXT",
    # 0 for a removed mark: it is kept, so that the removal can be undone without a network.
    "ALTER TABLE marks ADD COLUMN stands INTEGER NOT NULL DEFAULT 1",
)
_REGISTER = (
    # Rows are only added. ``before`` is the hash of the row before, ``hash`` that of this row.
    """CREATE TABLE register (
        position INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, event TEXT NOT NULL,
        document TEXT, before TEXT NOT NULL, hash TEXT NOT NULL)""",
    # The last row, so that a row that was cut off is noticed.
    "CREATE TABLE register_end (rows INTEGER NOT NULL, hash TEXT NOT NULL)",
    "INSERT INTO register_end VALUES (0, '')",
    # Marks of invoices that are not in the journal yet.
    """CREATE TABLE unsent (
        number TEXT NOT NULL, workspace TEXT NOT NULL, invoiced INTEGER NOT NULL,
        entry TEXT NOT NULL)""",
)
KIND = Kind("the file of invoiced entries", (_MARKS, _PARTS, _REGISTER))
