"""``sync``: send what waits."""

import typer

from clocktool.commands import options, results
from clocktool.errors import OfflineError, RateLimitedError

command = options.new_command()


@command.command()
def sync(
    ctx: options.Context,
    output: options.OutputOfSums = options.Sums.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Send the changes that wait for a connection, in the order they were made.

    Every command that goes out does so, too; this one is for cron: with -q it is silent. What
    cannot be sent stays, with exit code 6, or 7 for a rate limit; what needs a decision is listed
    by 'clocktool pending'. With -o json it is {"sent", "waiting"}: how many changes.

    Examples:
      clocktool sync
      clocktool sync -q
    """
    from clocktool.journal.change import STUCK

    app = options.app_of(ctx, quiet=quiet)
    connection = app.connection
    if not connection.journal.file.exists:
        app.out.note("Nothing waits.")
        _write(app, 0, 0, output)
        return
    journal, sender = connection.journal, connection.sync
    before = journal.waiting(stuck=True)
    stuck = [row for row in before if row.state in STUCK]
    if stuck:
        need = "needs" if len(stuck) == 1 else "need"
        many = results.many_words(len(stuck), "change")
        app.out.note(f"{many} {need} a decision: clocktool pending")
    if len(before) == len(stuck):
        if not stuck:
            app.out.note("Nothing waits.")
        _write(app, 0, len(stuck), output)
        return
    journal.ready()
    left = journal.waiting()
    _write(app, sender.sent, len(journal.waiting(stuck=True)), output)
    if sender.sent and output is options.Sums.TABLE:
        app.out.note(f"{results.many_words(sender.sent, 'change')} sent.")
    if left and not journal.away:
        user = app.account_to_write.user.id
        count = sum(user != "" and not row.is_of(user, row.workspace) for row in left)
        if count:
            be, wait = ("is", "waits") if count == 1 else ("are", "wait")
            many = results.many_words(count, "change")
            app.out.note(f"{many} {be} of another account, and {wait} for its key")
    if left and journal.away:
        kind = RateLimitedError if journal.is_limited else OfflineError
        if quiet:  # cron would mail it every time
            raise typer.Exit(kind.exit_code)
        what = results.many_words(len(left), "change")
        still = "still waits" if len(left) == 1 else "still wait"
        raise kind(f"{what} {still}: {journal.away}", "clocktool pending lists them")


def _write(app: options.App, sent: int, waiting: int, output: options.Sums) -> None:
    counts = {"sent": sent, "waiting": waiting}
    results.write_summary(app, counts, options.Format(output))
