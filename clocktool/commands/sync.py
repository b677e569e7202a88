"""``sync``: send what waits."""

from clocktool.cli import options, results
from clocktool.errors import OfflineError, RateLimitedError

command = options.new_command()


@command.command()
def sync(
    ctx: options.Context,
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Send the changes that wait for a connection, in the order they were made.

    Every command that goes out does so, too; this one is for cron: with -q it says only what needs
    a decision. What cannot be sent stays, with exit code 6, or 7 for a rate limit; what needs a
    decision is listed by 'clocktool pending'. With -o json it is {"sent", "waiting"}: how many
    changes.

    Examples:
      clocktool sync
      clocktool sync -q
    """
    from clocktool.outbox.change import TO_SEND

    app = options.app_of(ctx, quiet=quiet)
    before = app.outbox.waiting() if app.connection.has_pending else []
    if not before:
        app.out.note("Nothing waits.")
        _write(app, 0, 0, output)
        return
    outbox = app.outbox
    outbox.retry_names()
    outbox.ready()
    if (count := outbox.undecided) and (quiet or not outbox.has_reported):
        outbox.has_reported = True
        many = results.many_words(count, "change")
        wait = "waits" if count == 1 else "wait"
        app.out.say(f"{many} {wait} for a decision: clocktool pending")  # also with -q
    waiting = outbox.waiting()
    left = [row for row in waiting if row.state in TO_SEND]
    _write(app, outbox.sent, len(waiting), output)
    if outbox.sent and output is options.Sums.TABLE:
        app.out.note(f"{results.many_words(outbox.sent, 'change')} sent.")
    if left and not outbox.away:
        user = app.account_to_write.user.id
        count = sum(user != "" and not row.is_of(user, row.workspace) for row in left)
        if count:
            be, wait = ("is", "waits") if count == 1 else ("are", "wait")
            many = results.many_words(count, "change")
            app.out.note(f"{many} {be} of another account, and {wait} for its key")
    if left and outbox.away:
        kind = RateLimitedError if outbox.is_limited else OfflineError
        what = results.many_words(len(left), "change")
        still = "still waits" if len(left) == 1 else "still wait"
        error = kind(f"{what} {still}", "clocktool pending lists them", why=outbox.away)
        error.is_silent = quiet  # cron would mail it every time
        raise error


def _write(app: options.App, sent: int, waiting: int, output: options.Sums) -> None:
    counts = {"sent": sent, "waiting": waiting}
    results.write_summary(app, counts, options.Format(output))
