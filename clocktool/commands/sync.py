"""``sync``: send pending changes."""

from typing import Annotated

import typer

from clocktool.cli import document, options, results
from clocktool.errors import OfflineError, RateLimitedError

command = options.new_command()


@command.command()
def sync(
    ctx: options.Context,
    now: Annotated[
        bool, typer.Option("--now", help="Try now, although the service asked to wait.")
    ] = False,
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Send pending changes, in the order they were made.

    Every command that makes a request sends them too. This one is for cron: with -q it prints only
    what needs a decision, which 'clocktool pending' lists. If changes can't be sent they stay, and
    the exit code is 6, or 7 for a rate limit. -o json writes {"sent", "waiting"}, both numbers of
    changes.

    Examples:
      clocktool sync
      clocktool sync -q
      clocktool sync --now
    """
    from clocktool.outbox.change import TO_SEND

    app = options.app_of(ctx, quiet=quiet)
    document.send_all_marks(app)
    before = app.outbox.waiting() if app.connection.has_pending else []
    if not before:
        app.out.note("No pending changes.")
        _write(app, 0, 0, output)
        return
    outbox = app.outbox
    if now:
        outbox.store.lift_rate_limit()
        if app.connection.ledger is not None:
            app.connection.ledger.unblock()
    outbox.store.lift_foreign_answer()
    outbox.retry_names()
    outbox.ready()
    if (count := outbox.undecided) and (quiet or not outbox.has_reported):
        outbox.has_reported = True
        many = results.plural(count, "change")
        wait = "waits" if count == 1 else "wait"
        app.out.say(f"{many} {wait} for a decision: clocktool pending")  # printed even with -q
    waiting = outbox.waiting()
    left = [row for row in waiting if row.state in TO_SEND]
    _write(app, outbox.sent, len(waiting), output)
    if outbox.sent and output is options.SummaryFormat.TABLE:
        app.out.note(f"{results.plural(outbox.sent, 'change')} sent.")
    if left and not outbox.away:
        user = app.account_to_write.user.id
        count = sum(user != "" and not row.is_of(user, row.workspace) for row in left)
        if count:
            belong = "belongs" if count == 1 else "belong"
            many = results.plural(count, "change")
            app.out.note(f"{many} {belong} to another account: log in to it to send them.")
    if left and outbox.away:
        kind = RateLimitedError if outbox.is_limited else OfflineError
        what = results.plural(len(left), "pending change")
        error = kind(f"{what} not sent", "list them with: clocktool pending", why=outbox.away)
        error.is_silent = quiet  # cron would mail it every time
        raise error


def _write(app: options.App, sent: int, waiting: int, output: options.SummaryFormat) -> None:
    counts = {"sent": sent, "waiting": waiting}
    results.write_summary(app, counts, options.Format(output))
