"""The directory of a workspace: users, clients, projects, tasks and custom fields."""

import math
from typing import Generic, TypeVar

import msgspec

from clocktool.domain.entry import Rules, Tag
from clocktool.domain.limits import MAX_DESCRIPTION, MAX_NUMBER, is_storable
from clocktool.domain.money import Rate


class User(msgspec.Struct, frozen=True):
    """A person. ``zone`` and ``week_start`` (0 is Monday) are None if the account sets none."""

    id: str
    name: str = ""
    email: str = ""
    active_workspace: str = ""
    zone: str | None = None
    week_start: int | None = None


class Account(msgspec.Struct, frozen=True):
    """The user, and the id of the workspace that commands work in."""

    user: User
    workspace: str


class Workspace(msgspec.Struct, frozen=True):
    """A workspace with its rules, its hourly rate and its plan, which is ``FREE`` or another.

    ``rounding`` is the rule of its reports, like ``up:15m``; empty for none.
    """

    id: str
    name: str = ""
    rules: Rules = Rules()
    hourly_rate: Rate | None = None
    currency: str = ""
    plan: str = ""
    rounding: str = ""


class Client(msgspec.Struct, frozen=True, tag_field="kind", tag="client"):
    """A client, who pays for projects."""

    id: str
    name: str = ""
    archived: bool = False
    email: str = ""
    address: str = ""
    note: str = ""


class Project(msgspec.Struct, frozen=True, tag_field="kind", tag="project"):
    """A project. Its name is unique within its client."""

    id: str
    name: str = ""
    color: str = ""
    client_id: str | None = None
    client: str = ""
    billable: bool = False
    archived: bool = False
    hourly_rate: Rate | None = None
    note: str = ""
    public: bool = False


class Estimate(msgspec.Struct, frozen=True):
    """A project's estimate on the service: of time in seconds, of money in minor units.

    0 means no estimate. ``per`` is ``week``, ``month`` or ``year``; empty for an estimate in all.
    """

    id: str
    name: str = ""
    client: str = ""
    seconds: int = 0
    amount: int = 0
    per: str = ""


class Task(msgspec.Struct, frozen=True, tag_field="kind", tag="task"):
    """A task of one project. ``estimate`` is in seconds, 0 for none."""

    id: str
    name: str = ""
    project_id: str = ""
    done: bool = False
    estimate: int = 0
    billable: bool = False
    assignee_ids: tuple[str, ...] = ()
    hourly_rate: Rate | None = None


class ProjectTasks(msgspec.Struct, frozen=True):
    """The tasks of the project with an id. None if the list of projects left them out."""

    id: str
    tasks: tuple[Task, ...] | None = None


AnyNamed = Client | Project | Task | Tag
"""The kinds of things that have a name and can be renamed."""

Named = TypeVar("Named", bound=AnyNamed)


class Record(msgspec.Struct, Generic[Named], frozen=True):
    """A client, project, task or tag as the service returned it.

    ``whole`` is its JSON object. An update sends it back with the changes, because a PUT replaces
    the whole object.
    """

    thing: Named
    whole: bytes

    def under(self, identity: str) -> "Record[Named]":
        """Return the record under the id of the thing that replaces it."""
        return Record(msgspec.structs.replace(self.thing, id=identity), self.whole)


class CustomField(msgspec.Struct, frozen=True):
    """A custom field: ``type`` is TXT, NUMBER, LINK, CHECKBOX or DROPDOWN_SINGLE/_MULTIPLE."""

    id: str
    name: str = ""
    type: str = "TXT"
    allowed: tuple[str, ...] = ()
    required: bool = False

    def takes(self, value: object) -> bool:
        """Return whether the field accepts a value. None, for no value, is always accepted."""
        match self.type, value:
            case _, None:
                return True
            case "CHECKBOX", bool():
                return True
            case _, bool():
                return False
            case "NUMBER", int():
                return abs(value) <= MAX_NUMBER
            case "NUMBER", float():
                return math.isfinite(value)
            case "TXT" | "LINK", str():
                return len(value) <= MAX_DESCRIPTION and is_storable(value)
            case "DROPDOWN_SINGLE", str():
                return value in self.allowed
            case "DROPDOWN_MULTIPLE", list() | tuple():
                return len(value) <= len(self.allowed) and all(
                    isinstance(item, str) and item in self.allowed for item in value
                )
            case _:
                return False
