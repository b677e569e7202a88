"""Which method and path lead to which handler, in the shape of the guide and in the service's."""

from collections.abc import Callable
from typing import Final

from clocktool.domain.limits import is_storable
from clocktool.local import accounts, bulk, catalog, entries, removal
from clocktool.local.call import Answer, Call
from clocktool.local.refusal import no_route

Handler = Callable[[Call], Answer]

_W: Final = "/workspaces/{}"
_U: Final = "/workspaces/{}/user/{}/time-entries"

# The first that fits wins: a fixed word comes before an id in the same place.
ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", f"{_W}/time-entries/in-progress", entries.in_progress),
    ("GET", f"{_W}/time-entries/status/in-progress", entries.in_progress_paged),
    ("PUT", f"{_W}/time-entries/bulk-edit", bulk.edit),
    ("PATCH", f"{_W}/time-entries/invoiced", bulk.invoice),
    ("POST", f"{_W}/time-entries", entries.create),
    ("GET", f"{_W}/time-entries/{{}}", entries.get),
    ("PUT", f"{_W}/time-entries/{{}}", entries.update),
    ("DELETE", f"{_W}/time-entries/{{}}", entries.delete),
    ("POST", f"{_W}/time-entries/{{}}/duplicate", entries.duplicate),
    ("GET", _U, entries.find),
    ("POST", _U, entries.create_for),
    ("PATCH", _U, entries.stop),
    ("PUT", _U, bulk.replace_all),
    ("DELETE", _U, entries.delete_user),
    ("POST", f"{_U}/{{}}/duplicate", entries.duplicate_for),
    ("GET", "/user", accounts.get_me),
    ("GET", "/workspaces", accounts.list_workspaces),
    ("POST", "/workspaces", accounts.create_workspace),
    ("GET", _W, accounts.get_workspace),
    ("PUT", _W, accounts.update_workspace),
    ("GET", f"{_W}/users", catalog.list_users),
    ("POST", f"{_W}/users", catalog.create_user),
    ("GET", f"{_W}/clients", catalog.list_clients),
    ("POST", f"{_W}/clients", catalog.create_client),
    ("GET", f"{_W}/clients/{{}}", catalog.get_client),
    ("PUT", f"{_W}/clients/{{}}", catalog.update_client),
    ("DELETE", f"{_W}/clients/{{}}", removal.delete_client),
    ("GET", f"{_W}/projects", catalog.list_projects),
    ("POST", f"{_W}/projects", catalog.create_project),
    ("GET", f"{_W}/projects/{{}}", catalog.get_project),
    ("PUT", f"{_W}/projects/{{}}", catalog.update_project),
    ("DELETE", f"{_W}/projects/{{}}", removal.delete_project),
    ("GET", f"{_W}/projects/{{}}/tasks", catalog.list_tasks),
    ("POST", f"{_W}/projects/{{}}/tasks", catalog.create_task),
    ("GET", f"{_W}/projects/{{}}/tasks/{{}}", catalog.get_task),
    ("PUT", f"{_W}/projects/{{}}/tasks/{{}}", catalog.update_task),
    ("DELETE", f"{_W}/projects/{{}}/tasks/{{}}", removal.delete_task),
    ("GET", f"{_W}/tags", catalog.list_tags),
    ("POST", f"{_W}/tags", catalog.create_tag),
    ("GET", f"{_W}/tags/{{}}", catalog.get_tag),
    ("PUT", f"{_W}/tags/{{}}", catalog.update_tag),
    ("DELETE", f"{_W}/tags/{{}}", removal.delete_tag),
    ("GET", f"{_W}/custom-fields", catalog.list_fields),
    ("POST", f"{_W}/custom-fields", catalog.create_field),
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
    """Return whether a path has the shape of a route; a variable part is never empty."""
    return len(wanted) == len(given) and all(
        name == part or (name == "{}" and part) for name, part in zip(wanted, given, strict=True)
    )
