"""Merging items: which entries move, what becomes of their tasks, and what is archived then."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from clocktool.api.directory import Search
from clocktool.api.routes import Operation
from clocktool.domain.directory import AnyNamed, Client, Project, Task
from clocktool.domain.entry import Draft, Entry, Tag
from clocktool.domain.ids import EntryId, Known, NameId, Queued, Unresolved
from clocktool.domain.named import closed, is_closed, noun_of
from clocktool.domain.naming import TextChange
from clocktool.errors import ClocktoolError, RefusedError, quoted
from clocktool.outbox.change import Change, Later, Row
from clocktool.outbox.edit import Edit as EditEntry
from clocktool.outbox.name_edit import EditName
from clocktool.outbox.name_lifetime import CreateName
from clocktool.outbox.name_use import UseName
from clocktool.tracking import bulk
from clocktool.tracking.name_changes import Found, selection_of
from clocktool.tracking.names import full_name

if TYPE_CHECKING:
    from clocktool.api.client import Client as Api
    from clocktool.domain.directory import Account
    from clocktool.domain.time.instant import Instant
    from clocktool.outbox.outbox import Outbox
    from clocktool.tracking.batch import Batch, Outcome
    from clocktool.tracking.name_changes import NameChanges


class Source(msgspec.Struct, frozen=True):
    """An item to merge into another, and the entries that use it."""

    found: Found
    entries: list[Entry]
    held: list[Entry]
    """The locked or approved ones, which stay. Those of a client move with their projects."""

    @property
    def thing(self) -> AnyNamed:
        """The item."""
        return self.found.thing


class TaskMove(msgspec.Struct, frozen=True):
    """A task of a source with entries that move, and the target's task of the same name, if any."""

    task: Task
    same: Task | None


class Plan(msgspec.Struct, frozen=True):
    """The sources and the target of a merge, the tasks that move, and the projects of clients."""

    into: AnyNamed
    sources: list[Source]
    tasks: list[TaskMove]
    projects: list[Project]

    @property
    def moving(self) -> list[Entry]:
        """The entries to change, oldest first."""
        if isinstance(self.into, Client):
            return []
        return [each for each in self._entries() if not each.lock_reason]

    @property
    def held(self) -> list[Entry]:
        """The entries that stay."""
        if isinstance(self.into, Client):
            return []
        return [each for each in self._entries() if each.lock_reason]

    @property
    def moved_projects(self) -> list[tuple[Project, Project]]:
        """The projects of clients, each with its new version under the target client."""
        client = {"client_id": str(self.into.id), "client": self.into.name}
        return [(each, msgspec.structs.replace(each, **client)) for each in self.projects]

    def is_done(self, source: Source) -> bool:
        """Whether a source is closed already, and nothing of it moves."""
        has_projects = any(each.client_id == source.thing.id for each in self.projects)
        moves = has_projects or len(source.entries) > len(source.held)
        return is_closed(source.thing) and not moves

    @property
    def replaced(self) -> list[tuple[AnyNamed, AnyNamed]]:
        """The sources that the target replaces, each with the target."""
        return [(each.thing, self.into) for each in self.sources if not each.held]

    def _entries(self) -> list[Entry]:
        found = {each.id: each for source in self.sources for each in source.entries}
        return sorted(found.values(), key=lambda each: each.start)


class Merged(msgspec.Struct, frozen=True):
    """The result of a merge: an outcome for each entry, and the sources that are archived now."""

    outcomes: "list[Outcome[bulk.Edit, Entry | bool]]"
    closed: list[AnyNamed]
    is_whole: bool
    """Whether all the sources are closed that should be."""


def check_different(sources: Sequence[AnyNamed], into: AnyNamed) -> None:
    """Raise RefusedError if the target is among the sources, or one of these is named twice."""
    noun = noun_of(into)
    ids = [str(each.id) for each in sources]
    if str(into.id) in ids:
        raise RefusedError(
            f"the {noun} {quoted(into.name)} can't be merged into itself",
            f"the last name is the {noun} that gets the entries",
        )
    for place, each in enumerate(sources):
        if str(each.id) in ids[:place]:
            raise RefusedError(f"the {noun} {quoted(each.name)} is named twice", "name it once")


