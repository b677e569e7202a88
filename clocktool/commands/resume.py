"""``resume``: start a timer with the values of an earlier entry."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from clocktool.cli import options, results
from clocktool.completion import kinds
from clocktool.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clocktool.domain.entry import Draft, Entry
    from clocktool.tracking.assignment import Assignment

command = options.new_command()


@command.command()
def resume(
    ctx: options.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=kinds.REF_OR_WORDS,
            help="last, that, the end of an id; or words of the entry.",
            show_default=False,
        ),
    ] = None,
    description: options.Description = None,
    project: options.Project = None,
    task: options.Task = None,
    tag: options.Tags = None,
    at: options.At = None,
    interactive: Annotated[
        bool, typer.Option("-i", "--interactive", help="Pick from what was done lately.")
    ] = False,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """Start a new timer with the description, project, task and tags of an earlier entry.

    REF: last (the default), last~1, the end of an id ('clocktool help refs'). WORDS find the newest
    entry that has all of them in its description, project, task or tags. TIME: 9:30, -15m
    ('clocktool help times'). -i picks from the last 40 kinds of work, with fzf or the extra
    'picker' if one is installed, else by number.

    Examples:
      clocktool resume
      clocktool resume login
      clocktool resume -i
      clocktool resume last~1 -d 'second try' --at -5m
    """
    from clocktool.domain.entry import Draft
    from clocktool.tracking.assignment import Assignment

    app = options.app_of(ctx, quiet=quiet)
    if interactive and words:
        raise UsageError("-i can't be combined with words", "leave one of them out")
    since = options.instant_of(app, at)
    draft = Draft.of(_picked(app) if interactive else _entry(app, words or ["last"]))
    if description is not None:
        draft = msgspec.structs.replace(draft, description=description)
    typed = Assignment(project=project, task=task, tags=tag)
    if typed != Assignment():
        draft = _assigned(app, draft, typed)
    draft = msgspec.structs.replace(draft, start=since, end=None)
    results.write_started(app, app.timer.start(draft), output, template)


def _entry(app: options.App, words: "Sequence[str]") -> "Entry":
    """Return the entry of a REF, or the newest one that has all words."""
    from clocktool.tracking.reference import is_ending, is_ref
    from clocktool.tracking.resume import find_by_words

    missing = None
    if len(words) == 1 and is_ref(words[0]):
        try:
            return options.references(app).one(words[0])
        except NotFoundError as error:
            if not is_ending(words[0]):
                raise
            missing = error
    app.connect()
    try:
        return find_by_words(app.history.recent(), words)
    except NotFoundError:
        if missing is not None and not words[0].isalpha():  # more like an id than like a word
            raise missing from None
        raise


def _picked(app: options.App) -> "Entry":
    """Return the entry that a person picks from the newest kinds of work."""
    from clocktool.cli.picker import pick
    from clocktool.render.text import visible
    from clocktool.tracking.resume import MAX_KINDS, kinds_of_work

    app.connect()
    newest = map(app.with_names, app.history.newest_on_disk())
    found = kinds_of_work(list(newest))[:MAX_KINDS]
    if not found:
        raise NotFoundError("no entry to resume", "start one: clocktool start")
    return found[pick(app, [visible(_line(each)) for each in found], "entry")]


def _line(entry: "Entry") -> str:
    """Return ``fix login  Site: Login  #dev``."""
    project = entry.project.label if entry.project else ""
    if entry.task:
        project = f"{project}: {entry.task.label}"
    tags = " ".join(f"#{tag.label}" for tag in entry.tags)
    return "  ".join(filter(None, (entry.description, project, tags))) or "(no description)"


def _assigned(app: options.App, draft: "Draft", typed: "Assignment") -> "Draft":
    from clocktool.tracking.assignment import changed, resolve

    assigned = resolve(typed, app.names_to_write, draft.project_id, may_wait=True)
    return changed(draft, assigned)
