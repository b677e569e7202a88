"""Names that could not be looked up when they were typed: they are when they are sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from clocktool.domain.entry import Draft
from clocktool.journal.change import UNRESOLVED

if TYPE_CHECKING:
    from clocktool.names import Names


def resolved(draft: Draft, names: "Callable[[], Names]") -> Draft:
    """Return a draft with ids in the place of names; ``names`` is asked for only where one is."""
    project, task, tags = draft.project_id, draft.task_id, draft.tag_ids
    if project is not None and project.startswith(UNRESOLVED):
        project = names().project(project[1:]).id
    if task is not None and task.startswith(UNRESOLVED) and project is not None:
        task = names().task(project, task[1:]).id
    if tags is not None:
        tags = tuple(names().tag(tag[1:]).id if tag.startswith(UNRESOLVED) else tag for tag in tags)
    return msgspec.structs.replace(draft, project_id=project, task_id=task, tag_ids=tags)
