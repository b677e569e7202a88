"""The filters that list, bulk, invoice, purge … share, and the entries they choose."""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from clocktool.cli import options
from clocktool.cli.batch import MANY, asking, counted
from clocktool.cli.options import FILTERS, MORE_FILTERS
from clocktool.completion import kinds

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.selection import Selection
    from clocktool.domain.time.period import Period
    from clocktool.history.history import EntryList
    from clocktool.tracking.select import Filters

EVERYONE = "all"
"""The ``--user`` that means all members of the workspace."""

_Filter = tuple[Any, Any]
"""A type and a default with the option: with ``Annotated`` they would load in twice the time."""


def _several(*words: str, group: str = FILTERS) -> _Filter:
    """Return a repeatable option: ``words`` are its names, metavar and help."""
    *names, metavar, text = words
    option = typer.Option(
        None, *names, metavar=metavar, help=text, show_default=False, rich_help_panel=group
    )
    return list[str] | None, option


def _more(*words: str) -> _Filter:
    return _several(*words, group=MORE_FILTERS)


def _day(name: str, text: str) -> _Filter:
    """Return an option for a day."""
    return str | None, typer.Option(
        None, name, metavar=kinds.DAY, help=text, rich_help_panel=FILTERS
    )


def _flag(name: str, text: str) -> _Filter:
    """Return a flag."""
    return bool, typer.Option(False, name, help=text, rich_help_panel=MORE_FILTERS)


def _either(names: str, text: str, group: str) -> _Filter:
    """Return a flag with an opposite; None if neither is given."""
    return bool | None, typer.Option(None, names, help=text, rich_help_panel=group)


