"""Queries of completion: the names and the recent entries of the local workspace.

``:workspace`` is a name or an id, or empty for the first workspace.
"""

from typing import Final

_HERE: Final = (
    "(SELECT seq FROM workspaces ORDER BY :workspace NOT IN (id, name, lower(name)), seq LIMIT 1)"
)

_QUERIES: Final = {
    "project": (
        "SELECT project.name, client.name FROM projects project"
        " LEFT JOIN clients client ON client.seq = project.client"
        " WHERE project.archived = 0 AND project.workspace = @here"
    ),
    "task": (
        "SELECT task.name, project.name, client.name FROM tasks task"
        " JOIN projects project ON project.seq = task.project"
        " LEFT JOIN clients client ON client.seq = project.client"
        " WHERE task.done = 0 AND project.archived = 0"
        " AND project.workspace = @here"
    ),
    "tag": "SELECT name FROM tags WHERE archived = 0 AND workspace = @here",
    "client": "SELECT name FROM clients WHERE archived = 0 AND workspace = @here",
    "archived project": (
        "SELECT project.name, client.name FROM projects project"
        " LEFT JOIN clients client ON client.seq = project.client"
        " WHERE project.archived = 1 AND project.workspace = @here"
    ),
    "done task": (
        "SELECT task.name, project.name, client.name FROM tasks task"
        " JOIN projects project ON project.seq = task.project"
        " LEFT JOIN clients client ON client.seq = project.client"
        " WHERE task.done = 1 AND project.workspace = @here"
    ),
    "archived tag": "SELECT name FROM tags WHERE archived = 1 AND workspace = @here",
    "archived client": "SELECT name FROM clients WHERE archived = 1 AND workspace = @here",
    "user": (
        "SELECT user.name FROM users user JOIN members member ON member.user = user.seq"
        " WHERE member.workspace = @here"
    ),
    "field": "SELECT name FROM custom_fields WHERE workspace = @here",
    "workspace": "SELECT name FROM workspaces",
    "entry": (
        "SELECT entry.id, entry.description, project.name, entry.start_at FROM entries entry"
        " JOIN members member ON member.seq = entry.member"
        " JOIN users user ON user.seq = member.user"
        " LEFT JOIN projects project ON project.seq = entry.project"
        " WHERE user.is_me = 1 AND member.workspace = @here"
        " ORDER BY entry.start_at DESC LIMIT 2000"
    ),
}
QUERIES: Final = {kind: query.replace("@here", _HERE) for kind, query in _QUERIES.items()}
"""The queries by kind. The cache of an account has the same kinds."""
