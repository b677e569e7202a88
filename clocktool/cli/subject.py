"""What a rate or a budget is for: the options that name it, and names that do not exist."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from clocktool.app.app import App
from clocktool.completion import kinds
from clocktool.errors import ClocktoolError, UsageError

if TYPE_CHECKING:
    from clocktool.domain.directory import Project
    from clocktool.domain.rates import Subject

OfClient = Annotated[
    str | None, typer.Option("--client", metavar=kinds.CLIENT, help="Of a client's projects.")
]
OfProject = Annotated[
    str | None, typer.Option("-p", "--project", metavar=kinds.PROJECT, help="Of a project.")
]
OfTask = Annotated[
    str | None, typer.Option("-t", "--task", metavar=kinds.TASK, help="Of a task of the project.")
]


def subject_of(
    app: App, client: str | None, project: str | None, task: str | None = None
) -> "Subject":
    """Return what the options name; the default without any. Raises UsageError for a bad pair."""
    from clocktool.domain.rates import Subject

    if client is not None and project is not None:
        raise UsageError("--client and --project can't be combined", "use one of them")
    if task is not None and project is None:
        raise UsageError("--task needs --project", "add -p PROJECT")
    if client is not None:
        return Subject(app.names_to_filter.client(client).name, "")
    if project is None:
        return Subject()
    of = app.names_to_filter.project(project)
    named = None if task is None else app.names_to_filter.task(of.id, task).name
    return Subject(of.client, of.name, named)


def known_projects(app: App, *, cached_only: bool = False) -> "list[Project] | None":
    """Return all projects; None if they are not known here and the service does not answer.

    With ``cached_only`` they are those of the last list, which was just read.
    """
    from clocktool.api.directory import Search

    search = Search(cached_only=cached_only)
    try:
        return list(app.directory.projects(app.account.workspace, search))
    except ClocktoolError as error:
        if not error.is_temporary:
            raise
        return None


def note_unknown(
    app: App, table: str, subjects: "Iterable[Subject]", projects: "list[Project] | None"
) -> None:
    """Say which names in a table of the configuration do not exist; nothing if it is unknown."""
    from clocktool.invoicing.rates import unknown_names

    if projects is None:
        return
    for name in unknown_names(subjects, projects, app.names_to_filter):
        app.out.note(f"[{table}] has {name}, which does not exist.")
