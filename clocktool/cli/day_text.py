"""A day as text in the user's editor: what is changed there is shown, asked and done at once."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.cli.editor import editor_of, open_editor, waiting
from clocktool.cli.invoiced import confirm_invoiced
from clocktool.cli.overlaps import note_overlaps
from clocktool.errors import AnswerIsNoError, ClocktoolError, RefusedError, SetupError, UsageError

if TYPE_CHECKING:
    from datetime import date

    from clocktool.domain.day_text import Problem
    from clocktool.domain.directory import AnyNamed
    from clocktool.domain.entry import Entry
    from clocktool.tracking.day_text import Day, Plan
    from clocktool.tracking.names import Names

MOST_ROUNDS = 20
"""How often a wrong text is opened again: a program in place of an editor may never end."""

UNCHANGED = "nothing was changed"

RULES = """\
# Change, add or remove lines, then save and close. A line for each entry:
#
#   09:00–10:30  Fix login page  -p ACME/Site -t Login -T dev --billable  @c4f2
#
# Times: 9-10:30 · 23:00–01:30+1d ends a day later · 12:30–… is the timer.
# Then the description, and options as in 'clocktool add': -p, -t, -T,
# --billable, --no-billable, --break. Quotes go around names with blanks, and
# around words of the description that begin with -, @ or a quote.
# @c4f2 says which entry it is. A new line has none; a removed line is deleted.
# Saved unchanged, nothing happens. What would happen is shown and asked first.
"""


class Asked(msgspec.Struct, frozen=True):
    """How a day is edited: without a question, with new names, with times in the future."""

    yes: bool = False
    create: bool = False
    future: bool = False
    output: options.Format = options.Format.TABLE
    template: str | None = None

    @property
    def is_table(self) -> bool:
        """Whether people read the result, rather than programs."""
        return self.output is options.Format.TABLE and self.template is None


def edit_day(app: App, day: "date", asked: Asked, notes: Sequence[str] = ()) -> None:
    """Let a day be edited as text; ``notes`` are comments at its top.

    Raises UsageError if a line stays wrong; the text is kept in a file then, and also after any
    other error once something was typed.
    """
    editor = editor_of(app, "like EDITOR=nano")
    found = _read_day(app, day, asked)
    kept = _TextFile(app, day, _text(found, notes))
    kept.create()
    try:
        _edit(app, editor, found, kept, asked)
    except AnswerIsNoError:
        kept.remove()
        raise
    except (ClocktoolError, KeyboardInterrupt) as error:
        if (kept.content() or "").strip() in ("", kept.first.strip()):
            kept.remove()
        elif isinstance(error, ClocktoolError):
            saved = f"your text is in {kept.path}"
            error.hint = f"{error.hint}; {saved}" if error.hint else saved
        else:
            app.out.say(f"Your text is in {kept.path}")
        raise
    kept.remove()


def _read_day(app: App, day: "date", asked: Asked) -> "Day":
    """Return the entries that start on a day."""
    from clocktool.tracking.assignment import with_defaults
    from clocktool.tracking.day_text import Day

    entries = _entries(app, day)
    return Day(
        day,
        tuple(map(app.with_names, entries)),
        app.zone,
        app.now,
        app.out.note,
        lambda typed: with_defaults(typed, app.config),
        asked.future,
    )


def _entries(app: App, day: "date") -> "list[Entry]":
    from clocktool.domain.selection import Selection
    from clocktool.domain.time.midnight import Cutter

    app.connect()
    if app.loader is not None:
        app.loader.is_fresh = True  # what is changed is read now, also of an old day
    window = Cutter(app.zone, app.now).bounds(day)
    found = app.history.entries(Selection(window=window)).entries
    return [entry for entry in found if window[0] <= entry.start < window[1]]


class _TextFile:
    """The file that is edited; it is in the data folder, so that no text is lost."""

    def __init__(self, app: App, day: "date", first: str) -> None:
        self._folder = app.data_folder
        self._day = day
        self.first = first
        """The text that it has at the beginning."""
        self.path = Path()

    def create(self) -> None:
        """Create it under a name that no other file has."""
        from clocktool.storage import files

        number = 1
        while True:
            more = "" if number == 1 else f"-{number}"
            self.path = self._folder / f"day-{self._day}{more}.txt"
            try:
                with files.create(self.path, durable=False) as file:
                    file.write(self.first.encode())
            except FileExistsError:
                number += 1
            except OSError as error:
                raise SetupError(
                    f"can't write {self.path}", "CLOCKTOOL_DATA names another folder"
                ) from error
            else:
                return

    def write(self, text: str) -> None:
        """Replace the text."""
        from clocktool.storage import files

        files.replace(self.path, text.encode())

    def read(self) -> str:
        """Return the text. Raises UsageError if it is missing, or not UTF-8."""
        from clocktool.storage import files

        data = files.read(self.path)
        if data is None:
            raise UsageError("the editor left no file", "nothing was changed")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError("the text is not UTF-8", "save it in UTF-8") from error

    def content(self) -> str | None:
        """Return the text, or None if it can't be read."""
        from clocktool.storage import files

        with suppress(ClocktoolError):
            data = files.read(self.path)
            return None if data is None else data.decode(errors="replace")
        return None

    def remove(self) -> None:
        """Delete the file."""
        from clocktool.storage import files

        with suppress(ClocktoolError):
            files.remove(self.path)


