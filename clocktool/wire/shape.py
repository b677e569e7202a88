"""Shapes that several replies share. Fields may be null, missing or unknown."""

from typing import Any, TypeVar

import msgspec

from clocktool.domain.entry import Tag
from clocktool.domain.ids import Known
from clocktool.domain.money import Rate
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.errors import quoted

T = TypeVar("T")


class Wire(msgspec.Struct, rename="camel"):
    """A JSON object of a reply. Unknown fields are ignored."""


class WireRate(Wire):
    """A rate. The amount is in minor units and may be a float."""

    amount: float | None = None
    currency: str | None = None


class WireNamed(Wire):
    """An object with an id and an optional name."""

    id: str
    name: str | None = None


class WireProjectRef(WireNamed):
    """The project of an entry."""

    color: str | None = None
    client_id: str | None = None
    client_name: str | None = None


class WireTag(WireNamed):
    """A tag."""

    archived: bool | None = None
    workspace_id: str | None = None


def decode(data: bytes, shape: type[T]) -> T:
    """Decode JSON. Raises msgspec.DecodeError, which names the invalid field."""
    return msgspec.json.decode(data, type=shape)


def instant_of(text: str) -> Instant:
    """Parse a time. Raises msgspec.ValidationError, like any value of the wrong type."""
    try:
        return parse_iso(text)
    except (ValueError, OverflowError) as error:
        raise msgspec.ValidationError(
            f"{quoted(text)} is not an ISO-8601 time with Z or an offset"
        ) from error


def rate_of(wire: WireRate | None) -> Rate | None:
    """Convert a rate, or return None."""
    if wire is None or wire.amount is None:
        return None
    return Rate(round(wire.amount), wire.currency or "")


def rate_object(rate: Rate | None) -> dict[str, Any] | None:
    """Return a rate for JSON, or None."""
    return None if rate is None else {"amount": rate.amount, "currency": rate.currency}


def tag_of(wire: WireTag) -> Tag:
    """Convert a tag."""
    return Tag(Known(wire.id), wire.name or "", bool(wire.archived), wire.workspace_id or "")
