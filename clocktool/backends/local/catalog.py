"""What the requests of all kinds of things in the directory share: list, read, make, change."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clocktool.backends.local import directory, rules, search
from clocktool.backends.local.body import Query
from clocktool.backends.local.call import Answer, Call, page_of
from clocktool.backends.local.directory import Row
from clocktool.backends.local.refusal import taken
from clocktool.backends.local.replies import Json
from clocktool.backends.local.rows import Field, Task

Show = Callable[[Call, Sequence[Row]], list[Json]]
"""Rows as they are answered."""


def named(query: Query, kind: type, order: str = "NAME", **more: Any) -> search.Filter:
    """Return the filter of a list by name and order, with what else it is narrowed to."""
    orders = ("ID", "NAME", *search.ORDERS.get(kind, ()))
    direction = query.choice("sort-order", "ASCENDING", "DESCENDING")
    return search.Filter(
        name=query.text("name"),
        exact=query.flag("strict-name-search") or False,
        order=query.choice("sort-column", *orders) or order,
        descending=direction == "DESCENDING",
        **more,
    )


def find(call: Call, kind: type[Row], wanted: search.Filter, show: Show[Row]) -> Answer:
    """List a page of things."""
    page = page_of(call.query)
    owner = call.workspace.seq
    rows = search.find(call.connection, kind, owner, wanted, limit=page.limit, offset=page.offset)
    return Answer(200, show(call, rows[: page.size]), last_page=len(rows) <= page.size)


def get(call: Call, kind: type[Row], show: Show[Row]) -> Answer:
    """Return the thing whose id comes first in the path."""
    return Answer(200, show(call, [known(call, kind)])[0])


def known(call: Call, kind: type[Row], place: int = 0) -> Row:
    """Return the thing that an id of the path stands for."""
    return rules.known(call.connection, kind, call.workspace, call.ids[place])


def create(call: Call, kind: type[Row], table: str, values: Mapping[str, Any]) -> Row:
    """Add a thing whose name is free, and return it."""
    check_name(call, kind, table, values)
    columns = {"id": call.new_id(), **_home(call, kind), **values}
    seq = directory.insert(call.connection, table, columns)
    return directory.numbered(call.connection, kind, call.workspace.seq, seq)


def update(call: Call, table: str, row: Row, values: Mapping[str, Any]) -> None:
    """Change columns of a thing; a new name must be free."""
    check_name(call, type(row), table, {"name": row.name, **values}, besides=row.seq)
    directory.update(call.connection, table, row.seq, values)


def answer(call: Call, row: Row, show: Show[Row], status: int = 200) -> Answer:
    """Answer with a thing as it is now."""
    fresh = directory.numbered(call.connection, type(row), call.workspace.seq, row.seq)
    return Answer(status, show(call, [fresh])[0])


def check_name(
    call: Call, kind: type, table: str, values: Mapping[str, Any], besides: int | None = None
) -> None:
    """Refuse a name that is taken: in the workspace, the client or the project it belongs to."""
    within = _home(call, kind)
    within |= {column: values[column] for column in ("client", "project") if column in values}
    if directory.name_taken(call.connection, table, values["name"], within, besides):
        raise taken("Custom field" if kind is Field else kind.__name__, values["name"])


def _home(call: Call, kind: type) -> dict[str, int | None]:
    """Return the column that says where a thing belongs; a task belongs to its project."""
    return {} if kind is Task else {"workspace": call.workspace.seq}
