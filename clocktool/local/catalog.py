"""The directory's requests: users, clients, projects, tasks, tags and custom fields."""

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

from clocktool.domain.limits import MAX_DESCRIPTION
from clocktool.local import directory, replies, rules
from clocktool.local.body import Body, checked_name, checked_text, given, items
from clocktool.local.call import Answer, Call, page_of
from clocktool.local.refusal import broken_rule, taken, wrong_body
from clocktool.local.rows import Client, Field, Project, Tag, Task, User, Workspace

Named = TypeVar("Named", Client, Project, Task, Tag, User)

FIELD_TYPES: Final = (
    "TXT",
    "NUMBER",
    "LINK",
    "CHECKBOX",
    "DROPDOWN_SINGLE",
    "DROPDOWN_MULTIPLE",
)
_COLOR: Final = re.compile(r"#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")


def list_users(call: Call) -> Answer:
    """List the members of the workspace."""
    return _list(call, User, lambda row, _: replies.user(row))


def create_user(call: Call) -> Answer:
    """Make someone a member of the workspace; the name defaults to the part before the @.

    A name alone will do here, where nobody is invited.
    """
    body = Body(call.body)
    email = (body.text("email") or "").strip()
    if (email or body.text("name") is None) and not _EMAIL.fullmatch(email):
        raise broken_rule("email must be an e-mail address")
    name = checked_name(body.text("name") or email.partition("@")[0])
    user = directory.user_by_email(call.connection, email) if email else None
    if not email and directory.has_member(call.connection, call.workspace.seq, name):
        raise taken("User", name)
    if user is None:
        values = {"id": call.new_id(), "name": name, "email": email}
        seq = directory.insert(call.connection, "users", values)
        user = User(seq, values["id"], name, email)
    elif directory.get(call.connection, User, call.workspace.seq, user.id):
        raise taken("User", email)
    membership = {"workspace": call.workspace.seq, "user": user.seq}
    directory.insert(call.connection, "members", membership)
    return Answer(201, replies.user(user))


def list_clients(call: Call) -> Answer:
    """List clients."""
    return _list(call, Client, replies.client)


def create_client(call: Call) -> Answer:
    """Make a client."""
    body = Body(call.body)
    values = {"name": body.required_name(), "note": body.text("note", MAX_DESCRIPTION) or ""}
    return _create(call, Client, "clients", values, replies.client)


def get_client(call: Call) -> Answer:
    """Return a client."""
    return _get(call, Client, replies.client)


def update_client(call: Call) -> Answer:
    """Change the name, note or archived flag of a client: those that are given."""
    body, row = Body(call.body), rules.known(call.connection, Client, call.workspace, call.ids[0])
    values = given(
        name=body.name(), archived=body.flag("archived"), note=body.text("note", MAX_DESCRIPTION)
    )
    return _update(call, "clients", row, values, replies.client)


def list_projects(call: Call) -> Answer:
    """List projects, of some clients if asked."""
    clients = tuple(
        rules.known(call.connection, Client, call.workspace, identity).seq
        for identity in call.query.texts("clients")
    )
    return _list(call, Project, replies.project, clients=clients)


def create_project(call: Call) -> Answer:
    """Make a project: billable and public unless said otherwise."""
    body = Body(call.body)
    values = {
        "name": body.required_name(),
        "client": None,
        "billable": True,
        "public": True,
        "color": "#03A9F4",
        **_project(call, body),
    }
    return _create(call, Project, "projects", values, replies.project)


def get_project(call: Call) -> Answer:
    """Return a project."""
    return _get(call, Project, replies.project)


def update_project(call: Call) -> Answer:
    """Change a project: what is given."""
    row = rules.known(call.connection, Project, call.workspace, call.ids[0])
    values = {"client": row.client} | _project(call, Body(call.body))
    return _update(call, "projects", row, values, replies.project)


def list_tasks(call: Call) -> Answer:
    """List the tasks of a project."""
    project = rules.known(call.connection, Project, call.workspace, call.ids[0])
    active = call.query.flag("is-active")
    done = None if active is None else not active
    return _list(call, Task, replies.task, project=project.seq, done=done)


def create_task(call: Call) -> Answer:
    """Make a task; it is billable if its project is, unless said otherwise."""
    project = rules.known(call.connection, Project, call.workspace, call.ids[0])
    body = Body(call.body)
    values = {"name": body.required_name(), "project": project.seq, "billable": project.billable}
    return _create(call, Task, "tasks", values | _task(body), replies.task)


def get_task(call: Call) -> Answer:
    """Return a task."""
    return Answer(200, replies.task(known_task(call), call.workspace))


def update_task(call: Call) -> Answer:
    """Change a task: what is given."""
    row = known_task(call)
    values = {"project": row.project} | _task(Body(call.body))
    return _update(call, "tasks", row, values, replies.task)


def list_tags(call: Call) -> Answer:
    """List tags."""
    return _list(call, Tag, replies.tag)


def create_tag(call: Call) -> Answer:
    """Make a tag."""
    return _create(call, Tag, "tags", {"name": Body(call.body).required_name()}, replies.tag)


def get_tag(call: Call) -> Answer:
    """Return a tag."""
    return _get(call, Tag, replies.tag)


