"""List, read, create and change things of the directory, for all kinds alike."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clocktool.backends.local import directory, rules, search
from clocktool.backends.local.body import Query
from clocktool.backends.local.call import Answer, Call, page_of
from clocktool.backends.local.directory import Row
from clocktool.backends.local.refusal import name_exists
from clocktool.backends.local.replies import Json
from clocktool.backends.local.rows import Field, Task

Show = Callable[[Call, Sequence[Row]], list[Json]]
"""A function that converts rows to JSON objects of a reply."""


def name_filter(query: Query, kind: type, order: str = "NAME", **more: Any) -> search.Filter:
    """Return the filter of a list by name and order, with further conditions in ``more``."""
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
    """Answer with the thing of the path."""
    return Answer(200, show(call, [require(call, kind)])[0])


def require(call: Call, kind: type[Row], place: int = 0) -> Row:
    """Return the thing with an id of the path; refuse an unknown id."""
    return rules.require(call.connection, kind, call.workspace, call.ids[place])


def create(call: Call, kind: type[Row], table: str, values: Mapping[str, Any]) -> Row:
    """Insert a thing with a unique name, and return it."""
    check_name(call, kind, table, values)
    columns = {"id": call.new_id(), **_owner_columns(call, kind), **values}
    seq = directory.insert(call.connection, table, columns)
    return directory.get_by_seq(call.connection, kind, call.workspace.seq, seq)


def update(call: Call, table: str, row: Row, values: Mapping[str, Any]) -> None:
    """Change columns of a thing. A new name must be unique."""
    check_name(call, type(row), table, {"name": row.name, **values}, besides=row.seq)
    directory.update(call.connection, table, row.seq, values)


def answer(call: Call, row: Row, show: Show[Row], status: int = 200) -> Answer:
    """Answer with a thing, read again from the file."""
    fresh = directory.get_by_seq(call.connection, type(row), call.workspace.seq, row.seq)
    return Answer(status, show(call, [fresh])[0])


def check_name(
    call: Call, kind: type, table: str, values: Mapping[str, Any], besides: int | None = None
) -> None:
    """Refuse a name that exists in the same workspace, client or project."""
    within = _owner_columns(call, kind)
    within |= {column: values[column] for column in ("client", "project") if column in values}
    if directory.name_exists(call.connection, table, values["name"], within, besides):
        raise name_exists("Custom field" if kind is Field else kind.__name__, values["name"])


def _owner_columns(call: Call, kind: type) -> dict[str, int | None]:
    """Return the workspace column for a kind. Tasks have none: they belong to a project."""
    return {} if kind is Task else {"workspace": call.workspace.seq}
