"""``running --prompt``: the last known timer, for prompts and status bars. It makes no request.

A shell runs it at every prompt, so ``__main__`` runs it without Typer if no other option is given.
"""

from typing import TYPE_CHECKING

from clocktool.errors import UsageError
from clocktool.render.output import Format

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.time.zone import Zone


def write_timer(app: "App", output: Format = Format.TABLE, template: str | None = None) -> None:
    """Write the timer in a line, or as JSON; nothing if none is running.

    Raises UsageError for another format.
    """
    from clocktool.render.prompt import prompt_text

    if output not in (Format.TABLE, Format.JSON):
        raise UsageError(
            "--prompt writes a line or JSON", "leave -o out, or use -o json or --template"
        )
    entry, stale, zone = _last_timer(app)
    app.warns_of_key_file = False  # not at every prompt
    text = "" if entry is None else prompt_text(entry, app.now, app.out, stale=stale)
    if template is not None:
        from clocktool.cli.status import known_status
        from clocktool.domain.status import Status
        from clocktool.render.status import template as template_of
        from clocktool.render.status import uses_status

        fill = template_of(template)
        if entry is None:
            text = ""
        elif uses_status(template):
            text = fill(known_status(app, entry))
        else:
            text = fill(Status(app.now, zone, timer=entry))
    elif output is Format.JSON:
        from clocktool import wire
        from clocktool.render.json import dump_line

        state = "idle" if entry is None else "stale" if stale else "running"
        shown = None if entry is None else wire.entry_object(entry, app.now)
        text = app.out.json(dump_line({"text": text, "class": state, "entry": shown}))
    if text:
        app.out.line(text)
    app.out.quiet = True  # no note at every prompt


def _last_timer(app: "App") -> "tuple[Entry | None, bool, Zone]":
    """Return the last known timer, whether that is out of date, and the zone to show it in."""
    last_timer = app.connection.last_timer
    if last_timer is None:
        return None, False, app.own_zone
    timer = last_timer.timer()
    is_local = app.connection.target.is_local
    if is_local and (timer is None or not last_timer.is_newer(app.local_files)):
        entry = None  # another process has changed the workspace since
        if app.local_path.exists():
            entry = app.connect().entries.current(app.account.workspace, app.account.user.id)
        return entry, False, app.own_zone
    if timer is None:
        return None, False, app.own_zone
    try:
        zone = app.zone_of(timer.zone)
    except ValueError:  # the account's zone is unknown on this machine
        zone = app.own_zone
    return timer.entry, not is_local and timer.is_stale(app.now), zone