class Merge:
    """Plans merges in a workspace and carries them out."""

    def __init__(
        self, changes: "NameChanges", outbox: "Outbox", api: "Api", account: "Account"
    ) -> None:
        self._changes = changes
        self._outbox = outbox
        self._api = api
        self._account = account

    def plan(
        self, sources: Sequence[Found], into: AnyNamed, entries: Sequence[Entry], now: "Instant"
    ) -> Plan:
        """Return the plan for sources and the entries that use them.

        Raises RefusedError if two projects of merged clients have the same name.
        """
        found = []
        for source in sources:
            selection = selection_of(source.thing)
            using = [each for each in entries if selection.matches(each, now)]
            held = [each for each in using if each.lock_reason]
            found.append(Source(source, using, [] if isinstance(into, Client) else held))
        made = Plan(into, found, [], [])
        if isinstance(into, Client):
            return msgspec.structs.replace(made, projects=self._projects(made))
        if isinstance(into, Project):
            return msgspec.structs.replace(made, tasks=self._task_moves(made, into))
        return made

    def _projects(self, plan: Plan) -> list[Project]:
        """Return the projects of the sources, also archived ones."""
        ids = [str(each.thing.id) for each in plan.sources]
        every = list(self._api.directory.projects(self._account.workspace, Search()))
        seen = {each.name.casefold(): each for each in every if each.client_id == plan.into.id}
        found = [each for each in every if each.client_id in ids]
        for each in found:
            twin = seen.setdefault(each.name.casefold(), each)
            if twin is not each:
                one, other = full_name(each), full_name(twin)
                raise RefusedError(
                    f"the projects {quoted(one)} and {quoted(other)} have the same name",
                    "rename one, or merge them first: clocktool projects merge FROM INTO",
                )
        return found

    def _task_moves(self, plan: Plan, into: Project) -> list[TaskMove]:
        used = {each.task.id for each in plan.moving if each.task is not None}
        if not used:
            return []
        directory, workspace = self._api.directory, self._account.workspace
        there = {
            each.name.casefold(): msgspec.structs.replace(each, project_id=into.id)
            for each in directory.tasks(workspace, into.id)
        }
        moves = []
        for source in plan.sources:
            if used.isdisjoint(each.task.id for each in source.entries if each.task is not None):
                continue
            key = str(source.thing.id)
            for each in directory.tasks(workspace, key):
                if each.id in used:
                    task = msgspec.structs.replace(each, project_id=key)
                    moves.append(TaskMove(task, there.get(each.name.casefold())))
        return moves

    def carry_out(self, plan: Plan, batch: "Batch", texts: tuple[TextChange, ...] = ()) -> Merged:
        """Move the entries, and close the sources that are empty then.

        A closed item takes no entries, also when undo moves them back. So the sources and tasks
        that are closed are opened first, and closed again at the end. All of it is saved before
        the first request: the next command finishes what a killed one has begun. ``texts`` are the
        changes of the configuration to take back with it, if it is whole.
        """
        outbox = self._outbox
        outbox.is_whole = True
        with outbox.transaction():
            originals = self._originals(plan)
            steps = Steps.of(plan, originals, texts)
            rows = outbox.keep([*steps.first, *steps.edits, *steps.last])
            first, edits, last = steps.split(rows)
            try:
                made = outbox.send_names(first)
                copies = self._copies(first, made)
                moved = [_edit(each, plan, copies) for each in plan.moving]
                by_entry = dict(zip((each.entry.id for each in moved), edits, strict=True))
                outcomes = bulk.write(
                    batch,
                    self._api.entries,
                    self._account,
                    bulk.Plan(is_each=False, names={}, edits=moved, same=[], held=[]),
                    lambda edit: by_entry[edit.entry.id],
                )
            except (ClocktoolError, KeyboardInterrupt):
                outbox.drop_unsent(rows)
                raise
            return self._close(plan, steps, last, outcomes, copies)

    def _originals(self, plan: Plan) -> dict[str, Found]:
        """Return the tasks that the target lacks, by name, case-folded."""
        found: dict[str, Found] = {}
        for move in plan.tasks:
            name = move.task.name.casefold()
            if move.same is None and name not in found:
                found[name] = self._changes.current(move.task)
        return found

    def _copies(self, rows: Sequence[Row], made: Sequence[AnyNamed | None]) -> dict[str, Found]:
        """Return the new tasks by name, case-folded; one that waits has the id of its change."""
        copies: dict[str, Found] = {}
        for row, thing in zip(rows, made, strict=True):
            if isinstance(row.change, CreateName):
                waits = thing is None or self._outbox.is_kept(row)
                key = row.id if waits or thing is None else Known(str(thing.id))
                copied = row.change.thing
                copies[copied.name.casefold()] = Found(key, copied if waits else thing or copied)
        return copies

    def _close(
        self,
        plan: Plan,
        steps: "Steps",
        rows: Sequence[Row],
        outcomes: "list[Outcome[bulk.Edit, Entry | bool]]",
        copies: dict[str, Found],
    ) -> Merged:
        """Close what is to be closed, without the sources that have entries left."""
        outbox = self._outbox
        left = {each.item.entry.id for each in outcomes if each.value is None}
        full = [str(each.thing.id) for each in plan.sources if not _is_empty(each, left)]
        is_whole = len(full) == len(plan.sources) - len(plan.replaced)
        closing: list[Row] = []
        for row, close in zip(rows, steps.closes, strict=True):
            if close.is_source and not close.was_closed and str(close.thing.id) in full:
                outbox.drop([row])
                continue
            change = row.change
            if isinstance(change, UseName):
                if isinstance(change.key, Queued):
                    copy = copies[close.thing.name.casefold()]
                    change = msgspec.structs.replace(change, key=copy.key)
                if change.texts and not is_whole:
                    change = msgspec.structs.replace(change, texts=())
                    outbox.store.rewrite(row.number, change)
            closing.append(msgspec.structs.replace(row, change=change))
        try:
            made = outbox.send_names(closing)
        except ClocktoolError as error:
            if outcomes and not outbox.is_atomic:
                moved = f"{len(outcomes) - len(left)} of {len(outcomes)} entries moved"
                error.within(f"{moved}, nothing archived")
            raise
        now = {str(each.id): each for each in made if each is not None}
        closed_sources = [
            now.get(str(each.thing.id), closed(each.thing))
            for each in plan.sources
            if str(each.thing.id) not in full
        ]
        return Merged(outcomes, closed_sources, is_whole)


