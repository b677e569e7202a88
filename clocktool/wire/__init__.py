"""Conversion between JSON and domain values, for entries and the directory.

Replies may have the guide's nested objects or the service's flat ids, null or missing fields, and
unknown fields. Requests have times in UTC with whole seconds.
"""

from clocktool.wire.directory import (
    client,
    clients,
    custom_field,
    custom_fields,
    estimates,
    hydrated_projects,
    listed_object,
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
from clocktool.wire.time_entries import (
    billable_flags,
    draft_body,
    drafts,
    entries,
    entry,
    entry_object,
)

__all__ = [
    "billable_flags",
    "client",
    "clients",
    "custom_field",
    "custom_fields",
    "draft_body",
    "drafts",
    "entries",
    "entry",
    "entry_object",
    "estimates",
    "hydrated_projects",
    "listed_object",
    "project",
    "projects",
    "tag",
    "tags",
    "task",
    "tasks",
    "user",
    "users",
    "workspace",
    "workspaces",
]
