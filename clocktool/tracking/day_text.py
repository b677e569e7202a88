"""The changes that a day as text asks for: what was changed, added and removed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import msgspec
from msgspec.structs import replace

from clocktool.domain.day_text import Clock, DayText, Line, Problem, Words, line_of, refs_of
from clocktool.domain.directory import AnyNamed
from clocktool.domain.entry import Draft, Entry, same_content
from clocktool.domain.ids import EntryId
from clocktool.domain.time.clock_range import check_halves_of_day
from clocktool.domain.time.instant import Instant
from clocktool.domain.time.spelling import offset_text
from clocktool.domain.time.when import parse_clock, parse_when
from clocktool.domain.time.zone import Zone
from clocktool.errors import ClocktoolError, RefusedError, UsageError, literal, quoted
from clocktool.outbox.change import Change
from clocktool.outbox.create import Create, Delete
from clocktool.outbox.edit import Edit
from clocktool.tracking.assignment import Assignment, changed, draft_of, resolve
from clocktool.tracking.names import Names

FUTURE = "allow it with --future"


class EntryEdit(msgspec.Struct, frozen=True):
    """An entry, and the draft that replaces it."""

    entry: Entry
    after: Draft


class Plan(msgspec.Struct, frozen=True):
    """The entries that change, the drafts of new ones, and the entries to delete."""

    edits: tuple[EntryEdit, ...] = ()
    added: tuple[Draft, ...] = ()
    deleted: tuple[Entry, ...] = ()
    found: tuple[AnyNamed, ...] = ()
    """What was looked up by name."""

    @property
    def count(self) -> int:
        """The number of changes."""
        return len(self.edits) + len(self.added) + len(self.deleted)

    @property
    def starts_timer(self) -> bool:
        """Whether an entry runs after it that did not run before."""
        edits = (each.after for each in self.edits if not each.entry.running)
        return any(draft.end is None for draft in (*edits, *self.added))

    @property
    def before(self) -> list[Entry]:
        """The entries that are changed or deleted, as they were read."""
        return [*(each.entry for each in self.edits), *self.deleted]


class Day(msgspec.Struct, frozen=True):
    """A day as it was written: its entries, and what a text is read with.

    ``note`` gets notes about times that happen twice; ``complete`` adds the configured defaults to
    the assignment of a new entry.
    """

    day: date
    entries: tuple[Entry, ...]
    zone: Zone
    now: Instant
    note: Callable[[str], None]
    complete: Callable[[Assignment], Assignment]
    future: bool = False

    @property
    def open(self) -> list[Entry]:
        """The entries that may be changed."""
        return [entry for entry in self.entries if not entry.lock_reason]

    @property
    def lines(self) -> dict[str, Line]:
        """The lines of the entries that may be changed, by the ends of their ids."""
        refs = refs_of(self.entries)
        return {
            refs[entry.id]: line_of(entry, self.day, self.zone, refs[entry.id])
            for entry in self.open
        }

    def plan(self, text: DayText, names: Names) -> "Plan | list[Problem]":
        """Return what a text changes, or all that is wrong with it.

        A name that a person does not want to create is a problem, too.
        """
        problems = list(text.problems)
        refs = refs_of(self.entries)
        by_ref = {refs[entry.id]: entry for entry in self.open}
        written, seen = self.lines, dict[str, int]()
        edits: list[EntryEdit] = []
        added: list[Draft] = []
        found: list[AnyNamed] = []
        for line in text.lines:
            try:
                if not line.ref:
                    added.append(self._new(line, names, found))
                    continue
                entry = self._entry(line, by_ref, seen)
                ref = refs[entry.id]
                if (now := replace(line, number=0, ref=ref)) == written[ref]:
                    continue
                draft = self._changed(entry, now, written[ref], names, found)
                if not same_content(draft, Draft.of(entry)):
                    edits.append(EntryEdit(entry, draft))
            except ClocktoolError as error:
                if error.is_temporary:
                    raise
                problems.append(Problem(line.number, error.message, error.hint))
        if not problems:
            problems += _second_timers(text.lines)
        if problems:
            return sorted(problems, key=lambda each: each.number)
        deleted = [entry for ref, entry in by_ref.items() if ref not in seen]
        return Plan(tuple(edits), tuple(added), tuple(deleted), tuple(found))

    def _entry(self, line: Line, by_ref: Mapping[str, Entry], seen: dict[str, int]) -> Entry:
        """Return the entry that a line names. Raises UsageError if that is not one, or two."""
        found = [ref for ref in by_ref if ref == line.ref or str(by_ref[ref].id) == line.ref]
        if not found:
            raise UsageError(
                f"no entry @{line.ref} on this day",
                "a new entry has no id; a word that begins with @ is put in quotes",
            )
        ref = found[0]
        if ref in seen:
            raise UsageError(
                f"@{line.ref} is on line {seen[ref]}, too", "remove one of the ids for a new entry"
            )
        seen[ref] = line.number
        return by_ref[ref]

    def _new(self, line: Line, names: Names, found: list[AnyNamed]) -> Draft:
        words = line.words
        _check_storable(words)
        typed = Assignment(
            project=words.project,
            task=words.task,
            tags=list(words.tags) or None,
            billable=words.billable,
        )
        times = self._times(line, None, None)
        assigned = resolve(self.complete(typed), names, may_wait=True)
        found += assigned.found
        return draft_of(times, words.description.strip() or None, assigned, words.is_break)

    def _changed(
        self, entry: Entry, line: Line, was: Line, names: Names, found: list[AnyNamed]
    ) -> Draft:
        """Return the draft of an entry after a change of its line; the rest stays as it is."""
        before, words = Draft.of(entry), line.words
        _check_storable(words, was.words)
        start, end = self._times(line, entry, was)
        draft = replace(before, start=start, end=end, description=words.description)
        is_moved = words.project != was.words.project
        project = (words.project or "") if is_moved else None
        task = (words.task or "") if is_moved or words.task != was.words.task else None
        typed = Assignment(project=project, task=task)
        assigned = resolve(typed, names, before.project_id, may_wait=True)
        found += assigned.found
        draft = changed(draft, assigned)
        if sorted(words.tags) != sorted(was.words.tags):
            own = {tag.label: tag.id for tag in entry.tags}
            new = resolve(
                Assignment(tags=[tag for tag in words.tags if tag not in own]),
                names,
                may_wait=True,
            )
            found += new.found
            kept = [own[tag] for tag in words.tags if tag in own]
            draft = replace(draft, tag_ids=tuple(dict.fromkeys((*kept, *(new.tag_ids or ())))))
        if words.is_break != was.words.is_break:
            draft = replace(draft, type="BREAK" if words.is_break else "REGULAR")
        return replace(draft, billable=bool(words.billable))

    def _times(
        self, line: Line, entry: Entry | None, was: Line | None
    ) -> tuple[Instant, Instant | None]:
        """Return the start and end of a line; a time that was not changed is the entry's own."""
        start, end = line.start, line.end
        if entry is not None and was is not None and _is_same(start, was.start):
            since = entry.start
        else:
            since = self._instant(start, self.day)
        if entry is not None and was is not None and _is_same(end, was.end):
            until = entry.end
        else:
            day = self.day if end is None else self._after(end.days)
            until = None if end is None else self._instant(end, day)
        if entry is None or (since, until) != (entry.start, entry.end):
            self._check(line, since, until)
        return since, until

    def _after(self, days: int) -> date:
        try:
            return self.day + timedelta(days=days)
        except OverflowError:
            raise UsageError(f"+{days}d is outside the years 1 to 9999") from None

    def _check(self, line: Line, since: Instant, until: Instant | None) -> None:
        if line.end is not None and not line.end.days:
            check_halves_of_day(line.start.text, line.end.text)
        last = since if until is None else until
        if last < since:
            end = line.end
            hint = None if end is None else str(replace(end, days=end.days + 1))
            raise UsageError(
                f"the end {end} is before the start {line.start}",
                f"if it ended on the day after, write {line.start}–{hint}",
            )
        if last == since and until is not None:
            raise UsageError(f"{line.times} has no length", "move the start or the end")
        if last > self.now and not self.future:
            verb = "start" if until is None else "end"
            raise UsageError(f"{line.times} would {verb} in the future", FUTURE)

    def _instant(self, clock: Clock, day: date) -> Instant:
        try:
            local = parse_clock(clock.text)
        except UsageError as error:
            error.hint = "use clock times, like 9:30, 9am or noon; 24:00 is the end of the day"
            raise
        if not clock.offset:
            when = parse_when(clock.text, self.now, self.zone, future=True, day=day)
            if when.note:
                self.note(when.note)
            return when.instant
        instants = () if local is None else self.zone.instants(day, local)
        for instant in instants:
            if offset_text(instant, self.zone) == clock.offset:
                return instant
        having = " or ".join(offset_text(each, self.zone) for each in instants)
        raise UsageError(
            f"{literal(str(clock))} does not exist in {self.zone.name}",
            f"the offset is {having} then; it is needed only where a time happens twice"
            if having
            else "remove the offset",
        )


