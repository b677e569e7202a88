"""Who is tracking, and in which workspace."""

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
    """What becomes known of who is tracking, each part when it is first asked for."""

    @property
    def account(self) -> Account:
        """The user and the workspace."""
        ...

    @property
    def account_to_write(self) -> Account:
        """The same for what can be kept: with empty ids where it cannot be asked who that is."""
        ...

    @property
    def names(self) -> "Names":
        """Names to ids, in that workspace."""
        ...

    def known_account(self) -> Account | None:
        """Return the account, None where it is not known without a request."""
        ...

    def zone_of_account(self) -> str | None:
        """Return the account's zone, None where it is not known without a request."""
        ...

    def clock(self, instant: "Instant") -> str:
        """Return an instant for a sentence: the time of day, with the day if it is not today."""
        ...


def find_account(directory: "Directory", workspace: str | None) -> Account:
    """Return the account of the key: one request a day, two when the workspace is given by name.

    Without a configured workspace it is the account's active one. Raises NotFoundError for a
    name that no workspace has, SetupError when the account has no workspace at all.
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
        except NotFoundError:  # it may be new
            if age == 0:
                raise
    raise AssertionError("the last try returns or raises")
