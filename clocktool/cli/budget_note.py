"""The note at ``start`` that a budget of the project is nearly used, or over."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.app.app import App
from clocktool.domain.rates import parse_subject
from clocktool.errors import ClocktoolError

if TYPE_CHECKING:
    from clocktool.config.config import Setting
    from clocktool.domain.budgets import Use
    from clocktool.domain.entry import Entry, ProjectRef


def note_budget(app: App, entry: "Entry") -> None:
    """Say once a day how much of the project's budget is used, if that is above 80 %.

    It makes no request, and where the entries are not on this machine, says nothing.
    """
    if entry.project is None:
        return
    table = _of(app.config.table("budgets"), entry.project)
    if not table:
        return
    from clocktool.domain.budgets import WARNED
    from clocktool.invoicing.budgets import own_budgets, uses
    from clocktool.invoicing.rates import key_of
    from clocktool.storage import files

    today = app.zone.day(app.now).isoformat()
    path = app.data_folder / "known" / "budgets.json"
    try:
        noted = _noted(files.read(path))
        due = {name: setting for name, setting in table.items() if noted.get(name) != today}
        rows = list(own_budgets(due, lambda: app.currency))
        found = uses(app.history.on_disk(), rows, app.calendar)
        nearly = [use for _, use in found if use.percent > WARNED]
        if nearly:
            noted = {name: day for name, day in noted.items() if day == today}
            noted |= {key_of(table, use.subject): today for use in nearly}
            files.replace(path, msgspec.json.encode(noted))
    except ClocktoolError as error:  # a note must not fail a command
        app.note_if_verbose(f"the budget could not be checked: {error.message}")
        return
    for use in nearly:
        app.out.note(_text(use))


def _of(table: "dict[str, Setting]", project: "ProjectRef") -> "dict[str, Setting]":
    """Return the rows of a project and of its client."""
    client, name = project.client.casefold(), project.name.casefold()
    found = {}
    for key, setting in table.items():
        subject = parse_subject(key).folded
        if subject.client == client and subject.project in ("", name):
            found[key] = setting
    return found


def _noted(data: bytes | None) -> dict[str, str]:
    """Return when each budget was mentioned; a file that can't be read counts as none."""
    try:
        return msgspec.json.decode(data or b"{}", type=dict[str, str])
    except msgspec.DecodeError:
        return {}


def _text(use: "Use") -> str:
    from clocktool.render.budgets import size_text
    from clocktool.render.text import visible

    size = size_text(use, use.budget.size)
    per = f" a {use.budget.per}" if use.budget.per else ""
    used = f"{size_text(use, use.used)} of {size}{per} ({use.percent:g} %)"
    state = "is over" if use.is_over else "is nearly used"
    return f"The budget of {visible(use.subject.key)} {state}: {used}."