def _check_storable(words: Words, was: Words = Words()) -> None:  # noqa: B008  # it is frozen
    r"""Raise UsageError for NUL and lone surrogates in a new text: no server accepts them."""
    for text in set(_texts(words)) - set(_texts(was)):
        for character in text:
            if character == "\0" or "\ud800" <= character <= "\udfff":
                raise UsageError(f"a text can't hold \\u{ord(character):04x}", "remove it")


def _texts(words: Words) -> list[str]:
    return [words.description, words.project or "", words.task or "", *words.tags]


def _second_timers(lines: Sequence[Line]) -> list[Problem]:
    """Return a problem for each timer but the first."""
    timers = [line for line in lines if line.end is None]
    return [
        Problem(line.number, "there can be only one timer", "write when one of them ended")
        for line in timers[1:]
    ]


def changes(plan: Plan, fill: Callable[[Draft], Draft]) -> list[Change]:
    """Return the changes of a plan in the order in which they are sent.

    What ends a timer comes first and what starts one last; nothing is deleted before all that is
    new is there. ``fill`` puts in the ids of names that were created.
    """
    edits = [Edit(each.entry, fill(each.after)) for each in plan.edits]
    ending = [each for each in edits if each.before.running and each.draft.end is not None]
    starting = [each for each in edits if not each.before.running and each.draft.end is None]
    others = [each for each in edits if each not in ending and each not in starting]
    added = [Create(fill(draft)) for draft in plan.added]
    deleted = [Delete(entry) for entry in plan.deleted]
    return [
        *ending,
        *(each for each in added if each.draft.end is not None),
        *others,
        *deleted,
        *starting,
        *(each for each in added if each.draft.end is None),
    ]


def check_unchanged(plan: Plan, day: date, now: Mapping[EntryId, Entry]) -> None:
    """Raise RefusedError if an entry of a plan is not as it was read; ``now`` has them by id."""
    for entry in plan.before:
        current = now.get(entry.id)
        if current is None:
            state = "was deleted or moved to another day"
        elif current.lock_reason:
            state = f"is {current.lock_reason} now"
        elif not same_content(Draft.of(current), Draft.of(entry)):
            state = "was changed"
        else:
            continue
        name = quoted(entry.description) if entry.description else "an entry"
        raise RefusedError(
            f"{name} (@{str(entry.id)[-4:]}) {state} while the text was open",
            f"nothing was changed; open the day again: clocktool edit --day {day}",
        )


def _is_same(clock: Clock | None, was: Clock | None) -> bool:
    """Whether two clocks in a line are the same time, however it is written."""
    if clock is None or was is None:
        return clock is was
    if (clock.offset, clock.days) != (was.offset, was.days):
        return False
    return clock.text == was.text or parse_clock(clock.text) == parse_clock(was.text)