class Close(msgspec.Struct, frozen=True):
    """An item that a merge closes at the end."""

    thing: AnyNamed
    is_source: bool = False
    was_closed: bool = False


class Steps(msgspec.Struct, frozen=True):
    """The changes of a merge, in their order: ``first`` of names, of entries, ``last`` of names."""

    first: list[Change]
    edits: list[Later]
    last: list[Change | Later]
    closes: list[Close]
    """What each of the last changes closes."""

    @classmethod
    def of(cls, plan: Plan, originals: dict[str, Found], texts: tuple[TextChange, ...]) -> "Steps":
        """Return the steps of a plan; ``originals`` are the tasks to copy."""
        done = _done_tasks(plan)
        shut = [
            each.found for each in plan.sources if is_closed(each.thing) and not plan.is_done(each)
        ]
        first: list[Change] = [
            UseName(each.key, each.thing, closes=False, whole=each.whole) for each in (*shut, *done)
        ]
        first += [EditName(Known(old.id), old, new) for old, new in plan.moved_projects]
        places: dict[str, int] = {}
        tasks: dict[str, AnyNamed] = {}
        for name, each in originals.items():
            places[name] = len(first)
            tasks[name] = msgspec.structs.replace(
                closed(each.thing, to=False), id="", project_id=str(plan.into.id)
            )
            first.append(CreateName(tasks[name], whole=each.whole))

        def copies(numbers: Sequence[int]) -> dict[str, Found]:
            return {
                name: Found(Queued(numbers[place]), tasks[name]) for name, place in places.items()
            }

        def edit(entry: Entry) -> Later:
            return lambda numbers: EditEntry(entry, _edit(entry, plan, copies(numbers)).after)

        def close_copy(name: str, place: int) -> Later:
            return lambda numbers: UseName(Queued(numbers[place]), tasks[name], closes=True)

        last: list[Change | Later] = [UseName(each.key, each.thing, closes=True) for each in done]
        closes = [Close(each.thing) for each in done]
        active = {move.task.name.casefold() for move in plan.tasks if not move.task.done}
        for name, place in places.items():
            if name not in active:  # all of its originals are done
                last.append(close_copy(name, place))
                closes.append(Close(tasks[name]))
        ending = [
            each
            for each in plan.sources
            if not plan.is_done(each) and (not each.held or is_closed(each.thing))
        ]
        for source in ending:
            was_closed = is_closed(source.thing)
            whole = b"" if was_closed else source.found.whole  # it is read again: it was changed
            use = UseName(source.found.key, source.thing, closes=True, whole=whole)
            if source is ending[-1]:
                use = msgspec.structs.replace(use, texts=texts)
            last.append(use)
            closes.append(Close(source.thing, is_source=True, was_closed=was_closed))
        return cls(first, [edit(each) for each in plan.moving], last, closes)

    def split(self, rows: Sequence[Row]) -> tuple[list[Row], list[Row], list[Row]]:
        """Return the rows of the three parts."""
        one, two = len(self.first), len(self.first) + len(self.edits)
        return [*rows[:one]], [*rows[one:two]], [*rows[two:]]


