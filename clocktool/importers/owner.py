"""The choice of one user from a file; those rows become entries of the current user."""

from collections.abc import Iterable, Sequence

from clocktool.errors import UsageError, quoted
from clocktool.importers.row import Row

MAX_SHOWN = 8
"""The number of users that an error names."""


def select_rows(
    rows: Sequence[Row], me: Iterable[str], user: str | None
) -> tuple[Sequence[Row], str]:
    """Return the rows of a user, and a note about the choice; the note may be empty.

    Without ``user`` all rows are returned if they have one user. ``me`` are the names by which
    the current user may appear: name, e-mail address, id. Raises UsageError for several users.
    """
    users = dict.fromkeys(row.user_labels[0] for row in rows if row.user_labels)
    if user is not None:
        chosen = [row for row in rows if _has_label(row, {user.casefold()})]
        if not chosen:
            raise UsageError(f"no row has user {quoted(user)}", f"users: {_listed(users)}")
        rest = len(rows) - len(chosen)
        return chosen, f"Left out as they are not of {quoted(user)}: {rest}." if rest else ""
    mine = {each.casefold() for each in me if each}
    others = [row for row in rows if row.user_labels and not _has_label(row, mine)]
    if not others:
        return rows, ""
    if len(users) == 1:
        owner = quoted(next(iter(users)))
        if len(others) < len(rows):
            owner += " or have no user"
        return rows, f"All rows are of {owner}; they become yours."
    raise UsageError(
        f"the rows are of several users: {_listed(users)}",
        "choose one: --user NAME",
    )


def _has_label(row: Row, words: set[str]) -> bool:
    return any(each.casefold() in words for each in row.user_labels)


def _listed(users: Iterable[str]) -> str:
    names = [quoted(each) for each in users]
    more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
    return (", ".join(names[:MAX_SHOWN]) or "rows without a user only") + more
