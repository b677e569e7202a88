"""Body and query of a request, as checked values. Invalid values raise RefusalError."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from clocktool.backends.local.refusal import broken_rule, invalid_body, invalid_query
from clocktool.domain.entry import WRITABLE_TYPES, Draft, FieldValue
from clocktool.domain.ids import Known
from clocktool.domain.limits import (
    EARLIEST,
    LATEST,
    MAX_DESCRIPTION,
    MAX_NAME,
    MAX_NUMBER,
    is_storable,
)
from clocktool.domain.time.duration import parse_iso_duration
from clocktool.domain.time.instant import Instant, parse_iso
from clocktool.domain.time.zone import Zone


class Body:
    """A JSON object of a request. A missing key and a null are the same."""

    __slots__ = ("_values",)

    def __init__(self, value: object, where: str = "body") -> None:
        if not isinstance(value, Mapping):
            raise invalid_body(f"{where} must be an object")
        self._values = value

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def value(self, name: str) -> object:
        """Return a value unchecked."""
        return self._values.get(name)

    def text(self, name: str, limit: int = MAX_NAME) -> str | None:
        """Return a text, or None if it is missing. Raises RefusalError for another type."""
        value = self._values.get(name)
        return None if value is None else check_text(value, name, limit)

    def identity(self, name: str) -> str | None:
        """Return an id, or None if it is missing or empty."""
        return self.text(name) or None

    def name(self, limit: int = MAX_NAME) -> str | None:
        """Return the ``name``, or None if it is missing."""
        name = self.text("name", limit)
        return None if name is None else check_name(name)

    def required_name(self, limit: int = MAX_NAME) -> str:
        """Return the ``name``, which is required."""
        name = self.name(limit)
        if name is None:
            raise invalid_body("name is required")
        return name

    def flag(self, name: str) -> bool | None:
        """Return a boolean. Text is accepted as well, as on the service: some clients send it."""
        value = self._values.get(name)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        raise invalid_body(f"{name} must be true or false")

    def instant(self, name: str) -> Instant | None:
        """Return an instant."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            at = parse_iso(check_text(value, name, 64))
        except ValueError:
            raise invalid_body(f"{name} must be a date and time with Z or an offset") from None
        return check_instant(at, name)

    def required_instant(self, name: str) -> Instant:
        """Return an instant, which is required."""
        at = self.instant(name)
        if at is None:
            raise invalid_body(f"{name} is required")
        return at

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a list of texts in the given order, without duplicates."""
        value = self._values.get(name)
        if value is None:
            return None
        return tuple(dict.fromkeys(check_text(item, name) for item in check_array(value, name)))

    def choice(self, name: str, *allowed: str) -> str | None:
        """Return a text, which must be one of ``allowed``."""
        value = self._values.get(name)
        if value is not None and value not in allowed:
            raise invalid_body(f"{name} must be {' or '.join(allowed)}")
        return None if value is None else str(value)

    def integer(self, name: str, least: int = 0, most: int = MAX_NUMBER) -> int | None:
        """Return a whole number."""
        value = self._values.get(name)
        if value is None or (is_integer(value) and least <= value <= most):
            return value
        raise invalid_body(f"{name} must be a whole number from {least} to {most}")

    def duration(self, name: str) -> int | None:
        """Return an ISO-8601 duration in seconds. Fractions of a second are dropped."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            return parse_iso_duration(check_text(value, name, 64))
        except ValueError:
            raise invalid_body(f"{name} must be a duration like PT1H30M") from None

    def objects(self, name: str) -> list["Body"]:
        """Return the objects of an array, or an empty list if it is missing."""
        value = self._values.get(name)
        return [] if value is None else [Body(item, name) for item in check_array(value, name)]

    def refuse(self, *names: str) -> None:
        """Refuse fields that the local workspace does not support, instead of ignoring them."""
        for name in names:
            if self._values.get(name) not in (None, False, "", [], {}):
                raise invalid_body(f"{name} is not supported here")


def given(**values: object) -> dict[str, Any]:
    """Return the values that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def is_integer(value: object) -> TypeGuard[int]:
    """Return whether a value is a whole number. True and False are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def check_array(value: object, name: str) -> Sequence[object]:
    """Return a value that must be an array."""
    if not isinstance(value, list | tuple):
        raise invalid_body(f"{name} must be an array")
    return value


def check_text(value: object, name: str, limit: int = MAX_NAME) -> str:
    """Return a value that must be a text of at most ``limit`` characters."""
    if not isinstance(value, str):
        raise invalid_body(f"{name} must be a string")
    if len(value) > limit:
        raise broken_rule(f"{name} must not be longer than {limit} characters")
    if not is_storable(value):
        raise invalid_body(f"{name} holds a character that cannot be stored")
    return value


