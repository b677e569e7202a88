"""The requests about people: members of the workspace and of projects, and their rates."""

import re
from typing import Final

from clocktool.backends.local import catalog, directory, directory_replies, rates, rules
from clocktool.backends.local.body import Body, checked_name
from clocktool.backends.local.call import Answer, Call
from clocktool.backends.local.refusal import broken_rule, taken, wrong_body
from clocktool.backends.local.rows import Project, User

EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+")
_MEMBERSHIPS: Final = ("ALL", "NONE", "WORKSPACE", "PROJECT", "USERGROUP")
STATUSES: Final = ("PENDING", "ACTIVE", "DECLINED", "INACTIVE", "ALL")


def list_users(call: Call) -> Answer:
    """List the members of the workspace, by e-mail address unless asked otherwise."""
    query = call.query
    if query.flag("include-roles"):
        query.refuse("include-roles")
    accounts = {word.upper() for word in query.texts("account-statuses")} or {"ACTIVE"}
    status = query.choice("status", *STATUSES) or "ACTIVE"
    memberships = query.choice("memberships", *_MEMBERSHIPS) or "NONE"
    project = query.text("project-id")
    wanted = catalog.named(
        query,
        User,
        "EMAIL",
        email=query.text("email"),
        access_to=rules.known(call.connection, Project, call.workspace, project).seq
        if project
        else None,
        nothing=status not in {"ACTIVE", "ALL"} or not accounts & {"ACTIVE", "ALL"},
    )
    return catalog.find(
        call, User, wanted, lambda call, rows: directory_replies.users(call, rows, memberships)
    )


def create_user(call: Call) -> Answer:
    """Make someone a member of the workspace; the name defaults to the part before the @.

    A name alone will do here, where nobody is invited.
    """
    if call.query.flag("send-email"):
        call.query.refuse("send-email")
    body = Body(call.body)
    email = (body.text("email") or "").strip()
    if (email or body.text("name") is None) and not EMAIL.fullmatch(email):
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
    return Answer(201, directory_replies.users(call, [user])[0])


def set_hourly_rate(call: Call) -> Answer:
    """Set the hourly rate of a member in the workspace."""
    return _set_rate(call, cost=False)


def set_cost_rate(call: Call) -> Answer:
    """Set the cost rate of a member in the workspace."""
    return _set_rate(call, cost=True)


def set_hourly_rate_in_project(call: Call) -> Answer:
    """Set the hourly rate of a person in a project."""
    return _set_rate_in_project(call, cost=False)


def set_cost_rate_in_project(call: Call) -> Answer:
    """Set the cost rate of a person in a project."""
    return _set_rate_in_project(call, cost=True)


def replace_memberships(call: Call) -> Answer:
    """Put people in the place of the members of a project; who stays keeps their rates."""
    body, project = Body(call.body), catalog.known(call, Project)
    if body.value("memberships") is None:
        raise wrong_body("memberships is required")
    body.refuse("userGroups")
    set_members(call, project, body.objects("memberships"))
    return catalog.answer(call, project, directory_replies.projects)


def change_memberships(call: Call) -> Answer:
    """Add people to a project, or with ``remove`` take them out of it."""
    body, project = Body(call.body), catalog.known(call, Project)
    body.refuse("userGroups")
    changed = [user.id for user in people(call, body.texts("userIds") or ())]
    ids = _members(call, project)
    ids = [one for one in ids if one not in changed] + ([] if body.flag("remove") else changed)
    set_members(call, project, [Body({"userId": one}) for one in ids])
    return catalog.answer(call, project, directory_replies.projects)


def set_members(call: Call, project: Project, given: list[Body]) -> None:
    """Put the people of some memberships in the place of a project's members."""
    users: list[User] = []
    for each in given:
        each.choice("membershipType", "PROJECT")
        each.choice("membershipStatus", "ACTIVE")
        identity = each.identity("userId")
        if identity is None:
            raise wrong_body("memberships.userId is required")
        user = rules.known(call.connection, User, call.workspace, identity)
        rates.change(call.connection, rates.read(each), project.id, user.id)
        if user not in users:
            users.append(user)
    _write_members(call, project, users)
    rates.drop_others(call.connection, project.id, [user.id for user in users])


def people(call: Call, ids: tuple[str, ...]) -> list[User]:
    """Return the members of the workspace that ids stand for."""
    return [rules.known(call.connection, User, call.workspace, identity) for identity in ids]


def _set_rate(call: Call, *, cost: bool) -> Answer:
    user = catalog.known(call, User)
    wanted = rates.read_one(call.body)
    rates.change(call.connection, {cost: wanted}, call.workspace.id, user.id)
    return Answer(200, directory_replies.workspace(call, call.workspace))


def _set_rate_in_project(call: Call, *, cost: bool) -> Answer:
    """Set a rate; whoever gets one is a member of the project from then on."""
    project, user = catalog.known(call, Project), catalog.known(call, User, 1)
    rates.change(call.connection, {cost: rates.read_one(call.body)}, project.id, user.id)
    ids = _members(call, project)
    if user.id not in ids:
        _write_members(call, project, people(call, (*ids, user.id)))
    return catalog.answer(call, project, directory_replies.projects)


def _members(call: Call, project: Project) -> list[str]:
    """Return the ids of the members of a project."""
    found = directory.people(call.connection, "project_members", "project", [project.seq])
    return found.get(project.seq, [])


def _write_members(call: Call, project: Project, users: list[User]) -> None:
    directory.set_people(call.connection, "project_members", "project", project.seq, users)
