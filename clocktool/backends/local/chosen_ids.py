"""Create a client, project, task or tag with an id that is chosen: for this process alone.

The body is a tuple of the object, which no JSON is: over HTTP there are no such routes.
"""

from collections.abc import Callable
from itertools import chain

import msgspec

from clocktool.backends.local import clients, directory, projects, tags, tasks
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import broken_rule, no_route
from clocktool.backends.local.rows import Client, Project, Tag, Task


def create_client(call: Call) -> Answer:
    """Make a client."""
    return _create(call, Client, clients.create_client)


def create_project(call: Call) -> Answer:
    """Make a project."""
    return _create(call, Project, projects.create_project)


def create_task(call: Call) -> Answer:
    """Make a task of a project."""
    return _create(call, Task, tasks.create_task)


def create_tag(call: Call) -> Answer:
    """Make a tag."""
    return _create(call, Tag, tags.create_tag)


def check_free(call: Call, kind: type, identity: str) -> None:
    """Refuse an id that is taken, in this workspace or in another one."""
    if directory.exists(call.connection, kind, identity):
        raise broken_rule(f"{kind.__name__} with id {identity} already exists")


def _create(call: Call, kind: type, create: Callable[[Call], Answer]) -> Answer:
    if not isinstance(call.body, tuple):
        raise no_route()
    *ids, identity = call.ids
    (body,) = call.body
    check_free(call, kind, identity)
    # The thing itself is made before what it holds, the tasks of a project.
    following = chain((identity,), iter(call.new_id, None))
    return create(
        msgspec.structs.replace(
            call, ids=tuple(ids), body=body, new_id=lambda: str(next(following))
        )
    )