def check_instant(at: Instant, name: str) -> Instant:
    """Return an instant, which must be within the limits of an entry."""
    if not EARLIEST <= at <= LATEST:
        raise broken_rule(f"{name} is out of range")
    return at


def check_name(name: str) -> str:
    """Return a name without surrounding spaces. It must not be empty."""
    name = name.strip()
    if not name:
        raise broken_rule("name must not be empty")
    return name


def read_draft(value: object, where: str = "body") -> Draft:
    """Read an entry to create or to replace (operations 1, 4 and 8)."""
    body = Body(value, where)
    kind = body.text("type")
    if kind is not None and kind not in WRITABLE_TYPES:
        raise invalid_body("type must be REGULAR or BREAK")
    tags = body.texts("tagIds")
    return Draft(
        start=body.required_instant("start"),
        end=body.instant("end"),
        description=body.text("description", MAX_DESCRIPTION),
        project_id=_known(body.identity("projectId")),
        task_id=_known(body.identity("taskId")),
        tag_ids=None if tags is None else tuple(map(Known, tags)),
        billable=body.flag("billable"),
        fields=_read_fields(body),
        type=kind,
    )


def check_draft(draft: Draft) -> None:
    """Check a draft as ``read_draft`` checks JSON."""
    if draft.type not in (None, *WRITABLE_TYPES):
        raise invalid_body("type must be REGULAR or BREAK")
    check_instant(draft.start, "start")
    if draft.end is not None:
        check_instant(draft.end, "end")
    if draft.description is not None:
        check_text(draft.description, "description", MAX_DESCRIPTION)


def _known(identity: str | None) -> Known | None:
    return None if identity is None else Known(identity)


def _read_fields(body: Body) -> tuple[FieldValue, ...] | None:
    given = body.value("customFields")
    if given is None:
        return None
    found: dict[str, FieldValue] = {}
    for item in check_array(given, "customFields"):
        field = Body(item, "customFields")
        identity = field.identity("customFieldId")
        if identity is None:
            raise invalid_body("customFields.customFieldId is required")
        found[identity] = FieldValue(field_id=identity, value=field.value("value"))
    return tuple(found.values())


_FLAGS: Final = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


class Query:
    """The query of a request. A missing and an empty value are the same."""

    __slots__ = ("_pairs",)

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        for name, value in pairs:
            if not is_storable(name) or not is_storable(value):
                raise invalid_query("the query holds a character that cannot be stored")
        self._pairs = pairs

    def __contains__(self, name: str) -> bool:
        return any(given == name for given, _ in self._pairs)

    def text(self, name: str) -> str | None:
        """Return a text. If the name is repeated, the last value counts."""
        return next((value for given, value in reversed(self._pairs) if given == name), "") or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return all values of a name, which may be repeated or have several between commas."""
        given = (value.split(",") for found, value in self._pairs if found == name)
        return tuple(
            dict.fromkeys(part.strip() for parts in given for part in parts if part.strip())
        )

    def flag(self, name: str) -> bool | None:
        """Return a boolean, also from 1, yes, on, 0, no and off."""
        value = self.text(name)
        if value is None:
            return None
        flag = _FLAGS.get(value.lower())
        if flag is None:
            raise invalid_query(f"{name} must be true or false")
        return flag

    def bounds(self, name: str, zone: Zone) -> tuple[Instant | None, Instant | None]:
        """Return the first and last instant of a local time in a zone.

        They differ if daylight saving repeats it. ``Z`` or an offset is required but ignored, as
        on the service.
        """
        value = self.text(name)
        try:
            return (None, None) if value is None else zone.span(value)
        except ValueError:
            raise invalid_query(f"{name} must be a date and time with Z or an offset") from None

    def choice(self, name: str, *allowed: str) -> str | None:
        """Return a word, in any case, which must be one of ``allowed``."""
        value = self.text(name)
        if value is not None and value.upper() not in allowed:
            raise invalid_query(f"{name} must be {' or '.join(allowed)}")
        return None if value is None else value.upper()

    def refuse(self, *names: str) -> None:
        """Refuse parameters that the local workspace does not support."""
        for name in names:
            if self.text(name) is not None:
                raise invalid_query(f"{name} is not supported here")

    def integer(self, name: str, default: int, most: int) -> int:
        """Return a whole number from 1 to ``most``."""
        value = self.text(name)
        if value is None:
            return default
        digits = value.isascii() and value.isdigit() and len(value) < 20
        if not digits or not 1 <= int(value) <= most:
            raise invalid_query(f"{name} must be a whole number from 1 to {most}")
        return int(value)
