"""Who is tracking, and in which workspace."""

import re
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.directory import User
from clocktool.errors import SetupError

if TYPE_CHECKING:
    from clocktool.api.directory import Directory

DAY = 86_400
"""How many seconds it is good for who the key belongs to."""

_ID = re.compile(r"[0-9a-f]{24}")


class Account(msgspec.Struct, frozen=True):
    """The user and the id of the workspace that commands are about."""

    user: User
    workspace: str


def find_account(directory: "Directory", workspace: str | None) -> Account:
    """Return the account of the key: one request a day, two when the workspace is given by name.

    Without a configured workspace it is the account's active one. Raises NotFoundError for a
    name that no workspace has, SetupError when the account has no workspace at all.
    """
    user = directory.me(age=DAY)
    if workspace is None:
        if not user.active_workspace:
            raise SetupError(
                "the account has no active workspace",
                "choose one: clocktool config set workspace NAME",
            )
        return Account(user, user.active_workspace)
    if is_id(workspace):
        return Account(user, workspace)
    from clocktool.names import pick

    found = pick(workspace, directory.workspaces(age=DAY), "workspace", lambda each: each.name)
    return Account(user, found.id)


def is_id(text: str) -> bool:
    """Whether a text is an id: 24 lower-case hexadecimal digits."""
    return _ID.fullmatch(text) is not None