def _text(day: "Day", notes: Sequence[str]) -> str:
    """Return a day as text, with the rules above it."""
    from clocktool.domain.day_text import line_of, write
    from clocktool.render.entries import day_name

    held = [entry for entry in day.entries if entry.lock_reason]
    lines = [f"# {day_name(day.day)}", "#", *RULES.splitlines()]
    lines += ["#", *(f"# {note}" for note in notes)] if notes else []
    lines.append("")
    lines += write(list(day.lines.values()))
    for entry in held:
        (line,) = write([line_of(entry, day.day, day.zone)])
        lines.append(f"# {entry.lock_reason}: {line}")
    return "\n".join(lines) + "\n"


def _edit(app: App, editor: str, day: "Day", kept: _TextFile, asked: Asked) -> None:
    """Open the editor until the text is right, then carry out what it changes.

    Raises UsageError if the lines are as wrong as before.
    """
    from clocktool.domain.day_text import read

    wrong: list[str] | None = None
    for left in reversed(range(MOST_ROUNDS)):
        open_editor(editor, kept.path)
        typed = kept.read()
        lines = _entry_lines(typed)
        if lines == _entry_lines(kept.first):
            _write_nothing(app, asked)
            if (command := waiting(editor)) is not None:
                app.out.note(f"If the editor did not wait, set VISUAL='{command}'")
            return
        names = options.names_or_new(app, create=asked.create, yes=asked.yes)
        day = msgspec.structs.replace(day, now=app.process.now())  # the editor was open for a while
        plan = day.plan(read(typed), names)
        if not isinstance(plan, list):
            _carry_out(app, day, plan, names, asked, is_empty=not lines)
            return
        if lines == wrong or not left:
            raise _wrong(plan)
        wrong = lines
        kept.write(_with_reasons(typed, plan))


def _write_nothing(app: App, asked: Asked) -> None:
    """Say that nothing changed; a format that is read by programs has no entry."""
    if not asked.is_table and not app.out.quiet:
        results.write_entries(app, [], asked.output, asked.template)
    app.out.note("Nothing changed.")


def _entry_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()[:1] not in ("", "#")]


def _wrong(problems: "Sequence[Problem]") -> UsageError:
    first = problems[0]
    more = f" and {results.plural(len(problems) - 1, 'more line')}" if len(problems) > 1 else ""
    return UsageError(f"line {first.number}{more}: {first.message}", first.hint)


def _with_reasons(text: str, problems: "Sequence[Problem]") -> str:
    """Return a text with the reason above each line that is wrong, instead of older reasons."""
    from clocktool.render.text import visible

    reasons: dict[int, list[str]] = {}
    for each in problems:
        hint = f"; {each.hint}" if each.hint else ""
        reasons.setdefault(each.number, []).append(visible(f"{REASON}{each.message}{hint}"))
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        lines += reasons.get(number, ())
        if not line.startswith(REASON):
            lines.append(line)
    return "\n".join(lines)


REASON = "#! "
"""What the reason above a wrong line begins with."""


