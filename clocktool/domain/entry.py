"""The time entry and the things it refers to: the five data models of the guide, as values."""

from zlib import adler32, crc32

import msgspec

from clocktool.domain.ids import EntryId, NameId, Queued, Unresolved, creation_order
from clocktool.domain.money import Rate
from clocktool.domain.naming import shown_name
from clocktool.domain.time.instant import Instant


class ProjectRef(msgspec.Struct, frozen=True):
    """The project of an entry. Names are empty where the reply had only an id."""

    id: NameId
    name: str = ""
    color: str = ""
    client_id: str | None = None
    client: str = ""

    @property
    def label(self) -> str:
        """The name, or the id if the name is unknown."""
        return self.name or str(self.id)

    @property
    def full_name(self) -> str:
        """The label with the client's name, as it is shown: ``Site · ACME``."""
        return shown_name(self.label, self.client)


class TaskRef(msgspec.Struct, frozen=True):
    """The task of an entry."""

    id: NameId
    name: str = ""

    @property
    def label(self) -> str:
        """The name, or the id if the name is unknown."""
        return self.name or str(self.id)


class Tag(msgspec.Struct, frozen=True, tag_field="kind", tag="tag"):
    """A tag of a workspace."""

    id: NameId
    name: str = ""
    archived: bool = False
    workspace_id: str = ""

    @property
    def label(self) -> str:
        """The name, or the id if the name is unknown."""
        return self.name or str(self.id)


class FieldValue(msgspec.Struct, frozen=True):
    """The value of a custom field: a text, number, boolean or list of texts."""

    field_id: str
    value: object = None
    name: str = ""
    source_type: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A time entry. ``end`` is None while the timer runs."""

    id: EntryId
    start: Instant
    end: Instant | None = None
    description: str = ""
    project: ProjectRef | None = None
    task: TaskRef | None = None
    tags: tuple[Tag, ...] = ()
    billable: bool | None = False
    """None if it is as the project is, which is not known before the entry is sent."""
    type: str = "REGULAR"
    user_id: str = ""
    user: str = ""
    workspace_id: str = ""
    fields: tuple[FieldValue, ...] = ()
    hourly_rate: Rate | None = None
    cost_rate: Rate | None = None
    locked: bool = False
    approval_id: str | None = None
    kiosk_id: str | None = None
    invoiced: bool = False
    """Whether a read showed it as invoiced, by whichever program; the service never shows it."""

    @property
    def running(self) -> bool:
        """Whether the timer is running."""
        return self.end is None

    @property
    def is_break(self) -> bool:
        """Whether the entry is a break: it is listed, but not counted in totals."""
        return self.type == BREAK

    @property
    def version(self) -> int:
        """A hash of the content: entries that were read with the same one are the same."""
        project, task = self.project, self.task
        return hash(
            (
                self.start,
                self.end,
                self.description,
                self.billable,
                self.type,
                project and project.id,
                task and task.id,
                tuple([tag.id for tag in self.tags]),
                repr(self.fields) if self.fields else "",
            )
        )

    @property
    def lock_reason(self) -> str:
        """Why the entry cannot be changed: ``locked`` or ``approved``; empty if it can."""
        if self.approval_id is not None:
            return "approved"
        return "locked" if self.locked else ""

    @property
    def has_names(self) -> bool:
        """Whether the names of the project, the task and all tags are known."""
        return (
            (self.project is None or self.project.name != "")
            and (self.task is None or self.task.name != "")
            and all(tag.name for tag in self.tags)
        )

    def seconds(self, now: Instant) -> int:
        """Return the length in seconds, until ``now`` for a running entry. Never negative."""
        return max(0, (now if self.end is None else self.end) - self.start)


class Rules(msgspec.Struct, frozen=True):
    """The required fields of a finished entry, and the instant before which entries are locked."""

    force_project: bool = False
    force_task: bool = False
    force_tags: bool = False
    force_description: bool = False
    lock_before: Instant | None = None

    def missing_fields(self, entry: Entry) -> list[str]:
        """Return the required fields that an entry lacks, as words for a message: ``a project``."""
        wanted = (
            ("a description", self.force_description and not entry.description),
            ("a project", self.force_project and entry.project is None),
            ("a task", self.force_task and entry.task is None),
            ("a tag", self.force_tags and not entry.tags),
        )
        return [word for word, lacks in wanted if lacks]


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of an entry to create or to update.

    A field that is None is not sent. The service then sets a default on create, and clears the
    field on update.
    """

    start: Instant
    end: Instant | None = None
    description: str | None = None
    project_id: NameId | None = None
    task_id: NameId | None = None
    tag_ids: tuple[NameId, ...] | None = None
    billable: bool | None = None
    fields: tuple[FieldValue, ...] | None = None
    type: str | None = None

    @classmethod
    def of(cls, entry: Entry) -> "Draft":
        """Return the draft that writes an entry back unchanged."""
        return cls(
            start=entry.start,
            end=entry.end,
            description=entry.description,
            project_id=entry.project.id if entry.project else None,
            task_id=entry.task.id if entry.task else None,
            tag_ids=tuple(tag.id for tag in entry.tags),
            billable=entry.billable,
            fields=entry.fields,
            type=entry.type if entry.type in WRITABLE_TYPES else None,
        )

    @property
    def names(self) -> list[NameId]:
        """The ids of its project, task and tags."""
        ids = (self.project_id, self.task_id, *(self.tag_ids or ()))
        return [each for each in ids if each is not None]

    @property
    def is_unresolved(self) -> bool:
        """Whether a project, task or tag is given by a name that must still be looked up."""
        return any(isinstance(each, Unresolved) for each in self.names)

    @property
    def uses(self) -> frozenset[Queued]:
        """The changes that create its project, task and tags."""
        made = [each.made_by for each in self.names if isinstance(each, Unresolved)]
        return frozenset(Queued(each) for each in made if each is not None)

    @property
    def digest(self) -> int:
        """A checksum of the content. Drafts with the same content have the same one."""
        *most, tags, fields = _content(self)
        whole = (most, sorted(map(str, tags)), sorted(fields.items()))
        data = repr(whole).encode("utf-8", "backslashreplace")
        return crc32(data) << 31 | adler32(data) >> 1