def update_tag(call: Call) -> Answer:
    """Change the name or archived flag of a tag: those that are given."""
    body, row = Body(call.body), rules.known(call.connection, Tag, call.workspace, call.ids[0])
    values = given(name=body.name(), archived=body.flag("archived"))
    return _update(call, "tags", row, values, replies.tag)


def list_fields(call: Call) -> Answer:
    """List every custom field; paging is ignored."""
    rows = directory.fields(call.connection, call.workspace.seq)
    return Answer(200, [replies.field(row, call.workspace) for row in rows])


def create_field(call: Call) -> Answer:
    """Make a custom field."""
    body = Body(call.body)
    name, kind = body.required_name(), body.text("type")
    if kind not in FIELD_TYPES:
        raise wrong_body(f"type must be one of {', '.join(FIELD_TYPES)}")
    allowed = items(body.value("allowedValues") or [], "allowedValues")
    texts = tuple(dict.fromkeys(checked_text(item, "allowedValues") for item in allowed))
    values = {
        "name": name,
        "type": kind,
        "allowed": msgspec.json.encode(texts).decode(),
        "required": body.flag("required") or False,
    }
    return _create(call, Field, "custom_fields", values, replies.field)


def _project(call: Call, body: Body) -> dict[str, Any]:
    """Return the columns of a project that a body gives."""
    color = body.text("color") or None
    if color and not _COLOR.fullmatch(color):
        raise broken_rule("color must be like #03A9F4")
    values = given(
        name=body.name(),
        color=color,
        billable=body.flag("billable"),
        public=body.flag("isPublic"),
        archived=body.flag("archived"),
        note=body.text("note", MAX_DESCRIPTION),
    )
    if "clientId" in body:
        identity = body.identity("clientId")
        values["client"] = (
            rules.known(call.connection, Client, call.workspace, identity).seq if identity else None
        )
    if "hourlyRate" in body:
        values["rate"] = body.amount("hourlyRate")
    return values


def _task(body: Body) -> dict[str, Any]:
    """Return the columns of a task that a body gives."""
    status = body.text("status")
    if status not in {None, "ACTIVE", "DONE"}:
        raise wrong_body("status must be ACTIVE or DONE")
    values = given(
        name=body.name(),
        billable=body.flag("billable"),
        done=None if status is None else status == "DONE",
    )
    if "hourlyRate" in body:
        values["rate"] = body.amount("hourlyRate")
    return values


def known_task(call: Call) -> Task:
    """Return the task of a path, which must be of the path's project."""
    project = rules.known(call.connection, Project, call.workspace, call.ids[0])
    task = rules.known(call.connection, Task, call.workspace, call.ids[1])
    if task.project != project.seq:
        raise broken_rule(f"Task with id {task.id} doesn't belong to Project")
    return task


def _list(
    call: Call,
    kind: type[Named],
    reply: Callable[[Named, Workspace], replies.Json],
    *,
    project: int | None = None,
    done: bool | None = None,
    clients: tuple[int, ...] = (),
) -> Answer:
    query, page = call.query, page_of(call.query)
    archived = query.flag("archived")
    wanted = directory.NameFilter(
        name=query.text("name"),
        exact=query.flag("strict-name-search") or False,
        archived=archived if kind in {Client, Project, Tag} else None,
        project=project,
        done=done,
        clients=clients,
    )
    rows = directory.search(
        call.connection,
        kind,
        call.workspace.seq,
        wanted,
        limit=page.limit,
        offset=page.offset,
    )
    shown = [reply(row, call.workspace) for row in rows[: page.size]]
    return Answer(200, shown, last_page=len(rows) <= page.size)


def _get(
    call: Call, kind: type[directory.Row], reply: Callable[[directory.Row, Workspace], replies.Json]
) -> Answer:
    row = rules.known(call.connection, kind, call.workspace, call.ids[0])
    return Answer(200, reply(row, call.workspace))


def _create(
    call: Call,
    kind: type[directory.Row],
    table: str,
    values: dict[str, Any],
    reply: Callable[[directory.Row, Workspace], replies.Json],
) -> Answer:
    _check_name(call, kind, table, values)
    columns = {"id": call.new_id(), **_home(call, kind), **values}
    seq = directory.insert(call.connection, table, columns)
    row = directory.numbered(call.connection, kind, call.workspace.seq, seq)
    return Answer(201, reply(row, call.workspace))


def _update(
    call: Call,
    table: str,
    row: directory.Row,
    values: dict[str, Any],
    reply: Callable[[directory.Row, Workspace], replies.Json],
) -> Answer:
    kind = type(row)
    _check_name(call, kind, table, {"name": row.name, **values}, besides=row.seq)
    directory.update(call.connection, table, row.seq, values)
    fresh = directory.numbered(call.connection, kind, call.workspace.seq, row.seq)
    return Answer(200, reply(fresh, call.workspace))


def _check_name(
    call: Call, kind: type, table: str, values: dict[str, Any], besides: int | None = None
) -> None:
    """Refuse a name that is taken: in the workspace, the client or the project it belongs to."""
    within = _home(call, kind)
    within |= {column: values[column] for column in ("client", "project") if column in values}
    if directory.name_taken(call.connection, table, values["name"], within, besides):
        raise taken("Custom field" if kind is Field else kind.__name__, values["name"])


def _home(call: Call, kind: type) -> dict[str, int | None]:
    """Return the column that says where a thing belongs; a task belongs to its project."""
    return {} if kind is Task else {"workspace": call.workspace.seq}
