"""The names of projects, tasks, tags and clients that entries of the mirror have."""

from collections.abc import Iterable, Iterator

from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Entry


def kept_names(entries: Iterable[Entry]) -> Iterator[AnyNamed]:
    """Yield what some entries are assigned to, each item once."""
    found: dict[tuple[str, str], AnyNamed] = {}
    for entry in entries:
        of, task = entry.project, entry.task
        if of is not None and of.name:
            found["project", str(of.id)] = Project(
                str(of.id), of.name, client_id=of.client_id, client=of.client, color=of.color
            )
            if of.client_id and of.client:
                found["client", of.client_id] = Client(of.client_id, of.client)
            if task is not None and task.name:
                found["task", str(task.id)] = Task(str(task.id), task.name, project_id=str(of.id))
        for tag in entry.tags:
            if tag.name:
                found["tag", str(tag.id)] = tag
    yield from found.values()