BREAK = "BREAK"
"""The type of an entry that is a break."""

WRITABLE_TYPES = ("REGULAR", BREAK)
"""The entry types that a request may set. Replies may have others."""


def same_content(one: Draft, other: Draft) -> bool:
    """Return whether two drafts write the same entry."""
    return _content(one) == _content(other)


def _content(
    draft: Draft,
) -> tuple[
    Instant, Instant | None, str, object, object, bool, str, frozenset[NameId], dict[str, object]
]:
    return (
        draft.start,
        draft.end,
        draft.description or "",
        draft.project_id,
        draft.task_id,
        bool(draft.billable),
        draft.type or "REGULAR",
        frozenset(draft.tag_ids or ()),
        {each.field_id: each.value for each in draft.fields or () if each.value is not None},
    )


def rebase(draft: Draft, base: Draft, now: Draft) -> Draft:
    """Apply the changes between ``base`` and ``draft`` to ``now``, the current entry."""
    changed = {
        name: getattr(draft, name)
        for name in Draft.__struct_fields__
        if getattr(draft, name) != getattr(base, name)
    }
    return msgspec.structs.replace(now, **changed)


def start_order(entry: Entry) -> tuple[Instant, tuple[int, str]]:
    """Return the sort key for entries: by start, then by creation."""
    return entry.start, creation_order(entry.id)


def preview_entry(id: EntryId, draft: Draft, like: Entry | None = None) -> Entry:  # noqa: A002
    """Return the entry that a draft will create, as far as it is known before sending.

    ``like`` is the entry that the draft replaces. Names and the rate are copied from it where they
    still apply.
    """
    project = like.project if like else None
    task = like.task if like else None
    tags = {tag.id: tag for tag in like.tags} if like else {}
    if draft.project_id != (project.id if project else None):
        project = None
        if draft.project_id is not None:
            project = ProjectRef(draft.project_id, _name(draft.project_id))
    if draft.task_id != (task.id if task else None):
        task = None if draft.task_id is None else TaskRef(draft.task_id, _name(draft.task_id))
    return Entry(
        id=id,
        start=draft.start,
        end=draft.end,
        description=draft.description or "",
        project=project,
        task=task,
        tags=tuple(tags.get(tag) or Tag(tag, _name(tag)) for tag in draft.tag_ids or ()),
        billable=draft.billable if draft.project_id else bool(draft.billable),
        type=draft.type or "REGULAR",
        fields=draft.fields or (),
        user_id=like.user_id if like else "",
        user=like.user if like else "",
        workspace_id=like.workspace_id if like else "",
        hourly_rate=like.hourly_rate if like else None,
    )


def _name(key: NameId) -> str:
    return key.name if isinstance(key, Unresolved) else ""
