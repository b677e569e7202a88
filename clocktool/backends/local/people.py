"""Requests about members of the workspace and of projects, and their rates."""

import re
from typing import Final

from clocktool.backends.local import catalog, directory, directory_replies, rates, rules
from clocktool.backends.local.body import Body, check_name
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import broken_rule, invalid_body, name_exists
from clocktool.backends.local.rows import Project, User

EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
_MEMBERSHIPS: Final = ("ALL", "NONE", "WORKSPACE", "PROJECT", "USERGROUP")
STATUSES: Final = ("PENDING", "ACTIVE", "DECLINED", "INACTIVE", "ALL")


def list_users(call: Call) -> Answer:
    """List the members of the workspace, sorted by e-mail address by default."""
    query = call.query
    query.flag("include-roles")  # nobody manages others here
    accounts = {word.upper() for word in query.texts("account-statuses")} or {"ACTIVE"}
    status = query.choice("status", *STATUSES) or "ACTIVE"
    memberships = query.choice("memberships", *_MEMBERSHIPS) or "NONE"
    project = query.text("project-id")
    wanted = catalog.name_filter(
        query,
        User,
        "EMAIL",
        email=query.text("email"),
        access_to=rules.require(call.connection, Project, call.workspace, project).seq
        if project
        else None,
        nothing=status not in {"ACTIVE", "ALL"} or not accounts & {"ACTIVE", "ALL"},
    )
    return catalog.find(
        call, User, wanted, lambda call, rows: directory_replies.users(call, rows, memberships)
    )


def get_profile(call: Call) -> Answer:
    """Return the profile of a member. Their hours are not known here, so the capacity is null."""
    user = catalog.require(call, User)
    return Answer(
        200,
        {
            "email": user.email,
            "hasPassword": False,
            "hasPendingApprovalRequest": False,
            "imageUrl": "",
            "name": user.name,
            "userCustomFieldValues": [],
            "weekStart": "MONDAY",
            "workCapacity": None,
            "workingDays": '["MONDAY","TUESDAY","WEDNESDAY","THURSDAY","FRIDAY"]',
            "workspaceNumber": 1,
        },
    )


def list_holidays(call: Call) -> Answer:
    """Return the holidays of the workspace: there are none here."""
    del call
    return Answer(200, [])


def create_user(call: Call) -> Answer:
    """Add a member to the workspace. The name defaults to the part before the @.

    The e-mail address is optional, because nobody is invited.
    """
    if call.query.flag("send-email"):
        call.query.refuse("send-email")
    body = Body(call.body)
    email = (body.text("email") or "").strip()
    if (email or body.text("name") is None) and not EMAIL.fullmatch(email):
        raise broken_rule("email must be an e-mail address")
    name = check_name(body.text("name") or email.partition("@")[0])
    user = directory.user_by_email(call.connection, email) if email else None
    if not email and directory.has_member(call.connection, call.workspace.seq, name):
        raise name_exists("User", name)
    if user is None:
        values = {"id": call.new_id(), "name": name, "email": email}
        seq = directory.insert(call.connection, "users", values)
        user = User(seq, values["id"], name, email)
    elif directory.get(call.connection, User, call.workspace.seq, user.id):
        raise name_exists("User", email)
    membership = {"workspace": call.workspace.seq, "user": user.seq}
    directory.insert(call.connection, "members", membership)
    return Answer(201, directory_replies.users(call, [user])[0])


def set_hourly_rate(call: Call) -> Answer:
    """Set the hourly rate of a member in the workspace."""
    return _set_rate(call, cost=False)


def set_cost_rate(call: Call) -> Answer:
    """Set the cost rate of a member in the workspace."""
    return _set_rate(call, cost=True)


def set_hourly_rate_in_project(call: Call) -> Answer:
    """Set the hourly rate of a user in a project."""
    return _set_rate_in_project(call, cost=False)


def set_cost_rate_in_project(call: Call) -> Answer:
    """Set the cost rate of a user in a project."""
    return _set_rate_in_project(call, cost=True)


def replace_memberships(call: Call) -> Answer:
    """Replace the members of a project. Members who stay keep their rates."""
    body, project = Body(call.body), catalog.require(call, Project)
    if body.value("memberships") is None:
        raise invalid_body("memberships is required")
    body.refuse("userGroups")
    set_members(call, project, body.objects("memberships"))
    return catalog.answer(call, project, directory_replies.projects)


def change_memberships(call: Call) -> Answer:
    """Add users to a project, or remove them with ``remove``."""
    body, project = Body(call.body), catalog.require(call, Project)
    body.refuse("userGroups")
    changed = [user.id for user in people(call, body.texts("userIds") or ())]
    ids = _members(call, project)
    ids = [one for one in ids if one not in changed] + ([] if body.flag("remove") else changed)
    set_members(call, project, [Body({"userId": one}) for one in ids])
    return catalog.answer(call, project, directory_replies.projects)


def set_members(call: Call, project: Project, given: list[Body]) -> None:
    """Replace the members of a project by those of the given memberships."""
    users: list[User] = []
    for each in given:
        each.choice("membershipType", "PROJECT")
        each.choice("membershipStatus", "ACTIVE")
        identity = each.identity("userId")
        if identity is None:
            raise invalid_body("memberships.userId is required")
        user = rules.require(call.connection, User, call.workspace, identity)
        rates.set_rates(call.connection, rates.read_rates(each), project.id, user.id)
        if user not in users:
            users.append(user)
    _write_members(call, project, users)
    rates.delete_others(call.connection, project.id, [user.id for user in users])


def people(call: Call, ids: tuple[str, ...]) -> list[User]:
    """Return members of the workspace by their ids; refuse an unknown id."""
    return [rules.require(call.connection, User, call.workspace, identity) for identity in ids]


def _set_rate(call: Call, *, cost: bool) -> Answer:
    user = catalog.require(call, User)
    wanted = rates.read_rate(call.body)
    rates.set_rates(call.connection, {cost: wanted}, call.workspace.id, user.id)
    return Answer(200, directory_replies.workspace(call, call.workspace))


def _set_rate_in_project(call: Call, *, cost: bool) -> Answer:
    """Set a rate of a user in a project, and add the user to the project."""
    project, user = catalog.require(call, Project), catalog.require(call, User, 1)
    rates.set_rates(call.connection, {cost: rates.read_rate(call.body)}, project.id, user.id)
    ids = _members(call, project)
    if user.id not in ids:
        _write_members(call, project, people(call, (*ids, user.id)))
    return catalog.answer(call, project, directory_replies.projects)


def _members(call: Call, project: Project) -> list[str]:
    """Return the ids of the members of a project."""
    found = directory.load_people(call.connection, "project_members", "project", [project.seq])
    return found.get(project.seq, [])


def _write_members(call: Call, project: Project, users: list[User]) -> None:
    directory.set_people(call.connection, "project_members", "project", project.seq, users)
