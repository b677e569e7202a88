"""The status of a run: what ``status`` shows, and what templates of the timer contain."""

from typing import TYPE_CHECKING

import msgspec

from clocktool.errors import ClocktoolError

if TYPE_CHECKING:
    from clocktool.app.app import App
    from clocktool.domain.entry import Entry
    from clocktool.domain.status import Status
    from clocktool.domain.targets import Targets
    from clocktool.tracking.status import Clock


def status_of(app: "App") -> "Status":
    """Read the status: one request, and none if the local workspace was not used yet.

    Where the service does not answer, it is what is known on this machine.
    """
    from clocktool.domain.status import Status
    from clocktool.tracking.status import read_status, with_targets

    connection = app.connection
    if connection.target.is_local and not app.local_path.exists():
        clock = _clock(app)
        empty = Status(clock.now, clock.zone, today=0, week=0, is_unused=True)
        targets = _targets(app)
        if targets is None:
            return empty
        from clocktool.domain.balance import balance_at

        balance = balance_at(targets, 0, clock.today)
        return with_targets(msgspec.structs.replace(empty, balance=balance), targets, clock)
    try:
        app.connect()
        entries = connection.api.entries
        read = read_status(app.history, _targets(app), _clock(app), is_remote=entries.is_remote)
        if app.history.error is None:
            entries.note_running(read.running)
        found = read.status
    except ClocktoolError as error:
        if not error.is_temporary:
            raise
        found = _last_known(app, error)
    waiting = len({row.number for row in app.outbox.waiting()}) if connection.has_pending else 0
    return msgspec.structs.replace(found, waiting=waiting, quota=connection.quota())


def known_status(app: "App", entry: "Entry") -> "Status":
    """Return the status of a timer from what is on this machine, without a request."""
    app.flags.offline = True
    return msgspec.structs.replace(status_of(app), timer=entry)


def _targets(app: "App") -> "Targets | None":
    """Return the targets in force; None if there are none."""
    if not any(key.startswith("targets.") for key in app.config.settings):
        return None
    from clocktool.tracking.targets import targets_of

    return targets_of(app.config)


def _clock(app: "App") -> "Clock":
    from clocktool.tracking.status import Clock

    if app.connection.target.is_local and not app.local_path.exists():
        return Clock(app.now, app.own_zone, app.config.week_start or 0)
    return Clock(app.now, app.zone, app.week_start)


def _last_known(app: "App", error: ClocktoolError) -> "Status":
    """Return the last known timer, with the targets."""
    from clocktool.domain.status import Status
    from clocktool.tracking.status import with_targets

    clock, targets = _clock(app), _targets(app)
    last_timer = app.connection.last_timer
    timer = None if last_timer is None else last_timer.timer()
    entry = None if timer is None else timer.entry
    if entry is not None and app.cache is not None:
        entry = app.cache.named(entry)
    as_of = None if timer is None else timer.at
    found = Status(clock.now, clock.zone, timer=entry, as_of=as_of, why=error.message)
    return found if targets is None else with_targets(found, targets, clock)
