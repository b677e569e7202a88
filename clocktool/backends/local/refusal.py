"""Refusals of a request: a status, a code of the service, and a message."""


class RefusalError(Exception):
    """A request was refused. Nothing was changed."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def invalid_query(message: str) -> RefusalError:
    """Return the refusal of an invalid query."""
    return RefusalError(400, 3000, message)


def invalid_body(message: str) -> RefusalError:
    """Return the refusal of a body with the wrong shape."""
    return RefusalError(400, 3002, message)


def broken_rule(message: str) -> RefusalError:
    """Return the refusal of a well-formed request that breaks a rule."""
    return RefusalError(400, 501, message)


def unknown_id(kind: str, identity: str) -> RefusalError:
    """Return the refusal of an id that is unknown or belongs to another workspace."""
    return broken_rule(f"{kind} with id {identity[:24]} doesn't belong to Workspace")


def name_exists(kind: str, name: str) -> RefusalError:
    """Return the refusal of a name that already exists."""
    return broken_rule(f"{kind} with name '{name}' already exists")


def locked() -> RefusalError:
    """Return the refusal to change an entry in a locked period."""
    return RefusalError(403, 1003, "Time entry is locked")


def approved() -> RefusalError:
    """Return the refusal to change an approved entry."""
    return RefusalError(403, 4005, "Time entry is approved: withdraw the approval first")


def not_running() -> RefusalError:
    """Return the refusal to stop if no timer is running (operation 6)."""
    return RefusalError(404, 404, "No timer is running")


def no_route() -> RefusalError:
    """Return the refusal of an unknown method and path."""
    return RefusalError(404, 3000, "No such route")


def no_workspace() -> RefusalError:
    """Return the refusal of an unknown workspace, which has an empty body."""
    return RefusalError(404, 0, "")
