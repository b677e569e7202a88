"""What a member of a Clockify workspace should work: hours, working days and holidays."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.targets import DayOff, Hours
from clocktool.domain.time.period import Period
from clocktool.errors import NotFoundError, RefusedError, WrongServerError

if TYPE_CHECKING:
    from clocktool.api.directory import Directory
    from clocktool.domain.directory import Account

HINT = "set them yourself: clocktool targets set mon..thu=8h fri=6h"


class Agreement(msgspec.Struct, frozen=True):
    """Hours of weekdays from a day on, and the holidays of its year and of the next one."""

    hours: Hours
    off: list[DayOff]


def agreement_of(directory: "Directory", account: "Account", first: date) -> Agreement:
    """Read the agreement of an account from a day on: two requests.

    Raises RefusedError where the server or the plan has none.
    """
    workspace, user = account.workspace, account.user.id
    years = Period(date(first.year, 1, 1), date(min(first.year + 1, date.max.year), 12, 31))
    try:
        hours = directory.work_hours(workspace, user)
        off = directory.holidays(workspace, user, years)
    except (RefusedError, NotFoundError, WrongServerError) as error:
        raise RefusedError(
            "this account has no working hours or holidays to import",
            f"Clockify has them on paid plans; {HINT}",
            why=None if isinstance(error, WrongServerError) else error.message,
        ) from error
    if hours is None:
        raise RefusedError("the account has no work capacity or working days", HINT)
    return Agreement(hours, off)