def _confirm_empty(app: App, day: "Day", count: int) -> None:
    """Ask before all entries of a day are deleted: only a typed yes does it."""
    from clocktool.render.entries import day_name

    entries = results.plural(count, "entry")
    if not app.process.is_interactive:
        raise UsageError(
            f"the text is empty; that would delete {entries}",
            "on a terminal it is asked; else use clocktool delete",
        )
    question = f"No line is left: delete {entries} of {day_name(day.day)}? Type yes:"
    if options.ask(app, question) != "yes":
        raise AnswerIsNoError(UNCHANGED)


def _carry_out(
    app: App,
    day: "Day",
    plan: "Plan",
    names: "Names",
    asked: Asked,
    *,
    is_empty: bool,
) -> None:
    """Show a plan, ask, and carry it out as one change."""
    from clocktool.tracking import day_text as tracking

    if not plan.count:
        _write_nothing(app, asked)
        return
    if plan.starts_timer:
        running = app.history.current()
        if running is not None and running.id not in {entry.id for entry in day.entries}:
            raise RefusedError(
                f"a timer is running already, since {app.format_time(running.start)}",
                "stop it first: clocktool stop",
            )
    for line in _plan_lines(app, plan):
        (app.out.line if asked.is_table else app.out.note_line)(line)
    confirm_invoiced(app, plan.before, yes=asked.yes, asks=False)
    if is_empty:
        _confirm_empty(app, day, plan.count)
    else:
        these = "this change" if plan.count == 1 else f"these {plan.count} changes"
        options.confirm(app, f"Make {these}?", UNCHANGED, yes=asked.yes)
    tracking.check_unchanged(plan, day.day, {entry.id: entry for entry in _entries(app, day.day)})
    with options.created(app, names) as fill:
        changes = tracking.changes(plan, fill)
        written = app.outbox.carry_out(*changes)
    left = [
        app.with_user(entry)
        for entry, change in zip(written, changes, strict=True)
        if entry is not None and change.effect != "delete"
    ]
    if asked.is_table:
        app.out.line(_counts(plan))
    elif not app.out.quiet:
        results.write_entries(app, list(map(app.with_names, left)), asked.output, asked.template)
    note_overlaps(app, left)


def _counts(plan: "Plan") -> str:
    parts = (
        (len(plan.edits), "changed"),
        (len(plan.added), "added"),
        (len(plan.deleted), "deleted"),
    )
    return ", ".join(f"{count} {word}" for count, word in parts if count)


def _plan_lines(app: App, plan: "Plan") -> Iterator[str]:
    """Yield what changes, before → after, then what is added and deleted."""
    from clocktool.domain.directory import Project
    from clocktool.domain.entry import preview_entry
    from clocktool.domain.ids import Known
    from clocktool.render.changes import change_lines
    from clocktool.render.entries import entry_line
    from clocktool.tracking.names import full_name

    names = {
        str(each.id): full_name(each) if isinstance(each, Project) else each.name
        for each in plan.found
    }
    view = results.view_of(app)
    yield from change_lines(plan.edits, view, app.out, names)
    for draft in plan.added:
        entry = _named(preview_entry(Known(""), draft), plan.found)
        yield entry_line("+ Add", entry, view, app.out)
    for entry in plan.deleted:
        yield entry_line(f"{app.out.symbol('✗', 'x')} Delete", entry, view, app.out)


def _named(entry: "Entry", found: "Sequence[AnyNamed]") -> "Entry":
    """Return the preview of an entry with the names that were looked up for it."""
    from clocktool.domain.directory import Project
    from clocktool.domain.entry import ProjectRef

    names = {str(each.id): each for each in found}
    project, task = entry.project, entry.task
    if project is not None and isinstance(now := names.get(str(project.id)), Project):
        project = ProjectRef(project.id, now.name, now.color, now.client_id, now.client)
    if task is not None and str(task.id) in names:
        task = msgspec.structs.replace(task, name=names[str(task.id)].name)
    tags = [
        msgspec.structs.replace(tag, name=names[str(tag.id)].name) if str(tag.id) in names else tag
        for tag in entry.tags
    ]
    return msgspec.structs.replace(entry, project=project, task=task, tags=tuple(tags))
