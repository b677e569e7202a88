"""The queries of completion on the journal, which it opens read-only: numbers of changes."""

from typing import Final

QUERIES: Final = {
    "pending": (
        "SELECT 'p' || change.number, action.command, change.at FROM changes change"
        " LEFT JOIN actions action ON action.number = change.action"
        " WHERE change.state <> 'done' AND change.state <> 'cancelled'"
        " ORDER BY change.number DESC LIMIT 200"
    ),
    "changes": (
        "SELECT number, CAST(change AS TEXT) FROM changes"
        " WHERE state <> 'done' AND state <> 'cancelled' ORDER BY number LIMIT 200"
    ),
    "undo": (
        "SELECT number, command, at, (SELECT coalesce(json_extract(json, '$.before.description'),"
        " json_extract(json, '$.timer.description'), json_extract(json, '$.draft.description'))"
        " FROM (SELECT number, CAST(change AS TEXT) json FROM changes"
        " WHERE action = actions.number AND json_valid(CAST(change AS TEXT)))"
        " ORDER BY json_extract(json, '$.type') IN ('stop', 'create name'), number LIMIT 1)"
        " FROM actions WHERE undoes IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM actions undo WHERE undo.undoes = actions.number AND NOT undo.undone)"
        " ORDER BY number DESC LIMIT 20"
    ),
}
"""The queries by kind: pending changes, and commands that can be undone."""
