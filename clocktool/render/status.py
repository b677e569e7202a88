"""The status: a few calm lines for people, an object for programs, fields of templates."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from clocktool.domain.entry import Entry
from clocktool.domain.time.duration import format_duration
from clocktool.domain.time.instant import Instant, format_iso
from clocktool.render.hours import end_time, left, signed
from clocktool.render.output import Format, Output
from clocktool.render.text import cells, fit, visible

if TYPE_CHECKING:
    from clocktool.domain.status import Status

WIDEST = 24
NARROWEST = 10
"""The greatest and the least width of a bar, in columns."""

TITLE = 72
"""The greatest width of the first line, in columns."""


class Figure(msgspec.Struct, frozen=True):
    """A line with a figure: its name, the part of its target that is reached, and notes.

    Of the notes, from long to short, the first that fits is shown, and none if none does. ``ratio``
    is from 0 to 1000.
    """

    label: str
    text: str
    notes: Sequence[str] = ("",)
    ratio: int | None = None
    style: str = "bold"


def status_lines(status: "Status", out: Output, format_time: Callable[[Instant], str]) -> list[str]:
    """Return the status in four to eight lines: the timer, figures, what waits."""
    figures = list(_figures(status, format_time))
    footer = _footer(status, out, format_time)
    lines = [_title(status, out, format_time)]
    if figures:
        lines += ["", *_drawn(figures, out)]
    if footer:
        lines += [""] * (len(lines) + len(footer) < 8) + footer
    return lines


def _title(status: "Status", out: Output, format_time: Callable[[Instant], str]) -> str:
    """Return the first line: ``● Fix login  Site · ACME  $ #dev``."""
    timer = status.timer
    if timer is None:
        text = "Nothing is running"
        if status.idle_since is not None:
            text = f"Nothing has run since {format_time(status.idle_since)}"
        elif status.why is not None:
            text = "No timer is known" if status.as_of is None else "Nothing was running"
        return f"{out.painted(out.symbol('○', '-'), 'dim')} {text}"
    mark = "~" if status.why is not None else out.painted(out.symbol("●", "*"), "running")
    return f"{mark} {_words(timer, out)}"


def _words(timer: Entry, out: Output) -> str:
    from clocktool.render.entries import fitting_signs, project_text, share_room, signs

    description = visible(timer.description)
    project, found = project_text(timer, unicode=out.unicode), signs(timer, out)
    widths = cells(project), cells(description), cells(" ".join(text for text, _ in found))
    if out.table_width is not None:
        widths = share_room(min(out.table_width, TITLE) - 2, *widths)
    project = fit(project, widths[0], unicode=out.unicode).rstrip()
    description = fit(description, widths[1], unicode=out.unicode).rstrip()
    parts = (
        out.painted(out.isolated(description), "bold"),
        out.painted(out.isolated(project), timer.project.color if timer.project else ""),
        out.words(fitting_signs(found, widths[2], out)),
    )
    return "  ".join(each for each in parts if each) or out.painted("no description", "dim")


def _figures(status: "Status", format_time: Callable[[Instant], str]) -> Iterator[Figure]:
    timer = status.timer
    if timer is not None:
        label = "break" if timer.is_break else "timer"
        text = format_duration(timer.seconds(status.now))
        since = f"since {format_time(timer.start)}"
        yield Figure(label, text, (since, since.replace("since ", ""), ""))
    if status.today is not None:
        yield _figure("today", status.today, status.target, _today_notes(status))
    if status.week is not None:
        notes = _notes(status.week, status.week_target)
        yield _figure("week", status.week, status.week_target, notes)
    if status.balance is not None:
        style = "over" if status.balance >= 60 else "bold"
        yield Figure("balance", signed(status.balance), style=style)
    elif status.target is not None and status.why is None:
        yield Figure("balance", "?", ("'clocktool balance' reads it", "see balance"), style="dim")


