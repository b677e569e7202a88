"""What the workspace answers when it does not do what was asked: a status, a code, a message."""


class RefusalError(Exception):
    """A request that a rule turns down; nothing of it was done."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def wrong_query(message: str) -> RefusalError:
    """Return the refusal of a query value."""
    return RefusalError(400, 3000, message)


def wrong_body(message: str) -> RefusalError:
    """Return the refusal of a body that has the wrong shape."""
    return RefusalError(400, 3002, message)


def broken_rule(message: str) -> RefusalError:
    """Return the refusal of a well-formed request that breaks a rule."""
    return RefusalError(400, 501, message)


def foreign(kind: str, identity: str) -> RefusalError:
    """Return the refusal of an id that is unknown here, or belongs to another workspace."""
    return broken_rule(f"{kind} with id {identity[:24]} doesn't belong to Workspace")


def taken(kind: str, name: str) -> RefusalError:
    """Return the refusal of a name that something else has already."""
    return broken_rule(f"{kind} with name '{name}' already exists")


def locked() -> RefusalError:
    """Return the refusal to touch a time the workspace has locked."""
    return RefusalError(403, 1003, "Time entry is locked")


def approved() -> RefusalError:
    """Return the refusal to touch an approved entry."""
    return RefusalError(403, 4005, "Time entry is approved: withdraw the approval first")


def not_running() -> RefusalError:
    """Return the refusal to stop when no timer runs (operation 6)."""
    return RefusalError(404, 404, "No timer is running")


def no_route() -> RefusalError:
    """Return the refusal of a method and path that lead nowhere."""
    return RefusalError(404, 3000, "No such route")


def no_workspace() -> RefusalError:
    """Return the refusal of an unknown workspace; it goes out with an empty body."""
    return RefusalError(404, 0, "")
