"""Lists of clients, projects, tasks and tags, with the time of a period if it is asked for."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from clocktool.api.directory import Search
from clocktool.app.app import App
from clocktool.cli import results
from clocktool.completion import kinds
from clocktool.render.output import Format

if TYPE_CHECKING:
    from clocktool.domain.directory import AnyNamed, Project
    from clocktool.domain.report import Group
    from clocktool.domain.time.period import Period
    from clocktool.render.fields import Field, Fields

N = TypeVar("N", bound="AnyNamed")

All = Annotated[bool, typer.Option("--all", help="Include archived ones.")]
Hours = Annotated[
    str | None,
    typer.Option(
        "--hours",
        metavar=kinds.ONE_PERIOD,
        help="Add your time in a period: week, last-month, 2026-11.",
        show_default=False,
    ),
]


def write(
    app: App,
    read: Callable[[Search], Iterable[N]],
    fields: "Fields[N]",
    noun: str,
    format: Format,
    *,
    all_: bool,
    hours: str | None,
    project: "Project | None" = None,
) -> None:
    """Write a list as a person reads it, with the time in the period ``hours``.

    ``project`` is the project of tasks. If the list is empty, say how to see archived ones or, if
    there are none, how to add the first.
    """
    from clocktool.domain.named import list_order
    from clocktool.wire import listed_object

    days = None if hours is None else _days(app, hours)
    ordered = sorted(read(Search(archived=None if all_ else False)), key=list_order)
    of = "" if project is None else " -p PROJECT"
    nothing = f"No {noun}s yet: clocktool {noun}s add NAME{of}"
    if not (ordered or all_) and any(True for _ in read(Search())):
        closed = "archived" if project is None else "done"
        nothing = f"All {noun}s are {closed}: clocktool {noun}s --all{of} lists them"
    if days is None or not ordered:
        results.write_records(
            app, ordered, fields, format, nothing=nothing, as_object=listed_object
        )
        return
    time = _time(app, noun, days, project)

    def with_time(thing: N) -> Mapping[str, Any]:
        return listed_object(thing) | {"durationSeconds": time.seconds(thing)}

    shown = [*fields[:-1], _time_field(time), fields[-1]]
    results.write_records(app, ordered, shown, format, nothing=nothing, as_object=with_time)
    if format is Format.TABLE:
        _note_total(app, days, time, ordered)


class Time:
    """The time of a period, and its part for each thing."""

    def __init__(self, whole: "Group | None") -> None:
        self.whole = whole
        groups = () if whole is None else whole.groups
        self._by_id = {each.id: each for each in groups}
        self._by_name = [each for each in groups if each.id in ("", each.name)]

    def of(self, thing: "AnyNamed") -> "list[Group]":
        """Return the groups of a thing; entries that wait may have its name only."""
        found = self._by_id.get(str(thing.id))
        name = thing.name.casefold()
        named = [each for each in self._by_name if each.name.casefold() == name]
        return named if found is None else [found, *named]

    def seconds(self, thing: "AnyNamed") -> int:
        """Return the exact time of a thing."""
        return sum(each.seconds for each in self.of(thing))

    def shown(self, thing: "AnyNamed") -> int:
        """Return its time for people: minutes that add up."""
        return sum(each.shown.seconds for each in self.of(thing))


def _days(app: App, text: str) -> "Period":
    from clocktool.domain.time.period import parse_period

    return parse_period(text, app.zone.day(app.now), app.week_start)


def _time(app: App, noun: str, days: "Period", project: "Project | None") -> Time:
    """Read the entries of a period once, and add them up."""
    from clocktool.domain.selection import Selection
    from clocktool.domain.time.period import ALL
    from clocktool.history.sums import Days, sums

    of = frozenset[str]()
    if project is not None and app.directory.queued(project.id) is None:
        of = frozenset([project.id])
    selection = Selection(projects=of, window=None if days == ALL else days.window(app.zone))
    by = [noun] if project is None else ["project", noun]
    asked = Days(days, app.zone, app.week_start)
    made = sums(app.history, selection, asked, by, with_overlap=False)
    time = Time(made.report.whole)
    return time if project is None else Time(next(iter(time.of(project)), None))


def _time_field(time: Time) -> "Field[Any]":
    """Return the column: exact seconds in data, minutes for people."""
    from clocktool.domain.time.duration import format_duration
    from clocktool.render.fields import Field

    return Field(
        "duration_seconds",
        time.seconds,
        figures=True,
        heading="hours",
        text=lambda thing: format_duration(time.shown(thing)),
    )


def _note_total(app: App, days: "Period", time: Time, things: "Iterable[AnyNamed]") -> None:
    """Write the whole, and how much of it belongs to nothing in the list."""
    from clocktool.domain.time.duration import format_duration

    whole, groups = 0, {}
    if time.whole is not None:
        whole = time.whole.shown.seconds
        groups = {id(each): each for each in time.whole.groups}
    for thing in things:
        for each in time.of(thing):
            groups.pop(id(each), None)
    rest = sum(each.shown.seconds for each in groups.values())
    other = f", {format_duration(rest)} of it not in this list" if rest else ""
    name = results.period_name(days)
    app.out.note(f"{name[0].upper()}{name[1:]}: {format_duration(whole)}{other}.")
