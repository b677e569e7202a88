"""``workspaces``: list workspaces, add one, set rules of the local workspace."""

from typing import Annotated

import msgspec
import typer

from clocktool.cli import options, results
from clocktool.completion import kinds
from clocktool.domain.directory import Workspace
from clocktool.domain.time.instant import Instant
from clocktool.errors import NotFoundError, UsageError
from clocktool.render.fields import Field, Fields

command = options.new_group()

RULES = ("force-project", "force-task", "force-tags", "force-description")
SETTINGS = (*RULES, "lock-before", "hourly-rate", "currency")
RULE = kinds.Kind("RULE", kinds.fixed(*SETTINGS))


@command.callback()
def workspaces(
    ctx: options.Context,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """List your workspaces; 'workspaces add NAME' creates one.

    Examples:
      clocktool workspaces
      clocktool workspaces add Side
      clocktool workspaces set force-project true
    """
    if ctx.invoked_subcommand is not None:
        return
    app = options.app_of(ctx, quiet=quiet)
    found = app.connect().directory.workspaces()
    try:
        current = app.account.workspace
    except NotFoundError as error:  # the list shows the right name
        app.out.note(f"{error.message}; your workspaces:")
        current = ""
    fields = _fields(app, current)
    results.write_records(app, list(found), fields, output, nothing="No workspaces.")


@command.command()
def add(
    ctx: options.Context,
    name: options.NewName,
    output: options.Output = options.Format.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Create a workspace. To use it, add -w NAME, or set the key 'workspace'.

    Examples:
      clocktool workspaces add Side
      clocktool config set workspace Side
    """
    app = options.app_of(ctx, quiet=quiet)
    made = app.connect().directory.create_workspace(name)
    results.write_added(app, made, _fields(app, ""), "workspace", output)


@command.command("set")
def set_(
    ctx: options.Context,
    rule: Annotated[
        str,
        typer.Argument(metavar=RULE, help=f"{', '.join(SETTINGS)}."),
    ],
    value: Annotated[
        str, typer.Argument(metavar=kinds.FLAG, help="true, false, a DAY or none, 80, EUR.")
    ],
    output: options.SummaryOutput = options.SummaryFormat.TABLE,
    quiet: options.Quiet = False,
) -> None:
    """Set a rule of the local workspace: required fields, lock, rate.

    lock-before DAY locks entries that started before it. DAY: 2026-11-01, today ('clocktool help
    periods').

    Examples:
      clocktool workspaces set force-project true
      clocktool workspaces set lock-before 2026-11-01
      clocktool workspaces set hourly-rate 80
    """
    from clocktool.domain.money import parse_rate
    from clocktool.render.text import visible

    app = options.app_of(ctx, quiet=quiet)
    if rule not in SETTINGS:
        raise UsageError(f"no rule {rule!r}", f"rules: {', '.join(SETTINGS)}")
    app.connect().directory.refuse_rules()
    workspace = app.account.workspace
    before = app.connect().directory.workspace(workspace).rules
    rules, rate, currency = before, None, None
    if rule == "hourly-rate":
        rate = parse_rate(value, lambda: app.currency)
    elif rule == "currency":
        currency = value.upper()
    elif rule == "lock-before":
        rules = msgspec.structs.replace(before, lock_before=_lock(app, value))
    else:
        if value.lower() not in ("true", "false"):
            raise UsageError(f"invalid value {value!r} for {rule}", "use true or false")
        name = rule.replace("-", "_")
        rules = msgspec.structs.replace(before, **{name: value.lower() == "true"})
    after = app.connect().directory.set_rules(workspace, rules, rate=rate, currency=currency)
    now = _rules(app, after)[rule]
    summary = {"workspace": after.name, "rule": rule, "value": now}
    results.write_summary(app, summary, options.Format(output), visible(f"{rule} = {now}"))


def _lock(app: options.App, value: str) -> Instant | None:
    from clocktool.domain.time.period import parse_day

    if value.lower() == "none":
        return None
    return app.zone.start_of_day(parse_day(value, app.zone.day(app.now), app.week_start))


def _rules(app: options.App, workspace: Workspace) -> dict[str, str]:
    rules = workspace.rules
    lock = "none" if rules.lock_before is None else app.zone.day(rules.lock_before).isoformat()
    rate = workspace.hourly_rate
    rows = {name: str(getattr(rules, name.replace("-", "_"))).lower() for name in RULES}
    rows |= {"lock-before": lock, "hourly-rate": "none" if rate is None else rate.text}
    return rows | {"currency": workspace.currency or "none"}


def _fields(app: options.App, current: str) -> Fields[Workspace]:
    """Return the columns of workspaces; ``current`` is the id of the one in use."""

    def asks(workspace: Workspace) -> str:
        rules = workspace.rules
        on = (name for name in RULES if getattr(rules, name.replace("-", "_")))
        return ", ".join(name.removeprefix("force-") for name in on)

    def lock(workspace: Workspace) -> str:
        before = workspace.rules.lock_before
        return "" if before is None else app.zone.day(before).isoformat()

    return (
        Field("name", lambda workspace: workspace.name),
        Field("current", lambda workspace: workspace.id == current),
        Field("requires", asks),
        Field("locked before", lock),
        Field("id", lambda workspace: workspace.id),
    )
