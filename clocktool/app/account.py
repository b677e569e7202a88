"""The account: the user of the key, and the workspace."""

from typing import TYPE_CHECKING, Protocol

from clocktool.api.directory import DAY
from clocktool.domain.directory import Account
from clocktool.domain.ids import is_id
from clocktool.errors import NotFoundError, SetupError
from clocktool.tracking.names import pick

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.domain.time.instant import Instant
    from clocktool.tracking.names import Names


class AccountSource(Protocol):
    """The account and what depends on it; each part is looked up when it is first used."""

    @property
    def account(self) -> Account:
        """The user and the workspace."""
        ...

    @property
    def account_to_write(self) -> Account:
        """The account for changes that can be queued; its ids are empty while it is unknown."""
        ...

    @property
    def names(self) -> "Names":
        """The names of that workspace, to find ids by."""
        ...

    @property
    def names_as_sent(self) -> "Names":
        """The same without pending changes, as the service has them."""
        ...

    def loaded_account(self) -> Account | None:
        """Return the account if this run has looked it up, else None."""
        ...

    def zone_of_account(self) -> str | None:
        """Return the account's time zone if this run has looked it up, else None."""
        ...

    def format_time(self, instant: "Instant") -> str:
        """Return an instant as text: the time of day, with the date unless it is today."""
        ...


def find_account(directory: "Directory", workspace: str | None) -> Account:
    """Return the account of the key: one request a day, two if the workspace is given by name.

    Without a configured workspace the account's active one is used. Raises NotFoundError for an
    unknown workspace name, SetupError when the account has no active workspace.
    """
    user = directory.me(age=DAY)
    if workspace is None:
        if not user.active_workspace:
            directory.forget_me()
            raise SetupError(
                "the account has no active workspace",
                "choose one: clocktool config set workspace NAME",
            )
        return Account(user, user.active_workspace)
    if is_id(workspace):
        return Account(user, workspace)
    for age in (DAY, 0):
        try:
            found = pick(workspace, directory.workspaces(age=age), "workspace", lambda it: it.name)
            return Account(user, found.id)
        except NotFoundError:  # it may be newer than the cache
            if age == 0:
                raise
    raise AssertionError("the last try returns or raises")


def last_workspace(directory: "Directory", workspace: str | None) -> str:
    """Return the id of the workspace that ``find_account`` found last, without a request.

    It is empty where that is not known.
    """
    if workspace is not None and is_id(workspace):
        return workspace
    if workspace is None:
        user = directory.kept_me()
        return "" if user is None else user.active_workspace or ""
    try:
        return pick(workspace, directory.kept_workspaces(), "workspace", lambda it: it.name).id
    except NotFoundError:
        return ""
