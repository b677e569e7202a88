"""Create a client, project, task or tag with a given id.

Only this process can send such a request: its body is a tuple, which cannot come from JSON.
"""

from collections.abc import Callable
from itertools import chain

import msgspec

from clocktool.backends.local import clients, directory, projects, tags, tasks
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import broken_rule, no_route
from clocktool.backends.local.rows import Client, Project, Tag, Task


def create_client(call: Call) -> Answer:
    """Create a client."""
    return _create(call, Client, clients.create_client)


def create_project(call: Call) -> Answer:
    """Create a project."""
    return _create(call, Project, projects.create_project)


def create_task(call: Call) -> Answer:
    """Create a task of a project."""
    return _create(call, Task, tasks.create_task)


def create_tag(call: Call) -> Answer:
    """Create a tag."""
    return _create(call, Tag, tags.create_tag)


def check_id_unused(call: Call, kind: type, identity: str) -> None:
    """Refuse an id that exists in any workspace."""
    if directory.exists(call.connection, kind, identity):
        raise broken_rule(f"{kind.__name__} with id {identity} already exists")


def _create(call: Call, kind: type, create: Callable[[Call], Answer]) -> Answer:
    if not isinstance(call.body, tuple):
        raise no_route()
    *ids, identity = call.ids
    (body,) = call.body
    check_id_unused(call, kind, identity)
    # The given id is for the thing itself; its tasks, created after it, get new ids.
    following = chain((identity,), iter(call.new_id, None))
    return create(
        msgspec.structs.replace(
            call, ids=tuple(ids), body=body, new_id=lambda: str(next(following))
        )
    )