def _edit(entry: Entry, plan: Plan, copies: dict[str, Found]) -> bulk.Edit:
    """Return the edit that moves an entry to the target of a plan."""
    into, before = plan.into, Draft.of(entry)
    key = Known(str(into.id))
    match into:
        case Tag():
            sources = [Known(str(each.thing.id)) for each in plan.sources]
            tags = dict.fromkeys(key if each in sources else each for each in before.tag_ids or ())
            after = msgspec.structs.replace(before, tag_ids=tuple(tags))
            return bulk.Edit(
                entry, after, (Operation.add_tags([key]), Operation.remove_tags(sources))
            )
        case Task():
            after = msgspec.structs.replace(before, task_id=key)
            return bulk.Edit(entry, after, (Operation.task(key),))
        case _:
            task = None if entry.task is None else _task_of(entry.task.id, plan, copies)
            after = msgspec.structs.replace(before, project_id=key, task_id=task)
            operations = (Operation.project(key),)
            return bulk.Edit(
                entry, after, operations if task is None else (*operations, _set_task(task))
            )


def _set_task(task: NameId) -> Operation:
    return Operation.task(str(task))


def _task_of(task: NameId, plan: Plan, copies: dict[str, Found]) -> NameId | None:
    """Return the task of the target that an entry with a task gets.

    A copy that waits to be created is looked up when the entry is sent.
    """
    for move in plan.tasks:
        if move.task.id != task:
            continue
        if move.same is not None:
            return Known(move.same.id)
        copy = copies[move.task.name.casefold()]
        if isinstance(copy.key, Queued):
            return Unresolved(copy.thing.name, copy.key.change)
        return copy.key
    return None


def _done_tasks(plan: Plan) -> list[Found]:
    """Return the tasks of both sides that are done, each once."""
    both = [each for move in plan.tasks for each in (move.task, move.same)]
    found = {each.id: Found(Known(each.id), each) for each in both if each and each.done}
    return list(found.values())


def _is_empty(source: Source, left: set[EntryId]) -> bool:
    return not source.held and left.isdisjoint(each.id for each in source.entries)
