"""The routes of the guide and of the service: method, path and handler."""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from clocktool.backends.local import accounts, entries
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import no_route
from clocktool.domain.limits import is_storable

Handler = Callable[[Call], Answer]


def _lazy(module: str, name: str) -> Handler:
    """Return a handler that imports its module on the first call: few commands need it."""

    def handle(call: Call) -> Answer:
        handler: Handler = getattr(import_module(f"clocktool.backends.local.{module}"), name)
        return handler(call)

    return handle


_W: Final = "/workspaces/{}"
_P: Final = "/workspaces/{}/projects/{}"
_U: Final = "/workspaces/{}/user/{}/time-entries"

_THINGS: Final = (
    (f"{_W}/clients/{{}}", "client"),
    (_P, "project"),
    (f"{_P}/tasks/{{}}", "task"),
    (f"{_W}/tags/{{}}", "tag"),
)

# The first match counts, so a fixed word comes before an id in the same place.
ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", f"{_W}/time-entries/in-progress", entries.in_progress),
    ("GET", f"{_W}/time-entries/status/in-progress", entries.in_progress_paged),
    ("PUT", f"{_W}/time-entries/bulk-edit", _lazy("bulk", "edit")),
    ("PATCH", f"{_W}/time-entries/invoiced", _lazy("bulk", "invoice")),
    ("POST", f"{_W}/time-entries", entries.create),
    ("POST", f"{_W}/time-entries/batch", _lazy("batch", "post")),
    ("GET", f"{_W}/time-entries/batch", _lazy("batch", "read")),
    ("DELETE", f"{_W}/time-entries/batch", _lazy("batch", "delete")),
    ("GET", f"{_W}/time-entries/{{}}", entries.get),
    ("PUT", f"{_W}/time-entries/{{}}", entries.update),
    ("DELETE", f"{_W}/time-entries/{{}}", entries.delete),
    ("POST", f"{_W}/time-entries/{{}}/duplicate", entries.duplicate),
    ("GET", _U, entries.find),
    ("GET", f"{_U}/sums", _lazy("sums", "find")),
    ("POST", _U, entries.create_for),
    ("PATCH", _U, entries.stop),
    ("PUT", _U, _lazy("bulk", "replace_all")),
    ("DELETE", _U, entries.delete_user),
    ("POST", f"{_U}/{{}}/duplicate", entries.duplicate_for),
    ("GET", "/user", accounts.get_me),
    ("GET", "/workspaces", accounts.list_workspaces),
    ("POST", "/workspaces", accounts.create_workspace),
    ("GET", _W, accounts.get_workspace),
    ("PUT", _W, accounts.update_workspace),
    ("GET", f"{_W}/users", _lazy("people", "list_users")),
    ("GET", f"{_W}/member-profile/{{}}", _lazy("people", "get_profile")),
    ("GET", f"{_W}/holidays", _lazy("people", "list_holidays")),
    ("GET", f"{_W}/holidays/in-period", _lazy("people", "list_holidays")),
    ("POST", f"{_W}/users", _lazy("people", "create_user")),
    ("PUT", f"{_W}/hourly-rate", accounts.set_hourly_rate),
    ("PUT", f"{_W}/cost-rate", accounts.set_cost_rate),
    ("PUT", f"{_W}/users/{{}}/hourly-rate", _lazy("people", "set_hourly_rate")),
    ("PUT", f"{_W}/users/{{}}/cost-rate", _lazy("people", "set_cost_rate")),
    ("GET", f"{_W}/clients", _lazy("clients", "list_clients")),
    ("POST", f"{_W}/clients", _lazy("clients", "create_client")),
    ("GET", f"{_W}/clients/{{}}", _lazy("clients", "get_client")),
    ("PUT", f"{_W}/clients/{{}}", _lazy("clients", "update_client")),
    ("DELETE", f"{_W}/clients/{{}}", _lazy("deletion", "delete_client")),
    ("GET", f"{_W}/projects", _lazy("projects", "list_projects")),
    ("POST", f"{_W}/projects", _lazy("projects", "create_project")),
    ("GET", f"{_P}", _lazy("projects", "get_project")),
    ("PUT", f"{_P}", _lazy("projects", "update_project")),
    ("DELETE", f"{_P}", _lazy("deletion", "delete_project")),
    ("PATCH", f"{_P}/estimate", _lazy("projects", "update_estimate")),
    ("PATCH", f"{_P}/memberships", _lazy("people", "replace_memberships")),
    ("POST", f"{_P}/memberships", _lazy("people", "change_memberships")),
    ("PUT", f"{_P}/users/{{}}/hourly-rate", _lazy("people", "set_hourly_rate_in_project")),
    ("PUT", f"{_P}/users/{{}}/cost-rate", _lazy("people", "set_cost_rate_in_project")),
    ("GET", f"{_P}/tasks", _lazy("tasks", "list_tasks")),
    ("POST", f"{_P}/tasks", _lazy("tasks", "create_task")),
    ("GET", f"{_P}/tasks/{{}}", _lazy("tasks", "get_task")),
    ("PUT", f"{_P}/tasks/{{}}", _lazy("tasks", "update_task")),
    ("DELETE", f"{_P}/tasks/{{}}", _lazy("deletion", "delete_task")),
    ("PUT", f"{_P}/tasks/{{}}/hourly-rate", _lazy("tasks", "set_hourly_rate")),
    ("PUT", f"{_P}/tasks/{{}}/cost-rate", _lazy("tasks", "set_cost_rate")),
    ("GET", f"{_W}/tags", _lazy("tags", "list_tags")),
    ("POST", f"{_W}/tags", _lazy("tags", "create_tag")),
    ("GET", f"{_W}/tags/{{}}", _lazy("tags", "get_tag")),
    ("PUT", f"{_W}/tags/{{}}", _lazy("tags", "update_tag")),
    ("DELETE", f"{_W}/tags/{{}}", _lazy("deletion", "delete_tag")),
    ("GET", f"{_W}/custom-fields", _lazy("tags", "list_fields")),
    ("POST", f"{_W}/custom-fields", _lazy("tags", "create_field")),
    # Only for this process: their bodies are not JSON.
    *(("POST", path, _lazy("chosen_ids", f"create_{name}")) for path, name in _THINGS),
    *(("GET", f"{path}/snapshot", _lazy("snapshot", f"get_{name}")) for path, name in _THINGS),
    *(("PUT", f"{path}/snapshot", _lazy("snapshot", f"restore_{name}")) for path, name in _THINGS),
)

_SPLIT: Final = tuple((method, path.split("/"), handler) for method, path, handler in ROUTES)


def route(method: str, path: str) -> tuple[Handler, tuple[str, ...]]:
    """Return the handler of a request and the variable parts of its path."""
    given = path.split("/")
    if is_storable(path):
        for wanted_method, wanted, handler in _SPLIT:
            if wanted_method == method and _fits(wanted, given):
                pairs = zip(wanted, given, strict=True)
                return handler, tuple(part for name, part in pairs if name == "{}")
    raise no_route()


def _fits(wanted: list[str], given: list[str]) -> bool:
    """Return whether a path matches a route. A variable part must not be empty."""
    return len(wanted) == len(given) and all(
        name == part or (name == "{}" and part) for name, part in zip(wanted, given, strict=True)
    )