_LISTS: dict[str, _Filter] = {
    "projects": _several(
        "-p", "--project", kinds.PROJECT, "Of this project, or CLIENT/PROJECT; repeatable."
    ),
    "clients": _several("--client", kinds.CLIENT, "Of this client; repeatable."),
    "tasks": _several("-t", "--task", kinds.TASK, "Of this task; repeatable."),
    "tags": _several("-T", "--tag", kinds.TAG, "With this tag; repeatable: with all."),
    "descriptions": _several(
        "-d", "--description", kinds.DESCRIPTION, "With this text in the description; repeatable."
    ),
    "not_projects": _more("--not-project", kinds.OTHER_PROJECT, "Not of this project; repeatable."),
    "not_clients": _more("--not-client", kinds.CLIENT, "Not of this client; repeatable."),
    "not_tasks": _more("--not-task", kinds.TASK, "Not of this task; repeatable."),
    "not_tags": _more("--not-tag", kinds.TAG, "Without this tag; repeatable."),
    "not_descriptions": _more(
        "--not-description", kinds.DESCRIPTION, "Without this text; repeatable."
    ),
    "users": _several("--user", kinds.USERS, "Of another member; repeatable. 'all': everyone."),
}
_FILTERS: dict[str, _Filter] = {
    "first": _day("--from", "First day: 2026-11-01, mon, yesterday."),
    "last": _day("--to", "Last day, included; default: today."),
    **_LISTS,
    "no_project": _flag("--no-project", "Only those without a project."),
    "no_client": _flag("--no-client", "Only those without a client."),
    "no_task": _flag("--no-task", "Only those without a task."),
    "no_tags": _flag("--no-tags", "Only those without tags."),
    "billable": _either(
        "--billable/--no-billable", "Only billable entries, or only others.", FILTERS
    ),
    "is_break": _either("--break/--no-break", "Only breaks, or only work.", MORE_FILTERS),
    "running": _flag("--running", "Only the running timer."),
}


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Add the filter options to a command; it gets their values as one argument, ``filters``."""
    signature = inspect.signature(command, eval_str=False)
    own = [each for each in signature.parameters.values() if each.name != "filters"]
    ours = [
        inspect.Parameter(
            name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=option, annotation=annotation
        )
        for name, (annotation, option) in _FILTERS.items()
    ]

    def run(**given: Any) -> None:
        from clocktool.tracking.select import Filters

        typed = {name: given.pop(name) for name in _FILTERS}
        typed |= {name: tuple(typed[name] or ()) for name in _LISTS}
        command(filters=Filters(**typed), **given)

    place = 1 + sum(each.name in ("period", "words") for each in own)
    parameters = [*own[:place], *ours, *own[place:]]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    return run


def days_of(app: "App", filters: "Filters", period: str | None, default: str) -> "Period":
    """Return the days of a period, or from ``--from`` to ``--to``."""
    from clocktool.tracking.select import period_of

    return period_of(filters, period, app.zone.day(app.now), app.week_start, default)


def days_if_given(app: "App", filters: "Filters", period: str | None) -> "Period | None":
    """Return the days that are given; None if none are, or for all days."""
    from clocktool.domain.time.period import ALL

    if period is None and filters.first is None and filters.last is None:
        return None
    days = days_of(app, filters, period, "today")
    return None if days == ALL else days


def narrows(filters: "Filters") -> bool:
    """Return whether there are filters besides ``--from`` and ``--to``."""
    from clocktool.tracking.select import Filters

    return filters != Filters(first=filters.first, last=filters.last)


def asked_for(app: "App", filters: "Filters", days: "Period | None") -> "Selection":
    """Return the selection for filters and days; None is all days."""
    from clocktool.domain.time.period import ALL
    from clocktool.tracking.select import selection_of

    window = None if days in (None, ALL) else days.window(app.zone)
    return selection_of(filters, app.names_to_filter, window)


def chosen_reading(
    app: "App", filters: "Filters", days: "Period | None", *, must_ask: bool = False
) -> "EntryList":
    """Return the entries for filters and days, oldest first; None is all days.

    With ``must_ask`` all of them come from the service, and none from the mirror.
    """
    app.connect()
    selection = asked_for(app, filters, days)
    users = users_of(app, filters, None if must_ask else selection)
    progress = partial(counted, app), partial(asking, app)
    history = app.history.from_service if must_ask else app.history
    return history.entries(selection, users, *progress)


def chosen(
    app: "App", filters: "Filters", days: "Period | None", *, must_ask: bool = False
) -> "list[Entry]":
    """Return the entries for filters and days as a plain list."""
    return chosen_reading(app, filters, days, must_ask=must_ask).entries


def users_of(app: "App", filters: "Filters", selection: "Selection | None" = None) -> list[str]:
    """Return the ids of the users in ``--user``; an empty list is the account's own user.

    For many users a note says how many requests they need. Raises RateLimitedError before the first
    one if fewer are left this hour, unless the window of ``selection`` is on this machine.
    """
    if are_of_everyone(filters):
        users = list(dict.fromkeys(user.id for user in app.names.users()))
    else:
        users = list(dict.fromkeys(app.names.user(text).id for text in filters.users))
    if len(users) > 1 and app.connect().entries.is_remote:
        _check_cost(app, users, selection)
    return users


def are_of_everyone(filters: "Filters") -> bool:
    """Return whether entries of all members are asked for: ``--user all``."""
    return any(text.strip().lower() == EVERYONE for text in filters.users)


def _check_cost(app: "App", users: "Sequence[str]", selection: "Selection | None") -> None:
    """Check that the lists of several members fit into the hour, and note what many of them cost.

    Raises RateLimitedError.
    """
    from clocktool.api.directory import DAY
    from clocktool.domain.limits import FREE_REQUESTS, KEPT_REQUESTS
    from clocktool.errors import RateLimitedError

    count = len(users)
    cost = f"the entries of {count} members take at least {count} requests"
    quota = app.connection.quota(count)
    allowed = None if quota is None else quota.allowed
    if allowed is None and count > FREE_REQUESTS - KEPT_REQUESTS:
        # One request more tells whether so many are allowed at all.
        app.connect().directory.workspace(app.account.workspace, age=DAY)
        quota = app.connection.quota(count)
    names = "name some of them: --user ada --user bob"
    if quota is not None and quota.allowed is not None and quota.left_to_read is not None:
        if count > quota.allowed - KEPT_REQUESTS:
            raise RateLimitedError(f"{cost}; a free workspace has {quota.allowed} an hour", names)
        is_held = selection is not None and app.history.holds(users, selection.window)
        if count > quota.left_to_read and not is_held:
            when = quota.free_at
            again = "" if when is None else f", or try again at {app.connection.clock(when)}"
            raise RateLimitedError(
                f"{cost}; {quota.left_to_read} of {quota.allowed} an hour are left for that",
                f"{names}{again}",
            )
    if count > MANY:
        app.out.note(f"{cost[0].upper()}{cost[1:]}.")


def chosen_or_named(
    app: "App",
    words: Sequence[str],
    filters: "Filters",
    default: str | None,
    *,
    bills: bool = False,
) -> "list[Entry]":
    """Return entries by REFs, or by a PERIOD and filters; a word that could be both is a PERIOD.

    Without any, the period is ``default``; None requires one. Those of a period always come from
    the service, as many are changed; with ``bills`` those by REFs, too. Raises UsageError for
    filters with REFs.
    """
    from clocktool.domain.time.period import parse_period
    from clocktool.errors import UsageError
    from clocktool.tracking.reference import is_ref, read_refs
    from clocktool.tracking.select import Filters

    period: str | None = None
    if len(words) == 1 and words[0] != "-":
        try:
            parse_period(words[0], app.zone.day(app.now), app.week_start)
            period = words[0]
        except UsageError:
            if not is_ref(words[0]):
                raise
    if words and period is None:
        if filters != Filters():
            raise UsageError(
                "filters can't be combined with REFs", "give REFs, or a PERIOD and filters"
            )
        _refuse_two_words(words)
        found = options.references(app, must_ask=bills)
        return found.find(read_refs(words, app.process.stdin))
    if not words and default is None and filters == Filters():
        raise UsageError("which entries?", "give REFs, or a PERIOD and filters")
    days = days_of(app, filters, period, default or "today")
    return chosen(app, filters, days, must_ask=True)


def period_if_given(
    app: "App", words: Sequence[str], filters: "Filters", default: str
) -> "Period | None":
    """Return the period that ``chosen_or_named`` uses; None if there are REFs."""
    from clocktool.domain.time.period import parse_period
    from clocktool.errors import UsageError

    if len(words) > 1 or words == ["-"]:
        return None
    if words:
        try:
            parse_period(words[0], app.zone.day(app.now), app.week_start)
        except UsageError:
            return None
    return days_of(app, filters, words[0] if words else None, default)


def _refuse_two_words(words: Sequence[str]) -> None:
    """Raise UsageError for a period of two words, where a word is a REF."""
    from clocktool.domain.time.period import UNITS
    from clocktool.errors import UsageError, literal

    match [word.lower() for word in words]:
        case ["last" | "this" as which, unit] if unit in UNITS:
            period = f"last-{unit}" if which == "last" else unit
            raise UsageError(
                f"invalid entry {literal(words[1])}", f"did you mean the period {period}?"
            )
