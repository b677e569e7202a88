"""Starting: the draft of a new entry, and the timer that runs from it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from clocktool.app.app import App
from clocktool.cli import options, results
from clocktool.cli.overlaps import note_overlaps

if TYPE_CHECKING:
    from clocktool.domain.directory import Rules
    from clocktool.domain.entry import Draft, Entry
    from clocktool.domain.time.instant import Instant
    from clocktool.tracking.assignment import Filing
    from clocktool.tracking.timer import Timer


def new_draft(
    app: App,
    times: tuple["Instant", "Instant | None"],
    words: Iterable[str] | None,
    said: "Filing",
    *,
    is_break: bool,
) -> "Draft":
    """Return the draft of a new entry: what was said, and the configured defaults for the rest."""
    from clocktool.domain.entry import Draft
    from clocktool.tracking.assignment import Filing, file, with_defaults

    config = app.config
    default = Filing(
        project=config.text("defaults.project"),
        task=config.text("defaults.task"),
        tags=config.get("defaults.tags"),
        billable=config.get("defaults.billable"),
    )
    description = options.text_of(words)
    filed = file(with_defaults(said, default), app.names_to_write, is_kept=True)
    return Draft(
        start=times[0],
        end=times[1],
        description=description,
        project_id=filed.project_id or None,
        task_id=filed.task_id or None,
        tag_ids=filed.tag_ids or None,
        billable=filed.billable,
        fields=filed.fields or None,
        type="BREAK" if is_break else None,
    )


def start_timer(app: App, draft: "Draft", format: options.Format, template: str | None) -> None:
    """Start a timer, and say which entry it ended."""
    started = timer_of(app).start(draft)
    if started.ended is not None:
        results.write_ended(app, started.ended, format, template)
    results.write_entry(app, started.entry, results.mark(app, "Started"), format, template)
    if started.ended is not None:
        _tell_forgotten(app, started.ended)
    if draft.start < app.now:
        note_overlaps(app, [started.entry])
    lacks = [] if app.outbox.kept else _rules(app).lacks(started.entry)
    if lacks:
        say = " ".join(_FILLS_IN[word] for word in lacks)
        app.out.note(f"To stop it {' and '.join(lacks)} will be needed: clocktool stop {say}")


def timer_of(app: App) -> "Timer":
    """Return the timer of the account; what waits is sent first."""
    from clocktool.tracking.timer import Timer

    app.connect()
    _ = app.account_to_write
    known = app.connection.last_timer
    last = None if known is None else app.connection.with_what_waits(known.running())
    return Timer(app.outbox, last, lambda: app.history.current())  # noqa: PLW0108  # made when used


def start_again(
    app: App, ref: str, since: "Instant", format: options.Format, template: str | None
) -> None:
    """Start an earlier entry again: a timer with all it had but the times."""
    from clocktool.domain.entry import Draft

    draft = Draft.of(options.references(app).one(ref))
    draft = msgspec.structs.replace(draft, start=since, end=None)
    start_timer(app, draft, format, template)


def _tell_forgotten(app: App, ended: "Entry") -> None:
    """Say that the timer which a new one ended may have been forgotten, and how to mend it."""
    from clocktool.tracking.last_timer import forgotten_note, is_forgotten

    if is_forgotten(ended, app.now, app.zone, app.max_timer):
        app.out.note(forgotten_note(ended, app.now, app.zone, app.max_timer))


def _rules(app: App) -> "Rules":
    """Return the rules of the workspace, as they were within a day; none where they are not known.

    They serve to warn only: the timer runs, whether they can be read or not.
    """
    from clocktool.api.directory import DAY
    from clocktool.domain.directory import Rules
    from clocktool.errors import ClocktoolError

    try:
        return app.connect().directory.workspace(app.account.workspace, age=DAY).rules
    except ClocktoolError as error:
        app.if_verbose(f"the rules of the workspace are not known: {error.message}")
        return Rules()


_FILLS_IN = {
    "a description": "-d TEXT",
    "a project": "-p PROJECT",
    "a task": "-t TASK",
    "a tag": "-T TAG",
}
