"""``back``: end the timer, and go on with the entry that it interrupted."""

import msgspec

from clocktool.cli import options, results
from clocktool.errors import AnswerIsNoError

command = options.new_command()


@command.command()
def back(
    ctx: options.Context,
    output: options.Output = options.Format.TABLE,
    template: options.Template = None,
    quiet: options.Quiet = False,
) -> None:
    """End the timer, and go on with the entry that ended where it began.

    Another 'back' returns, like 'cd -'. Where nothing was interrupted the timer goes on, and the
    exit code is 1.

    Examples:
      clocktool back
      clocktool back -q
    """
    from clocktool.domain.entry import Draft
    from clocktool.tracking.resume import interrupted

    app = options.app_of(ctx, quiet=quiet)
    try:
        running = options.references(app).current()
    except AnswerIsNoError as error:
        error.hint = "to go on with the last entry: clocktool resume"
        raise
    entry = interrupted(app.history.newest_on_disk(), running)
    if entry is None:  # it may have been changed elsewhere
        entry = interrupted(app.history.recent(), running)
    if entry is None:
        raise AnswerIsNoError("the timer has interrupted nothing", "it goes on")
    draft = msgspec.structs.replace(Draft.of(entry), start=app.now, end=None)
    results.write_started(app, app.timer.start(draft), output, template)
