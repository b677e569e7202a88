"""What Clockify does with names and a workspace on this machine does not: fields and their limits.

A request has the fields that it has: any other is ignored. A project that is put without a rate
has none, and a plain member changes nothing.
"""

import re
from collections.abc import Mapping
from typing import Any

from clocktool.backends.base import Request

RATES = {"hourlyRate": None, "costRate": None}
CLIENT = {"name", "email", "address", "note"}
PROJECT = {"name", "billable", "clientId", "color", "isPublic", "note", *RATES}
TASK = {"name", "assigneeIds", "assigneeId", "estimate", "budgetEstimate", "status", "userGroupIds"}
FIELDS: Mapping[tuple[str, str], set[str]] = {
    ("POST", "clients"): CLIENT,
    ("PUT", "clients"): CLIENT | {"archived", "ccEmails", "currencyId"},
    ("POST", "projects"): PROJECT | {"estimate", "memberships", "tasks"},
    ("PUT", "projects"): PROJECT | {"archived"},
    ("POST", "tags"): {"name"},
    ("PUT", "tags"): {"name", "archived"},
    ("POST", "tasks"): TASK,
    ("PUT", "tasks"): TASK | {"billable"},
}
LENGTHS = {"clients": (1, 100), "projects": (2, 250), "tags": (1, 100), "tasks": (1, 1000)}
_PATH = re.compile(
    r"/workspaces/[^/]+/(?:projects/[^/]+/)?(clients|projects|tags|tasks)(/[^/]+)?(/.*)?"
)


def kind_of(request: Request) -> str | None:
    """Return what kind of name a request is about, the tasks of a project before the project."""
    found = _PATH.fullmatch(request.path)
    return None if found is None or request.method == "GET" else found[1]


def body_of(request: Request) -> Any:
    """Return the body as Clockify reads it."""
    found = _PATH.fullmatch(request.path)
    if found is None or found[3] or not isinstance(request.body, dict):
        return request.body
    fields = FIELDS.get((request.method, found[1]))
    if fields is None:
        return request.body
    read = {name: value for name, value in request.body.items() if name in fields}
    return RATES | read if (request.method, found[1]) == ("PUT", "projects") else read


def problem_of(request: Request) -> str | None:
    """Return what is wrong with a name or a colour."""
    kind = kind_of(request)
    if kind is None or not isinstance(request.body, dict):
        return None
    name, color = request.body.get("name"), request.body.get("color")
    least, most = LENGTHS[kind]
    if isinstance(name, str) and not least <= len(name.strip()) <= most:
        return f"name must be between {least} and {most} characters long"
    if isinstance(name, str) and re.search("[<>]", name):
        return "name contains forbidden characters"
    if isinstance(color, str) and not re.fullmatch("#[0-9a-fA-F]{6}", color):
        return "color must match ^#(?:[0-9a-fA-F]{6}){1}$"
    return None
