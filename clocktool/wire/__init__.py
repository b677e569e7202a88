"""JSON to domain and back: what is read, and what is written of entries and names.

The body of a request that writes anything else is in the method of ``api`` that sends it.

Replies are read leniently: the guide's nested objects and the service's flat ids, null or missing
fields, fields nobody knows. Requests are written strictly: UTC, whole seconds, no guesses.
"""

from clocktool.wire.directory import (
    client,
    clients,
    custom_field,
    custom_fields,
    hydrated_projects,
    project,
    projects,
    tag,
    tags,
    task,
    tasks,
    user,
    users,
    workspace,
    workspaces,
)
from clocktool.wire.records import (
    cost_rate,
    estimates_body,
    record,
    recreation_body,
    replacement_body,
)
from clocktool.wire.time_entries import (
    draft_body,
    drafts,
    entries,
    entry,
    entry_object,
    flags,
)

__all__ = [
    "client",
    "clients",
    "cost_rate",
    "custom_field",
    "custom_fields",
    "draft_body",
    "drafts",
    "entries",
    "entry",
    "entry_object",
    "estimates_body",
    "flags",
    "hydrated_projects",
    "project",
    "projects",
    "record",
    "recreation_body",
    "replacement_body",
    "tag",
    "tags",
    "task",
    "tasks",
    "user",
    "users",
    "workspace",
    "workspaces",
]
