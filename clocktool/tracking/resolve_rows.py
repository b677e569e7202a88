"""What a table's cells mean in a workspace: tags with commas of their own, values of fields."""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from clocktool.domain.directory import CustomField
from clocktool.errors import UsageError
from clocktool.importers.row import Row, comparable
from clocktool.tracking.assignment import field_value


def resolved(
    rows: Sequence[Row], tags: Collection[str], fields: Mapping[str, CustomField]
) -> Sequence[Row]:
    """Return rows with tags and custom fields as a workspace has them; ``tags`` are their names.

    Tags that were written with commas between them are cut there, but for what is the whole name
    of a tag, the longest first. A text is turned into the type of its field where it can be.
    """
    known = {_folded(name) for name in tags if "," in name}
    if not known and not fields:
        return rows
    return [_resolved(row, known, fields) for row in rows]


def _resolved(row: Row, known: Collection[str], fields: Mapping[str, CustomField]) -> Row:
    if row.fields and any(name in fields for name, _ in row.fields):
        values = tuple((name, _value(fields.get(name), value)) for name, value in row.fields)
        row = msgspec.structs.replace(row, fields=values)
    if row.joined and known and len(row.tags) > 1:
        row = msgspec.structs.replace(row, tags=_whole(row.tags, known))
    return row


def _whole(parts: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """Return parts, those joined again that make up a known name."""
    names, at = [], 0
    while at < len(parts):
        ends = range(len(parts), at + 1, -1)
        end = next((end for end in ends if _folded(", ".join(parts[at:end])) in known), at + 1)
        names.append(", ".join(parts[at:end]))
        at = end
    return tuple(names)


def _value(field: CustomField | None, value: object) -> object:
    if field is None or not isinstance(value, str) or field.takes(value):
        return value
    try:
        return field_value(field, value)
    except UsageError:
        return value


def _folded(name: str) -> str:
    """Return a name for comparison; commas with and without a blank behind them are alike."""
    return comparable(name.replace(",", ", ")).casefold()
