"""All fields of one entry, a line for each."""

from collections.abc import Iterator

from clocktool.domain.entry import Entry
from clocktool.domain.time.duration import format_clock, format_duration
from clocktool.domain.time.instant import Instant
from clocktool.render.entries import View, day_name
from clocktool.render.output import Output
from clocktool.render.records import record_table
from clocktool.render.table import lines
from clocktool.render.text import visible

_BILLABLE = {True: "yes", False: "no", None: "as the project is"}


def details(entry: Entry, view: View, out: Output) -> Iterator[str]:
    """Yield the lines about an entry. Empty fields are left out."""
    seconds = entry.seconds(view.now)
    project = entry.project
    rows = [
        ("description", entry.description or out.symbol("—", "-")),
        ("start", _moment(entry.start, view)),
        ("end", "running" if entry.end is None else _moment(entry.end, view)),
        ("duration", f"{format_duration(seconds)} ({format_clock(seconds)})"),
        ("project", (project.label) if project else ""),
        ("client", project.client if project else ""),
        ("task", (entry.task.label) if entry.task else ""),
        ("tags", ", ".join(tag.label for tag in entry.tags)),
        ("billable", _BILLABLE[entry.billable]),
        ("invoiced", "yes" if view.is_invoiced(entry) else ""),
        ("rate", f"{entry.hourly_rate.text} an hour" if entry.hourly_rate else ""),
        ("cost", f"{entry.cost_rate.text} an hour" if entry.cost_rate else ""),
        ("type", "" if entry.type == "REGULAR" else entry.type.lower()),
        *((each.name or each.field_id, _value(each.value)) for each in entry.fields),
        ("locked", "yes" if entry.locked else ""),
        ("approval", entry.approval_id or ""),
        ("user", entry.user or entry.user_id),
        ("id", str(entry.id)),
    ]
    shown = [(visible(name), ((visible(value), ""),)) for name, value in rows if value]
    return lines(record_table([shown], right=True), out)


def _moment(instant: Instant, view: View) -> str:
    local = view.zone.local_time(instant)
    return f"{day_name(local.date())} {local:%H:%M:%S} ({local.isoformat()[19:]})"


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