def _figure(label: str, worked: int, target: int | None, notes: Sequence[str]) -> Figure:
    ratio = min(1000, worked * 1000 // target) if target else None
    return Figure(label, format_duration(worked), notes, ratio)


def _notes(worked: int, target: int | None) -> Sequence[str]:
    """Return notes on what is left of a target, from long to short."""
    if target is None:
        return ("",)
    rest, wanted = target - (worked - worked % 60), format_duration(target)
    if rest > 0:
        return (f"{left(rest)} left of {wanted}", f"{left(rest)} left")
    if rest == 0:
        return ("done",) if target else ("",)
    over = f"{format_duration(-rest)} over"
    return (f"{over} {wanted}", over) if target else ("",)


def _today_notes(status: "Status") -> Sequence[str]:
    if status.target == 0:
        return (
            ("day off",) if status.off is None else (f"day off: {visible(status.off)}", "day off")
        )
    notes = _notes(status.today or 0, status.target)
    if status.off is not None:
        notes = (f"{notes[0]}, {visible(status.off)}", *notes)
    if status.done_at is None:
        return notes
    end = end_time(status.done_at, status.now, status.zone)
    return (
        *(f"{each}, done at {end}" for each in notes),
        f"done at {end}",
        f"until {end}",
    )


def _drawn(figures: Sequence[Figure], out: Output) -> Iterator[str]:
    """Yield figures in columns: label, value, bar and note, as far as there is room."""
    label = max((len(each.label) for each in figures), default=0)
    value = max((len(each.text) for each in figures), default=0)
    room = None if out.table_width is None else out.table_width - label - value - 6
    bar = 0 if room is None else _bar_width(figures, room)
    for each in figures:
        parts = [
            f"  {out.painted(each.label, 'dim')}{' ' * (label - len(each.label))}",
            f"{' ' * (value - len(each.text))}{out.painted(each.text, each.style)}",
        ]
        free = room
        if bar and each.ratio is not None:
            parts.append(progress(each.ratio, bar, out))
            free = None if room is None else room - bar - 2
        parts.append(out.painted(out.isolated(_note(each, free)), "dim"))
        yield "  ".join(parts).rstrip()


def _note(figure: Figure, room: int | None) -> str:
    """Return the first note that fits the room, or none: a cut note would say nothing."""
    return next((each for each in figure.notes if room is None or cells(each) <= room), "")


def _bar_width(figures: Sequence[Figure], room: int) -> int:
    """Return the width of the bars, 0 for none: what the longest notes leave, if that is enough."""
    with_bars = [each for each in figures if each.ratio is not None]
    deepest = max((len(each.notes) for each in with_bars), default=0)
    for place in range(deepest):
        note = max(cells(each.notes[min(place, len(each.notes) - 1)]) for each in with_bars)
        if room - note - 2 >= NARROWEST:
            return min(WIDEST, room - note - 2)
    return 0


def progress(ratio: int, width: int, out: Output) -> str:
    """Return a bar that is filled by a ratio from 0 to 1000, to half a column."""
    halves = ratio * width * 2 // 1000
    if not out.unicode:
        return "=" * (halves // 2) + out.painted("-" * (width - halves // 2), "dim")
    full, half = divmod(halves, 2)
    filled = "━" * full + "╸" * half
    return out.painted(filled, "over") + out.painted("─" * (width - full - half), "dim")


def _footer(status: "Status", out: Output, format_time: Callable[[Instant], str]) -> list[str]:
    """Return the last lines: what waits, what is left of the requests, why figures are old."""
    parts: list[str] = []
    if status.is_unused:
        parts += ["'clocktool start WORDS' starts a timer", "'clocktool help' lists all"]
    if status.why is not None:
        when = "" if status.as_of is None else f"as of {format_time(status.as_of)}: "
        parts.append(f"{when}{visible(status.why)}")
    if status.waiting:
        many = "1 change waits" if status.waiting == 1 else f"{status.waiting} changes wait"
        parts.append(f"{many} to be sent")
    if status.quota is not None and status.quota.allowed is not None:
        parts.append(f"{status.quota.left} of {status.quota.allowed} requests left this hour")
    room = (out.table_width or 200) - 2
    line = out.symbol(" · ", " - ").join(parts)
    texts = [line] if cells(line) <= room else parts[:2]
    return [
        f"  {out.painted(fit(each, room, unicode=out.unicode).rstrip(), 'dim')}"
        for each in texts
        if each
    ]


def status_object(status: "Status") -> dict[str, Any]:
    """Return the status as an object of JSON."""
    from clocktool.wire import entry_object

    quota, timer = status.quota, status.timer
    return {
        "timer": None if timer is None else entry_object(timer, status.now),
        **_seconds(status),
        "waiting": status.waiting,
        "requests": {
            "lastHour": None if quota is None else quota.last_hour,
            "allowed": None if quota is None else quota.allowed,
        },
    }


def status_row(status: "Status", format: Format) -> dict[str, Any]:
    """Return the status as one row of CSV, or of Markdown with texts for people."""
    texts = {name: text(status) for name, text in TEXTS.items()}
    if format is Format.MD:
        shown = {name.replace("_", " "): text for name, text in texts.items()}
        return {**shown, "waiting": status.waiting}
    quota = status.quota
    seconds = {
        "".join(f"_{mark.lower()}" if mark.isupper() else mark for mark in name): value
        for name, value in _seconds(status).items()
    }
    return {
        "timer": texts["timer"],
        **seconds,
        "waiting": status.waiting,
        "requests_last_hour": None if quota is None else quota.last_hour,
        "requests_allowed": None if quota is None else quota.allowed,
    }


def _seconds(status: "Status") -> dict[str, Any]:
    return {
        "todaySeconds": status.today,
        "weekSeconds": status.week,
        "targetSeconds": status.target,
        "leftSeconds": status.left,
        "doneAt": None if status.done_at is None else format_iso(status.done_at),
        "balanceSeconds": status.balance,
        "weekTargetSeconds": status.week_target,
    }


def _timer_text(status: "Status") -> str:
    from clocktool.render.prompt import timer_text

    return "" if status.timer is None else timer_text(status.timer, status.now)


def _left_text(status: "Status") -> str:
    if status.target is None or status.today is None:
        return ""
    rest = status.target - (status.today - status.today % 60)
    return format_duration(rest) if rest < 0 else left(rest)


TEXTS: dict[str, Callable[["Status"], str]] = {
    "timer": _timer_text,
    "today": lambda status: "" if status.today is None else format_duration(status.today),
    "week": lambda status: "" if status.week is None else format_duration(status.week),
    "left": _left_text,
    "done_at": lambda status: (
        "" if status.done_at is None else end_time(status.done_at, status.now, status.zone)
    ),
    "balance": lambda status: "" if status.balance is None else signed(status.balance),
}
"""The fields of a template, each as a text; empty where it is not known."""


def uses_status(text: str) -> bool:
    """Whether a template has a field of the status."""
    return any(f"{{{name}}}" in text for name in TEXTS)


def template(text: str) -> "Callable[[Status], str]":
    """Return a function that fills a template with the status, and fields of its timer.

    Raises UsageError for an unknown field.
    """
    from clocktool.render.columns import TEMPLATE, Line
    from clocktool.render.documents import template_of
    from clocktool.render.entries import View

    def of_timer(field: Callable[[Line], str]) -> "Callable[[Status], str]":
        def text_of(status: "Status") -> str:
            if status.timer is None:
                return ""
            return field(Line(status.timer, View(status.now, status.zone)))

        return text_of

    return template_of(text, TEXTS | {name: of_timer(each) for name, each in TEMPLATE.items()})
