"""Request bodies for clients, projects, tasks and tags, with all fields that were read.

A PUT replaces the object, so a field that is left out is lost. Fields that ``domain`` lacks are
sent back, too: cost rates, further e-mail addresses, fields that the service added later.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from clocktool.domain.directory import AnyNamed, Client, Named, Project, Record, Task
from clocktool.domain.entry import Tag
from clocktool.domain.money import Rate
from clocktool.domain.time.duration import format_iso_duration
from clocktool.wire.directory import client, project, tag, task

_READERS: Final[Mapping[type, Callable[[bytes], Any]]] = {
    Client: client,
    Project: project,
    Task: task,
    Tag: tag,
}

_REPLIED: Final = ("id", "workspaceId")
_REPLIED_OF: Final[Mapping[type, tuple[str, ...]]] = {
    Client: ("currencyCode",),
    Project: (
        *("client", "clientName", "tasks", "duration", "memberships", "public", "template"),
        *("estimate", "timeEstimate", "budgetEstimate", "estimateReset", "hourlyRate", "costRate"),
    ),
    Task: ("projectId", "duration", "assigneeId", "hourlyRate", "costRate"),
    Tag: (),
}
"""Fields that are only in replies, or that have a request of their own."""

_ESTIMATES: Final = ("timeEstimate", "budgetEstimate", "estimateReset")

_WRITTEN: Final[Mapping[str, tuple[str, Callable[[Any], object]]]] = {
    "name": ("name", str),
    "archived": ("archived", bool),
    "email": ("email", str),
    "address": ("address", str),
    "note": ("note", str),
    "color": ("color", str),
    "client_id": ("clientId", lambda value: value or ""),
    "billable": ("billable", bool),
    "public": ("isPublic", bool),
    "hourly_rate": ("hourlyRate", lambda rate: None if rate is None else {"amount": rate.amount}),
    "done": ("status", lambda done: "DONE" if done else "ACTIVE"),
    "estimate": ("estimate", format_iso_duration),
    "assignee_ids": ("assigneeIds", list),
}
"""The JSON name of each field that can be written, and how to convert its value."""


def name_object(thing: AnyNamed) -> dict[str, Any]:
    """Return a thing for people who read JSON, with the fields that can be written."""
    names = [each for each in thing.__struct_fields__ if each in _WRITTEN]
    fields = {_WRITTEN[each][0]: _WRITTEN[each][1](getattr(thing, each)) for each in names}
    return {"id": str(thing.id), **fields}


def record(data: bytes, kind: type[Named]) -> Record[Named]:
    """Read a thing and keep its JSON."""
    return Record(_READERS[kind](data), data)


def replacement_body(read: Record[Named], changed: Named) -> dict[str, Any]:
    """Return the body that replaces a thing with a changed one."""
    return _sent_back(read) | _changes(read.thing, changed)


def recreation_body(read: Record[Named], changed: Named) -> dict[str, Any]:
    """Return the body that creates a deleted thing again, as far as one request can."""
    whole = _object(read)
    body = replacement_body(read, changed)
    if isinstance(read.thing, Project):
        members = whole.get("memberships")
        body["memberships"] = [_member(each) for each in members or () if isinstance(each, dict)]
    if isinstance(read.thing, Task):
        body |= _rates(whole)
    return body


def cost_rate(read: Record[Named]) -> Rate | None:
    """Return the cost rate, or None."""
    found = _rates(_object(read)).get("costRate")
    return None if found is None else Rate(found["amount"])


def estimates_body(read: Record[Project]) -> dict[str, Any]:
    """Return the body that restores the estimates of a project. It is empty if it had none."""
    whole = _object(read)
    found = {name: whole[name] for name in _ESTIMATES if whole.get(name) is not None}
    return found if _has_estimates(found) else {}


def _has_estimates(found: Mapping[str, Any]) -> bool:
    """Return whether a project has an estimate that is active or not zero."""
    return any(
        isinstance(each, dict) and (each.get("active") or each.get("estimate") not in (0, "PT0S"))
        for each in found.values()
    )


def _sent_back(read: Record[Named]) -> dict[str, Any]:
    whole = _object(read)
    left_out = (*_REPLIED, *_REPLIED_OF[type(read.thing)])
    body = {
        name: value for name, value in whole.items() if name not in left_out and value is not None
    }
    if isinstance(whole.get("public"), bool):
        body["isPublic"] = whole["public"]
    return body | (_rates(whole) if isinstance(read.thing, Project) else {})


def _changes(before: Named, after: Named) -> dict[str, Any]:
    names = [each for each in before.__struct_fields__ if each in _WRITTEN]
    changed = [each for each in names if getattr(before, each) != getattr(after, each)]
    return {_WRITTEN[each][0]: _WRITTEN[each][1](getattr(after, each)) for each in changed}


def _member(whole: dict[str, Any]) -> dict[str, Any]:
    kept = ("userId", "membershipType", "membershipStatus")
    return {name: whole[name] for name in kept if whole.get(name) is not None} | _rates(whole)


def _rates(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the rates of an object for a request: whole amounts, without a currency."""
    found = {name: whole.get(name) for name in ("hourlyRate", "costRate")}
    return {
        name: {"amount": round(rate["amount"])}
        for name, rate in found.items()
        if isinstance(rate, dict) and rate.get("amount") is not None
    }


def _object(read: Record[Named]) -> dict[str, Any]:
    return msgspec.json.decode(read.whole or b"{}", type=dict[str, Any])
