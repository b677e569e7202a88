"""Rows of the file as values. ``seq`` is the row number, which is not part of replies."""

import msgspec


class Workspace(msgspec.Struct):
    """A workspace and its rules."""

    seq: int
    id: str
    name: str
    currency: str
    force_projects: int
    force_tasks: int
    force_tags: int
    force_description: int
    lock_at: int | None


class User(msgspec.Struct):
    """A user. ``member`` is the row number of the membership in the workspace."""

    seq: int
    id: str
    name: str
    email: str
    member: int = 0


class Client(msgspec.Struct):
    """A client. ``cc`` is a JSON list of addresses. Without contacts, the last three are None."""

    seq: int
    id: str
    name: str
    archived: int
    note: str
    email: str | None
    address: str | None
    cc: str | None


class Project(msgspec.Struct):
    """A project with its client's id and name. The estimates are JSON objects as in replies."""

    seq: int
    id: str
    name: str
    color: str
    billable: int
    public: int
    archived: int
    note: str
    client: int | None
    client_id: str | None
    client_name: str | None
    time_estimate: str | None
    budget_estimate: str | None
    estimate_reset: str | None


class Task(msgspec.Struct):
    """A task. ``estimate`` is in seconds, ``budget`` in minor units, ``project`` a row number."""

    seq: int
    id: str
    name: str
    done: int
    billable: int
    project: int
    project_id: str
    estimate: int
    budget: int


class Tag(msgspec.Struct):
    """A tag."""

    seq: int
    id: str
    name: str
    archived: int


class Field(msgspec.Struct):
    """A custom field. ``allowed`` is a JSON list of texts."""

    seq: int
    id: str
    name: str
    type: str
    allowed: str
    required: int


class Value(msgspec.Struct):
    """The value of a custom field of an entry, as JSON."""

    field: int
    field_id: str
    name: str
    type: str
    value: str


class Entry(msgspec.Struct):
    """An entry with everything it refers to. Times are instants; ``end`` is None while it runs.

    ``rate`` and ``cost`` are its hourly rate and cost rate, in minor units.
    """

    seq: int
    id: str
    member: int
    user_id: str
    user_name: str
    start: int
    end: int | None
    description: str
    billable: int
    type: str
    invoiced: int
    approval_id: str | None
    project: int | None
    project_id: str | None
    project_name: str | None
    project_color: str | None
    client_id: str | None
    client_name: str | None
    task: int | None
    task_id: str | None
    task_name: str | None
    workspace_id: str
    rate: int | None = None
    cost: int | None = None
    tags: tuple[Tag, ...] = ()
    values: tuple[Value, ...] = ()


class Plan(msgspec.Struct):
    """An entry to be written, with all rules checked and ids replaced by row numbers."""

    start: int
    end: int | None
    description: str
    project: int | None
    task: int | None
    billable: bool
    type: str
    tags: tuple[int, ...]
    values: tuple[tuple[int, str], ...]
