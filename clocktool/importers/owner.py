"""Whose rows of a file are imported: they become one's own."""

from collections.abc import Iterable, Sequence

from clocktool.errors import UsageError, quoted
from clocktool.importers.row import Row

SHOWN = 8
"""How many users an error names."""


def rows_of(rows: Sequence[Row], me: Iterable[str], user: str | None) -> tuple[Sequence[Row], str]:
    """Return the rows of a user, and a sentence about it where there is something to say.

    For None these are one's own and those that name nobody, or all where one user alone is named.
    ``me`` is every word for oneself. Raises UsageError where it is not clear whose are meant.
    """
    users = dict.fromkeys(row.who[0] for row in rows if row.who)
    if user is not None:
        chosen = [row for row in rows if _is_one(row, {user.casefold()})]
        if not chosen:
            raise UsageError(f"no row is of {quoted(user)}", f"there are {_listed(users)}")
        rest = len(rows) - len(chosen)
        return chosen, f"Left out as they are not of {quoted(user)}: {rest}." if rest else ""
    mine = {each.casefold() for each in me if each}
    others = [row for row in rows if row.who and not _is_one(row, mine)]
    if not others:
        return rows, ""
    if len(users) == 1:
        whose = quoted(next(iter(users)))
        if len(others) < len(rows):
            whose += " or of nobody"
        return rows, f"All rows are of {whose}: they become yours."
    raise UsageError(
        f"the rows are of several users: {_listed(users)}",
        "say whose rows become yours: --user NAME",
    )


def _is_one(row: Row, words: set[str]) -> bool:
    return any(each.casefold() in words for each in row.who)


def _listed(users: Iterable[str]) -> str:
    names = [quoted(each) for each in users]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return (", ".join(names[:SHOWN]) or "rows without a user only") + more
